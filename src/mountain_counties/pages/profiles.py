"""Directives for what is made of the county tables: the linked map, the pages of counties, the explorer."""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

DATA = "{download}`All figures as CSV </data/counties/statistics.csv>` · {doc}`Sources </reference/data>`"


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

        code = self.arguments[0]
        links = nodes.Element()
        self.state.nested_parse([DATA], 0, links)
        table = nodes.raw("", county_pages.measures(code), format="html")
        return [
            nodes.paragraph("", county_pages.place(code)),
            table,
            nodes.paragraph("", county_pages.note()),
            nodes.raw("", county_pages.growth(code), format="html"),
            nodes.paragraph("", county_pages.growth_note(code)),
            *links.children,
        ]


class Explorer(SphinxDirective):
    """``{explorer}``: thresholds and weights that a reader moves, and who would leave."""

    def run(self) -> list[nodes.Node]:
        """Return the explorer as one block of HTML."""
        from mountain_counties.line import explorer

        return [nodes.raw("", explorer.html("../" * self.env.docname.count("/")), format="html")]


def setup(app: Sphinx) -> None:
    """Register the directives."""
    app.add_directive("county-map", CountyMap)
    app.add_directive("county-profile", CountyProfile)
    app.add_directive("explorer", Explorer)
