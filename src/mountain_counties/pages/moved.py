"""Old addresses of pages and exhibits, kept alive: each leads on to where it now stands."""

from collections.abc import Iterator

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.errors import ConfigError
from sphinx.util.docutils import SphinxDirective


def pages(app: Sphinx) -> Iterator[tuple[str, dict[str, str], str]]:
    """Give a page for each old address of the configuration's `moved_pages`.

    Yields
    ------
    tuple
        The old name, the title and the link for the template, and the template.

    Raises
    ------
    ConfigError
        If the page that an address leads to is not in the book, or the old address still is.
    """
    if app.builder.name != "html":  # only addresses on the web move
        return
    for old, new in sorted(app.config.moved_pages.items()):
        if new not in app.env.found_docs:
            raise ConfigError(f"moved_pages: {old} leads to {new}, which is no page of the book")
        if old in app.env.found_docs:
            raise ConfigError(f"moved_pages: {old} has not moved, it is a page of the book")
        link = app.builder.get_relative_uri(old, new)
        yield old, {"title": app.env.titles[new].astext(), "link": link}, "moved.html"


class MovedExhibits(SphinxDirective):
    """``{moved-exhibits}``: what once stood on this page, as links that keep its old addresses.

    A line each: the exhibit's name, and the name of the exhibit that took its place if it is not the same.
    """

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Return one line of links, one to each exhibit."""
        places: dict[str, list[str]] = {}
        for old, _, now in (text.partition(" ") for text in self.content):
            places.setdefault(now or old, []).append(old)
        line = nodes.paragraph("", "More on this question: ", classes=["moved-exhibits"])
        for position, (target, names) in enumerate(places.items()):
            line += nodes.Text(" · " * bool(position))
            link = pending_xref(
                refdomain="std",
                reftype="numref",
                reftarget=target,
                refexplicit=False,
                refwarn=True,
                refdoc=self.env.docname,
            )
            link += nodes.inline("", names[0])
            line += nodes.inline("", "", link, ids=names)
        self.set_source_info(line)
        return [line]


def setup(app: Sphinx) -> None:
    """Register the pages and the directive with Sphinx."""
    app.add_config_value("moved_pages", {}, "html", dict)
    app.connect("html-collect-pages", pages)
    app.add_directive("moved-exhibits", MovedExhibits)
