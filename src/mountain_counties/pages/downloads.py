"""What a reader takes away from a figure or a table: its numbers, its picture, its code, how to cite it.

Files lie in the folder ``exhibits`` of the book, each under the exhibit's name: CSV in the units of the page,
SVG, PNG, and a description of the CSV for machines (a Data Resource [1]_).

References
----------
.. [1] Open Knowledge, Data Package 2.0, https://datapackage.org/standard/data-resource/
"""

import base64
import csv
import io
import json
from functools import cache
from html import escape
from pathlib import Path
from shutil import copyfile, rmtree
from typing import Any, NamedTuple

import yaml
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.environment import BuildEnvironment
from sphinx.writers.html5 import HTML5Translator

from mountain_counties.book import columns

FOLDER = "exhibits"
"""Where the files stand, from the book's root."""


class Export(NamedTuple):
    """A figure or a table, and the files that a reader can take."""

    name: str
    kind: str
    title: str
    """The finding, or the caption's first sentence."""
    caption: str
    files: dict[str, str]
    """Label of the link -> name of the file."""
    tables: dict[str, list[tuple[str, str, str]]]
    """Name of the CSV -> its columns: name, type, unit."""


class export_links(nodes.General, nodes.TextElement):  # docutils names its nodes in lower case
    """The line below an exhibit: ``name`` is the exhibit's; it holds the link to the code."""


def of(env: BuildEnvironment) -> dict[str, dict[str, Export]]:
    """Return page -> name -> what can be taken."""
    if not hasattr(env, "exports"):
        env.exports = {}
    return env.exports


def keep(env: BuildEnvironment, payload: dict[str, Any], title: str, caption: str, rows: list | None) -> None:
    """Write an exhibit's files, to be copied into the book once all pages are read.

    Parameters
    ----------
    env : BuildEnvironment
        Of the page that is being read.
    payload : dict
        As `exhibits` gives it.
    title, caption : str
        As a reader sees them.
    rows : list of lists, optional
        A table's cells as a reader sees them, each with its sort key.
    """
    name = payload["name"]
    tables: dict[str, list[columns.Column]] = {}
    if rows is not None:
        tables[f"{name}.csv"] = columns.shown(payload["header"], rows)
    if rows is None or next(csv.reader(io.StringIO(payload["csv"]))) != payload["header"]:
        file = f"{name}.csv" if rows is None else f"{name}-data.csv"
        tables[file] = columns.computed(payload["csv"], name)
    files = dict(zip(("CSV", "Data"), tables, strict=False))
    place = Path(env.doctreedir) / FOLDER
    place.mkdir(parents=True, exist_ok=True)
    for file, made in tables.items():
        (place / file).write_text(columns.written(made), encoding="utf-8")
    for label, field in (("SVG", "svg"), ("PNG", "png")):
        if field in payload:
            files[label] = f"{name}.{field}"
            content = payload[field]
            raw = base64.b64decode(content) if field == "png" else content.encode()
            (place / files[label]).write_bytes(raw)
    files["JSON"] = f"{name}.json"
    facts = {
        file: [(column.name, column.kind, column.unit) for column in made] for file, made in tables.items()
    }
    export = Export(name, payload["kind"], title or _sentence(caption), caption, files, facts)
    of(env).setdefault(env.docname, {})[name] = export


def _sentence(text: str) -> str:
    """Return the first sentence of a caption."""
    return text.partition(". ")[0].rstrip(".:")


def forget(app: Sphinx, env: BuildEnvironment, page: str) -> None:
    """Forget a page."""
    of(env).pop(page, None)


def merge(app: Sphinx, env: BuildEnvironment, pages: set[str], other: BuildEnvironment) -> None:
    """Take over what another process read."""
    of(env).update({page: found for page, found in of(other).items() if page in pages})


def number(env: BuildEnvironment, page: str, export: Export) -> str:
    """Return an exhibit's number with its kind, such as ``Figure 4.2``; without a number, the kind."""
    numbers = env.toc_fignumbers.get(page, {}).get(export.kind, {}).get(export.name)
    return " ".join([export.kind.capitalize(), *([".".join(map(str, numbers))] if numbers else [])])


@cache
def work(root: Path) -> dict[str, Any]:
    """Return the fields of ``CITATION.cff``; those of a book that has none are blank."""
    path = root / "CITATION.cff"
    found = yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else {}
    authors = ", ".join(author["name"] for author in found.get("authors", []))
    return {"title": "", "version": "", "license": ""} | found | {"authors": authors}


def citation(app: Sphinx, page: str, export: Export | None = None) -> str:
    """Say how a page, or an exhibit on it, is cited.

    The address is the configured one, or the page's name if none is; a date of access is the reader's to add.
    """
    about = work(Path(app.srcdir))
    title = app.env.titles[page].astext()
    where = address(app, page) + (f"#{export.name}" if export else "")
    part = f"“{export.title}”, {number(app.env, page, export)} in " if export else ""
    edition = f" Version {about['version']}." if about["version"] else ""
    return f"{about['authors']}. {part}“{title}”. {about['title']}.{edition} {where}".removeprefix(". ")


def address(app: Sphinx, page: str) -> str:
    """Return a page's address: absolute if the configuration names the book's, else from the book's root."""
    base = app.config.html_baseurl
    return (base.rstrip("/") + "/" if base else "") + f"{page}.html"


def open_links(translator: HTML5Translator, node: export_links) -> None:
    """Write the links to an exhibit's files; a book on paper or in one file has none."""
    if translator.builder.name != "html":
        raise nodes.SkipNode
    builder: StandaloneHTMLBuilder = translator.builder
    page = builder.current_docname
    export, up = of(builder.env)[page][node["name"]], "../" * page.count("/")
    links = " · ".join(
        f'<a download href="{up}{FOLDER}/{file}"{_about(label)}>{label}</a>'
        for label, file in export.files.items()
    )
    translator.body.append(f'<div class="exhibit-links">{links} · ')


def _about(label: str) -> str:
    words = {"Data": "What the table is computed from", "JSON": "Columns, units and sources of the data"}
    return f' title="{words[label]}"' if label in words else ""


def close_links(translator: HTML5Translator, node: export_links) -> None:
    """Write how the exhibit is cited, which a reader opens; no script is needed."""
    builder: StandaloneHTMLBuilder = translator.builder
    page = builder.current_docname
    export = of(builder.env)[page][node["name"]]
    text = escape(citation(builder.app, page, export))
    target = f"cite-{export.name}"
    translator.body.append(
        f' · <button type="button" class="cite" popovertarget="{target}">Cite</button>'
        f'<div class="cite" id="{target}" popover>{text}</div></div>\n'
    )


def sidecar(app: Sphinx, page: str, export: Export) -> dict[str, Any]:
    """Describe the CSV of an exhibit for machines, as a Data Resource; fields of our own say the rest.

    Returns
    -------
    dict
        With ``schema``, ``sources`` (the tables that the page was computed from), ``units`` by column,
        ``citation``; ``computed_from`` describes what the table is computed from, if that can be had too.
    """
    found = [_resource(export, file, fields) for file, fields in export.tables.items()]
    first, *others = found
    first |= {
        "title": export.title,
        "description": export.caption,
        "exhibit": number(app.env, page, export),
        "page": address(app, page),
        "sources": sources(app, page),
        "citation": citation(app, page, export),
    }
    return first | ({"computed_from": others} if others else {})


def _resource(export: Export, file: str, fields: list[tuple[str, str, str]]) -> dict[str, Any]:
    described = [
        {"name": name, "type": kind} | ({"unit": unit} if unit else {}) for name, kind, unit in fields
    ]
    return {
        "name": file.removesuffix(".csv"),
        "type": "table",
        "path": file,
        "scheme": "file",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {"fields": described},
    }


def sources(app: Sphinx, page: str) -> list[dict[str, str]]:
    """Return the tables that a page rests on: those that its kernel read, or all where that is not known."""
    package = Path(app.srcdir) / "data" / "datapackage.json"
    if not package.exists():
        return []
    known = json.loads(package.read_text(encoding="utf-8"))["resources"]
    read = app.env.mountain_counties_read.get(page)
    return [
        {"title": entry["title"], "path": f"data/{entry['path']}"}
        for entry in known
        if read is None or f"data/{entry['path']}" in read
    ]


def note_reads(app: Sphinx, env: BuildEnvironment, pages: list[str]) -> None:
    """Take from the cache of executed notebooks which tables each of them read."""
    env.mountain_counties_read = {
        page: read
        for page, read in getattr(env, "mountain_counties_read", {}).items()
        if page in env.found_docs and page not in pages
    }
    cache_folder = Path(app.srcdir) / "_build" / ".jupyter_cache"
    if not cache_folder.exists():
        return
    import nbformat
    from jupyter_cache import get_cache

    kept = get_cache(str(cache_folder))
    for page in sorted(env.found_docs - env.mountain_counties_read.keys()):
        path = Path(app.srcdir) / f"{page}.ipynb"
        if not path.is_file():
            continue
        try:  # by its content: the folder may have been moved since
            record = kept.match_cache_notebook(nbformat.read(path, nbformat.NO_CONVERT))
        except KeyError:
            continue
        env.mountain_counties_read[page] = sorted(
            name for name in record.data.get("read", ()) if name.startswith("data/")
        )
    kept.db.dispose()


def write(app: Sphinx, error: Exception | None) -> None:
    """Copy the files into the book, each with its description; what no page shows any more goes."""
    if error or app.builder.name != "html":
        return
    folder, kept = Path(app.outdir) / FOLDER, Path(app.doctreedir) / FOLDER
    rmtree(folder, ignore_errors=True)
    for page, exports in sorted(of(app.env).items()):
        for export in exports.values():
            folder.mkdir(exist_ok=True)
            for label, file in export.files.items():
                if label != "JSON":
                    copyfile(kept / file, folder / file)
            for file in export.tables:
                copyfile(kept / file, folder / file)
            text = json.dumps(sidecar(app, page, export), ensure_ascii=False, indent=1)
            (folder / export.files["JSON"]).write_text(text + "\n", encoding="utf-8")


def setup(app: Sphinx) -> None:
    """Register what is kept, shown and written."""
    app.add_node(export_links, html=(open_links, close_links))
    app.connect("env-purge-doc", forget)
    app.connect("env-merge-info", merge)
    app.connect("env-before-read-docs", note_reads)
    app.connect("build-finished", write, priority=600)
