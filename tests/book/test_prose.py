"""The formatter of numbers, and the rule that no number in the book's text is typed by hand."""

import ast
import re
from math import inf, nan
from pathlib import Path

import nbformat
import numpy as np
import pytest
import yaml
from conftest import NOTEBOOKS, ROOT

from mountain_counties.audit import ledger, relations
from mountain_counties.book import prose
from mountain_counties.pages import assumption_log, glossary
from mountain_counties.record import claim_checks


def plain(text: str) -> str:
    """Put ordinary spaces in place of those that do not break."""
    return text.replace(prose.NBSP, " ")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (prose.number(1234567.891, 2), "1,234,567.89"),
        (prose.number(-1234), "−1,234"),
        (prose.number(2.675, 2), "2.68"),  # binary rounding would give 2.67
        (prose.number(0.5), "1"),
        (prose.number(-0.04, 1), "0.0"),
        (prose.number(np.int64(26)), "26"),
        (prose.number(10**18), "1,000,000,000,000,000,000"),
        (prose.signed(3.14, 1), "+3.1"),
        (prose.signed(-3.14, 1), "−3.1"),
        (prose.signed(0.04, 1), "0.0"),
        (prose.percent(0.0625), "6.3%"),
        (prose.percent(0.285, 0), "29%"),  # 0.285 * 100 is 28.499999999999996
        (prose.signed_percent(0.051), "+5.1%"),
        (prose.points(0.009), "0.9 percentage points"),
        (prose.points(-0.01, 0), "−1 percentage point"),
        (prose.billion(699.5, 2), "69.95 billion yuan"),
        (prose.million(5.61), "561 million yuan"),
        (prose.yuan(39614), "39,614 yuan"),
        (prose.count(1, "county", "counties"), "1 county"),
        (prose.count(26, "county", "counties"), "26 counties"),
        (prose.count(1598, "appeal"), "1,598 appeals"),
        (prose.times(2.34), "2.3 times"),
        (prose.words(0), "zero"),
        (prose.words(13), "thirteen"),
        (prose.words(26), "twenty-six"),
        (prose.words(90), "ninety"),
        (prose.ordinal(1), "first"),
        (prose.ordinal(10), "tenth"),
        (prose.ordinal(11), "11th"),
        (prose.ordinal(22), "22nd"),
        (prose.ordinal(113), "113th"),
        (prose.ordinal(23), "23rd"),
        (prose.interval(0.061, 0.065, "percent"), "6.1–6.5%"),
        (prose.interval(-0.012, 0.003, "percent"), "−1.2% to 0.3%"),
        (prose.interval(-2, 3, "yuan", 0), "−2 to 3 yuan"),
        (prose.interval(699.45, 699.55, "billion", 3), "69.945–69.955 billion yuan"),
        (prose.interval(20, inf, "billion"), "at least 2.0 billion yuan"),
        (prose.interval(-inf, 0.5, "points"), "at most 50.0 percentage points"),
        (prose.interval(1.01, 1.04), "1.0"),
        (prose.interval(1.01, 1.04, outward=True), "1.0–1.1"),
        (prose.interval(-inf, 1.01, outward=True), "at most 1.1"),
        (prose.span(0.4, 0.55, "percent"), "40–55%"),
        (prose.span(0.2, 0.2, "million"), "20 million yuan"),
        (prose.span(20, 23), "20–23"),
        (prose.p_value(0.0131), "p = 0.013"),
        (prose.p_value(0.0004), "p < 0.001"),
        (prose.p_value(1), "p = 1.000"),
        (prose.date("2024-12-06"), "6 December 2024"),
        (prose.date("2024-08"), "August 2024"),
        (prose.date("2024"), "2024"),
        (prose.period("2023-01-01/2023-12-31"), "2023"),
        (prose.period("2023-11-01/2023-11-30"), "November 2023"),
        (prose.period("2023-12-31/2023-12-31"), "31 December 2023"),
        (prose.period("2023-11-01/2024-01-31"), "1 November 2023 to 31 January 2024"),
        (prose.period("../2021-01-01"), "until 1 January 2021"),
        (prose.period("2021-01-01/.."), "from 1 January 2021"),
        (prose.period("2024-01-01/2024-06-30"), "2024"),
        (prose.exact_period("2024-01-01/2024-06-30"), "January to June 2024"),
        (prose.exact_period("2024-01-01/2024-12-31"), "2024"),
        (prose.exact_period("2024-07-01/2024-12-06"), "1 July 2024 to 6 December 2024"),
        (prose.exact_period("2024-06-01/2024-06-30"), "June 2024"),
        (prose.years(2020, 2023), "2020–2023"),
        (prose.years(2020, 2020), "2020"),
        (prose.listing(["a"]), "a"),
        (prose.listing(["a", "b", "c"]), "a, b and c"),
    ],
)
def test_written(written, expected):
    assert plain(written) == expected


@pytest.mark.parametrize(
    "text",
    [
        prose.billion(1),
        prose.million(1),
        prose.yuan(1),
        prose.times(1),
        prose.p_value(0.1),
        prose.date("2024-12-06"),
        prose.count(2, "row"),
        prose.interval(2, inf, "million"),
        prose.interval(-inf, 2, "percent"),
    ],
)
def test_a_number_never_parts_from_its_unit(text):
    assert " " not in text


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        (prose.number, (nan,)),
        (prose.number, (inf,)),
        (prose.percent, (nan,)),
        (prose.words, (100,)),
        (prose.words, (-1,)),
        (prose.ordinal, (0,)),
        (prose.interval, (2, 1)),
        (prose.interval, (nan, 1)),
        (prose.interval, (-inf, inf)),
        (prose.p_value, (1.1,)),
        (prose.p_value, (nan,)),
        (prose.date, ("6 December",)),
        (prose.date, ("24-12-06",)),
        (prose.listing, ([],)),
    ],
)
def test_what_cannot_be_written_is_an_error(function, arguments):
    with pytest.raises(ValueError, match=r"\w"):
        function(*arguments)


@pytest.mark.parametrize(
    ("claim", "figure", "interval"),
    [
        ("py-go-2023", "69.95 billion yuan", "69.945–69.955 billion yuan"),
        ("py-go-equipment", "12 billion yuan", "11.95–12.05 billion yuan"),
        ("hx-sales-2023", "790 million yuan", "785–795 million yuan"),
        ("mc-va-floor-2022", "over 500 million yuan", "at least 500 million yuan"),
        ("py-relief", "over 10 billion yuan", "at least 10 billion yuan"),
        # a level, or what it passed: no word that would settle which
        ("kc-va-2023", "24.9 billion yuan", "at least 24.85 billion yuan"),
        # ten times 亿元 is a billion, and no longer a thousand millions
        ("py-firms-10-threshold", "at least 1 billion yuan", "1 billion yuan"),
        ("py-firms-5-threshold", "at least 500 million yuan", "500 million yuan"),
        ("py-target-county", "the 100 billion yuan class", "100–1,000 billion yuan"),
        ("mc-area-share", "44.5%", "44.45–44.55%"),
        ("hx-growth-2023", "315.79%", "315.785–315.795%"),
        ("ld-income-rural", "39,614 yuan", "39,613.5–39,614.5 yuan"),
        ("ld-income-ratio", "1.58", "1.575–1.585"),
        ("py-land-area", "727.97 mu", "727.965–727.975 mu"),
        ("py-pipeline", "over 280", "281–289"),
        ("kc-park-staff", "about 7,000", "6,500–7,500"),
        ("py-top100", "top 100", "1–100"),
        ("kc-va-rank", "first", "1"),
        ("mc-removed", "3", "3"),
        ("ld-review-before", "1 month", "0.5–1.5 months"),
        ("pub-date", "6 December 2024", "6 December 2024"),
    ],
)
def test_claim_is_as_precise_as_printed(claim, figure, interval):
    row = ledger.load().loc[claim]
    assert plain(prose.claim(row)) == figure
    assert plain(prose.claim_interval(row)) == interval


def test_every_claim_with_a_figure_can_be_written():
    for _, row in ledger.load().iterrows():
        if row["kind"] in ("slogan", "direction"):
            assert prose.claim_interval(row) == "none"
            with pytest.raises(ValueError, match="has no figure"):
                prose.claim(row)
        else:
            assert prose.claim(row)
            assert prose.claim_interval(row)


def test_glue_keeps_the_text_and_shows_nothing(monkeypatch):
    shown = []
    monkeypatch.setattr(
        "myst_nb.ext.glue.ipy_display", lambda data, **more: shown.append((data, more["metadata"]))
    )
    prose.glue("output", prose.billion(699.5, 2))
    ((data, metadata),) = shown
    assert data == {"application/papermill.record/text/plain": prose.billion(699.5, 2)}
    assert metadata["scrapbook"]["name"] == "output"


@pytest.mark.parametrize(
    ("text", "error"), [(6.1, TypeError), (None, TypeError), ("", ValueError), (" ", ValueError)]
)
def test_glue_takes_formatted_strings_only(text, error):
    with pytest.raises(error, match="glue 'x'"):
        prose.glue("x", text)


# -- The rule: no number in narrative text is typed by hand ---------------------

WORDS = re.compile(
    r"\b(?:(?:three|four|five|six|seven|eight|nine)(?:teen|ty)?|ten|eleven|twelve|thirteen|fifteen|eighteen"
    r"|twenty|thirty|forty|fifty|eighty|(?:dozen|hundred|thousand|[mb]illion|trillion)s?)(?:-\w+)?\b",
    re.IGNORECASE,
)
ALLOWED = re.compile(
    r"""
    ^\#.*(?:Who\ are\ the\ 26\?|Six\ places\ for\ twenty-six|Twenty-two\ years
        |The\ 26\ mountain\ counties\ of\ Zhejiang).*$
    | \bYearbook\ \d{4}\b                 # a year in a name
    | \bPython\ 3(?:\.\d+)?(?:\ to\ 3\.\d+)?\b
    | \b[Cc]hapters?\ \d+(?:\ (?:and|to)\ \d+)?\b
    | \b(?:in|of)\ [mb]illions?(?=\ yuan|\ of\ yuan)  # a unit, not an amount
    | ^\s*\d+\.(?=\ )                   # the marker of an ordered list
    """,
    re.VERBOSE | re.MULTILINE,
)
SILENT = ("code", "code-block", "code-cell", "math", "toctree", "bibliography", "raw", "image")
"""Directives whose content is no narrative; of the others only the first line and the options are dropped."""


def narrative(markdown: str) -> str:
    """Blank out all that is no narrative text, keeping the lines."""

    def blank(match: re.Match) -> str:
        return "\n" * match[0].count("\n")

    text = re.sub(r"\A---\n.*?^---$", blank, markdown, flags=re.S | re.M)
    text = re.sub(r"<!--.*?-->", blank, text, flags=re.S)
    text = re.sub(r"^%.*$", "", text, flags=re.M)
    silent = "|".join(SILENT)
    text = re.sub(
        rf"^([`~:]{{3,}})(?:[^{{\n]*|\{{(?:{silent})\}}.*)\n.*?^\1$", blank, text, flags=re.S | re.M
    )
    text = re.sub(r"^[`~:]{3,}.*$|^:[\w-]+:.*$|^\([\w-]+\)=$", "", text, flags=re.M)
    text = re.sub(r"\$\$.*?\$\$", blank, text, flags=re.S)
    text = re.sub(r"\$[^$\n]+\$", "", text)
    text = re.sub(r"\{[\w:-]+\}`([^`<]*)<[^`>]*>`", r"\1", text)  # a role's words stay, its target goes
    text = re.sub(r"\{[\w:-]+\}`[^`]*`|`+[^`]*`+", "", text)
    text = re.sub(r"\[\^[^\]]*\]|\{[#.][^}]*\}", "", text)
    text = re.sub(r"\]\([^)]*\)|<[^>]+>|https?://\S+", " ", text)
    return ALLOWED.sub("", text)


def typed_numbers(markdown: str) -> list[tuple[int, str]]:
    """Return line and token of each numeral and each number word from three up in narrative text."""
    return [
        (number, match[0])
        for number, line in enumerate(narrative(markdown).split("\n"), start=1)
        for match in re.finditer(rf"\S*\d\S*|{WORDS.pattern}", line, re.IGNORECASE)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "It grew by 6.1% a year.",
        "In 2023 it grew.",
        "The three counties left.",
        "Three left.",
        "All twenty-six grew.",
        "Seventy-odd firms.",
        "It is worth two billion yuan.",
        "A few thousand people.",
        "Dozens of firms.",
        "A table:\n\n| a | 12 |\n|---|---|",
        "# 4 counties",
        "```{note}\nOf the 26, all grew.\n```",
        ":::{admonition} Note\n:class: tip\nAll nine grew.\n:::",
        "See {claim}`three clusters <py-clusters-announced>`.",
        "[12 firms](firms.md)",
        "Full width: １２.",
        "1. First, the 26.",
        "**26** of them",
    ],
)
def test_typed_numbers_are_found(text):
    assert len(typed_numbers(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "One county, two counties, the second, nobody.",
        "{claim}`py-go-2023` and {glue:}`growth-2023`, see {numref}`fig-growth-2023`.",
        "`x = 3` and ``y = 4``",
        "```python\nx = 3\n```",
        "```\n26\n```",
        "```{code-block} python\nx = 3\n```",
        "```{toctree}\nnotebooks/01_what\n```",
        "```{figure} map-2021.svg\n:width: 600px\n```",
        "$x_1 = 2$ and $$\ny = 3\n$$",
        "(sec-2)=\n# Title",
        "[firms](firms-2.md) <https://example.org/2023> https://example.org/2023",
        "<!-- 26 -->\n% 26",
        "---\norder: 3\n---\ntext",
        "# Who are the 26?",
        "The Zhejiang Statistical Yearbook 2025 says so; see chapter 3.",
        "Amounts are in billion yuan.",
        "1. First\n2. Second",
        "weighted, often, tense, attend, heighten, sixth",
        "A footnote.[^1]",
    ],
)
def test_other_text_passes(text):
    assert typed_numbers(text) == []


PAGES = [*sorted((ROOT / "reference").glob("*.md")), *sorted((ROOT / "profiles").glob("*.md")), *NOTEBOOKS]


def passages(path: Path) -> list[tuple[str, str]]:
    """Return the narrative passages of a page: where they stand, and their text."""
    if path.suffix == ".md":
        return [("line", path.read_text(encoding="utf-8"))]
    cells = enumerate(nbformat.read(path, nbformat.NO_CONVERT).cells, start=1)
    return [(f"cell {number}, line", cell.source) for number, cell in cells if cell.cell_type == "markdown"]


def told(code: str) -> list[str]:
    """Return what a code cell tells the reader: captions, alt texts, glued texts; no keys, no arguments."""

    def strings(node: ast.AST) -> list[str]:
        if isinstance(node, ast.Constant):
            return [node.value] if isinstance(node.value, str) else []
        parts = [] if isinstance(node, ast.Subscript | ast.Call) else ast.iter_child_nodes(node)
        return [text for part in parts for text in strings(part)]

    found = []
    for call in (node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)):
        shown = [keyword.value for keyword in call.keywords if keyword.arg in ("caption", "alt")]
        if ast.unparse(call.func) == "prose.glue":
            shown += call.args[1:]
        found += [text for node in shown for text in strings(node)]
    return found


def test_what_code_tells_is_read():
    code = """
exhibits.figure(draw("7"), name="fig-2", caption="Of 26", alt=f"All {table['b 12']}, {'six' if x else y}")
prose.glue("key-3", f"{pick('4')} of 64")
"""
    assert [token for text in told(code) for _, token in typed_numbers(text)] == ["26", "six", "64"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_no_number_is_typed_into_a_caption(path):
    found = [
        f"cell {number}: {token}"
        for number, cell in enumerate(nbformat.read(path, nbformat.NO_CONVERT).cells, start=1)
        if cell.cell_type == "code"
        for text in told(cell.source)
        for _, token in typed_numbers(text)
    ]
    assert not found, f"{path.name}: glue or format these: {found}"


TOLD = ("statement", "missing", "says", "text", "reason")
"""Keys of the declarations whose texts a reader sees."""
VINTAGE = re.compile(r"\b(?:[Cc]ensus of|[Yy]earbook) \d{4}\b")
"""A year that names a census or a publication."""
PLACE = re.compile(r"\{[a-z0-9_:-]+\}")
"""What the loaders fill."""
YEAR = re.compile(r"\b(?:19|20)\d\d\b|\b26 mountainous counties\b")
"""In the glossary, whose rows name their sources: a year, and the group's official English name."""
NUMERIC = ("亿元", "万元", "亩", "规模以上工业", "独角兽企业")
"""Terms that a number defines."""


def declared(node: object) -> list[str]:
    """Return the texts of a declaration that a reader sees."""
    if isinstance(node, list):
        return [text for part in node for text in declared(part)]
    if not isinstance(node, dict):
        return []
    own = [value for key, value in node.items() if key in TOLD and isinstance(value, str)]
    return own + [text for value in node.values() for text in declared(value)]


def test_texts_of_declarations_are_found():
    node = {"a": {"says": "x", "args": {"n": 3}}, "b": [{"turning": {"text": "y"}}, {"statement": "z"}]}
    assert declared(node) == ["x", "y", "z"]


@pytest.mark.parametrize("name", ["relations.yml", "record.yml"])
def test_no_number_is_typed_into_a_declaration(name):
    texts = declared(yaml.safe_load((ledger.ARTICLE / name).read_text(encoding="utf-8")))
    bare = {text: VINTAGE.sub("", PLACE.sub("", text)) for text in texts}
    found = {text: token for text, rest in bare.items() for _, token in typed_numbers(rest)}
    assert len(texts) > 50
    assert not found, f"{name}: make these places in braces, or say them without the number: {found}"


def test_every_place_of_a_declaration_is_filled():
    claims = ledger.load()
    loaded = [*relations.load(claims).values(), *claim_checks.load(claims).values()]
    texts = [text for entry in loaded for text in (entry.statement, entry.missing)]
    texts += [
        *claim_checks.assumptions().statement,
        *claim_checks.gaps(claims),
        *claim_checks.checks().turning,
    ]
    assert [text for text in texts if "{" in text] == []


def test_no_number_is_typed_into_a_limitation():
    told = assumption_log.limitations()[["statement", "what_would_settle"]].stack()
    assert {text: found for text in told if (found := typed_numbers(VINTAGE.sub("", text)))} == {}


def test_a_definition_has_a_number_only_if_it_needs_one():
    terms = glossary.load().set_index("term_zh").definition
    found = {name for name, text in terms.items() if typed_numbers(YEAR.sub("", text))}
    assert found == set(NUMERIC)
    size = claim_checks.assumptions().loc["designated-size"]
    assert plain(prose.span(size.lo, size.hi, "million")) in terms["规模以上工业"]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_no_number_is_typed_by_hand(path):
    found = [
        f"{place} {line}: {token}" for place, text in passages(path) for line, token in typed_numbers(text)
    ]
    assert not found, f"{path.name}: take these from the ledger or glue them: {found}"
