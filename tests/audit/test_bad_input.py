"""Bad input is told in one line that names its place, and nothing of it reaches a page."""

import contextlib
import csv
import io
import re
import shutil

import pytest
import yaml
from conftest import ROOT
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from mountain_counties import __main__
from mountain_counties.audit import ledger, nonlinear, proposal, relations, report, rounding, tokens, verdicts
from mountain_counties.audit.tables import TableError
from mountain_counties.record import claim_checks

SMALL, BOOK = ROOT / "examples" / "china-2023", ROOT / "data" / "article"
READERS = {
    "claims.csv": ledger.load,
    "exclusions.csv": ledger.exclusions,
    "source.yml": ledger.source,
    "units.txt": ledger.registry,
    "relations.yml": lambda folder: relations.load(ledger.load(folder), folder),
    "record.yml": lambda folder: claim_checks.gaps(ledger.load(folder), folder),
}
FILES = sorted(set(READERS) - {"record.yml"})


def changed(folder, base, name, old, new):
    """Copy a folder and change one place of one file; `old` None replaces the whole file."""
    shutil.copytree(base, folder)
    path = folder / name
    content = path.read_text(encoding="utf-8")
    assert old is None or old in content
    path.write_text(new if old is None else content.replace(old, new, 1), encoding="utf-8")
    return folder


def relation(**spec):
    """Put one more relation at the head of the list."""
    line = yaml.safe_dump({"id": "a", "about": "x", "statement": "A."} | spec, default_flow_style=True,
                          width=10_000, allow_unicode=True)  # fmt: skip
    return "relations.yml", "relations:\n", f"relations:\n  - {line}"


REFUSED = {
    "circular units": (
        SMALL, "units.txt", "count = []", "foo = 2 * bar\nbar = 3 * foo\ncount = []",
        "units.txt, row 7: found 'foo = 2 * bar', expected a new unit made of known ones"),
    "a unit of no size": (SMALL, "units.txt", "count = []", "foo = 0 * yuan\ncount = []", "units.txt, row 7"),
    "a power of a power, on which pint would work for ever": (
        SMALL, "units.txt", "count = []", "foo = 9 ** 9 ** 9 * yuan\ncount = []",
        "units.txt, row 7: found 'foo = 9 ** 9 ** 9 * yuan', expected at most two powers, each of one digit"),
    "a power beyond floats": (SMALL, "units.txt", "count = []", "foo = 10 ** 999 * yuan\ncount = []",
                              "units.txt, row 7"),
    "sums of two dimensions": (
        SMALL, *relation(num="gdp - gdp-per-head", at_least=0),
        "relation a: found gdp-per-head in 元每人 beside 亿元 in 'gdp - gdp-per-head'"),
    "a quotient that is no ratio": (
        SMALL, *relation(num="gdp", den="population", at_most=1),
        "relation a: found 'gdp' over 'population' in 亿元 / 万人, expected ratio, or another unit"),
    "a total in another dimension": (
        SMALL, *relation(num="primary + secondary", **{"is": "population"}),
        "relation a: found 'primary + secondary' in 亿元, expected 万人, or another unit of its kind"),
    "a claim over itself": (SMALL, *relation(num="gdp", den="gdp", at_most=1),
                            "relation a: found 'gdp' over itself, expected a relation that can fail"),
    "a claim that is itself": (SMALL, *relation(num="gdp", **{"is": "gdp"}),
                               "relation a: found gdp on both sides, expected a relation that can fail"),
    "a bound that every share keeps": (
        SMALL, *relation(num="primary-share", at_most=1, unit="percent"),
        "found a bound on primary-share that every share keeps, expected a relation that can fail"),
    "a factor of zero": (SMALL, *relation(num="0*primary", at_most=1),
                         "relation a: found a coefficient of zero for primary"),
    "a factor beyond floats": (SMALL, *relation(num="1e400*primary", at_most=1), "relation a: found '1e400'"),
    "factors whose product is beyond floats": (
        SMALL, *relation(num="primary + 1e300*1e300", at_most=1), "relation a: found a factor of inf"),
    "a factor that a solver drops": (
        SMALL, *relation(num="1e-20*primary", at_most=1),
        "relation a: found a factor of 1e-20 in '1e-20*primary', expected factors from 1e-15 to 1e+15"),
    "a bound beyond floats": (SMALL, *relation(num="primary", equals=10**400), "relation a: found equals: 1"),
    "no relations": (SMALL, "relations.yml", None, "assumptions: {}\nunknowns: {}\nrelations: []\n",
                     "relations.yml, field relations: found none, expected at least one relation"),
    "an id that is no name": (SMALL, *relation(id="<b>"), "found id: '<b>', expected plain words"),
    "an unknown with the name of a claim": (
        SMALL, "relations.yml", "unknowns: {}", "unknowns: {gdp: {name: X, unit: 元}}",
        "unknown gdp: found 'gdp', expected a name that nothing else has"),
    "too large a figure": (SMALL, "claims.csv", "89755亿元", f"{'9' * 101}亿元", "claims.csv, row 5"),
    "a newline in a cell": (SMALL, "claims.csv", "Gross domestic product.", '"Gross\nproduct."',
                            "row 4, column paraphrase: found 'Gross\\nproduct.', expected one line"),
    "a line of another script's making": (
        SMALL, "claims.csv", "Gross domestic product.", "Gross \u202eproduct.",
        "column paraphrase: found 'Gross \\u202eproduct.', expected one line, without control characters"),
    "about a date": (
        SMALL, "claims.csv", "2024-02-29,day,,date", "2024-02-29,day,约,date",
        "row 2, column token: found '2024年2月29日', expected a date (that takes no hedge, such as '约')"),
    "an exclusion over a claim": (
        SMALL, "exclusions.csv", "\n", "\n1,2,4,6,12,A year.\n",
        "exclusions.csv, row 2, column start, end: found '12' at 4, over the claim gdp"),
    "an exclusion as long as another token": (
        SMALL, "exclusions.csv", "\n", "\n1,2,0,9,12,A year.\n",
        "exclusions.csv, row 2, column start, end: found 0 to 9, expected as long as '12'"),
    "an address that is a script": (SMALL, "source.yml", "https://www.stats", "javascript:alert('//www.stats",
                                    "field url: found"),
    "a count below zero": (BOOK, "claims.csv", "5,30,67,70,14家", "5,30,67,70,-4家",
                           "expected a count (from zero up)"),
    "a threshold below zero": (BOOK, "claims.csv", "5,30,60,63,5亿元", "5,30,60,64,-5亿元",
                               "row 139, column token: found '-5亿元', expected a threshold (from zero up)"),
    "classes without thresholds": (
        BOOK, "relations.yml", "counts: [py-firms-10, py-firms-5, py-firms-1], thresholds",
        "counts: [py-firms-10, py-firms-5], thresholds",
        "found 2 counts and 3 thresholds, expected two or more thresholds and as many counts"),
    "a pace to the past": (
        BOOK, "claims.csv", "2021-01-01/2025-12-31,亿元,级", "2021-01-01/2023-12-31,亿元,级",
        "relation py-pace-county: found a target for 2021-01-01/2023-12-31, expected one for a year"),
    "a function of a slogan": (
        BOOK, "relations.yml", "args: {share: ld-signing-rate}", "args: {share: ld-zero-wait}",
        "relation ld-signing-count: found share: ld-zero-wait, a slogan, expected a claim with a figure"),
    "a slogan that is none": (
        BOOK, "relations.yml", "slogan: zj-one-county-one-industry, fact: py",
        "slogan: mc-mostly-hills, fact: py",
        "found slogan: mc-mostly-hills, a direction, expected a slogan"),
    "a check without its function": (BOOK, "record.yml", "    function: province_share\n", "",
                                     "record.yml, check rec-hills: found no function among"),
    "a check of what the record does not hold": (
        BOOK, "record.yml", "{indicator: hills_share, year: 2004}", "{indicator: hills_share, year: 1904}",
        "record.yml, check rec-hills: found args: {'indicator': 'hills_share', 'year': 1904}"),
    "a check with a list for a year": (
        BOOK, "record.yml", "{indicator: hills_share, year: 2004}", "{indicator: hills_share, year: [1]}",
        "check rec-hills: found args, year: [1], expected a number"),
    "a reason that looks into the program": (
        BOOK, "record.yml", "the sources say {detail}", "the sources say {detail.__class__}",
        "rec-mechanism: found text: 'the sources say {detail.__class__}', expected plain words, without '{'"),
    "a reason that is a gigabyte wide": (
        BOOK, "record.yml", "sources say {detail}", "sources say {detail:>999999999}", "rec-mechanism"),
    "no checks": (BOOK, "record.yml", None, "assumptions: {}\nchecks: []\ngaps: []\n",
                  "record.yml, field checks: found none, expected at least one check, or no record.yml"),
}  # fmt: skip


@pytest.mark.parametrize(("base", "name", "old", "new", "told"), REFUSED.values(), ids=REFUSED)
def test_bad_input_is_told_in_one_line_that_names_its_place(tmp_path, capsys, base, name, old, new, told):
    folder = changed(tmp_path / "a", base, name, old, new)
    assert __main__.main(["audit", str(folder), "--html", str(tmp_path / "a.html")]) == 2
    out, err = capsys.readouterr()
    assert told in err and err.startswith(str(folder)) and len(err.splitlines()) == 1
    assert "found" in err and "expected" in err
    assert not out and not (tmp_path / "a.html").exists()


def test_relations_that_no_figures_can_meet_are_named(tmp_path):
    folder = changed(
        tmp_path / "a", SMALL, "relations.yml", "unknowns: {}", "unknowns: {x: {name: X, unit: 元}}"
    )
    for made, spec in (("low", {"at_least": 2}), ("high", {"at_most": 1})):
        name, old, new = relation(id=made, num="x", den="gdp", **spec)
        path = folder / name
        path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(TableError, match=r"relations high, low.*: found relations that no figures can meet"):
        verdicts.run(folder=folder)


@pytest.mark.parametrize(
    ("claim", "old", "new", "relation", "told"),
    [
        ("py-firms-5-threshold", "5,30,60,63,5亿元", "5,30,60,64,50亿元", "py-pareto",
         "not computed: thresholds that do not fall, 10, 50, 1"),
        ("py-firms-10-threshold", "5,30,71,75,10亿元", "5,30,71,74,1亿元", "py-concentration",
         "not computed: thresholds that do not fall, 1, 5, 1, 0.2"),
        ("py-firms-5", "5,30,67,70,14家", "5,30,67,71,914家", "py-pareto",
         "not computed: classes that do not grow, 6, 914, 138"),
    ],
)  # fmt: skip
def test_a_slip_in_a_class_of_firms_stops_its_own_computation_and_no_other(
    tmp_path, claim, old, new, relation, told
):
    folder = changed(tmp_path / "a", BOOK, "claims.csv", old, new)
    graded = verdicts.relations(folder)
    assert graded.grade[relation] == "under-determined" and graded.reason[relation] == told
    assert graded.grade.ne("under-determined").sum() > 50


MARKUP = ["<script>alert(1)</script>", "{raw}`<b>x</b>`", "```{raw} html", "[x](javascript:alert)", "**x**",
          "$x$", "&lt;b&gt;", "a|b", "\\textbf", "{{ x }}", "`x`", "_x_"]  # fmt: skip
PLACES = [
    *(("claims.csv", 1, name) for name in ("token", "paraphrase", "scope", "indicator", "note", "entity")),
    *(("exclusions.csv", 0, name) for name in ("token", "reason")),
    *(("source.yml", name) for name in ("outlet", "title", "url")),
    ("source.yml", "sections", 0),
    ("relations.yml", "assumptions", "mean-population", "statement"),
    *(("relations.yml", "relations", 0, name) for name in ("id", "about", "statement", "missing")),
    *(("record.yml", "checks", 2, name) for name in ("id", "about", "statement", "label", "says", "missing")),
    ("record.yml", "checks", 2, "turning", "text"),
    ("record.yml", "gaps", 0, "reason"),
    ("record.yml", "assumptions", "rec-tenths", "statement"),
]


@pytest.mark.parametrize("place", PLACES, ids=lambda place: "-".join(map(str, place)))
def test_no_cell_and_no_field_may_hold_markup(tmp_path, place):
    name, *keys, last = place
    folder = tmp_path / "a"
    shutil.copytree(BOOK if name == "record.yml" else SMALL, folder)
    path = folder / name
    content = path.read_text(encoding="utf-8")
    for number, markup in enumerate(MARKUP[:3] if name == "record.yml" else MARKUP):
        if name.endswith("csv"):
            rows = list(csv.DictReader(io.StringIO(content)))
            rows[keys[0]][last] = f"x {markup}"
            written = io.StringIO()
            writer = csv.DictWriter(written, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
            new = written.getvalue()
        else:
            spec = inner = yaml.safe_load(content)
            for key in keys:
                inner = inner[key]
            inner[last] = f"x {markup}"
            new = yaml.safe_dump(spec, allow_unicode=True, sort_keys=False)
        fresh = tmp_path / f"{number}"
        shutil.copytree(folder, fresh)
        (fresh / name).write_text(new, encoding="utf-8")
        if markup == "a|b" and last == "token":
            continue  # the parts of a token stand apart in the text
        with pytest.raises(TableError, match=re.escape(name)):
            READERS[name](fresh)


def test_a_report_writes_every_text_as_text():
    claim = {"id": "a", "token": "<b>", "paraphrase": "<script>x</script>", "verdict": "pinned", "reason": "",
             "relations": [], "conflicts": []}  # fmt: skip
    made = {"source": {"outlet": "<i>"}, "claims": [claim], "relations": [], "conflicts": [], "repairs": [],
            "exclusions": 0}  # fmt: skip
    page = report.as_html(made)
    assert "<script>x" not in page and "&lt;script&gt;x" in page and "<i>" not in page and "<b>" not in page


# ---- whatever is put into a file, a reader gives a table or one error of its own


ODD = [
    *'" 0 -1 1e999 nan .inf null [] {} ~ &a *a | ９ 万 % 1/0 亿元 約 yes = foo .. ../.. , ,, $x$'.split(),
    *("2024-13-01", "", " ", "[0, 0]", "!!python/object:os.system", "\x00", "\ufeff", "\u2028", "\r", "\t"),
    *("'", "[currency]", "1 ** 9 ** 9", "a" * 300),
]
FIGURELIKE = "0123456789.,-~/百千万亿零一二点半多余约%‰"


@st.composite
def mutations(draw):
    """Draw a file of the small example, and what becomes of it."""
    name = draw(st.sampled_from(FILES))
    content = (SMALL / name).read_text(encoding="utf-8")
    for _ in range(draw(st.integers(1, 3))):
        pieces = re.split(r"(\W+)", content)
        i = draw(st.integers(0, len(pieces) - 1))
        how = draw(st.sampled_from(["put", "drop", "double", "swap", "cut"]))
        if how == "put":
            pieces[i] = draw(st.one_of(st.sampled_from(ODD), st.text(max_size=8)))
        elif how == "drop":
            pieces[i] = ""
        elif how == "double":
            pieces[i] *= 2
        elif how == "swap":
            j = draw(st.integers(0, len(pieces) - 1))
            pieces[i], pieces[j] = pieces[j], pieces[i]
        else:
            pieces = pieces[: i + 1]
        content = "".join(pieces)
    return name, content.encode("utf-8", "surrogatepass")


@settings(
    max_examples=40, deadline=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow]
)
@given(mutations())
def test_a_mutilated_file_is_read_or_refused_and_never_stumbled_over(tmp_path_factory, mutation):
    name, content = mutation
    folder = tmp_path_factory.mktemp("a") / "b"
    shutil.copytree(SMALL, folder)
    (folder / name).write_bytes(content)
    try:
        READERS[name](folder)
    except TableError as error:
        assert error.file.name in FILES and "\n" not in str(error).strip()
    assert __main__.main(["audit", str(folder)]) in (0, 1, 2)
    shutil.rmtree(folder)


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(st.text(max_size=20), st.lists(st.sampled_from([*ODD, *FIGURELIKE]), max_size=12).map("".join)),
    st.sampled_from(["亿元", "percent", "count", "day", "month"]),
    st.sampled_from(sorted(rounding.KINDS)),
    st.sampled_from(sorted(rounding.HEDGES)),
    st.sampled_from([".", ","]),
)
def test_a_token_is_read_or_refused(token, unit, kind, hedge, decimal):
    for read in (
        lambda: tokens.read(token, unit, BOOK, decimal),
        lambda: rounding.interval(token, unit, kind, hedge, folder=BOOK, decimal=decimal),
    ):
        with contextlib.suppress(ValueError):
            read()


@given(st.text(), st.sampled_from(ledger.LAYOUTS))
def test_any_text_is_split_and_every_numeral_of_it_proposed(text, layout):
    paragraphs, sections = ledger.paragraphs(text, layout)
    assert set(paragraphs) == set(sections) or not paragraphs
    assert proposal.claims(text, layout).startswith(",".join(ledger.COLUMNS))


FIGURES = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e12, max_value=1e12)


@settings(max_examples=25, deadline=None, phases=[Phase.generate])
@given(st.lists(FIGURES, min_size=12, max_size=12))
def test_a_function_of_any_figures_gives_an_outcome(figures):
    claims, declared = ledger.load(), relations.load(ledger.load())
    for function in (r for r in declared.values() if not r.linear):
        mixed = claims.copy()
        for name, value in zip(sorted(function.claims), figures, strict=False):
            if mixed.kind[name] not in rounding.WITHOUT_INTERVAL and mixed.kind[name] != "date":
                mixed.loc[name, ["lo", "value", "hi"]] = value
        args = {
            k: 1.0 if isinstance(v, str) and v not in claims.index else v for k, v in function.args.items()
        }
        if function.function == "working_days":
            args["month"] = (20.0, 23.0)
        if function.function == "pace":
            args["within"] = (0.0, 1.5)
        found = nonlinear.outcome(function.function, mixed, args)
        assert isinstance(found, nonlinear.Outcome) and not isinstance(found.value, complex)
