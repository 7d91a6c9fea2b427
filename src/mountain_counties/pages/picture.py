"""A picture that the page holds itself, in a wide and in a narrow form."""

from html import escape

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator


class drawing(nodes.General, nodes.Element):  # docutils names its nodes in lower case
    """A picture that the page holds itself, in two forms: ``svg``, and ``svg_phone`` for narrow screens."""


def write_drawing(translator: HTML5Translator, node: drawing) -> None:
    """Write both forms of a picture, of which the style sheet shows one; an e-book has the wide one."""
    label = f'role="img" aria-label="{escape(node["alt"])}"'
    for form in ("svg",) if translator.builder.name == "epub" else ("svg", "svg_phone"):
        kind = "wide" if form == "svg" else "phone"
        translator.body.append(node[form].replace("<svg ", f'<svg class="chart {kind}" {label} ', 1))
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    """Register the picture."""
    app.add_node(drawing, html=(write_drawing, None))
