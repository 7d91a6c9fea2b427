"""Notebook outputs made by `exhibits` -> numbered figures and tables of the book."""

from typing import Any

from docutils import nodes
from myst_nb.core.render import MimeData, MimeRenderPlugin, NbElementRenderer
from sphinx import addnodes

from mountain_counties.book import exhibits
from mountain_counties.pages.picture import drawing


class ExhibitRenderer(MimeRenderPlugin):
    """Render the type `exhibits.MIME`; MyST-NB finds this class by its entry point."""

    mime_priority_overrides = (("*", exhibits.MIME, 1),)

    @staticmethod
    def handle_mime(renderer: NbElementRenderer, data: MimeData, inline: bool) -> list[nodes.Element] | None:
        """Return the exhibit and the line of links below it; None for any other type of output."""
        if inline or data.mime_type != exhibits.MIME:
            return None
        payload = data.content
        make = _figure if payload["kind"] == "figure" else _table
        exhibit = make(renderer, payload, data.line or 0)
        exhibit["names"].append(payload["name"])
        renderer.renderer.document.note_explicit_target(exhibit, exhibit)
        if payload["kind"] == "table" and _is_wide(payload):
            # The theme gives the class the page's right margin too, and hides the contents beside it.
            exhibit = nodes.container("", exhibit, classes=["full-width"])
        return [exhibit, _links(renderer, payload)]


def _figure(renderer: NbElementRenderer, payload: dict[str, Any], line: int) -> nodes.figure:
    caption = nodes.caption("", "", *_inline(renderer, payload["caption"], line))
    picture = drawing(alt=payload["alt"], svg=payload["svg"], svg_phone=payload["svg_phone"])
    title = [_title(renderer, payload["title"], line)] if payload.get("title") else []
    return nodes.figure("", *title, picture, caption, classes=["exhibit"])


def _title(renderer: NbElementRenderer, text: str, line: int) -> nodes.paragraph:
    """Return the finding that stands above a picture."""
    return nodes.paragraph("", "", *_inline(renderer, text, line), classes=["figure-title"])


def _table(renderer: NbElementRenderer, payload: dict[str, Any], line: int) -> nodes.table:
    title = nodes.title("", "", *_inline(renderer, payload["caption"], line))
    classes = ["exhibit"] + (["searchable"] if payload["search"] else [])
    table = nodes.table("", title, classes=classes)
    html = ""
    for markup, part in exhibits.table_parts(payload):
        if markup:
            table += [
                nodes.raw("", html, format="html"),
                nodes.inline("", "", *_inline(renderer, part, line)),
            ]
            html = ""
        else:
            html += part
    table += nodes.raw("", html, format="html")
    return table


def _is_wide(payload: dict[str, Any]) -> bool:
    """Tell whether a table needs more room than a column of text has."""
    return len(payload["header"]) > 6 or sum("long" in classes for classes in payload["classes"]) > 1


def _links(renderer: NbElementRenderer, payload: dict[str, Any]) -> nodes.paragraph:
    """Return the line below an exhibit: its data, its vector form, the code that made it."""
    name = payload["name"]
    links = nodes.paragraph(classes=["exhibit-links"])
    for label, suffix, content in (("CSV", ".csv", payload["csv"]), ("SVG", ".svg", payload.get("svg"))):
        if content is not None:
            target = _write(renderer, name + suffix, content)
            links += addnodes.download_reference("", label, reftarget=target)
            links += nodes.Text(" · ")
    links += nodes.reference("", "Code", refid=f"code-{name}", internal=True)
    return links


def _write(renderer: NbElementRenderer, name: str, content: str) -> str:
    return renderer.write_file([name], content.encode(), overwrite=True)


def _inline(renderer: NbElementRenderer, text: str, line: int) -> list[nodes.Node]:
    """Parse MyST inline text, with the roles of the page."""
    holder = nodes.Element()
    with renderer.renderer.current_node_context(holder):
        renderer.renderer.nested_render_text(text, line, inline=True)
    return holder.children
