"""The book's Sphinx extension: exhibits, claims and verdicts in the text, formulas without a script."""

import gc
import re
from html import escape
from pathlib import Path

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.writers.html5 import HTML5Translator

from mountain_counties.pages import (
    article_page,
    bundle,
    catalogue,
    claims,
    claims_index,
    downloads,
    moved,
    picture,
    profiles,
    search,
    shell,
    site,
    upkeep,
    verdict_files,
    weights,
)
from mountain_counties.pages.fingerprint import fingerprint

DESCRIPTION = range(40, 160)
"""Characters of a page's description: a shorter paragraph says nothing, a longer one is cut."""

FEW = 5
"""Pages up to which Sphinx reads in one process."""

UNDECLARED = {"sphinx_multitoc_numbering", "sphinx_jupyterbook_latex"}
"""Extensions of Jupyter Book that do nothing while pages are read, but do not declare that this is safe."""


def inline_math(translator: HTML5Translator, node: nodes.math) -> None:
    """Write a formula in the text as MathML."""
    translator.body.append(f'<span class="math">{convert(node.astext())}</span>')
    raise nodes.SkipNode


def block_math(translator: HTML5Translator, node: nodes.math_block) -> None:
    """Write a displayed formula as MathML, with its number if it has one."""
    identity = f' id="{node["ids"][0]}"' if node["ids"] else ""
    number = f'<span class="eqno">({node["number"]})</span>' if node.get("number") else ""
    formula = convert(node.astext(), display="block")
    translator.body.append(f'<div class="math"{identity}>{formula}{number}</div>')
    raise nodes.SkipNode


def describe(app: Sphinx, page: str, template: str, context: dict, doctree: nodes.document | None) -> None:
    """Put a page's first paragraph into its head as the description that search engines show."""
    for paragraph in doctree.findall(nodes.paragraph) if doctree else ():
        text = " ".join(paragraph.astext().split())
        if len(text) >= DESCRIPTION.start:
            if len(text) >= DESCRIPTION.stop:
                text = text[: DESCRIPTION.stop].rpartition(" ")[0] + " …"
            tag = f'<meta name="description" content="{escape(text)}" />'
            context["metatags"] = context.get("metatags", "") + tag
            return


def mend_roles(app: Sphinx, page: str, template: str, context: dict, doctree: nodes.document | None) -> None:
    """Say of the header cells of tables written in Markdown that they head columns: docutils does not.

    It says that works cited are a list, and of each that it is one, by roles which do not fit each other.
    """
    if doctree:
        body = context["body"].replace('<th class="head', '<th scope="col" class="head')
        unfit = r' role="(?:doc-biblioentry"(?=>)|list"(?= class="citation-list"))'
        context["body"] = re.sub(unfit, "", body)


def name_code_cells(app: Sphinx, doctree: nodes.document) -> None:
    """Give the code cell of each exhibit the id that the exhibit's link to its code points at."""
    for link in doctree.findall(nodes.reference):
        if str(link.get("refid", "")).startswith("code-"):
            cell = link.parent
            while cell.get("nb_element") != "cell_code":
                cell = cell.parent
            cell["ids"].append(link["refid"])


def stop_collecting(app: Sphinx) -> None:
    """Stop Python's search for dead objects: a build keeps nearly all that it makes, and soon ends."""
    gc.disable()


def resume_collecting(app: Sphinx, error: Exception | None) -> None:
    """Let Python search again, but not what the build has left, as it would when the process ends."""
    gc.freeze()
    gc.enable()


def reread_if_inputs_changed(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> set[str]:
    """Name every page outdated when tables, package or pins changed, which Sphinx cannot see."""
    now = fingerprint(Path(app.srcdir), Path(app.outdir), Path(app.doctreedir))
    before, env.mountain_counties_inputs = getattr(env, "mountain_counties_inputs", now), now
    return set() if now == before else set(env.found_docs)


def share_among_processes(app: Sphinx, env: BuildEnvironment, pages: list[str]) -> None:
    """Let several processes read many pages: what all of them need is made before they part."""
    if app.parallel > 1 and len(pages) > FEW:
        for name in UNDECLARED & set(app.extensions):
            app.extensions[name].parallel_read_safe = True
        if any(page.startswith("profiles/") for page in pages):
            claims.verdicts()


def setup(app: Sphinx) -> dict[str, bool]:
    """Register everything with Sphinx."""
    app.add_html_math_renderer("mathml", (inline_math, None), (block_math, None))
    app.connect("builder-inited", stop_collecting)
    app.connect("build-finished", resume_collecting)
    app.connect("html-page-context", describe)
    app.connect("html-page-context", mend_roles)
    app.connect("env-get-outdated", reread_if_inputs_changed)
    app.connect("env-before-read-docs", share_among_processes)
    app.connect("doctree-read", name_code_cells)
    article_page.setup(app)
    claims.setup(app)
    claims_index.setup(app)
    bundle.setup(app)
    catalogue.setup(app)
    downloads.setup(app)
    moved.setup(app)
    picture.setup(app)
    profiles.setup(app)
    search.setup(app)
    shell.setup(app)
    site.setup(app)
    upkeep.setup(app)
    verdict_files.setup(app)
    weights.setup(app)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
