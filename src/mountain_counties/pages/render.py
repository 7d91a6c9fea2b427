"""Notebook outputs made by `exhibits` -> numbered figures and tables of the book."""

from typing import Any

from docutils import nodes
from myst_nb.core.render import MimeData, MimeRenderPlugin, NbElementRenderer

from mountain_counties.book import exhibits, prose
from mountain_counties.pages import downloads
from mountain_counties.pages.picture import drawing

PHONE_COLUMNS = 4
"""Columns of a table that a phone shows at first, if there are at least two more."""


class ExhibitRenderer(MimeRenderPlugin):
    """Render the type `exhibits.MIME`; MyST-NB finds this class by its entry point."""

    mime_priority_overrides = (("*", exhibits.MIME, 1),)

    @staticmethod
    def handle_mime(renderer: NbElementRenderer, data: MimeData, inline: bool) -> list[nodes.Element] | None:
        """Return the exhibit and the line of links below it; None for any other type of output."""
        if inline or data.mime_type != exhibits.MIME:
            return None
        payload = _for_phones(data.content)
        make = _figure if payload["kind"] == "figure" else _table
        exhibit, rows = make(renderer, payload, data.line or 0)
        exhibit["names"].append(payload["name"])
        renderer.renderer.document.note_explicit_target(exhibit, exhibit)
        links = _links(renderer, payload, exhibit, rows)
        if payload["kind"] == "table" and _is_wide(payload):
            # The theme gives the class the page's right margin too, and hides the contents beside it.
            exhibit = nodes.container(
                "", exhibit, classes=["full-width", *(["landscape"] * _is_landscape(payload))]
            )
        return [exhibit, links]


def _for_phones(payload: dict[str, Any]) -> dict[str, Any]:
    """Have a phone leave out the later columns of a wide table until its reader asks for them.

    A table whose maker named its minor columns keeps to that.
    """
    classes = payload.get("classes", [])
    if len(classes) <= PHONE_COLUMNS + 1 or any("minor" in of_column for of_column in classes):
        return payload
    later = [of_column + " minor" for of_column in classes[PHONE_COLUMNS:]]
    return payload | {"classes": classes[:PHONE_COLUMNS] + later}


def _figure(renderer: NbElementRenderer, payload: dict[str, Any], line: int) -> tuple[nodes.figure, None]:
    caption = nodes.caption("", "", *_inline(renderer, payload["caption"], line))
    picture = drawing(alt=payload["alt"], svg=payload["svg"], svg_phone=payload["svg_phone"])
    title = [_title(renderer, payload["title"], line)] if payload.get("title") else []
    return nodes.figure("", *title, picture, caption, classes=["exhibit"]), None


def _title(renderer: NbElementRenderer, text: str, line: int) -> nodes.paragraph:
    """Return the finding that stands above a picture."""
    return nodes.paragraph("", "", *_inline(renderer, text, line), classes=["figure-title"])


def _table(
    renderer: NbElementRenderer, payload: dict[str, Any], line: int
) -> tuple[nodes.table, list[list[tuple[str, str | None]]]]:
    """Return a table, and its cells as a reader sees them, each with its sort key."""
    title = nodes.title("", "", *_inline(renderer, payload["caption"], line))
    classes = ["exhibit"] + (["searchable"] if payload["search"] else [])
    table = nodes.table("", title, classes=classes)
    html, seen = "", []
    for markup, part in exhibits.table_parts(payload):
        if markup:
            cell = nodes.inline("", "", *_inline(renderer, part, line))
            seen.append(_words(cell))
            table += [nodes.raw("", html, format="html"), cell]
            html = ""
        else:
            html += part
    table += nodes.raw("", html, format="html")
    texts = iter(seen)
    rows = [
        [
            (next(texts) if markup else text, key)
            for markup, (text, key) in zip(payload["markup"], row, strict=True)
        ]
        for row in payload["rows"]
    ]
    return table, rows


def _words(cell: nodes.inline) -> str:
    """Return a cell's text; of a verdict its grade, without the sign of the badge."""
    for node in cell.findall(nodes.Element):
        if "verdict" in node.get("classes", ()) and node.astext()[1:2] == prose.NBSP:
            return node.astext()[2:]
    return cell.astext()


def _is_landscape(payload: dict[str, Any]) -> bool:
    """Tell whether a table has sheets of its own: fewer columns, or few rows, fit upright."""
    columns = len(payload["header"])
    return columns >= 9 or (columns >= 7 and len(payload["rows"]) >= 30)


def _is_wide(payload: dict[str, Any]) -> bool:
    """Tell whether a table needs more room than a column of text has."""
    return len(payload["header"]) > 6 or sum("long" in classes for classes in payload["classes"]) > 1


def _links(
    renderer: NbElementRenderer,
    payload: dict[str, Any],
    exhibit: nodes.Element,
    rows: list[list[tuple[str, str | None]]] | None,
) -> downloads.export_links:
    """Return the line below an exhibit: its data, its pictures, the code that made it, how to cite it."""
    name = payload["name"]
    title = next((node.astext() for node in exhibit if "figure-title" in node.get("classes", ())), "")
    caption = exhibit.next_node(nodes.caption) or exhibit.next_node(nodes.title)
    downloads.keep(renderer.renderer.sphinx_env, payload, title, caption.astext(), rows)
    code = nodes.reference("", "Code", refid=f"code-{name}", internal=True)
    return downloads.export_links("", "", code, name=name)


def _inline(renderer: NbElementRenderer, text: str, line: int) -> list[nodes.Node]:
    """Parse MyST inline text, with the roles of the page."""
    holder = nodes.Element()
    with renderer.renderer.current_node_context(holder):
        renderer.renderer.nested_render_text(text, line, inline=True)
    return holder.children
