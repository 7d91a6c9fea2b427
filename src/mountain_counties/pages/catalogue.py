"""The page made from the catalogue of the tables."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from mountain_counties.book import prose

PACKAGE = "data/datapackage.json"
"""The catalogue for machines, from the book's root."""


class DataCatalogue(SphinxDirective):
    """``{data-catalogue}``: a section for each file of ``data/datapackage.json``, and one for the sources."""

    def run(self) -> list[nodes.Node]:
        """Return the sections."""
        path = Path(self.env.srcdir) / PACKAGE
        package = json.loads(path.read_text(encoding="utf-8"))
        lines = [line for resource in package["resources"] for line in resource_section(resource)]
        holder = nodes.Element()
        text = StringList(lines + sources_section(package["sources"]), source=str(path))
        self.state.nested_parse(text, 0, holder, match_titles=True)
        return holder.children


def resource_section(resource: dict[str, Any]) -> list[str]:
    """Return a file's section as lines of MyST.

    Parameters
    ----------
    resource : dict
        A resource of a Data Package, with the project's own fields ``class``, ``trust``, ``gaps`` and
        ``licence_checked``.

    Returns
    -------
    list of str
        A heading, the description, the facts, and the fields if it is a table.
    """
    path = resource["path"]
    rows = f", {prose.count(resource['rows'], 'row')}" if "rows" in resource else ""
    licences = ", ".join(map(_link, resource["licenses"]))
    facts = {
        "File": f"{{download}}`{path} </data/{path}>`{rows}",
        "Class": resource["class"],
        "How far to trust it": resource["trust"],
        "Known gaps": resource["gaps"],
        "Terms": f"{licences}; checked on {prose.date(resource['licence_checked'])}",
    }
    lines = [f"## {resource['title']}", "", resource["description"], ""]
    lines += [f"- **{label}:** {fact}" for label, fact in facts.items()] + [""]
    if "schema" in resource:
        fields = ((f"`{f['name']}`", f["type"], _meaning(f)) for f in resource["schema"]["fields"])
        lines += _table(("Field", "Type", "Meaning"), fields)
    return lines


def sources_section(sources: list[dict[str, str]]) -> list[str]:
    """Return the section on the sources, each with its vintage, grade, terms and how far to trust it."""
    rows = ((f"`{s['name']}`", _link(s), s["vintage"], s["grade"], s["trust"], s["terms"]) for s in sources)
    head = ("Name", "Source", "Vintage", "Grade", "How far to trust it", "Terms")
    return ["## Sources", "", *_table(head, rows)]


def _meaning(field: dict[str, str]) -> str:
    unit = f" Unit: {field['unit']}." if "unit" in field else ""
    return field["description"] + unit


def _link(entry: dict[str, str]) -> str:
    """Return a source's or a licence's title, linked where it has an address."""
    return f"[{entry['title']}]({entry['path']})" if "path" in entry else entry["title"]


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    """Return a Markdown table."""
    head = tuple(head)
    cells = [head, ("---",) * len(head), *rows]
    return ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in cells] + [""]


def setup(app: Sphinx) -> None:
    """Register the directive."""
    app.add_directive("data-catalogue", DataCatalogue)
