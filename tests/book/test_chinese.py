"""Numbers in Chinese have the digits of the English ones, and the catalogue answers for every message."""

from decimal import Decimal

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po
from hypothesis import given
from hypothesis import strategies as st

from mountain_counties.audit import wording
from mountain_counties.book import chinese, prose


@pytest.mark.parametrize(
    ("english", "expected"),
    [
        ("24.9 billion yuan", "249亿元"),
        ("13.364 billion yuan", "133.64亿元"),
        ("300 million yuan", "3.00亿元"),
        ("20 million yuan", "2000万元"),
        ("−1.5 million yuan", "−150万元"),
        ("6 December 2024", "2024年12月6日"),
        ("0.9 percentage points", "0.9个百分点"),
        ("−3.1 and 3.0 percentage points", "−3.1至3.0个百分点"),
        ("−3.1 to 3.0", "−3.1至3.0"),
        ("40–55%", "40%~55%"),
        ("196.8%", "196.8%"),
        ("+4.2%", "+4.2%"),
        ("2022–2024", "2022—2024"),
        ("2.3 times", "2.3倍"),
        ("twice", "2倍"),
        ("Two", "2"),
        ("twenty-six", "26"),
        ("230,230", "230,230"),
    ],
)
def test_known_numbers(english, expected):
    assert chinese.number(english) == expected


@pytest.mark.parametrize("text", ["", "many", "six counties", "24.9 billion", "12 December", "1–2 to 3"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(ValueError, match="as prose writes it"):
        chinese.number(text)


@given(st.integers(0, 99))
def test_words_are_read_back(n):
    assert chinese.number(wording.words(n).capitalize()) == str(n)


@given(st.integers(1, 10**7), st.integers(0, 3))
def test_money_is_the_same_sum(hundredths, digits):
    english = prose.billion(hundredths / 100, digits)  # of 100 million yuan, as the package holds it
    text = chinese.number(english)
    assert text.endswith("亿元")
    assert Decimal(text.removesuffix("亿元")) == 10 * Decimal(english.split(prose.NBSP)[0].replace(",", ""))


@pytest.mark.parametrize(
    ("translation", "flags", "told"),
    [
        ("", (), "found no translation"),
        ("{glue:}`n`个", ("fuzzy",), "found a fuzzy translation"),
        ("6个", (), r"found the roles \[\] in the translation"),
        ("{glue:}`n`个{glue:}`n`", (), "found the roles"),
    ],
)
def test_an_unfit_translation_is_named(tmp_path, translation, flags, told):
    path = tmp_path / "page.po"
    catalogue = Catalog(locale="zh_CN")
    catalogue.add("{glue:}`n` counties", translation, flags=flags)
    with path.open("wb") as file:
        write_po(file, catalogue)
    with pytest.raises(ValueError, match=told) as error:
        chinese.messages(path)
    assert str(error.value).startswith("page.po, message")


def test_a_fit_catalogue_is_read(tmp_path):
    path = tmp_path / "page.po"
    path.write_text('msgid "{glue:}`n` counties"\nmsgstr "{glue:}`n`个县"\n', encoding="utf-8")
    assert chinese.messages(path) == {"{glue:}`n` counties": "{glue:}`n`个县"}
