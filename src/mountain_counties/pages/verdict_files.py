"""The verdicts for machines: JSON with a schema, and the ClaimReview of schema.org that fact-checks use.

A claim is given by its figure as printed and by our paraphrase, never by the article's sentence.
"""

import json
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from mountain_counties.pages import claims, downloads, site

if TYPE_CHECKING:
    import pandas as pd

VERDICTS, SCHEMA, REVIEWS = "verdicts.json", "verdicts.schema.json", "claimreview.jsonld"
"""Files in the folder of the exhibits."""


def schema() -> dict[str, Any]:
    """Return the JSON Schema of `VERDICTS`."""
    text, number = {"type": "string"}, {"type": ["number", "null"]}
    grade = {"enum": list(claims.SIGNS)}
    fields: dict[str, tuple[dict[str, Any], str]] = {
        "id": (
            text | {"pattern": "^[a-z0-9-]+$"},
            "The claim's id in the ledger and on the page of all claims.",
        ),
        "printed": (
            text,
            "The figure as the article prints it; parts that stand apart are joined by an ellipsis.",
        ),
        "paraphrase": (text, "What is claimed, in our words."),
        "section": ({"type": "integer"}, "Section of the article; 0 is the lead."),
        "paragraph": ({"type": "integer"}, "Paragraph in the body; 0 is the masthead."),
        "entity": (text, "Whom or what the figure is about."),
        "scope": (text, "What the figure covers."),
        "indicator": (text, "What is measured."),
        "period": (text, "ISO 8601 interval."),
        "unit": (text, "Unit of lo, value and hi: 亿元 is 100 million yuan, percent is a fraction of one."),
        "lo": (number, "Lower end of what the printed figure stands for; null if it has none."),
        "value": (number, "The printed figure; null for words without one."),
        "hi": (number, "Upper end of what the printed figure stands for; null if it has none."),
        "verdict": (grade, "On all the evidence."),
        "by_the_article": (grade, "On the article's other figures alone."),
        "by_the_record": (
            {"anyOf": [grade, {"type": "null"}]},
            "On the official record; null if it was not held against it.",
        ),
        "reason": (text, "Why, in one or two sentences."),
        "slips_planted": (number, "Slips of the pen planted in the figure; null if none can be."),
        "slips_noticed": (number, "How many of them would be noticed."),
        "page": (text, "Where the book tells all about it."),
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Verdicts on the claims of a newspaper article",
        "type": "object",
        "required": ["article", "licence", "claims"],
        "additionalProperties": False,
        "properties": {
            "article": {
                "type": "object",
                "required": ["outlet", "date", "page"],
                "properties": {
                    "outlet": text,
                    "date": text | {"format": "date"},
                    "page": {"type": "integer"},
                },
            },
            "licence": text,
            "claims": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": list(fields),
                    "additionalProperties": False,
                    "properties": {
                        name: kind | {"description": said} for name, (kind, said) in fields.items()
                    },
                },
            },
        },
    }


def keep(app: Sphinx, doctree: nodes.document) -> None:
    """Keep every claim of the ledger with its verdict once the page of all claims is read."""
    if getattr(app.env, "claims_index", None) != app.env.docname:
        return
    from mountain_counties.audit import ledger

    article, found = ledger.source(), claims.verdicts()[0]
    about = {"outlet": article["outlet"], "date": str(article["date"]), "page": article["page"]}
    rows = [_verdict(app, row, found.loc[name]) for name, row in claims.claims().iterrows()]
    terms = downloads.work(Path(app.srcdir))["license"]
    app.env.verdict_file = {"article": about, "licence": terms, "claims": rows}


def merge(app: Sphinx, env: BuildEnvironment, pages: set[str], other: BuildEnvironment) -> None:
    """Take over what another process kept when it read the page of all claims."""
    if getattr(other, "claims_index", None) in pages:
        env.verdict_file = other.verdict_file


def _verdict(app: Sphinx, row: "pd.Series", verdict: "pd.Series") -> dict[str, Any]:
    external = verdict.get("external")
    slips = verdict.get("slips", 0) or 0
    return {
        "id": row.name,
        "printed": claims.printed(row),
        **{name: row[name] for name in ("paraphrase",)},
        **{name: int(row[name]) for name in ("section", "paragraph")},
        **{name: row[name] for name in ("entity", "scope", "indicator", "period", "unit")},
        **{name: float(row[name]) if isfinite(row[name]) else None for name in ("lo", "value", "hi")},
        "verdict": claims.final_grade(verdict),
        "by_the_article": verdict["internal"],
        "by_the_record": external if isinstance(external, str) else None,
        "reason": verdict["reason"],
        "slips_planted": int(slips) or None,
        "slips_noticed": int(verdict["noticed"]) if slips else None,
        "page": f"{downloads.address(app, app.env.claims_index)}#{row.name}",
    }


def reviews(app: Sphinx, found: dict[str, Any]) -> dict[str, Any]:
    """Return the verdicts as ClaimReviews (https://schema.org/ClaimReview).

    The rating is a name and a reason: the grades are no scale, so there is no number. A claim that cannot be
    checked is no review and is left out.
    """
    about = downloads.work(Path(app.srcdir))
    article = found["article"]
    author = {"@type": "Organization", "name": about["authors"]}
    appearance = {
        "@type": "NewsArticle",
        "publisher": {"@type": "Organization", "name": article["outlet"]},
        "datePublished": article["date"],
        "pagination": str(article["page"]),
    }
    graph = [
        {
            "@type": "ClaimReview",
            "@id": claim["page"],
            "url": claim["page"],
            "claimReviewed": f"{claim['paraphrase']} (printed: {claim['printed']})",
            "author": author,
            "itemReviewed": {
                "@type": "Claim",
                "author": appearance["publisher"],
                "datePublished": article["date"],
                "appearance": appearance,
            },
            "reviewRating": {
                "@type": "Rating",
                "alternateName": claim["verdict"],
                "ratingExplanation": claim["reason"],
            },
        }
        for claim in found["claims"]
        if claim["verdict"] != "not checkable"
    ]
    # Addresses are relative to this file if the book's own is not configured.
    start = {} if site.base(app) else {"@base": "../"}
    return {"@context": ["https://schema.org", start] if start else "https://schema.org", "@graph": graph}


def write(app: Sphinx, error: Exception | None) -> None:
    """Write the three files, if the book lists its claims."""
    if error or app.builder.name != "html" or not hasattr(app.env, "verdict_file"):
        return
    folder = Path(app.outdir) / downloads.FOLDER
    folder.mkdir(exist_ok=True)
    found = app.env.verdict_file
    for name, content in ((VERDICTS, found), (SCHEMA, schema()), (REVIEWS, reviews(app, found))):
        text = json.dumps(content, ensure_ascii=False, indent=1)
        (folder / name).write_text(text + "\n", encoding="utf-8")


def setup(app: Sphinx) -> None:
    """Register what is kept, and what is written at the end."""
    app.connect("doctree-read", keep)
    app.connect("env-merge-info", merge)
    app.connect("build-finished", write, priority=650)
