"""Numbers in Chinese have the digits of the English ones, and stand for the same."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mountain_counties.audit import wording
from mountain_counties.book import prose
from mountain_counties.edition import numerals


@pytest.mark.parametrize(
    ("english", "expected"),
    [
        ("24.9 billion yuan", "249亿元"),
        ("13.364 billion yuan", "133.64亿元"),
        ("300 million yuan", "3亿元"),
        ("790 million yuan", "7.9亿元"),
        ("20 million yuan", "2000万元"),
        ("50 million yuan", "5000万元"),
        ("−1.5 million yuan", "−150万元"),
        ("9.4–12.9 billion yuan", "94亿～129亿元"),
        ("537–543 million yuan", "5.37亿～5.43亿元"),
        ("24.9 bn", "249亿"),
        ("1.2 million", "120万"),
        ("100k", "10万"),
        ("0.1m", "10万"),
        ("50m", "5000万"),
        ("100m", "1亿"),
        ("12,655 yuan", "12,655元"),
        ("26.961–26.963 mu", "26.961～26.963亩"),
        ("6 December 2024", "2024年12月6日"),
        ("6 December", "12月6日"),
        ("August 2024", "2024年8月"),
        ("January to September 2024", "2024年1月至9月"),
        ("1st half of 2024", "2024年上半年"),
        ("0.9 percentage points", "0.9个百分点"),
        ("+13.2 points", "+13.2个百分点"),
        ("−3.9 log points", "−3.9个对数点"),
        ("0.6–3.3 points", "0.6～3.3个百分点"),
        ("40–55%", "40%～55%"),
        ("196.8%", "196.8%"),
        ("2022–2024", "2022—2024"),
        ("862–2,205", "862～2,205"),
        ("2.3 times", "2.3倍"),
        ("3 km²", "3平方公里"),
        ("twice", "2倍"),
        ("Two", "2"),
        ("twenty-six", "26"),
        ("second", "第2"),
        ("22nd", "第22"),
        ("2015-02-27", "2015-02-27"),
        ("0.1.0", "0.1.0"),
        ("133.64亿元", "133.64亿元"),
    ],
)
def test_known_numbers(english, expected):
    assert numerals.chinese(english) == expected
    if english[0].isdigit() or english[0] in "+−":
        assert numerals.find(f"so {english}.") == [(3, 3 + len(english), expected)]


@pytest.mark.parametrize("text", ["", "many", "six counties", "24.9 counties", "1–2 to 3", "May"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(ValueError, match="as the book writes it"):
        numerals.chinese(text)


def test_a_running_text_has_its_numbers_found_with_their_units():
    text = (
        "In 2023 some 60.64 to 54.32 billion yuan, 3 of 26 (5G, B2, H1-2) and −3.1 and 3.0 percentage points."
    )
    found = [(text[start:end], chinese) for start, end, chinese in numerals.find(text)]
    assert found == [
        ("2023", "2023"),
        ("60.64", "606.4亿元"),
        ("54.32 billion yuan", "543.2亿元"),
        ("3", "3"),
        ("26", "26"),
        ("−3.1", "−3.1"),
        ("3.0 percentage points", "3.0个百分点"),
    ]


@given(st.integers(0, 99))
def test_words_are_read_back(n):
    assert numerals.chinese(wording.words(n).capitalize()) == str(n)


@given(st.integers(1, 10**7), st.integers(0, 3))
def test_money_is_the_same_sum(hundredths, digits):
    english = prose.billion(hundredths / 100, digits).replace(prose.NBSP, " ")  # of 100 million yuan
    text = numerals.chinese(english)
    assert text.endswith("亿元")
    assert Decimal(text.removesuffix("亿元")) == 10 * Decimal(english.split(" ")[0].replace(",", ""))


@given(st.integers(1, 10**6), st.integers(0, 10**5))
def test_a_range_of_money_names_the_unit_of_both_ends(low, more):
    english = prose.interval(low, low + more, "million", 0).replace(prose.NBSP, " ")
    factors = {"万": 1, "亿": 10**4, "万元": 1, "亿元": 10**4}
    ends = numerals.chinese(english).split("～")
    values = [Decimal(end.rstrip("亿万元")) * factors[end.lstrip("0123456789.,")] for end in ends]
    given_ends = english.removesuffix(" million yuan").replace(",", "").split("–")
    assert values == [100 * Decimal(end) for end in given_ends]


def test_the_explorer_counts_in_yi():
    about = {"factor": 0.1, "digits": 1, "suffix": " bn yuan"}
    assert numerals.format_of(about) == {"factor": 1.0, "digits": 0, "suffix": "亿元"}
    assert numerals.format_of({"factor": 1, "digits": 0, "suffix": " yuan"})["suffix"] == "元"
    assert numerals.in_yi("24.85") == "248.5"
    assert numerals.in_yi("−3") == "−30"
