"""Old addresses of pages, kept alive: each leads on to where the page now stands."""

from collections.abc import Iterator

from sphinx.application import Sphinx
from sphinx.errors import ConfigError


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


def setup(app: Sphinx) -> None:
    """Register the pages with Sphinx."""
    app.add_config_value("moved_pages", {}, "html", dict)
    app.connect("html-collect-pages", pages)
