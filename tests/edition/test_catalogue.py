"""The catalogues: what is unfit is named, and a renewal keeps what was translated."""

import re

import pytest

from mountain_counties.edition import catalogue
from mountain_counties.edition.catalogue import Used

HEAD = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'


def entry(english, chinese, fuzzy=False):
    return f'{"#, fuzzy" if fuzzy else "#"}\nmsgid "{english}"\nmsgstr "{chinese}"\n\n'


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "common.po").write_text(HEAD + entry("{1} of {2}", "{2}中的{1}"), encoding="utf-8")
    text = HEAD + entry("Not <1>yet</1>", "") + entry("Perhaps", "也许", fuzzy=True)
    (tmp_path / "notebooks" / "06.po").write_text(text, encoding="utf-8")
    return tmp_path


def test_only_certain_translations_are_taken(folder):
    assert catalogue.load(folder) == {"{1} of {2}": "{2}中的{1}"}


def test_what_awaits_translation_is_named(folder):
    assert catalogue.unfit(folder) == [
        "notebooks/06.po: no translation of 'Not <1>yet</1>'",
        "notebooks/06.po: a fuzzy translation of 'Perhaps'",
    ]


@pytest.mark.parametrize(
    ("english", "chinese", "told"),
    [
        ("In {1} <1>so</1>", "在{1}", "found {1} in the translation, expected </1> <1> {1}"),
        ("{count} of {left}", "{count}", "found {count} in the translation, expected {count} {left}"),
        ("{1} of {2}", "{1}／{2}", "found a second translation"),
    ],
)
def test_an_unfit_translation_is_named(folder, english, chinese, told):
    (folder / "profiles.po").write_text(HEAD + entry(english, chinese), encoding="utf-8")
    with pytest.raises(ValueError, match=re.escape(told)) as error:
        catalogue.load(folder)
    assert str(error.value).startswith(f"profiles.po, message '{english[:3]}")


def test_what_is_no_catalogue_is_named(folder):
    (folder / "bad.po").write_text("nonsense here", encoding="utf-8")
    with pytest.raises(ValueError, match=r"bad\.po: "):
        catalogue.load(folder)


@pytest.mark.parametrize(
    ("pages", "home"),
    [
        (["notebooks/06"], "notebooks/06"),
        (["index", "search"], "common"),
        (["profiles/a"], "profiles"),
        (["profiles/a", "profiles/b"], "profiles"),
        (["profiles/a", "index"], "common"),
    ],
)
def test_a_message_has_one_home(pages, home):
    assert catalogue.home(pages) == home


def test_a_common_message_says_where_it_stands(folder):
    pages = ("a", "b", "c", "d")
    used = {"{1} of {2}": Used(pages, ("3 → 3", "26 → 26")), "Elsewhere": Used(pages[:3], ())}
    catalogue.merge(folder, used)
    text = (folder / "common.po").read_text(encoding="utf-8")
    head, _, messages = text.partition("\n\n")
    assert head.startswith("# The Chinese edition of the book: common.") and text.count("Content-Type") == 1
    assert messages.replace("#, python-brace-format\n", "") == (
        "#. on a, b, c, …\n#. {1} 3 → 3\n#. {2} 26 → 26\n"
        'msgid "{1} of {2}"\nmsgstr "{2}中的{1}"\n\n'
        '#. on a, b, c\nmsgid "Elsewhere"\nmsgstr ""\n\n'
    )


def test_a_renewal_keeps_translations_and_offers_the_likest(folder):
    used = {
        "{1} of {2}": Used(("index",), ("3 → 3", "26 → 26")),
        "{1} out of {2}": Used(("index", "search"), ()),
        "All is new here": Used(("profiles/a",), ()),
    }
    catalogue.merge(folder, used)
    assert sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*.po")) == [
        *("common.po", "index.po", "profiles.po"),
    ]
    assert catalogue.load(folder) == {"{1} of {2}": "{2}中的{1}"}
    assert catalogue.unfit(folder) == [
        "common.po: a fuzzy translation of '{1} out of {2}'",
        "profiles.po: no translation of 'All is new here'",
    ]
    assert "#. {1} 3 → 3" in (folder / "index.po").read_text(encoding="utf-8")
    before = {path: path.read_bytes() for path in folder.rglob("*.po")}
    catalogue.merge(folder, used)
    assert {path: path.read_bytes() for path in folder.rglob("*.po")} == before
