"""Pages made from data: the catalogue of the tables, and how long each notebook took."""

import json
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.statemachine import StringList
from myst_nb.sphinx_ import NbMetadataCollector
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective

from mountain_counties import prose

PACKAGE = "data/datapackage.json"
"""The catalogue for machines, from the book's root."""


class DataCatalogue(SphinxDirective):
    """``{data-catalogue}``: a section for each table of ``data/datapackage.json``."""

    def run(self) -> list[nodes.Node]:
        """Return the sections."""
        path = Path(self.env.srcdir) / PACKAGE
        self.env.note_dependency(str(path))
        package = json.loads(path.read_text(encoding="utf-8"))
        holder = nodes.Element()
        for resource in package["resources"]:
            lines = catalogue_entry(resource, package.get("licenses", []))
            self.state.nested_parse(StringList(lines, source=str(path)), 0, holder, match_titles=True)
        return holder.children


def catalogue_entry(resource: dict[str, Any], licences: list[dict[str, str]]) -> list[str]:
    """Return a resource's section as lines of MyST.

    Parameters
    ----------
    resource : dict
        A resource of a Data Package, with the optional fields ``class``, ``vintage`` and ``gaps``.
    licences : list of dict
        The package's licences, for a resource without its own.

    Returns
    -------
    list of str
        A heading, the description, the facts and the table of fields.
    """
    lines = [f"## {resource['title']}", "", resource.get("description", ""), ""]
    path = resource["path"]
    facts = [
        ("File", f"{{download}}`{path} </data/{path}>`"),
        ("Class", resource.get("class")),
        ("Vintage", resource.get("vintage")),
        ("Source", "; ".join(map(_link, resource.get("sources", [])))),
        ("Licence", "; ".join(map(_link, resource.get("licenses", licences)))),
        ("Known gaps", resource.get("gaps")),
    ]
    lines += [line for label, fact in facts if fact for line in (label, f": {fact}", "")]
    if fields := resource.get("schema", {}).get("fields"):
        lines += ["| Field | Type | Meaning |", "|---|---|---|"]
        lines += [
            f"| `{f['name']}` | {f['type']} | {f.get('description', f.get('title', ''))} |" for f in fields
        ]
    return [*lines, ""]


def _link(entry: dict[str, str]) -> str:
    """Return a source or a licence as MyST, linked where it has an address."""
    title, path = entry.get("title", entry.get("name", "")), entry.get("path", "")
    return f"[{title}]({path})" if path.startswith("http") else title


class execution_times(nodes.General, nodes.Element):  # docutils names its nodes in lower case
    """The place of the table of run times until every notebook is read."""


class ExecutionTimes(SphinxDirective):
    """``{execution-times}``: the seconds that each notebook took when it was last executed."""

    def run(self) -> list[nodes.Node]:
        """Return the placeholder, and note its page."""
        self.env.metadata[self.env.docname]["execution_times"] = True
        return [execution_times()]


def pages_with_times(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Have the pages with the table written again if a notebook was read again."""
    if not NbMetadataCollector.new_exec_data(env):
        return []
    return [page for page, facts in env.metadata.items() if "execution_times" in facts]


def fill_times(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put the table in its place."""
    for node in list(doctree.findall(execution_times)):
        rows, total = "", 0.0
        for page, data in sorted(NbMetadataCollector.get_doc_data(app.env).items()):
            if run := data.get("exec_data"):
                uri, title = (
                    app.builder.get_relative_uri(docname, page),
                    escape(app.env.titles[page].astext()),
                )
                rows += _row(f'<a href="{uri}">{title}</a>', run["runtime"])
                total += run["runtime"]
        head = (
            '<thead><tr><th scope="col">Chapter</th><th scope="col" class="right">Seconds</th></tr></thead>'
        )
        html = f"{head}<tbody>{rows}</tbody><tfoot>{_row('All together', total)}</tfoot>"
        node.replace_self(nodes.table("", nodes.raw("", html, format="html"), classes=["exhibit"]))


def _row(label: str, seconds: float) -> str:
    return f'<tr><th scope="row">{label}</th><td class="right">{prose.number(seconds, 1)}</td></tr>'


def setup(app: Sphinx) -> None:
    """Register the directives and what fills them."""
    app.add_node(execution_times)
    app.add_directive("data-catalogue", DataCatalogue)
    app.add_directive("execution-times", ExecutionTimes)
    app.connect("env-updated", pages_with_times)
    app.connect("doctree-resolved", fill_times)
