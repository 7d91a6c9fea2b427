"""The article's sentences are the newspaper's: the project tells them in its own words."""

import re

from conftest import ROOT

from mountain_counties.pages import fingerprint

RUN = 14
"""Characters from which a run is a piece of a sentence, and no name, title or printed figure."""

TEXTS = {".csv", ".ipynb", ".js", ".json", ".md", ".po", ".py", ".toml", ".txt", ".yml"}

_TEXT = re.compile(r"[\w.%|，。、；：（）“”《》—－-]+")
_HAN = re.compile(r"[\u3400-\u9fff]")


def copied(text, article):
    """Return the runs of a text, its spaces apart, that are in the article and mostly Chinese."""
    parts = [part for part in _TEXT.findall(re.sub(r"\s", "", text)) if _HAN.search(part)]
    runs = {part[at : at + RUN] for part in parts for at in range(len(part) - RUN + 1)}
    return {run for run in runs if run in article and len(_HAN.findall(run)) > RUN // 2}


def test_a_copied_sentence_is_found():
    article = "第一句话说的是工业如何带动山区发展。第二句话说的是别的事情。"
    assert copied("A, B: 工业如何带动 山区发展。第二句话", article)
    assert not copied("工业带动山区，山区如何发展，第二件事情", article)


def test_no_sentence_of_the_article_is_in_the_project(article):
    text = re.sub(r"\s", "", article.read_text(encoding="utf-8"))
    names = [name for name in fingerprint.digests(ROOT) if (ROOT / name).suffix in TEXTS]
    assert {"README.zh.md", "data/article/claims.csv"} < set(names)
    found = {name: copied((ROOT / name).read_text(encoding="utf-8"), text) for name in names}
    assert {name: runs for name, runs in found.items() if runs} == {}
