"""What stands around a page's text: the contents, the assets, the language of Chinese names, folded code."""

import re
from collections.abc import Iterator
from html import escape
from pathlib import Path
from shutil import copyfile
from typing import Any, NamedTuple

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.writers.html5 import HTML5Translator

from mountain_counties.book import palette
from mountain_counties.pages.claims_index import CARDS

SCRIPTS = (Path(__file__).parents[1] / "line" / "explorer.js",)
"""Scripts of the package that single pages ask for."""

ASSETS = {
    *("book.css", "book.js", "favicon.svg", "search.js", CARDS, *(path.name for path in SCRIPTS)),
    *("documentation_options.js", "doctools.js", "sphinx_highlight.js", "language_data.js", "searchtools.js"),
}
"""The files below ``_static`` that pages ask for; the theme's others, two megabytes of them, are dropped."""

COLOURS = "/* colours of pictures and verdicts: from book/palette.py */"
"""The line of the style sheet that gives way to the rules of `palette`."""

PARTS = ("theme_navbar", "theme_article_header", "theme_content_footer", "theme_secondary_sidebar_items")
"""What the theme's names for the parts of its shell begin with."""

HAN = re.compile(r"[\u3400-\u9fff][\u3000-\u303f\u3400-\u9fff\uff00-\uffef]*")
"""Chinese text, with its own punctuation."""

NAME = 8
"""Characters up to which Chinese text is taken for a name or a term, and kept on one line."""

_TAG = re.compile(r"(<[^>]*>)")
_VERBATIM = ("option", "pre", "script", "style", "svg", "title", "textarea")


class Page(NamedTuple):
    """An entry of the contents of the book, as one page shows it."""

    title: str
    link: str
    current: bool
    pages: list["Page"]


class Part(NamedTuple):
    """A titled part of the contents of the book."""

    caption: str | None
    pages: list[Page]


class Section(NamedTuple):
    """An entry of the contents of a page."""

    title: str
    anchor: str
    sections: list["Section"]


def parts(app: Sphinx, page: str) -> list[Part]:
    """Return the contents of the book; pages below a chapter are listed on the chapter and on themselves."""
    contents = getattr(app.env, "external_site_map", None)
    if contents is None:  # a book whose contents are in its pages
        return []

    def entry(name: str) -> Page:
        below = [str(item) for tree in contents[name].subtrees for item in tree.items]
        number = app.env.toc_secnumbers.get(name, {}).get("")
        title = escape(app.env.titles[name].astext())
        return Page(
            f"{'.'.join(map(str, number))}. {title}" if number else title,
            app.builder.get_relative_uri(page, name),
            name == page,
            [entry(item) for item in below] if page in (name, *below) else [],
        )

    return [Part(tree.caption, [entry(str(item)) for item in tree.items]) for tree in contents.root.subtrees]


def sections(env: BuildEnvironment, page: str) -> list[Section]:
    """Return the sections of a page, two levels of them."""

    def below(item: nodes.Element, depth: int) -> Iterator[Section]:
        for part in item:
            for child in part if isinstance(part, nodes.bullet_list) else ():
                link = child.next_node(nodes.reference)
                if link is None:  # the contents of the book, which stand at the left
                    continue
                inner = list(below(child, depth - 1)) if depth > 1 else []
                yield Section(escape(link.astext()), link["anchorname"], inner)

    listed = env.tocs.get(page)
    return [section for item in listed or () for section in below(item, 2)]


def mark_chinese(html: str) -> str:
    """Give every run of Chinese in a page its language, and keep a name on one line.

    Parameters
    ----------
    html : str
        Text and tags. What stands in tags, in code or in scripts is left alone.

    Returns
    -------
    str
    """
    if not HAN.search(html):
        return html
    pieces, verbatim = _TAG.split(html), 0
    for position, piece in enumerate(pieces):
        if position % 2:
            name = piece[1:].lstrip("/").split(None, 1)[0].rstrip(">/") if len(piece) > 2 else ""
            if name in _VERBATIM:
                verbatim += -1 if piece.startswith("</") else 1
        elif not verbatim:
            pieces[position] = HAN.sub(_marked, piece)
    return "".join(pieces)


def _marked(found: re.Match[str]) -> str:
    text = found[0]
    return f'<span lang="zh-CN"{" class=name" if len(text) <= NAME else ""}>{text}</span>'


def prepare(app: Sphinx, page: str, template: str, context: dict, doctree: nodes.document | None) -> None:
    """Give a page its contents, and mark its Chinese."""
    context["parts"] = [
        Part(part.caption, [_marked_page(entry) for entry in part.pages]) for part in parts(app, page)
    ]
    context["sections"] = [_marked_section(section) for section in sections(app.env, page)]
    context["body"] = mark_chinese(context.get("body", ""))
    for way in ("prev", "next"):
        if context.get(way):
            context[way] = {**context[way], "title": mark_chinese(context[way]["title"])}


def _marked_page(page: Page) -> Page:
    return page._replace(title=mark_chinese(page.title), pages=[_marked_page(entry) for entry in page.pages])


def _marked_section(section: Section) -> Section:
    inner = [_marked_section(entry) for entry in section.sections]
    return section._replace(title=mark_chinese(section.title), sections=inner)


def leave_out_parts(
    app: Sphinx, page: str, template: str, context: dict, doctree: nodes.document | None
) -> None:
    """Spare the theme the parts of its own shell, which no page shows: they cost as much as the text."""
    context |= {name: [] for name in context if name == "sidebars" or name.startswith(PARTS)}


def place_scripts(app: Sphinx) -> None:
    """Copy the package's scripts beside the book's own, before pages that ask for them are written."""
    folder = Path(app.outdir) / "_static"
    folder.mkdir(parents=True, exist_ok=True)
    for path in SCRIPTS:
        copyfile(path, folder / path.name)


def write_colours(app: Sphinx, error: Exception | None) -> None:
    """Put the rules of colours into the style sheet of the finished book.

    Raises
    ------
    ValueError
        If the style sheet has no line for them.
    """
    style = Path(app.outdir) / "_static" / "book.css"
    if app.builder.name != "html" or not style.is_file():
        return
    text = style.read_text(encoding="utf-8")
    if COLOURS not in text and palette.rules() not in text:
        raise ValueError(f"{style}: expected the line {COLOURS!r}")
    style.write_text(text.replace(COLOURS, palette.rules().strip()), encoding="utf-8")


def drop_assets(app: Sphinx, error: Exception | None) -> None:
    """Delete the theme's scripts, styles and fonts, and an index of old builds: no page asks for them."""
    if app.builder.name != "html":
        return
    folder = Path(app.outdir) / "_static"
    if not app.config.html_use_index:
        (Path(app.outdir) / "genindex.html").unlink(missing_ok=True)
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir():
            path.rmdir()
        elif path.relative_to(folder).as_posix() not in ASSETS:
            path.unlink()


class CodeAtTheEnd(SphinxPostTransform):
    """Gathers the code of a page in its last section: between the reader and the answer stands none."""

    default_priority = 800  # after MyST-NB has folded the cells
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Move the folds; the id that an exhibit's link leads to goes with its code."""
        folds = list(self.document.findall(HideCodeCellNode))
        last = self.document
        while sections := [child for child in last.children if isinstance(child, nodes.section)]:
            last = sections[-1]
        after = [child for child in last.children if "moved-exhibits" in child.get("classes", ())]
        at = last.index(after[0]) if after else len(last)
        for fold in folds:
            cell = fold.parent
            names = [name for name in cell["ids"] if name.startswith("code-")]
            cell["ids"] = [name for name in cell["ids"] if name not in names]
            cell.remove(fold)
            if not cell.children:
                cell.parent.remove(cell)
            last.insert(at, nodes.container("", fold, ids=names))
            at += 1


def open_fold(translator: HTML5Translator, node: HideCodeCellNode) -> None:
    """Open a fold of code: MyST-NB's own puts paragraphs into the summary and hides its text by a label."""
    translator.body.append(f'<details class="code"><summary>{escape(node["prompt_show"])}</summary>\n')


def close_fold(translator: HTML5Translator, node: HideCodeCellNode) -> None:
    """Close a fold of code."""
    translator.body.append("</details>\n")


def setup(app: Sphinx) -> None:
    """Register everything."""
    app.add_post_transform(CodeAtTheEnd)
    app.add_node(HideCodeCellNode, override=True, html=(open_fold, close_fold))
    app.connect("builder-inited", place_scripts)
    app.connect("html-page-context", leave_out_parts, priority=100)
    app.connect("html-page-context", prepare, priority=900)
    app.connect("build-finished", drop_assets)
    app.connect("build-finished", write_colours)
