"""The page of all claims: a row for each that opens, a form that filters them, the cards of other pages."""

import json
import re
from html import escape
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

from mountain_counties.book import prose
from mountain_counties.pages import claims
from mountain_counties.pages.claims import SIGNS, badge, claim_backlinks, final_grade, place, printed

if TYPE_CHECKING:
    import pandas as pd

CARDS = "cards.js"
"""The script below ``_static`` that holds the cards of all claims."""


class claim_entry(nodes.General, nodes.Element):  # docutils names its nodes in lower case
    """A claim's row, which opens; ``data`` is what the filter knows of it."""


class claim_head(nodes.General, nodes.TextElement):
    """What shows of a claim while its row is closed."""


class ClaimsIndex(SphinxDirective):
    """``{claims-index}``: every claim, with a permalink, its interval, its verdict and its uses."""

    def run(self) -> list[nodes.Node]:
        """Return the filter, and one section of the page for each section of the article."""
        if getattr(self.env, "claims_index", self.env.docname) != self.env.docname:
            raise self.error(f"the index of claims is on {self.env.claims_index} already")
        from mountain_counties.audit import ledger

        self.env.claims_index = self.env.docname
        rows = claims.claims()
        self.env.claim_cards = {name: card(row) for name, row in rows.iterrows()}
        # A form is of use where there is a script: not in an e-book.
        filed = filed_under(rows)
        form = addnodes.only("", nodes.raw("", filters(filed), format="html"), expr="builder_html")
        parts: list[nodes.Node] = [form]
        for number, own in rows.groupby("section"):
            title = ledger.source()["sections"][number]
            section = nodes.section("", nodes.title("", title), ids=[nodes.make_id(title)], names=[title])
            self.state.document.note_implicit_target(section, section)
            section += [entry(row, filed[name]) for name, row in own.iterrows()]
            parts.append(section)
        return parts


def filed_under(rows: "pd.DataFrame") -> dict[str, dict[str, str]]:
    """Return what the filter may ask of each claim of a ledger: its verdict, its place, its kind."""
    from mountain_counties.article import entities  # brings pandas

    grades = final_grade(claims.verdicts()[0])[rows.index]
    places = entities.load()["place"][rows["entity"]]
    return {
        name: {"verdict": grade, "place": place, "kind": kind}
        for name, grade, place, kind in zip(rows.index, grades, places, rows["kind"], strict=True)
    }


def filters(filed: dict[str, dict[str, str]]) -> str:
    """Return the form that filters the claims, with how many there are of each sort.

    Parameters
    ----------
    filed : dict of str to dict
        Claim -> its verdict, place and kind, as `filed_under` gives them.

    Returns
    -------
    str
        HTML. A script shows it and answers it; its state stands in the address of the page, so that
        ``claims.html?verdict=slogan&place=liandu`` leads to what it says.
    """
    from mountain_counties.article import entities  # brings pandas

    counts = {key: {} for key in ("verdict", "place", "kind")}
    for facts in filed.values():
        for key, value in facts.items():
            counts[key][value] = counts[key].get(value, 0) + 1
    chips = "".join(
        f'<label class="chip verdict-{grade.replace(" ", "-")}">'
        f'<input type="checkbox" name="verdict" value="{grade}">'
        f"{sign}{prose.NBSP}{grade} <span>{counts['verdict'][grade]}</span></label>"
        for grade, sign in SIGNS.items()
        if grade in counts["verdict"]
    )
    places = {key: entities.name(key) for key in entities.load().index if key in counts["place"]}
    kinds = {key: key for key in sorted(counts["kind"], key=lambda kind: (-counts["kind"][kind], kind))}
    choices = "".join(
        f'<label>{key.capitalize()} <select name="{key}"><option value="">any</option>'
        + "".join(
            f'<option value="{value}">{escape(text)} ({counts[key][value]})</option>'
            for value, text in options.items()
        )
        + "</select></label>"
        for key, options in (("place", places), ("kind", kinds))
    )
    return (
        '<form class="claim-filter scripted" role="search" aria-label="Filter the claims">'
        '<input type="search" name="q" aria-label="A figure or a word" placeholder="A figure or a word" '
        f'autocomplete="off" spellcheck="false"><fieldset><legend>Verdict</legend>{chips}</fieldset>'
        f'<div class="choices">{choices}</div><div class="found"><output aria-live="polite">'
        f'{len(filed)} claims</output><button type="reset" class="more">Show all</button></div></form>'
    )


def card(row: "pd.Series") -> dict[str, str]:
    """Return what a claim's card says: as printed, in our words, what it stands for, verdict and reason."""
    verdict = claims.verdicts()[0].loc[row.name]
    grade = final_grade(verdict)
    return {
        "printed": printed(row),
        "words": row["paraphrase"],
        "stands": prose.claim_interval(row),
        "grade": grade,
        "sign": SIGNS[grade],
        "reason": verdict["reason"],
    }


def write_cards(app: Sphinx, error: Exception | None) -> None:
    """Write the cards as a script, which a page asks for when a reader points at a claim, server or not."""
    if error is None and hasattr(app.env, "claim_cards") and app.builder.name == "html":
        cards = json.dumps(app.env.claim_cards, ensure_ascii=False, sort_keys=True)
        (Path(app.outdir) / "_static" / CARDS).write_text(f"window.claimCards = {cards};\n", encoding="utf-8")


def entry(row: "pd.Series", facts: dict[str, str]) -> claim_entry:
    """Return a claim's row in the index, with the facts that the filter asks for; its id is the permalink."""
    from mountain_counties.article import entities  # brings pandas

    on_claims, on_relations = claims.verdicts()
    verdict = on_claims.loc[row.name]
    taking_part = on_relations[[row.name in names for names in on_relations["claims"]]]
    figure = "" if isnan(row["value"]) else prose.claim(row)
    words = [row["token"], figure, *re.findall(r"\d[\d.,]*%?", f"{row['token']} {figure}")]
    found = [
        ("single", word.replace(";", " "), row.name, "main", None) for word in dict.fromkeys(words) if word
    ]
    head = claim_head(
        "",
        "",
        nodes.strong("", printed(row), classes=["language-zh-CN"]),
        nodes.Text(" "),
        nodes.inline("", row["paraphrase"], classes=["words"]),
        nodes.Text(" "),
        badge(final_grade(verdict), ""),
    )
    about = (entities.name(row["entity"]), row["indicator"], row["scope"], prose.exact_period(row["period"]))
    relations = [
        nodes.paragraph("", "", badge(grade, reason), nodes.Text(f" {statement}"))
        for grade, reason, statement in taking_part[["grade", "reason", "statement"]].itertuples(index=False)
    ]
    told = {
        "About": [nodes.paragraph("", " · ".join(about))],
        "Stands for": [nodes.paragraph("", prose.claim_interval(row))],
        "Place": [nodes.paragraph("", place(row))],
        "Note": [nodes.paragraph("", row["note"])] if row["note"] else [],
        "Verdict": judgement(verdict),
        "Clash": clash(verdict),
        "Relations": relations,
        "Used in": [nodes.paragraph("", "", claim_backlinks(claim=row.name))],
    }
    items = [
        nodes.definition_list_item("", nodes.term("", label), nodes.definition("", *content))
        for label, content in told.items()
        if content
    ]
    permalink = nodes.reference(
        "", "Link to this claim", refid=row.name, internal=True, classes=["permalink"]
    )
    indexed = nodes.paragraph("", "", addnodes.index(entries=found), permalink)  # found by its figure first
    return claim_entry(
        "",
        head,
        nodes.definition_list("", *items),
        indexed,
        ids=[row.name],
        classes=["claim-entry"],
        data=facts,
    )


def judgement(verdict: "pd.Series") -> list[nodes.paragraph]:
    """Return a claim's reason, its verdict's parts by kind of evidence, and the slips noticed."""
    paragraphs = [nodes.paragraph("", verdict["reason"])]
    if planted := verdict.get("slips", 0):
        noticed = f"Of {planted} slips of the pen planted in it, {verdict['noticed']} would be noticed."
        paragraphs.append(nodes.paragraph("", noticed))
    if isinstance(verdict.get("external"), str):
        made = [
            badge(verdict["internal"], ""),
            nodes.Text(" by the article’s own figures, "),
            badge(verdict["external"], ""),
            nodes.Text(" by the official record"),
        ]
        paragraphs.append(nodes.paragraph("", "", *made))
    return paragraphs


def clash(verdict: "pd.Series") -> list[nodes.paragraph]:
    """Return what a claim clashes with, what was computed, and what would mend it; nothing if it does not."""
    told = verdict.get("clashes")
    if not isinstance(told, tuple):
        return []
    return [nodes.paragraph("", text) for text in (*told, verdict["mending"])]


def open_entry(translator: HTML5Translator, node: claim_entry) -> None:
    """Write a row's opening tag, with what the filter knows of it."""
    data = {f"data-{key}": value for key, value in node["data"].items()}
    translator.body.append(translator.starttag(node, "details", "", **data))


def close_entry(translator: HTML5Translator, node: claim_entry) -> None:
    """Write a row's closing tag."""
    translator.body.append("</details>\n")


def open_head(translator: HTML5Translator, node: claim_head) -> None:
    """Write the opening tag of what shows of a closed row."""
    translator.body.append("<summary>")


def close_head(translator: HTML5Translator, node: claim_head) -> None:
    """Write its closing tag."""
    translator.body.append("</summary>\n")


def setup(app: Sphinx) -> None:
    """Register the index and what it is made of."""
    app.add_node(claim_entry, html=(open_entry, close_entry))
    app.add_node(claim_head, html=(open_head, close_head))
    app.add_directive("claims-index", ClaimsIndex)
    app.connect("build-finished", write_cards)
