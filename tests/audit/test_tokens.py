"""A token is read as it is printed, in either language, or it is refused."""

import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mountain_counties.audit import rounding, tokens

steady = settings(derandomize=True, deadline=None, max_examples=300)


@pytest.mark.parametrize(
    ("token", "unit", "number", "step"),
    [
        # signs, separators, accountants' brackets, currency marks
        ("-0.3%", "percent", "-0.3", "0.1"),
        ("−1.50%", "percent", "-1.5", "0.01"),
        ("负0.5%", "percent", "-0.5", "0.1"),
        ("+2%", "percent", "2", "1"),
        ("1,598个", "count", "1598", "1"),
        ("12,345,678.9亿元", "亿元", "12345678.9", "0.1"),
        ("(1,234)", "count", "-1234", "1"),
        ("¥1,234.5", "元", "1234.5", "0.1"),
        ("-¥2.5 million", "元", "-2500000", "100000"),
        # proportions: per cent, per mille, points, basis points, in words
        ("5‰", "percent", "0.5", "0.1"),
        ("25个基点", "percent", "0.25", "0.01"),
        ("25 basis points", "percent", "0.25", "0.01"),
        ("1.2个百分点", "percent", "1.2", "0.1"),
        ("3.4 percentage points", "percent", "3.4", "0.1"),
        ("百分之十二", "percent", "12", "1"),
        ("千分之3.5", "percent", "0.35", "0.01"),
        ("七成", "percent", "70", "10"),
        ("七成五", "percent", "75", "1"),
        # fractions are exact
        ("三分之二", "ratio", "2/3", "0"),
        ("3/4", "ratio", "3/4", "0"),
        ("two thirds", "ratio", "2/3", "0"),
        ("three-quarters of", "ratio", "3/4", "0"),
        ("half", "ratio", "1/2", "0"),
        ("一半", "ratio", "1/2", "0"),
        # number words
        ("两千三百家", "count", "2300", "1"),
        ("三点五亿元", "亿元", "3.5", "0.1"),
        ("twenty-six counties", "count", "26", "1"),
        ("two hundred and five thousand", "count", "205000", "1"),
        ("two dozen", "count", "24", "1"),
        # a multiplier counts the unit that it stands before
        ("五百亿", "亿元", "500", "1"),
        ("3万家", "count", "30000", "10000"),
        ("5万亩", "亩", "50000", "10000"),
        ("5万", "亩", "50000", "10000"),
        ("2.5 billion", "元", "2500000000", "100000000"),
        # the unit of a list is printed once, and stands apart
        ("12.5|亿元", "亿元", "12.5", "0.1"),
        ("5.2|%", "percent", "5.2", "0.1"),
    ],
)
def test_a_token_has_the_number_worked_out_by_hand(token, unit, number, step):
    found = tokens.read(token, unit)
    assert found.number == Fraction(number) and found.last is None
    assert found.step == Fraction(step)


@pytest.mark.parametrize(
    ("token", "unit", "kind", "low", "high"),
    [
        ("7%-12%", "percent", "growth", "6.5", "12.5"),
        ("7-12%", "percent", "growth", "6.5", "12.5"),
        ("10–12亿元", "亿元", "level", "9.5", "12.5"),
        ("3至5个", "count", "count", "3", "5"),
        ("三到五个", "count", "count", "3", "5"),
        ("between 3 and 5 million", "count", "level", "2500000", "5500000"),
        ("-2% to 1%", "percent", "growth", "-2.5", "1.5"),
        # hedges of either language, from the table
        ("nearly 40%", "percent", "share", "30", "40"),
        ("近40%", "percent", "share", "30", "40"),
        ("about 7,000", "count", "count", "6500", "7500"),
        ("more than 200", "count", "count", "200", "inf"),
        ("超200家", "count", "count", "200", "inf"),
        ("200家以上", "count", "count", "200", "inf"),
        ("up to 200", "count", "count", "0", "200"),
        ("不足200家", "count", "count", "0", "200"),
        # a negative figure is rounded and cut off as its mirror image
        ("-0.3%", "percent", "growth", "-0.35", "-0.25"),
    ],
)
def test_a_range_and_a_hedge_give_the_interval_worked_out_by_hand(token, unit, kind, low, high):
    expected = tuple(math.inf if end == "inf" else Fraction(end) for end in (low, high))
    assert rounding.interval(token, unit, kind) == expected


def test_a_negative_figure_is_cut_off_towards_zero():
    cut = rounding.Rules("truncated")
    assert rounding.interval("-0.3%", "percent", "growth", rules=cut) == (Fraction("-0.4"), Fraction("-0.3"))


def test_a_decimal_comma_counts_only_if_declared():
    assert tokens.read("1.234,5", "count", decimal=",").number == Fraction("1234.5")
    assert tokens.read("12,5", "count", decimal=",").number == Fraction("12.5")
    for token in ("12,5", "1.234,5"):
        with pytest.raises(ValueError, match="number"):
            tokens.read(token, "count")


@pytest.mark.parametrize(
    ("token", "unit"),
    [
        ("12%元", "percent"), ("12岁", "亿元"), ("1,23", "count"), ("7%~", "percent"), ("--5", "count"),
        ("12-7%", "percent"), ("five two", "count"), ("3/0", "ratio"), ("零分之一", "ratio"), ("", "count"),
        ("5 <b>", "count"), ("5{x}", "count"), ("12 hours", "percent"), ("1/2/3", "ratio"),
    ],
)  # fmt: skip
def test_what_is_no_figure_of_its_unit_is_refused(token, unit):
    with pytest.raises(ValueError, match=r"number|unit|is no|range|divides"):
        tokens.read(token, unit)


def test_a_hedge_that_the_token_holds_may_not_be_denied():
    assert rounding.interval("nearly 40%", "percent", "share", "近") == (30, 40)
    with pytest.raises(ValueError, match="hedge"):
        rounding.interval("nearly 40%", "percent", "share", "超")


def test_every_row_of_the_table_has_a_known_role_and_meaning():
    assert set(tokens.WORDS) == set(tokens.ROLES) and all(tokens.WORDS.values())
    assert set(tokens.HEDGES.values()) <= tokens.HEDGE_MEANINGS


WORDS = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
ONES = ["zero", *WORDS.split(), "seventeen", "eighteen", "nineteen"]
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()


def in_english(number):
    """Write a number in words; independent of the reader under test."""
    for size, word in ((10**9, "billion"), (10**6, "million"), (1000, "thousand"), (100, "hundred")):
        if number >= size:
            rest = number % size
            joint = " and " if size == 100 else " "
            return f"{in_english(number // size)} {word}" + (joint + in_english(rest) if rest else "")
    if number < 20:
        return ONES[number]
    return TENS[number // 10 - 2] + (f"-{ONES[number % 10]}" if number % 10 else "")


@steady
@given(st.integers(0, 10**12 - 1))
def test_english_words_are_read_back(number):
    assert tokens.english_number(in_english(number)) == number
    assert tokens.read(in_english(number), "count").number == number


@steady
@given(st.decimals(-(10**9), 10**9, allow_nan=False, places=2))
def test_separators_and_signs_are_read_back(number):
    found = tokens.read(f"{number:,}亿元", "亿元")
    assert (found.number, found.step) == (Fraction(number), Fraction(1, 100))


@steady
@given(st.text(max_size=12), st.sampled_from(["count", "percent", "亿元", "亩", "ratio"]))
def test_any_text_is_read_or_refused(token, unit):
    try:
        found = tokens.read(token, unit)
    except ValueError:
        return
    assert found.last is None or found.number <= found.last


@steady
@given(st.text(alphabet="0123456789.,-+%‰$¥()一二三十百千万亿分之成点半多余约近至到/ |元个to", max_size=10))
def test_any_figure_like_text_is_read_or_refused(token):
    test_any_text_is_read_or_refused.hypothesis.inner_test(token, "percent")
    test_any_text_is_read_or_refused.hypothesis.inner_test(token, "亿元")
