"""The roles ``{claim}`` and ``{verdict}``, and links between claims and the places that use them."""

import pickle
from functools import cache
from math import isnan
from typing import TYPE_CHECKING, Any, NamedTuple

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.environment.collectors import EnvironmentCollector
from sphinx.util import logging
from sphinx.util.docutils import ReferenceRole
from sphinx.writers.html5 import HTML5Translator

from mountain_counties.book import prose

if TYPE_CHECKING:  # loaded where it is needed, which in an unchanged book is nowhere
    import pandas as pd

logger = logging.getLogger(__name__)

SIGNS = {
    "contradicted": "✗",
    "scope mismatch": "⇄",
    "holds by rounding": "≈",
    "holds": "=",
    "borne out": "✓",
    "pinned": "⊙",
    "bounded": "≤",
    "not contradicted": "○",
    "slogan": "“",
    "under-determined": "?",
    "not checkable": "–",
}
"""Grade of a verdict, the gravest first -> the sign on its badge, which tells grades apart without colour."""


class Use(NamedTuple):
    """A place in the book that shows a claim or its verdict."""

    claim: str
    anchor: str
    heading: str


class claim_use(nodes.inline):  # docutils names its nodes in lower case
    """Text that becomes a link to its claim once the page of the index is known."""


class verdict_badge(nodes.inline):
    """A grade with its sign; the reason shows on hover."""


class claim_backlinks(nodes.General, nodes.Element):
    """The place in the index where a claim's uses are listed once all pages are read."""


@cache
def claims() -> "pd.DataFrame":
    """Return the ledger, read once a build."""
    from mountain_counties.audit import ledger

    return ledger.load()


_known: dict[str, Any] = {}


def verdicts() -> tuple["pd.DataFrame", "pd.DataFrame"]:
    """Return the verdicts on claims, and on relations and checks: the last build's, or worked out once."""
    if "kept" in _known:
        _known["all"] = pickle.loads(_known.pop("kept"))
    elif "all" not in _known:
        import pandas as pd

        # These bring the solvers.
        from mountain_counties.audit import reader_tables, verdicts
        from mountain_counties.record import claim_checks, overall_verdicts

        on_claims = overall_verdicts.claims().join(reader_tables.clash_notes())
        _known["all"] = on_claims, pd.concat([verdicts.relations(), claim_checks.checks()])
    return _known["all"]


def recall_verdicts(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> list[str]:
    """Take over the verdicts of the last build if nothing that they rest on has changed since."""
    _known.clear()
    inputs, kept = getattr(env, "claim_verdicts", (None, None))
    if inputs == env.mountain_counties_inputs:
        _known["kept"] = kept
    return []


def keep_verdicts(app: Sphinx, env: BuildEnvironment) -> None:
    """Keep the verdicts with the environment for the next build, pickled: it may have no use for pandas."""
    if "all" in _known:
        env.claim_verdicts = env.mountain_counties_inputs, pickle.dumps(_known["all"])


def badge(
    grade: str, reason: str, kind: type[nodes.Element] = verdict_badge, **attributes: Any
) -> nodes.Element:
    """Return a grade with its sign, as a node of the kind wanted."""
    classes = ["verdict", f"verdict-{grade.replace(' ', '-')}"]
    return kind("", f"{SIGNS[grade]}{prose.NBSP}{grade}", classes=classes, reftitle=reason, **attributes)


def final_grade(verdict: "pd.Series") -> str:
    """Return the grade on all the evidence: the article's alone, as long as nothing else was brought in."""
    return verdict.get("overall", verdict["internal"])


def place(row: "pd.Series") -> str:
    """Say where in the article a claim stands."""
    return f"section {row['section']}, paragraph {row['paragraph']}" if row["paragraph"] else "masthead"


def printed(row: "pd.Series") -> str:
    """Return a claim's token as a reader sees it, its parts apart."""
    return row["token"].replace("|", " … ")


class _LedgerRole(ReferenceRole):
    """A role whose target is an id of the ledger or of the relations."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the linked text, or report what is wrong at the page and line."""
        try:
            return [self.node()], []
        except ValueError as error:
            logger.error(f"{{{self.name}}}: {error}", location=self.get_location())
            return [nodes.problematic("", self.rawtext)], []

    def target_attributes(self) -> dict[str, Any]:
        """Return the claim that a `claim_use` links to, and an anchor of its own for the way back."""
        serial = self.env.new_serialno(f"use-{self.target}") + 1
        return {"claim": self.target, "ids": [f"use-{self.target}-{serial}"]}


class ClaimRole(_LedgerRole):
    """``{claim}`id` ``: a figure of the article, from the ledger.

    A claim without a figure (a slogan, a direction) takes the form ``{claim}`words <id>` ``.
    """

    def node(self) -> nodes.Node:
        """Return the figure, or the words of a claim that has none."""
        if self.target not in claims().index:
            raise ValueError(f"there is no claim {self.target!r} in the ledger")
        row = claims().loc[self.target]
        if not self.has_explicit_title:
            text = prose.claim(row)
        elif isnan(row["value"]):
            text = self.title
        else:
            raise ValueError(f"{self.target!r} has a figure, which comes from the ledger: write no text")
        title = f"{printed(row)} · {place(row)}"
        return claim_use("", text, classes=["claim"], reftitle=title, **self.target_attributes())


class VerdictRole(_LedgerRole):
    """``{verdict}`id` ``: the badge of the verdict on a claim, a relation or a check of the record."""

    def node(self) -> nodes.Node:
        """Return the badge; a claim's links to its entry in the index."""
        on_claims, on_relations = verdicts()
        if self.target in on_claims.index:
            row = on_claims.loc[self.target]
            return badge(final_grade(row), row["reason"], claim_use, **self.target_attributes())
        if self.target in on_relations.index:
            return badge(*on_relations.loc[self.target, ["grade", "reason"]])
        raise ValueError(f"there is no verdict on {self.target!r}: it is no claim, relation or check")


class ClaimUses(EnvironmentCollector):
    """Keeps, for each page, the claims that it shows, so that the index can list them."""

    @staticmethod
    def of(env: BuildEnvironment) -> dict[str, list[Use]]:
        """Return page -> its uses, in the order of the page."""
        if not hasattr(env, "claim_uses"):
            env.claim_uses = {}
        return env.claim_uses

    def clear_doc(self, app: Sphinx, env: BuildEnvironment, docname: str) -> None:
        """Forget a page."""
        self.of(env).pop(docname, None)
        if getattr(env, "claims_index", None) == docname:
            del env.claims_index

    def merge_other(self, app: Sphinx, env: BuildEnvironment, docnames: set[str], other: Any) -> None:
        """Take over what another process read."""
        self.of(env).update({name: uses for name, uses in self.of(other).items() if name in docnames})
        if getattr(other, "claims_index", None) in docnames:
            env.claims_index, env.claim_cards = other.claims_index, other.claim_cards

    def process_doc(self, app: Sphinx, doctree: nodes.document) -> None:
        """Note the uses of a page."""
        self.of(app.env)[app.env.docname] = [
            Use(node["claim"], node["ids"][0], heading(node)) for node in doctree.findall(claim_use)
        ]

    def get_updated_docs(self, app: Sphinx, env: BuildEnvironment) -> list[str]:
        """Have the index written again if any page's uses changed since it was last written."""
        now = {page: uses for page, uses in self.of(env).items() if uses}
        before, env.claim_uses_shown = getattr(env, "claim_uses_shown", None), now
        return [env.claims_index] if now != before and hasattr(env, "claims_index") else []


def heading(node: nodes.Node) -> str:
    """Return the title of the section that a node stands in."""
    while not isinstance(node, nodes.section | nodes.document):
        node = node.parent
    return node.next_node(nodes.title).astext()


def resolve(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Link each claim shown on a page to the index, and in the index list each claim's uses."""
    index = getattr(app.env, "claims_index", None)
    for node in list(doctree.findall(claim_use)):
        if index is None:
            logger.error(
                "no page holds the directive claims-index, so claims have no links", location=docname
            )
            return
        uri = f"{app.builder.get_relative_uri(docname, index)}#{node['claim']}"
        kept = {key: node[key] for key in ("ids", "classes", "reftitle")}
        node.replace_self(nodes.reference("", "", *node.children, refuri=uri, internal=True, **kept))
    for node in list(doctree.findall(claim_backlinks)):
        node.replace_self(backlinks(app, docname, node["claim"]))


def backlinks(app: Sphinx, index: str, claim: str) -> list[nodes.Node]:
    """Return links to the places that use a claim: one for each section of each page."""
    links: list[nodes.Node] = []
    seen = set()
    for page, uses in sorted(ClaimUses.of(app.env).items()):
        for use in uses:
            if use.claim == claim and (page, use.heading) not in seen:
                seen.add((page, use.heading))
                chapter = app.env.titles[page].astext()
                titles = (chapter,) if use.heading == chapter else (chapter, use.heading)
                text = [part for title in titles for part in (nodes.Text(": "), _title(title))][1:]
                uri = f"{app.builder.get_relative_uri(index, page)}#{use.anchor}"
                links += [nodes.reference("", "", *text, refuri=uri, internal=True), nodes.Text("; ")]
    return links[:-1] or [nodes.Text("no page")]


def _title(text: str) -> nodes.inline:
    return nodes.inline("", text, classes=["title"])


def open_badge(translator: HTML5Translator, node: verdict_badge) -> None:
    """Write a badge's opening tag; where the reason stands beside it there is none to show."""
    reason = {"title": node["reftitle"]} if node["reftitle"] else {}
    translator.body.append(translator.starttag(node, "span", "", **reason))


def close_badge(translator: HTML5Translator, node: verdict_badge) -> None:
    """Write a badge's closing tag."""
    translator.body.append("</span>")


def setup(app: Sphinx) -> None:
    """Register the roles, the index and what links them."""
    app.add_node(claim_use)
    app.add_node(claim_backlinks)
    app.add_node(verdict_badge, html=(open_badge, close_badge))
    app.add_role("claim", ClaimRole())
    app.add_role("verdict", VerdictRole())
    app.add_env_collector(ClaimUses)
    app.connect("env-get-outdated", recall_verdicts)
    app.connect("env-updated", keep_verdicts)
    app.connect("doctree-resolved", resolve)
