"""A printed figure stands for the interval that a reader would work out by hand, exactly."""

import math
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mountain_counties.audit import rounding
from mountain_counties.audit.rounding import Rules

INF = math.inf
ALL_RULES = [
    Rules(*pair) for pair in product(("half up", "truncated"), ("printed", "dropped", "significant"))
]
steady = settings(derandomize=True, deadline=None, max_examples=200)


def bound(text):
    return INF if text == "inf" else Fraction(text)


def check(token, unit, kind, hedge, low, high, rules=rounding.USUAL):
    found = rounding.interval(token, unit, kind, hedge, rules)
    assert found == (bound(low), bound(high))
    assert all(isinstance(end, Fraction) or end == INF for end in found)


@pytest.mark.parametrize(
    ("token", "unit", "kind", "hedge", "low", "high"),
    [
        # half a unit of the last printed digit
        ("133.64亿元", "亿元", "level", "", "133.635", "133.645"),
        ("699.5亿元", "亿元", "level", "", "699.45", "699.55"),
        ("120亿元", "亿元", "level", "", "119.5", "120.5"),
        ("38", "count", "level", "", "37.5", "38.5"),
        ("38.0", "count", "level", "", "37.95", "38.05"),
        ("39614元", "元", "level", "", "39613.5", "39614.5"),
        ("39.58%", "percent", "share", "", "39.575", "39.585"),
        ("111.1%", "percent", "growth", "", "111.05", "111.15"),
        ("1.58", "count", "ratio", "", "1.575", "1.585"),
        ("4个月", "month", "duration", "", "3.5", "4.5"),
        ("0.0%", "percent", "growth", "", "-0.05", "0.05"),
        # a multiplier that the unit holds already is not applied twice
        ("5000万元", "亿元", "level", "", "0.49995", "0.50005"),
        ("1.5亿元", "元", "level", "", "145000000", "155000000"),
        ("3亿元", "万元", "level", "", "25000", "35000"),
        ("1.2万亿元", "亿元", "level", "", "11500", "12500"),
        ("3千万元", "亿元", "level", "", "0.25", "0.35"),
        # counts, ranks, streaks and thresholds are exact, in either script
        ("1598个", "count", "count", "", "1598", "1598"),
        ("120个", "count", "count", "", "120", "120"),
        ("三大", "count", "count", "", "3", "3"),
        ("首位", "count", "rank", "", "1", "1"),
        ("两年", "count", "streak", "", "2", "2"),
        ("双", "count", "count", "", "2", "2"),
        ("20个月", "month", "streak", "", "20", "20"),
        ("10亿元", "亿元", "threshold", "以上", "10", "10"),
        ("百亿元", "亿元", "threshold", "破", "100", "100"),
        ("亿元", "亿元", "threshold", "以上", "1", "1"),
        # 多 and 余: one more than printed to one less than the next step of the last digit that is not zero
        ("280多个", "count", "count", "多", "281", "289"),
        ("280多个", "count", "count", "", "281", "289"),
        ("200余家", "count", "count", "余", "201", "299"),
        ("3000余家", "count", "count", "余", "3001", "3999"),
        ("百家", "count", "count", "多", "101", "199"),
        # of a measured figure, up to that step
        ("500多亿元", "亿元", "level", "", "500", "600"),
        ("1.5亿元", "亿元", "level", "多", "1.5", "1.6"),
        # 约: half a unit of the last digit that is not zero
        ("7000人", "count", "count", "约", "6500", "7500"),
        ("7200人", "count", "count", "约", "7150", "7250"),
        ("20亿元", "元", "level", "约", "1500000000", "2500000000"),
        ("7.5亿元", "亿元", "level", "约", "7.45", "7.55"),
        ("7.50亿元", "亿元", "level", "约", "7.45", "7.55"),
        # half-lines
        ("100亿元", "亿元", "level", "超", "100", "inf"),
        ("100亿元", "亿元", "level", "破", "100", "inf"),
        ("20亿元", "亿元", "level", "以上", "20", "inf"),
        ("5亿元", "亿元", "level", "全部超过", "5", "inf"),
        ("249亿元", "亿元", "level", "突破", "248.5", "inf"),
        # classes
        ("千亿", "亿元", "target", "级", "1000", "10000"),
        ("五百亿", "亿元", "target", "级", "500", "5000"),
        ("百强", "count", "rank", "百强", "1", "100"),
        # a share ends at 100%, a growth rate does not
        ("100%", "percent", "share", "", "99.5", "100"),
        ("100.0%", "percent", "share", "", "99.95", "100"),
        ("99%", "percent", "share", "", "98.5", "99.5"),
        ("0.0%", "percent", "share", "", "0", "0.05"),
        ("100%", "percent", "growth", "", "99.5", "100.5"),
        ("95%", "percent", "share", "超", "95", "100"),
        ("100%", "percent", "share", "约", "50", "100"),
        # an enumeration counts its parts
        ("平阳县|柯城区|莲都区", "count", "enumeration", "", "3", "3"),
        ("智能装备", "count", "enumeration", "", "1", "1"),
    ],
)
def test_the_rules_give_the_interval_worked_out_by_hand(token, unit, kind, hedge, low, high):
    check(token, unit, kind, hedge, low, high)


@pytest.mark.parametrize(
    ("token", "mode", "trailing", "low", "high"),
    [
        ("120亿元", "half up", "printed", "119.5", "120.5"),
        ("120亿元", "half up", "dropped", "119.95", "120.05"),
        ("120亿元", "half up", "significant", "115", "125"),
        ("120亿元", "truncated", "printed", "120", "121"),
        ("120亿元", "truncated", "dropped", "120", "120.1"),
        ("120亿元", "truncated", "significant", "120", "130"),
        ("249亿元", "half up", "significant", "248.5", "249.5"),
        ("249亿元", "half up", "dropped", "248.95", "249.05"),
        # a printed decimal settles the precision: only the mode matters
        ("133.64亿元", "half up", "dropped", "133.635", "133.645"),
        ("133.64亿元", "half up", "significant", "133.635", "133.645"),
        ("133.64亿元", "truncated", "significant", "133.64", "133.65"),
        ("120.0亿元", "half up", "significant", "119.95", "120.05"),
        ("120.0亿元", "truncated", "dropped", "120", "120.1"),
    ],
)
def test_the_switches_change_what_the_last_digit_says(token, mode, trailing, low, high):
    check(token, "亿元", "level", "", low, high, Rules(mode, trailing))


def test_the_switches_reach_into_a_breakthrough_and_a_capped_share():
    check("249亿元", "亿元", "level", "突破", "249", "inf", Rules("truncated"))
    check("249亿元", "亿元", "level", "突破", "248.95", "inf", Rules(trailing="dropped"))
    check("100%", "percent", "share", "", "100", "100", Rules("truncated"))
    check("100%", "percent", "share", "", "50", "100", Rules(trailing="significant"))


@pytest.mark.parametrize("rules", ALL_RULES)
@pytest.mark.parametrize(
    ("token", "unit", "kind", "hedge", "low", "high"),
    [
        ("120家", "count", "count", "", "120", "120"),
        ("首位", "count", "rank", "", "1", "1"),
        ("20个月", "month", "streak", "", "20", "20"),
        ("20亿元", "亿元", "threshold", "以上", "20", "20"),
        ("280多个", "count", "count", "多", "281", "289"),
        ("7000人", "count", "count", "约", "6500", "7500"),
        ("100亿元", "亿元", "level", "超", "100", "inf"),
        ("千亿", "亿元", "target", "级", "1000", "10000"),
        ("a|b", "count", "enumeration", "", "2", "2"),
    ],
)
def test_no_switch_touches_what_is_exact_or_hedged(token, unit, kind, hedge, low, high, rules):
    check(token, unit, kind, hedge, low, high, rules)


@pytest.mark.parametrize("kind", ["slogan", "direction"])
def test_slogans_and_directions_have_no_interval(kind):
    low, high = rounding.interval("七", "count", kind)
    assert math.isnan(low) and math.isnan(high)


@steady
@given(
    st.integers(1, 10**7), st.integers(0, 3), st.fractions(0, 1), st.sampled_from(["half up", "truncated"])
)
def test_every_value_inside_prints_as_the_token(digits, places, inside, mode):
    """The oracle is the decimal library, printing the other way round."""
    token = f"{Decimal(digits).scaleb(-places):f}"
    low, high = rounding.interval(token + "亿元", "亿元", "level", rules=Rules(mode))
    assert high - low == Fraction(1, 10**places)
    value = low + (high - low) * min(inside, Fraction(999_999, 1_000_000))
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    how = ROUND_HALF_UP if mode == "half up" else ROUND_DOWN
    assert f"{exact.quantize(Decimal(1).scaleb(-places), rounding=how):f}" == token


@steady
@given(
    st.integers(1, 10**6),
    st.sampled_from(sorted(rounding.HEDGES)),
    st.sampled_from(sorted(rounding.KINDS - rounding.WITHOUT_INTERVAL - {"enumeration", "date", "share"})),
    st.sampled_from(ALL_RULES),
)
def test_no_interval_is_upside_down_or_leaves_its_figure_far_behind(number, hedge, kind, rules):
    low, high = rounding.interval(f"{number}个", "count", kind, hedge, rules)
    assert low <= high
    assert low <= number + 1 and high >= number


def in_chinese(number, short_teens=False, liang=False):
    """Write a number as it is said, group of four by group of four; independent of the reader under test."""
    if number == 0:
        return "零"
    groups, rest = [], number
    while rest:
        groups.append(rest % 10_000)
        rest //= 10_000
    written, gap = "", False
    for power in reversed(range(len(groups))):
        group = groups[power]
        if group == 0:
            # 亿 is said even where only the myriads above it are filled
            written += "亿" if power == 2 and written else ""
            gap = True
            continue
        if written and (gap or group < 1000):
            written += "零"
        gap, started = False, False
        for place, name in zip((1000, 100, 10, 1), ("千", "百", "十", ""), strict=True):
            digit = group // place % 10
            if digit:
                word = "〇一二三四五六七八九"[digit]
                if liang and digit == 2 and place >= 100:
                    word = "两"
                if short_teens and digit == 1 and place == 10 and not written:
                    word = ""
                written += word + name
                started, gap = True, False
            elif started and group % place:
                written += "" if gap else "零"
                gap = True
        gap = False
        written += ("", "万", "亿", "万")[power]
    return written


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("零", 0), ("〇", 0), ("一", 1), ("两", 2), ("双", 2), ("首", 1), ("九", 9), ("十", 10), ("十一", 11),
        ("二十", 20), ("二十六", 26), ("九十九", 99), ("百", 100), ("一百", 100), ("一百零一", 101),
        ("一百一十", 110), ("二百〇三", 203), ("三百二十一", 321), ("千", 1000), ("一千零一", 1001),
        ("一千零一十", 1010), ("两千零二十四", 2024), ("九千九百九十九", 9999), ("万", 10_000),
        ("一万零一", 10_001), ("两万五千", 25_000), ("十万", 100_000), ("一百二十万", 1_200_000),
        ("千万", 10_000_000), ("三千零五十万零七十", 30_500_070), ("亿", 10**8), ("十亿", 10**9),
        ("百亿", 10**10), ("五百亿", 5 * 10**10), ("千亿", 10**11), ("一亿二千万", 120_000_000),
        ("十四亿一千一百七十八万", 1_411_780_000), ("万亿", 10**12), ("一万二千亿", 12 * 10**11),
    ],
)  # fmt: skip
def test_chinese_numerals_are_read(text, number):
    assert rounding.chinese_number(text) == number


@pytest.mark.parametrize(
    ("number", "text"),
    [(26, "二十六"), (1010, "一千零一十"), (10_001, "一万零一"), (30_500_070, "三千零五十万零七十"),
     (1_411_780_000, "十四亿一千一百七十八万"), (12 * 10**11, "一万二千亿"), (10**12 + 1, "一万亿零一"),
     (100_000_500, "一亿零五百"), (10**12 + 2 * 10**8, "一万零二亿")],
)  # fmt: skip
def test_the_writer_of_this_file_writes_properly(number, text):
    assert in_chinese(number, short_teens=True) == text


@steady
@given(st.one_of(st.integers(0, 99_999_999), st.integers(0, 10**16 - 1)), st.booleans(), st.booleans())
def test_what_is_written_is_read_back(number, short_teens, liang):
    assert rounding.chinese_number(in_chinese(number, short_teens, liang)) == number


def test_every_number_to_ten_thousand_is_read_back():
    for number in range(10_001):
        assert rounding.chinese_number(in_chinese(number, short_teens=True)) == number


@pytest.mark.parametrize("text", ["", "二x", "26", "半", "首批", "二〇二三", "一二三"])
def test_what_is_no_positional_numeral_is_refused(text):
    with pytest.raises(ValueError, match="numeral"):
        rounding.chinese_number(text)


@pytest.mark.parametrize(
    ("token", "match"),
    [
        ("２６个", "full-width"),
        ("26．5个", "full-width"),
        ("78.3％", "full-width"),
        ("今年", "does not begin with a number"),
        ("约", "does not begin with a number"),
        ("", "does not begin with a number"),
        ("--5亿元", "does not begin with a number"),
        # read to its end or not at all: the rest of a number is no unit
        ("1,59亿元", "number"),
        ("26，500亿元", "unit"),
        ("1.2.3", "number"),
    ],
)
def test_a_token_that_is_no_number_is_refused(token, match):
    with pytest.raises(ValueError, match=match):
        rounding.interval(token, "亿元", "level")


@pytest.mark.parametrize(("kind", "hedge"), [("stock", ""), ("", ""), ("level", "大概"), ("level", "many")])
def test_an_unknown_kind_or_hedge_is_refused(kind, hedge):
    with pytest.raises(ValueError, match="unknown"):
        rounding.interval("5", "count", kind, hedge)


def test_reading_keeps_what_the_token_says():
    assert rounding.read("133.64亿元", "亿元") == rounding.Printed(
        Fraction("133.64"), Fraction("0.01"), False, False, tail="亿元"
    )
    assert rounding.read("280多个", "count") == rounding.Printed(
        Fraction(280), Fraction(1), True, True, tail="个"
    )
    assert rounding.read("20亿", "元") == rounding.Printed(Fraction(2 * 10**9), Fraction(10**8), True, False)


def test_the_numerals_of_a_text_are_found():
    text = "2023年，26个县，七山一水，百余家，半年"
    assert [m[0] for m in rounding.NUMERAL.finditer(text)] == ["2023", "26", "七", "一", "百"]


@pytest.mark.parametrize(("token", "number"), [("三大", 3), ("百家", 100), ("首位", 1), ("双", 2)])
def test_a_chinese_numeral_is_a_whole_number_with_nothing_more(token, number):
    found = rounding.read(token, "count")
    assert (found.number, found.step, found.integer, found.more) == (number, 1, True, False)
    check(token, "count", "count", "", number, number)


@pytest.mark.parametrize(
    ("trailing", "low", "high"),
    [("printed", "499.5", "500.5"), ("dropped", "499.95", "500.05"), ("significant", "450", "550")],
)
def test_the_switches_reach_a_level_in_chinese_numerals(trailing, low, high):
    check("五百亿元", "亿元", "level", "", low, high, Rules(trailing=trailing))


def test_a_figure_is_whole_only_without_decimals_and_more_only_with_its_word():
    for token, integer, more in (("12.0个", False, False), ("12个", True, False), ("12余个", True, True)):
        printed = rounding.read(token, "count")
        assert (printed.integer, printed.more) == (integer, more)


def test_more_than_a_count_leaves_room_for_one_at_least():
    check("7多个", "count", "count", "", "8", "8")
    check("70多个", "count", "count", "", "71", "79")
