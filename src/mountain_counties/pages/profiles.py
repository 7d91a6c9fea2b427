"""Directives for what is made of the county tables: the linked map, the pages of counties, the explorer."""

from pathlib import Path
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective

from mountain_counties.book import prose
from mountain_counties.pages import article_page, claims, claims_index

if TYPE_CHECKING:
    import pandas as pd

LINKS = "{doc}`Sources </reference/data>` · {doc}`All counties </notebooks/02_who_are_the_26>`"

SHOWN = 6
"""How many claims about a county its page shows; the others are behind a link."""


class CountyMap(SphinxDirective):
    """``{county-map}``: the province, with a link to the page of each county of the group."""

    def run(self) -> list[nodes.Node]:
        """Return the map as one SVG element."""
        from mountain_counties.pages import (
            county_pages,  # brings the maps, which an unchanged book need not wait for
        )

        return [nodes.raw("", county_pages.linked_map("../" * self.env.docname.count("/")), format="html")]


class CountyProfile(SphinxDirective):
    """``{county-profile} CODE``: a county's measures, ranks and gaps among the group."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return where the county is, what the measures say, and where the figures come from."""
        from mountain_counties.pages import county_pages
        from mountain_counties.record import county_profile

        code = self.arguments[0]
        links = nodes.Element()
        self.state.nested_parse([LINKS], 0, links)
        own = f"{county_profile.slug(code)}.csv"
        if not hasattr(self.env, "county_tables"):
            self.env.county_tables = {}
        self.env.county_tables[self.env.docname] = (
            own,
            county_pages.figures(code).to_csv(index=False, lineterminator="\n", float_format="%.10g"),
        )
        links[0]["classes"] += ["ways-on"]
        table = [nodes.reference("", "CSV of this page", refuri=own), nodes.Text(" · ")]
        links[0].insert(0, addnodes.only("", *table, expr="builder_html"))  # which an e-book does not hold
        alike = nodes.paragraph("", "Most like it by all measures together: ")
        for position, (name, address) in enumerate(county_pages.likest(code)):
            alike += [nodes.Text(", " * bool(position)), nodes.reference("", name, refuri=address)]
        alike += nodes.Text(".")
        return [
            nodes.raw("", county_pages.locator(code), format="html"),
            nodes.paragraph("", county_pages.place(code)),
            nodes.paragraph("", county_pages.standing(code), classes=["standing"]),
            alike,
            nodes.raw("", county_pages.measures(code), format="html"),
            nodes.paragraph("", county_pages.note()),
            nodes.raw("", county_pages.growth(code), format="html"),
            nodes.paragraph("", county_pages.growth_note(code)),
            *self.claims(county_profile.slug(code)),
            *links.children,
        ]

    def claims(self, place: str) -> list[nodes.Node]:
        """Return the gravest claims about a place with their verdicts, and the way to all of them."""
        rows = claims.claims()
        filed = claims_index.filed_under(rows)
        about = [name for name, facts in filed.items() if facts["place"] == place]
        if not about:
            said = nodes.paragraph("", "The article claims nothing about this county alone: ")
            said += article_page.index_link(
                "", "what it claims about all of them", at="?place=mountain-counties"
            )
            return [said]
        gravity = list(claims.SIGNS)
        about.sort(key=lambda name: gravity.index(filed[name]["verdict"]))
        listed = nodes.bullet_list("", *(self.claim(rows.loc[name]) for name in about[:SHOWN]))
        listed["classes"] += ["claims-about"]
        lead = nodes.paragraph("", "The article on it, the gravest verdicts first. ")
        lead += article_page.index_link("", f"All {prose.count(len(about), 'claim')}", at=f"?place={place}")
        return [lead, listed]

    @staticmethod
    def claim(row: "pd.Series") -> nodes.list_item:
        """Return a claim in one line: its token, our words, its verdict."""
        grade = claims.final_grade(claims.verdicts()[0].loc[row.name])
        token = article_page.index_link("", claims.printed(row), at=f"#{row.name}", classes=["claim"])
        words = nodes.Text(f" {row['paraphrase']} ")
        return nodes.list_item("", nodes.paragraph("", "", token, words, claims.badge(grade, "")))


def merge(app: Sphinx, env: BuildEnvironment, pages: set[str], other: BuildEnvironment) -> None:
    """Take over the tables of the pages that another process read."""
    read = getattr(other, "county_tables", {})
    env.county_tables = getattr(env, "county_tables", {}) | {page: read[page] for page in pages & set(read)}


def write_tables(app: Sphinx, error: Exception | None) -> None:
    """Write the table of each county beside its page."""
    if error is None and app.builder.name == "html":
        for page, (name, text) in getattr(app.env, "county_tables", {}).items():
            if page in app.env.found_docs:
                (Path(app.outdir) / page).with_name(name).write_text(text, encoding="utf-8")


class Explorer(SphinxDirective):
    """``{explorer}``: thresholds and weights that a reader moves, and who would leave."""

    def run(self) -> list[nodes.Node]:
        """Return the explorer as one block of HTML."""
        from mountain_counties.line import explorer
        from mountain_counties.pages import county_pages

        up = "../" * self.env.docname.count("/")
        return [nodes.raw("", explorer.html(up, county_pages.explorer_map(up)), format="html")]


def setup(app: Sphinx) -> None:
    """Register the directives."""
    app.connect("env-merge-info", merge)
    app.connect("build-finished", write_tables)
    app.add_directive("county-map", CountyMap)
    app.add_directive("county-profile", CountyProfile)
    app.add_directive("explorer", Explorer)
