"""The Sphinx extension, tried on small books."""

import io
import json
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from sphinx.application import Sphinx
from sphinx.errors import ConfigError
from sphinx.util.docutils import docutils_namespace

from mountain_counties.audit import ledger
from mountain_counties.audit.verdicts import GRADES
from mountain_counties.book import exhibits, prose
from mountain_counties.pages import claims, claims_index

GRADED = pd.DataFrame(
    {
        "grade": ["scope mismatch"],
        "reason": ["another scope"],
        "statement": ["A fits B."],
        "claims": [("py-go-2023",)],
    },
    index=["py-fit"],
)


CLAIMS = ledger.load().loc[["zj-hills", "py-go-2023", "py-va-2023"]]


@pytest.fixture
def verdicts(monkeypatch):
    """Shorten the ledger, and give every claim the same verdict, so that no audit is run."""
    grades = {"internal": "pinned", "overall": "holds by rounding", "reason": "rounded"}
    on_claims = pd.DataFrame(grades, index=CLAIMS.index).assign(external=[None, "contradicted", None])
    monkeypatch.setattr(claims, "claims", lambda: CLAIMS)
    monkeypatch.setattr(claims, "verdicts", lambda: (on_claims, GRADED))


class Book:
    """A small book in a temporary folder."""

    def __init__(self, folder: Path):
        self.folder = folder
        for name in ("data", "src"):
            (folder / name).mkdir(parents=True)
        for name in ("requirements.txt", "_config.yml", "data/a.csv"):
            (folder / name).touch()

    def write(self, name: str, text: str) -> None:
        """Write a page."""
        (self.folder / name).write_text(text, encoding="utf-8")

    def build(self, **more: object) -> tuple[list[str], str]:
        """Build, with more settings if need be; return the pages read and the warnings."""
        said, warned, read = io.StringIO(), io.StringIO(), []
        settings = {
            "extensions": ["myst_nb", "mountain_counties.pages.extension"],
            "html_math_renderer": "mathml",
            "html_theme": "basic",
            "myst_enable_extensions": ["deflist", "dollarmath"],
            "nb_execution_mode": "off",
            "numfig": True,
        }
        settings |= more
        places = (self.folder, None, self.folder / "out", self.folder / "trees")
        with docutils_namespace():
            app = Sphinx(*places, "html", confoverrides=settings, status=said, warning=warned)
            app.connect("env-before-read-docs", lambda app, env, names: read.extend(names))
            app.build()
        return sorted(read), re.sub(r"\x1b\[[0-9;]*m", "", warned.getvalue())

    def page(self, name: str) -> BeautifulSoup:
        """Parse a built page."""
        return BeautifulSoup(
            (self.folder / "out" / f"{name}.html").read_text(encoding="utf-8"), "html.parser"
        )


@pytest.fixture
def book(tmp_path, verdicts):
    """Return a book whose index page lists two others: the claims, and a chapter."""
    made = Book(tmp_path)
    made.write("index.md", "# Book\n\n```{toctree}\nclaims\nchapter\n```\n")
    made.write("claims.md", "# Claims\n\n```{claims-index}\n```\n")
    made.write(
        "chapter.md",
        "# Chapter\n\n## Output\n\nIt made {claim}`py-go-2023`: {verdict}`py-go-2023` {verdict}`py-fit`.\n",
    )
    return made


def test_claim_prints_the_ledgers_figure_and_links_to_its_entry(book):
    _, warnings = book.build()
    assert warnings == ""
    link = book.page("chapter").select_one("a.claim")
    assert link.text == prose.billion(699.5, 2)
    assert link["href"] == "claims.html#py-go-2023"
    assert link["title"] == "699.5亿元 · section 1, paragraph 4"


def test_verdict_prints_sign_grade_and_reason(book):
    book.build()
    of_claim, of_relation = book.page("chapter").select(".verdict")
    assert of_claim.text == f"≈{prose.NBSP}holds by rounding"
    assert (of_claim["title"], of_claim["href"]) == ("rounded", "claims.html#py-go-2023")
    assert {"verdict", "verdict-scope-mismatch"} <= set(of_relation["class"])
    assert (of_relation.name, of_relation["title"]) == ("span", "another scope")


def test_index_lists_every_claim_with_its_interval_relations_and_uses(book):
    book.build()
    page = book.page("claims")
    assert [entry["id"] for entry in page.select(".claim-entry")] == list(CLAIMS.index)
    entry = page.find(id="py-go-2023")
    assert entry.select_one("strong")["lang"] == "zh-CN"
    text = entry.get_text(" ", strip=True)
    assert prose.interval(699.45, 699.55, "billion", 3) in text
    assert "A fits B." in text
    judged = [mark["class"][-1].removeprefix("verdict-") for mark in entry.select(".verdict")]
    assert judged == ["holds-by-rounding", "pinned", "contradicted", "scope-mismatch"]
    assert len(page.find(id="py-va-2023").select(".verdict")) == 1
    links = [(a.text, a["href"]) for a in entry.select("dd a")]
    assert links == [("Chapter: Output", "chapter.html#use-py-go-2023-1")]
    assert book.page("chapter").find(id="use-py-go-2023-1")
    assert "no page" in page.find(id="py-va-2023").text


def test_a_claim_of_a_clash_tells_it_and_what_would_mend_it():
    told = pd.Series({"clashes": ("Clash 1.", "Clash 2."), "mending": "Give one up."})
    assert [node.astext() for node in claims_index.clash(told)] == ["Clash 1.", "Clash 2.", "Give one up."]
    assert claims_index.clash(pd.Series({"clashes": float("nan"), "mending": float("nan")})) == []
    assert claims_index.clash(pd.Series({"internal": "pinned"})) == []


def test_index_gives_a_claims_facts_and_its_note_if_it_has_one(book):
    book.build()
    facts = {
        entry["id"]: {term.text: term.find_next_sibling("dd").text.strip() for term in entry.select("dt")}
        for entry in book.page("claims").select(".claim-entry")
    }
    assert facts["zj-hills"]["Note"] == CLAIMS.note["zj-hills"] != ""
    assert "Note" not in facts["py-go-2023"]
    assert facts["py-go-2023"]["About"] == (
        "Pingyang 平阳 · gross industrial output value · above-scale industry · 2023"
    )
    assert facts["py-go-2023"]["Place"] == "section 1, paragraph 4"
    assert facts["zj-hills"]["Stands for"] == "none"


def test_a_row_shows_token_words_and_verdict_and_its_filter_counts_them(book):
    book.build()
    page = book.page("claims")
    row = page.find("details", id="py-go-2023")
    shown = [part.get_text(strip=True) for part in row.summary.find_all(recursive=False)]
    claim = CLAIMS.loc["py-go-2023"]
    assert shown == [claim.token, claim.paraphrase, f"≈{prose.NBSP}holds by rounding"]
    assert not row.summary.select("[title]")  # no button within a summary
    sort = {key: row[f"data-{key}"] for key in ("verdict", "place", "kind")}
    assert sort == {"verdict": "holds by rounding", "place": "pingyang", "kind": "level"}
    form = page.select_one("form.claim-filter")
    assert {box["value"] for box in form.select("[name=verdict]")} == {"holds by rounding"}
    offered = {option["value"]: option.text for option in form.select("[name=place] option")}
    assert offered == {"": "any", "zhejiang": "Zhejiang 浙江 (1)", "pingyang": "Pingyang 平阳 (2)"}


def test_signs_are_in_the_order_of_gravity():
    assert [grade for grade in claims.SIGNS if grade in GRADES] == list(GRADES)


def test_the_article_is_a_page_of_cells_in_printed_order_that_lead_into_the_filter(book):
    book.write("chapter.md", "# Chapter\n\n```{article-page}\n```\n")
    assert book.build()[1] == ""
    page = book.page("chapter")
    cells = page.select(".article-paragraph a.cell")
    assert [cell["href"] for cell in cells] == [f"claims.html#{name}" for name in CLAIMS.index]
    assert cells[1].text == f"≈{prose.NBSP}{CLAIMS.token['py-go-2023']}"
    assert cells[1]["title"].startswith(CLAIMS.paraphrase["py-go-2023"])
    (key,) = page.select(".key-of-cells a")
    assert (key["href"], key.text) == (
        "claims.html?verdict=holds+by+rounding",
        f"≈{prose.NBSP}holds by rounding 3",
    )
    places = [link["href"] for link in page.select(".about a")]
    assert places == ["claims.html?place=zhejiang", "claims.html?place=pingyang"]
    used = book.page("claims").find(id="py-go-2023")
    assert "no page" in used.text  # a cell is no use of a claim


def test_cells_without_an_index_are_an_error(book):
    book.write("claims.md", "# Claims\n\n```{article-page}\n```\n")
    book.write("chapter.md", "# Chapter\n")
    assert "no page holds the directive claims-index" in book.build()[1]


def test_index_follows_the_pages_that_use_a_claim(book):
    book.build()
    book.write("chapter.md", "# Chapter\n\nNow {claim}`py-va-2023`.\n")
    read, _ = book.build()
    assert read == ["chapter"]
    page = book.page("claims")
    assert "no page" in page.find(id="py-go-2023").text
    assert page.find(id="py-va-2023").select_one("dd a")["href"] == "chapter.html#use-py-va-2023-1"


def test_words_go_only_with_a_claim_that_has_no_figure(book):
    book.write("chapter.md", "# Chapter\n\n{claim}`hilly <zj-hills>`\n")
    assert book.build()[1] == ""
    assert book.page("chapter").select_one("a.claim").text == "hilly"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{claim}`py-nothing`", "there is no claim 'py-nothing' in the ledger"),
        ("{claim}`about 70 <py-go-2023>`", "which comes from the ledger"),
        ("{claim}`zj-hills`", "has no figure"),
        ("{verdict}`py-nothing`", "there is no verdict on 'py-nothing'"),
    ],
)
def test_wrong_role_is_an_error_at_its_page_and_line(book, text, message):
    book.write("chapter.md", f"# Chapter\n\n{text}\n")
    warnings = book.build()[1]
    assert message in warnings
    assert "chapter.md:3: ERROR" in warnings


def test_claims_without_an_index_are_an_error(book):
    book.write("claims.md", "# Claims\n")
    assert "no page holds the directive claims-index" in book.build()[1]


def test_second_index_is_an_error(book):
    book.write("chapter.md", "# Chapter\n\n```{claims-index}\n```\n")
    assert "the index of claims is on" in book.build()[1]


def test_changed_table_has_every_page_read_again(book):
    book.build()
    assert book.build()[0] == []
    book.write("data/a.csv", "x\n")
    assert book.build()[0] == ["chapter", "claims", "index"]


def notebook(*outputs: exhibits.Exhibit, text: str = "# Exhibits") -> str:
    """Return a notebook that was executed, one output a cell, folded like the book's."""
    cells = [new_markdown_cell(text)]
    for exhibit in outputs:
        shown = new_output("execute_result", data=exhibit._repr_mimebundle_(), execution_count=1)
        cells.append(new_code_cell("show()", outputs=[shown], metadata={"tags": ["hide-input"]}))
    return nbformat.writes(new_notebook(cells=cells, metadata={"language_info": {"name": "python"}}))


def figure(
    name: str = "fig-growth", caption: str = "Growth, see {claim}`py-go-2023` and $x^2$"
) -> exhibits.Exhibit:
    """Return a figure without drawing one."""
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"></svg>'
    made = {"kind": "figure", "name": name, "caption": caption, "alt": "All of the lines go up.", "svg": svg}
    made["svg_phone"] = svg.replace("<svg ", '<svg id="phone" ')
    made["title"] = "Output was {claim}`py-go-2023`"
    return exhibits.Exhibit(made | {"csv": "year,growth\n2020,0.5\n"})


@pytest.fixture
def shown(book):
    """Build a book with a figure and a table on a chapter that is a notebook; return it with its warnings."""
    rows = pd.DataFrame(
        {"county": ["A", "B & C"], "growth": [0.061, None], "verdict": ["{verdict}`py-fit`", None]}
    )
    table = exhibits.table(
        rows,
        "tab-growth",
        "Growth by *county*",
        formats={"growth": prose.percent},
        markup=("verdict",),
        search=True,
    )
    (book.folder / "chapter.md").unlink()
    book.write(
        "chapter.ipynb",
        notebook(figure(), table, text="# Exhibits\n\n{numref}`fig-growth`, {numref}`tab-growth`"),
    )
    return book, book.build()[1]


def test_figure_is_numbered_described_and_its_files_can_be_had(shown):
    book, warnings = shown
    assert warnings == ""
    page = book.page("chapter")
    drawn = page.find("figure", id="fig-growth")
    assert [form["class"] for form in drawn.select("svg")] == [["chart", "wide"], ["chart", "phone"]]
    assert {form["aria-label"] for form in drawn.select("svg[role=img]")} == {"All of the lines go up."}
    assert drawn.select_one("svg.phone")["id"] == "phone"
    assert drawn.figcaption.select_one(".caption-number").text.strip() == "Fig. 1"
    assert drawn.figcaption.select_one("a.claim").text == prose.billion(699.5, 2)
    assert drawn.figcaption.math
    assert drawn.find(True)["class"] == ["figure-title"]  # above the picture
    assert drawn.find(True).get_text() == f"Output was {prose.billion(699.5, 2)}"
    links = {a.text: a["href"] for a in drawn.find_next_sibling(class_="exhibit-links").select("a")}
    assert list(links) == ["CSV", "SVG", "JSON", "Code"]
    assert (book.folder / "out" / links["CSV"]).read_text() == "year,growth (%)\n2020,50\n"
    assert (book.folder / "out" / links["SVG"]).read_text() == figure().payload["svg"]
    assert "show()" in page.find(id=links["Code"].removeprefix("#")).text
    assert page.find("a", href="#fig-growth").text == "Fig. 1"


def test_table_has_caption_scopes_sort_keys_and_roles(shown):
    page = shown[0].page("chapter")
    table = page.find("table", id="tab-growth")
    assert {"exhibit", "searchable"} <= set(table["class"])
    assert table.caption.select_one(".caption-text").text.startswith("Growth by county")
    assert [th["scope"] for th in table.thead.select("th")] == ["col"] * 3
    first, second = table.tbody.select("tr")
    assert (first.th["scope"], first.th.text, second.th.text) == ("row", "A", "B & C")
    assert [(cell["data-sort"], cell.text) for cell in (first.td, second.td)] == [
        ("0.061", "6.1%"),
        ("", "–"),
    ]
    assert first.select_one(".verdict-scope-mismatch")


def test_a_wide_table_has_the_margin_too(book):
    frames = {
        "tab-narrow": pd.DataFrame({"a": ["x"], "b": ["word " * 20]}),
        "tab-wordy": pd.DataFrame({"a": ["word " * 20], "b": ["word " * 20]}),
        "tab-several": pd.DataFrame({letter: ["x"] for letter in "abcdef"}),
        "tab-many": pd.DataFrame({letter: ["x"] for letter in "abcdefg"}),
        "tab-long": pd.DataFrame({letter: ["x"] * 30 for letter in "abcdefg"}),
        "tab-most": pd.DataFrame({letter: ["x"] for letter in "abcdefghi"}),
    }
    shown = [exhibits.table(frame, name=name, caption=name) for name, frame in frames.items()]
    (book.folder / "chapter.md").unlink()
    book.write("chapter.ipynb", notebook(*shown))
    assert book.build()[1] == ""
    page = book.page("chapter")
    wide = {name: page.find("table", id=name).find_parent(class_="full-width") is not None for name in frames}
    assert [name for name in frames if wide[name]] == ["tab-wordy", "tab-many", "tab-long", "tab-most"]
    # On paper some have sheets of their own.
    assert [table["id"] for table in page.select(".landscape table")] == ["tab-long", "tab-most"]
    assert not page.select("table.searchable")  # nobody asked for a search box


def test_a_phone_leaves_out_later_columns_unless_their_maker_named_others(book):
    wide = pd.DataFrame({letter: ["x"] for letter in "abcdef"})
    five = pd.DataFrame({letter: ["x"] for letter in "abcde"})
    shown = [
        exhibits.table(wide, "tab-wide", "Wide"),
        exhibits.table(wide, "tab-named", "Named", minor=("b",)),
        exhibits.table(five, "tab-five", "Five"),
    ]
    (book.folder / "chapter.md").unlink()
    book.write("chapter.ipynb", notebook(*shown))
    assert book.build()[1] == ""
    page = book.page("chapter")
    left_out = {
        name: [cell.text for cell in page.find("table", id=name).select("thead .minor")]
        for name in ("tab-wide", "tab-named", "tab-five")
    }
    assert left_out == {"tab-wide": ["e", "f"], "tab-named": ["b"], "tab-five": []}


def test_exhibits_in_captions_count_as_uses(shown):
    assert (
        shown[0]
        .page("claims")
        .find(id="py-go-2023")
        .select_one("dd a")["href"]
        .startswith("chapter.html#use-")
    )


def test_wrong_role_in_a_caption_is_an_error_at_its_cell(book):
    (book.folder / "chapter.md").unlink()
    book.write("chapter.ipynb", notebook(figure(), figure("fig-next", "See {claim}`py-nothing`")))
    # MyST-NB counts ten thousand lines to a cell; the title's is the first.
    assert re.search(r"chapter\.ipynb:3\d{4}: ERROR: .*'py-nothing'", book.build()[1])


def test_same_name_twice_is_a_warning(book):
    book.write("chapter.ipynb", notebook(figure()))
    (book.folder / "chapter.md").unlink()
    book.write("index.md", "# Book\n\n```{toctree}\nclaims\nchapter\nother\n```\n")
    book.write("other.ipynb", notebook(figure()))
    assert "duplicate label fig-growth" in book.build()[1]


def test_formulas_need_no_script(book):
    book.write("chapter.md", "# Chapter\n\n$x^2$\n\n$$\ny = \\frac{a}{b}\n$$ (eq-one)\n\n{eq}`eq-one`\n")
    assert book.build()[1] == ""
    page = book.page("chapter")
    assert [formula["display"] for formula in page.select("math")] == ["inline", "block"]
    assert page.select_one("div.math")["id"] == "equation-eq-one"
    assert not page.select("script[src*=athjax]")


def test_description_is_the_first_long_paragraph(book):
    first = "This chapter asks whether the figures that a newspaper printed can all be true at once. "
    book.write("chapter.md", f'# Chapter\n\nShort.\n\n{first * 3}"Quoted."\n')
    book.build()
    description = book.page("chapter").select_one("meta[name=description]")["content"]
    assert description.startswith(first.strip())
    assert len(description) <= 162
    assert description.endswith(" …")


def test_catalogue_shows_each_file_with_its_terms_and_fields_and_the_sources(book):
    resource = {
        "title": "Units",
        "description": "All units.",
        "path": "a.csv",
        "rows": 1,
        "class": "verbatim",
        "trust": "High.",
        "gaps": "None known.",
        "licenses": [{"title": "CC0", "path": "https://example.org/cc0"}],
        "licence_checked": "2026-01-02",
        "schema": {"fields": [{"name": "area", "type": "number", "description": "Area.", "unit": "km2"}]},
    }
    source = {
        "name": "y",
        "title": "Yearbook",
        "vintage": "2024",
        "grade": "A",
        "trust": "High",
        "terms": "Facts",
    }
    package = {"resources": [resource], "sources": [source]}
    book.write("data/datapackage.json", json.dumps(package))
    book.write("chapter.md", "# Data\n\n```{data-catalogue}\n```\n")
    assert book.build()[1] == ""
    page = book.page("chapter")
    assert [heading.text.rstrip("¶") for heading in page.select("h2")] == ["Units", "Sources"]
    facts = {item.strong.text: item for item in page.select("#units li")}
    assert facts["Terms:"].a["href"] == "https://example.org/cc0"
    assert facts["Terms:"].text.strip() == f"Terms: CC0; checked on {prose.date('2026-01-02')}"
    assert "High." in facts["How far to trust it:"].text
    assert "None known." in facts["Known gaps:"].text
    assert (book.folder / "out" / facts["File:"].a["href"]).name == "a.csv"
    fields, sources = page.select("table")
    assert [cell.text for cell in fields.tbody.select("td")] == ["area", "number", "Area. Unit: km2."]
    assert [cell.text for cell in sources.tbody.select("td")] == [
        "y",
        "Yearbook",
        "2024",
        "A",
        "High",
        "Facts",
    ]
    assert all(head["scope"] == "col" for head in page.select("thead th"))


def test_catalogue_counts_the_rows_and_keeps_a_bar_in_a_cell(book):
    resource = {
        "title": "Units",
        "description": "All units, by code.",
        "path": "a.csv",
        "rows": 1200,
        "class": "verbatim",
        "trust": "High.",
        "gaps": "None.",
        "licenses": [{"title": "CC0"}, {"title": "BY"}],
        "licence_checked": "2026-01-02",
        "schema": {"fields": [{"name": "part", "type": "string", "description": "One of a | b."}]},
    }
    book.write("data/datapackage.json", json.dumps({"resources": [resource], "sources": []}))
    book.write("chapter.md", "# Data\n\n```{data-catalogue}\n```\n")
    assert book.build()[1] == ""
    page = book.page("chapter")
    assert page.select_one("#units p").text == "All units, by code."
    facts = {item.strong.text: item.text.strip() for item in page.select("#units li")}
    assert facts["File:"].replace(prose.NBSP, " ") == "File: a.csv, 1,200 rows"
    assert facts["Class:"] == "Class: verbatim"
    assert facts["Terms:"].startswith("Terms: CC0, BY; checked on ")
    assert [cell.text for cell in page.table.tbody.select("td")] == ["part", "string", "One of a | b."]


def test_verdicts_are_kept_for_the_next_build_until_their_inputs_change():
    env = SimpleNamespace(mountain_counties_inputs="a")
    tables = (pd.DataFrame({"overall": ["pinned"]}), pd.DataFrame())
    claims._known.clear()
    claims._known["all"] = tables
    claims.keep_verdicts(None, env)
    claims._known.clear()
    claims.recall_verdicts(None, env, set(), set(), set())
    for kept, table in zip(claims.verdicts(), tables, strict=True):
        pd.testing.assert_frame_equal(kept, table)
    env.mountain_counties_inputs = "b"
    claims.recall_verdicts(None, env, set(), set(), set())
    assert not claims._known


def test_the_extension_loads_neither_tables_nor_solvers_before_a_page_needs_them():
    loaded = "{'pandas', 'highspy', 'pint'} & set(sys.modules)"
    code = f"import sys, mountain_counties.pages.extension; print({loaded})"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"


# ---- old addresses

TEMPLATES = str(Path(__file__).resolve().parents[2] / "_templates")


def test_an_old_address_leads_to_the_page(book):
    moved = {"old/place": "chapter"}
    _, warnings = book.build(moved_pages=moved, templates_path=[TEMPLATES])
    assert warnings == ""
    page = book.page("old/place")
    assert page.find("meta", attrs={"http-equiv": "refresh"})["content"] == "0; url=../chapter.html"
    assert (page.a["href"], page.a.text) == ("../chapter.html", "Chapter")
    assert not page.find("script")


@pytest.mark.parametrize(
    ("moved", "told"),
    [({"old": "nowhere"}, "nowhere, which is no page"), ({"claims": "chapter"}, "claims has not moved")],
)
def test_an_old_address_that_leads_nowhere_is_an_error(book, moved, told):
    with pytest.raises(ConfigError, match=told):
        book.build(moved_pages=moved, templates_path=[TEMPLATES])


def test_an_exhibit_that_moved_keeps_its_old_address(book):
    book.write("chapter.md", "# Chapter\n\n```{moved-exhibits}\ntab-there\nfig-gone tab-there\n```\n")
    table = exhibits.table(pd.DataFrame({"a": [1]}), name="tab-there", caption="There")
    book.write("index.md", "# Book\n\n```{toctree}\nclaims\nchapter\nexhibits\n```\n")
    book.write("exhibits.ipynb", notebook(table))
    _, warnings = book.build()
    assert warnings == ""
    line = book.page("chapter").select_one("p.moved-exhibits")
    assert {tag["id"] for tag in line.select("span[id]")} == {"tab-there", "fig-gone"}
    (link,) = line.select("a")  # once, though two exhibits became one
    assert link["href"] == "exhibits.html#tab-there"
    assert link.text.startswith("Table 1")


def test_an_exhibit_that_moved_nowhere_is_warned_of(book):
    book.write("chapter.md", "# Chapter\n\n```{moved-exhibits}\ntab-nowhere\n```\n")
    _, warnings = book.build()
    assert "tab-nowhere" in warnings
