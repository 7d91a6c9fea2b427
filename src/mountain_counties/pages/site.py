"""The book as a site: what it tells search engines, feed readers and networks that preview a page.

All that needs an absolute address takes it from one setting: the environment variable `fingerprint.ADDRESS`,
or ``baseurl`` below ``html`` in ``_config.yml`` where that is not set. While both are blank the book can
lie anywhere, and what would need it (the canonical address, the preview's picture, the map) is left out.
"""

import json
import os
import re
import uuid
from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ExtensionError

from mountain_counties.edition import pages as edition
from mountain_counties.edition.catalogue import FOLDER as CATALOGUES
from mountain_counties.pages import downloads
from mountain_counties.pages.fingerprint import ADDRESS

FEED, MAP, ROBOTS = "feed.xml", "sitemap.xml", "robots.txt"
"""Files at the book's root."""

HIDDEN = ("search", "404", "genindex")
"""Pages that no search engine need know."""


def take_address(app: Sphinx, config: Config) -> None:
    """Take the book's address from the environment, if it says one.

    Raises
    ------
    ExtensionError
        If there is an address, from wherever, that is none of the web.
    """
    config.html_baseurl = os.environ.get(ADDRESS) or config.html_baseurl
    if config.html_baseurl and not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", config.html_baseurl):
        raise ExtensionError(
            f"{ADDRESS} or html/baseurl in _config.yml: expected an address such as "
            f"https://example.org/book/, found {config.html_baseurl!r}"
        )


def base(app: Sphinx) -> str:
    """Return the book's address with a slash at its end, or "" if none is configured."""
    return app.config.html_baseurl.rstrip("/") + "/" if app.config.html_baseurl else ""


def picture(app: Sphinx, page: str) -> downloads.Export | None:
    """Return the lead figure of a page: its first, or the landing page's if it has none."""
    exports = downloads.of(app.env)
    for name in (page, app.config.root_doc):
        for export in exports.get(name, {}).values():
            if "PNG" in export.files:
                return export
    return None


def tags(app: Sphinx, page: str, template: str, context: dict, doctree: nodes.document | None) -> None:
    """Put into a page's head what machines read: addresses, the preview, the data."""
    # docutils writes one too, where a page comes from a text
    context["metatags"] = re.sub(r'<meta name="viewport"[^>]*>\s*', "", context.get("metatags", ""))
    context["feed"] = "../" * page.count("/") + FEED if (Path(app.srcdir) / "CHANGELOG.md").exists() else ""
    context["edition"] = other_edition(app, page)
    if doctree is None or page in HIDDEN or app.builder.name != "html":
        return
    found = re.search(r'<meta name="description" content="([^"]*)"', context.get("metatags", ""))
    title = escape(app.env.titles[page].astext())
    facts = {
        "og:title": title,
        "og:type": "website" if page == app.config.root_doc else "article",
        "og:site_name": escape(downloads.work(Path(app.srcdir))["title"].partition(":")[0]),
        "og:description": found[1] if found else "",
    }
    if address := base(app):
        facts["og:url"] = address + f"{page}.html"
        if export := picture(app, page):
            facts["og:image"] = address + f"{downloads.FOLDER}/{export.files['PNG']}"
            facts["og:image:alt"] = escape(export.title)
    lines = [f'<meta property="{name}" content="{content}">' for name, content in facts.items() if content]
    if address:
        lines.append(f'<link rel="canonical" href="{escape(facts["og:url"])}">')
        lines.append('<meta name="twitter:card" content="summary_large_image">')
    # A script of data is not run, and a policy of `default-src 'self'` lets it be.
    data = json.dumps(linked_data(app, page, found[1] if found else ""), ensure_ascii=False)
    lines.append('<script type="application/ld+json">' + data.replace("</", "<\\/") + "</script>")
    context["metatags"] += "\n" + "\n".join(lines)


def other_edition(app: Sphinx, page: str) -> dict[str, str] | None:
    """Say where the Chinese edition of a page is; None where the book has no catalogues for one."""
    if not (Path(app.srcdir) / CATALOGUES).is_dir():
        return None
    up, address = "../" * page.count("/"), base(app)
    own, theirs = f"{page}.html", f"{edition.FOLDER}/{page}.html"
    return {
        "language": edition.LANGUAGE,
        "name": edition.NAME,
        "link": up + theirs,
        "here": (address or up) + own,
        "there": (address or up) + theirs,
        "home": f"{edition.FOLDER}/index.html",
    }


def linked_data(app: Sphinx, page: str, description: str) -> dict[str, Any]:
    """Describe a page in the words of schema.org: a report, with the data sets that it offers.

    Parameters
    ----------
    app : Sphinx
        The build.
    page : str
        A page of text.
    description : str
        What it is about.

    Returns
    -------
    dict
        A ``Report``; addresses are relative to the page unless the book's own is configured.
    """
    about = downloads.work(Path(app.srcdir))
    up = base(app) or "../" * page.count("/")
    author = {"@type": "Organization", "name": about["authors"]}
    terms = {"license": "https://spdx.org/licenses/MIT.html"} if about["license"] == "MIT" else {}
    common = {
        "author": author,
        "inLanguage": "en",
        "isAccessibleForFree": True,
        "version": str(about["version"]),
    }
    parts = [
        {
            "@type": "Dataset",
            "name": export.title,
            "description": _long(f"{export.caption} From the page “{app.env.titles[page].astext()}”."),
            "creator": author,
            "distribution": [
                {
                    "@type": "DataDownload",
                    "encodingFormat": "text/csv",
                    "contentUrl": f"{up}{downloads.FOLDER}/{file}",
                }
                for file in export.tables
            ],
        }
        | terms
        for export in downloads.of(app.env).get(page, {}).values()
    ]
    return (
        {
            "@context": "https://schema.org",
            "@type": "Report",
            "name": app.env.titles[page].astext(),
            "description": description,
            "isPartOf": {"@type": "Book", "name": about["title"], "url": f"{up}index.html"},
        }
        | common
        | terms
        | ({"hasPart": parts} if parts else {})
    )


def _long(text: str) -> str:
    """Cut a description to the 5,000 characters that search engines take."""
    return text if len(text) <= 5000 else text[:4998] + " …"


def not_found(app: Sphinx) -> Iterator[tuple[str, dict[str, str], str]]:
    """Give the page that a server shows for an address that leads nowhere."""
    if "404.html" in {path.name for folder in app.config.templates_path for path in _folder(app, folder)}:
        yield "404", {"base": base(app)}, "404.html"


def _folder(app: Sphinx, name: str) -> Iterator[Path]:
    return (Path(app.srcdir) / name).iterdir()


def feed(changelog: str, site: str, title: str, author: str, updated: str) -> str:
    """Write the changes of the book as an Atom feed (RFC 4287).

    Parameters
    ----------
    changelog : str
        Markdown: a heading ``## VERSION - DATE`` for each version, and a list below it; the changes that
        are not in a version yet have a heading without a date.
    site : str
        The book's address with a slash at its end; "" if it has none: links are then relative.
    title, author : str
        The book's.
    updated : str
        Date of what is in no version yet, ISO 8601: the day on which its tables were made.

    Returns
    -------
    str
        XML with an entry for each version, newest first.
    """
    versions = re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", changelog, re.MULTILINE | re.DOTALL)
    entries, newest = "", updated
    for place, (heading, text) in enumerate(versions):
        name, _, day = heading.partition(" - ")
        moment = f"{day or updated[:10]}T00:00:00Z"
        newest = moment if place == 0 else newest
        items = "".join(f"<li>{escape(line[2:])}</li>" for line in text.splitlines() if line.startswith("- "))
        entries += (
            f"<entry><id>{_identity(name)}</id><title>{escape(name)}</title><updated>{moment}</updated>"
            f'<link href="{site}reference/about.html#corrections-and-changes"/>'
            f'<content type="html">{escape(f"<ul>{items}</ul>")}</content></entry>\n'
        )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
        f"<id>{_identity('')}</id><title>{escape(title)}: changes</title><updated>{newest}</updated>"
        f"<author><name>{escape(author)}</name></author>"
        f'<link rel="self" href="{site}{FEED}"/><link href="{site}index.html"/>\n{entries}</feed>\n'
    )


def _identity(name: str) -> str:
    """Return a name that stays when the book moves, as Atom asks for."""
    return uuid.uuid5(uuid.NAMESPACE_OID, f"mountain-counties/{name}").urn


def sitemap(address: str, pages: Iterable[str]) -> str:
    """Write the map of the site (https://www.sitemaps.org/protocol.html).

    Parameters
    ----------
    address : str
        The book's, with a slash at its end.
    pages : iterable of str
        Their names, of all editions.

    Returns
    -------
    str
        XML.
    """
    places = "".join(f"<url><loc>{escape(address + page)}.html</loc></url>\n" for page in pages)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{places}</urlset>\n'
    )


def write(app: Sphinx, error: Exception | None) -> None:
    """Write the files at the book's root."""
    if error or app.builder.name != "html":
        return
    out, address = Path(app.outdir), base(app)
    robots = "User-agent: *\nAllow: /\n"
    (out / MAP).unlink(missing_ok=True)
    if address:
        pages = sorted(app.env.found_docs)
        if other_edition(app, app.config.root_doc):
            pages += [f"{edition.FOLDER}/{page}" for page in pages]
        (out / MAP).write_text(sitemap(address, pages), encoding="utf-8")
        robots += f"Sitemap: {address}{MAP}\n"
    (out / ROBOTS).write_text(robots, encoding="utf-8")
    changelog = Path(app.srcdir) / "CHANGELOG.md"
    if changelog.exists():
        about = downloads.work(Path(app.srcdir))
        package = json.loads((Path(app.srcdir) / "data" / "datapackage.json").read_text(encoding="utf-8"))
        text = feed(
            changelog.read_text(encoding="utf-8"),
            address,
            about["title"],
            about["authors"],
            package["created"],
        )
        (out / FEED).write_text(text, encoding="utf-8")


def setup(app: Sphinx) -> None:
    """Register what goes into heads and what is written at the end."""
    app.connect("config-inited", take_address)
    app.connect("html-page-context", tags, priority=700)
    app.connect("html-collect-pages", not_found)
    app.connect("build-finished", write)
