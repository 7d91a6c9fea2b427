"""The article as a page: its claims as cells in printed order, coloured by verdict, none of its sentences."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from mountain_counties.book import prose
from mountain_counties.pages import claims
from mountain_counties.pages.claims import SIGNS, printed
from mountain_counties.pages.claims_index import filed_under

if TYPE_CHECKING:
    import pandas as pd

logger = logging.getLogger(__name__)


class index_link(nodes.inline):  # docutils names its nodes in lower case
    """Text that becomes a link into the page of all claims, to ``at``, once that page is known."""


class ArticlePage(SphinxDirective):
    """``{article-page}``: the claims of the article where they stand, each a link to all about it."""

    def run(self) -> list[nodes.Node]:
        """Return the key, which leads into the filter, and the sections of the article."""
        from mountain_counties.audit import ledger

        rows = claims.claims()
        filed = filed_under(rows)
        parts: list[nodes.Node] = [key(filed)]
        for number, own in rows.groupby("section"):
            title = ledger.source()["sections"][number]
            section = nodes.section("", nodes.title("", title), ids=[nodes.make_id(title)], names=[title])
            self.state.document.note_implicit_target(section, section)
            for paragraph, inside in own.groupby("paragraph"):
                section += paragraph_of_cells(paragraph, inside, filed)
            parts.append(section)
        return parts


def key(filed: dict[str, dict[str, str]]) -> nodes.bullet_list:
    """Return the verdicts with their colours and counts, each a link to the claims that have it.

    Parameters
    ----------
    filed : dict of str to dict
        Claim -> its verdict, place and kind, as `filed_under` gives them.
    """
    listed = nodes.bullet_list("", classes=["cells", "key-of-cells"])
    for grade, sign in SIGNS.items():
        if count := sum(facts["verdict"] == grade for facts in filed.values()):
            link = index_link(
                "", f"{sign}{prose.NBSP}{grade} {count}", at=f"?verdict={grade.replace(' ', '+')}"
            )
            link["classes"] += ["cell", f"verdict-{grade.replace(' ', '-')}"]
            listed += nodes.list_item("", nodes.paragraph("", "", link))
    return listed


def paragraph_of_cells(
    number: int, rows: "pd.DataFrame", filed: dict[str, dict[str, str]]
) -> nodes.container:
    """Return a paragraph of the article: its number, whom it is about, and its claims in printed order.

    Parameters
    ----------
    number : int
        0 is the masthead.
    rows : DataFrame
        The paragraph's part of the ledger.
    filed : dict of str to dict
        Claim -> its verdict, place and kind.
    """
    from mountain_counties.article import entities  # brings pandas

    order = list(entities.load().index)
    about = sorted({filed[name]["place"] for name in rows.index}, key=order.index)
    label = nodes.paragraph("", f"{number} · " if number else "Masthead · ", classes=["about"])
    for place in about:
        label += [index_link("", entities.name(place), at=f"?place={place}"), nodes.Text(" ")]
    cells = nodes.bullet_list("", *map(cell, _in_print(rows)), classes=["cells"])
    return nodes.container("", label, cells, classes=["article-paragraph"])


def _in_print(rows: "pd.DataFrame") -> Iterator["pd.Series"]:
    """Yield a paragraph's claims by where their first character stands."""
    starts = rows["start"].astype(str).str.split("|").str[0].astype(int)
    for name in starts.sort_values(kind="stable").index:
        yield rows.loc[name]


def cell(row: "pd.Series") -> nodes.list_item:
    """Return a claim as a cell: its sign and its token in the colour of its verdict."""
    verdict = claims.verdicts()[0].loc[row.name]
    grade = claims.final_grade(verdict)
    link = index_link(
        "",
        f"{SIGNS[grade]}{prose.NBSP}{printed(row)}",
        at=f"#{row.name}",
        reftitle=f"{row['paraphrase']} {grade.capitalize()}.",
        classes=["claim", "cell", f"verdict-{grade.replace(' ', '-')}"],
    )
    return nodes.list_item("", nodes.paragraph("", "", link))


def resolve(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Point the cells at the page of all claims."""
    index = getattr(app.env, "claims_index", None)
    for node in list(doctree.findall(index_link)):
        if index is None:
            logger.error("no page holds the directive claims-index, so cells lead nowhere", location=docname)
            return
        kept = {name: node[name] for name in ("classes", "reftitle") if name in node}
        uri = app.builder.get_relative_uri(docname, index) + node["at"]
        node.replace_self(nodes.reference("", "", *node.children, refuri=uri, internal=True, **kept))


def setup(app: Sphinx) -> None:
    """Register the page."""
    app.add_node(index_link)
    app.add_directive("article-page", ArticlePage)
    app.connect("doctree-resolved", resolve)
