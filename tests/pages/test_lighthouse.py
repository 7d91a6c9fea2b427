"""The scores that Lighthouse gave; `make lighthouse` measures them anew."""

import csv

import lighthouse
import pytest

LEAST = {"performance": 95, "accessibility": 100, "best-practices": 95, "seo": 95}


@pytest.fixture(scope="module")
def scores() -> list[dict[str, str]]:
    """Read the scores, and put them into the log."""
    text = lighthouse.SCORES.read_text(encoding="utf-8")
    print(text)
    return list(csv.DictReader(text.splitlines()))


def test_every_kind_of_page_was_scored_on_a_phone_and_on_a_desk(scores):
    assert [(row["kind"], row["form"]) for row in scores] == [
        (kind, form) for kind in lighthouse.KINDS for form in lighthouse.FORMS
    ]


def test_every_score_is_what_is_asked(scores):
    low = [
        (row["kind"], row["form"], name, row[name])
        for row in scores
        for name, least in LEAST.items()
        if int(row[name]) < least
    ]
    assert low == []


def test_the_pages_that_stand_for_a_kind_are_there(html):
    assert [page for page in lighthouse.KINDS.values() if not (html / f"{page}.html").is_file()] == []


def test_pages_are_served_compressed_and_under_the_strict_policy(html):
    from urllib.error import HTTPError
    from urllib.request import urlopen

    with lighthouse.site(html) as address:
        with urlopen(f"{address}index.html") as answer:
            assert answer.headers["Content-Encoding"] == "gzip"
            assert answer.headers["Content-Security-Policy"] == "default-src 'self'"
        with pytest.raises(HTTPError):
            urlopen(f"{address}nowhere.html")
