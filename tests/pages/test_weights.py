"""What pages cost over the wire."""

import gzip

import pytest

from mountain_counties.pages import weights


def test_every_page_is_within_its_budget(html, root):
    over = [
        f"{name}: {weight.kilobytes:.0f} kB and {weight.requests} requests; {kind}: {limit}"
        for kind, (pages, limit) in weights.kinds(html, root / weights.BUDGET).items()
        for name, weight in pages.items()
        if weight.kilobytes > limit.kilobytes or weight.requests > limit.requests
    ]
    assert over == []


def test_a_page_weighs_what_it_asks_for_once_and_compressed(tmp_path):
    (tmp_path / "a.css").write_text("p{}" * 500)
    (tmp_path / "a.svg").write_text("<svg/>")
    page = tmp_path / "page.html"
    page.write_text(
        '<link rel="stylesheet" type="text/css" href="a.css?v=1"><link rel="next" href="missing.html">'
        '<img alt="" src="a.svg"><img src="a.svg"><a href="other.html">x</a>'
    )
    weight = weights.weigh(page)
    assert weight.requests == 3
    files = [page, tmp_path / "a.css", tmp_path / "a.svg"]
    assert weight.kilobytes == pytest.approx(sum(len(gzip.compress(f.read_bytes(), 6)) for f in files) / 1000)


def test_a_page_of_no_kind_is_an_error(tmp_path):
    (tmp_path / "odd.html").write_text("")
    budget = tmp_path / "budget.toml"
    budget.write_text('[chapter]\npages = ["notebooks/*"]\nkilobytes = 1\nrequests = 1\n')
    with pytest.raises(ValueError, match="the page 'odd'"):
        weights.kinds(tmp_path, budget)
