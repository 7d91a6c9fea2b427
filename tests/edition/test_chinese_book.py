"""The Chinese edition of the book: complete, and the same in every number, link, claim and verdict."""

import csv
import json
import re
from collections import Counter
from decimal import Decimal
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import pytest
from conftest import ROOT
from fontTools.ttLib import TTFont

from mountain_counties.edition import catalogue, drawings
from mountain_counties.edition.editing import CLAIMS, printed
from mountain_counties.edition.markup import Element, parse
from mountain_counties.edition.pages import FOLDER

CATALOGUES = ROOT / catalogue.FOLDER
HAN = r"[\u3400-\u9fff]"
MARKS = r"，。、；：？！（）《》“”"

UNTOLD = {"svg", "script", "style", "math", "pre", "code"}
"""Elements whose numbers are compared apart, or are no text."""


@pytest.fixture(scope="module")
def known():
    return catalogue.load(CATALOGUES)


@pytest.fixture(scope="module")
def twins(html):
    """Give name -> the English page and the Chinese one, as trees."""
    found = {}
    for path in sorted((html / FOLDER).rglob("*.html")):
        name = path.relative_to(html / FOLDER).with_suffix("").as_posix()
        english = html / f"{name}.html"
        found[name] = tuple(parse(p.read_text(encoding="utf-8")) for p in (english, path))
    return found


def test_every_page_has_a_twin(html, twins):
    pages = {
        path.relative_to(html).with_suffix("").as_posix()
        for path in html.rglob("*.html")
        if path.relative_to(html).parts[0] != FOLDER
        and path.name != "404.html"
        and 'http-equiv="refresh"' not in path.read_text(encoding="utf-8")[:2000]
    }
    assert set(twins) == pages and len(pages) > 60


def test_nothing_awaits_translation():
    assert catalogue.unfit(CATALOGUES) == []


def test_no_text_stands_in_english_but_names_of_works(twins):
    english = {
        element.text()
        for name, (_, page) in twins.items()
        for element in page.walk()
        if (element.get("lang") or "") == "en"
        and not {"language", "original", "citation"} & set(element.classes)
    }
    assert {text for text in english if text not in known_in_english()} == set()


def known_in_english():
    """Give the texts that are the same in both: names of works, programs and formats."""
    return {
        re.sub(r"<[^>]*>", "", text)
        for text, translation in catalogue.load(CATALOGUES).items()
        if text == translation and not re.search(r"\{\d", text)
    }


@pytest.mark.parametrize("kind", ["id", "class", "data-verdict", "data-kind", "data-place", "for", "name"])
def test_parts_of_pages_are_the_same(twins, kind):
    """A drawing's broken lines may become one, and an emphasis may stand elsewhere in its sentence."""
    own = {"whole", "lines"}
    for name, trees in twins.items():
        counts = [
            Counter(
                value
                for element in tree.walk()
                if element.tag not in ("text", "span") or kind != "class"
                for value in [element.get(kind)]
                if value and value not in own
            )
            for tree in trees
        ]
        assert counts[0] == counts[1], name


def test_links_lead_to_the_same_places(html, twins):
    broken, other = [], []
    for name, trees in twins.items():
        places = [
            Counter(link(element, html, name, edition) for element in tree.walk() if element.get("href"))
            for tree, edition in zip(trees, ("", FOLDER), strict=True)
        ]
        switch = Counter({f"{name}.html": 1})
        if places[0] - switch != places[1] - switch:
            other.append((name, places[0] - places[1], places[1] - places[0]))
        for element in trees[1].walk():
            address = element.get("href") or element.get("src") or ""
            path = unquote(re.split(r"[?#]", unescape(address))[0])
            inner = path and "://" not in path and not path.startswith("mailto:")
            if inner and not (html / FOLDER / name).parent.joinpath(path).exists():
                broken.append((name, address))
    assert (broken, other) == ([], [])


def link(element: Element, html: Path, name: str, edition: str) -> str:
    """Return where a link leads: a page of either edition by its name, another file by its path."""
    address = unescape(element.get("href"))
    if re.match(r"\w+:|#", address):
        return address
    path, mark, rest = re.match(r"([^?#]*)([?#]?)(.*)", address).groups()
    target = (html / edition / name).parent.joinpath(path).resolve()
    place = target.relative_to(html.resolve()).as_posix() if path else f"{edition}/{name}.html"
    return f"{place.removeprefix(FOLDER + '/')}{mark}{rest}"


def test_claims_are_printed_as_in_the_article(twins):
    with (ROOT / CLAIMS).open(encoding="utf-8", newline="") as file:
        tokens = {row["id"]: row for row in csv.DictReader(file)}
    shown = 0
    for name, (_, page) in twins.items():
        for element in page.walk():
            if (
                element.tag == "a"
                and "claim" in element.classes
                and not {"verdict", "cell"} & set(element.classes)
            ):
                row = tokens[element.get("href").partition("#")[2]]
                if row["kind"] not in ("slogan", "direction"):
                    assert unescape(plain(element)) == printed(row["token"]), name
                    shown += 1
    assert shown > 150


def test_verdicts_are_the_same(twins, known):
    for name, trees in twins.items():
        badges = [
            [
                plain(element)
                for element in tree.walk()
                if element.tag != "option" and "verdict" in element.classes
            ]
            for tree in trees
        ]
        # In a sentence two badges may change places.
        in_chinese = Counter(known.get(text.replace("\xa0", " ").strip(), text) for text in badges[0])
        assert in_chinese == Counter(text.replace("\xa0", " ").strip() for text in badges[1]), name


def plain(element: Element) -> str:
    return unescape(re.sub(r"<[^>]*>", "", "".join(map(str, element.children))))


ENGLISH = re.compile(
    r"(?<![\w.])\d(?:[\d,]*\d)?(?:\.\d+)*(?:\s(?P<unit>billion|bn|million)\b|(?P<short>[km])\b|(?P<printed>[万亿]))?"
)
CHINESE = re.compile(r"(?<![A-Za-z\d._])\d(?:[\d,]*\d)?(?:\.\d+)*(?P<unit>[万亿])?")
SCALES = {"billion": 9, "bn": 9, "million": 6, "k": 3, "m": 6, "万": 4, "亿": 8}


def values(text: str, pattern: re.Pattern) -> Counter:
    """Count the numbers of a text, each in units of one."""
    found = Counter()
    for number in pattern.finditer(text):
        digits = re.match(r"[\d,]+(?:\.\d+)*", number[0])[0].replace(",", "")
        if digits.count(".") > 1:  # a version
            continue
        unit = next((name for name in number.groups() if name), None)
        found[Decimal(digits).scaleb(SCALES.get(unit, 0)).normalize()] += 1
    return found


def words(element: Element, apart: list[Element]) -> str:
    """Return the text of a page, but for tables apart and for claims, which have tests of their own."""
    parts = []
    for child in element.children:
        if isinstance(child, str):
            parts.append(unescape(child).replace("\xa0", " "))
        elif child.tag == "!":
            continue
        elif child.tag in UNTOLD or {"claim", "exhibit-links", "take"} & set(child.classes) or child in apart:
            parts.append(" ; ")
        else:
            inline = child.tag in ("a", "em", "span", "strong")
            parts.append(words(child, apart) if inline else f" ; {words(child, apart)} ; ")
    return "".join(parts)


def of_one(text: str) -> str:
    """Give the first number of a range, or of two, the unit behind the second."""
    text = re.sub(r"(?:1st|2nd) half of", "", text)
    text = re.sub(r"(pipeline of|output class) (\d+)", r"\1 \2亿", text)  # classes, in 100 million yuan
    number = r"\d[\d,]*(?:\.\d+)?"
    return re.sub(rf"({number})(–|,? to | and | or )({number})( (?:billion|million)\b)", r"\1\4\2\3\4", text)


def test_numbers_are_the_same(twins):
    """What English has in figures Chinese has too; what it has besides English has in words."""
    compared, wrong = 0, []
    for name, (english, chinese) in twins.items():
        mains = [next(e for e in tree.walk() if e.tag == "main") for tree in (english, chinese)]
        tables = [[e for e in main.walk() if e.tag == "table"] for main in mains]
        apart = [  # compared cell by cell in the next test
            part
            for pair in zip(*tables, strict=True)
            if "billion yuan" in unescape(pair[0].text()).replace("\xa0", " ")
            for part in pair
        ]
        before = values(of_one(words(mains[0], apart)), ENGLISH)
        after = values(words(mains[1], apart), CHINESE)
        compared += sum(before.values())
        extra = {number for number in after - before if number > 99 or number % 1}
        if before - after or extra:
            wrong.append((name, before - after, extra))
    assert wrong == []
    assert compared > 5_000


def test_cells_in_billion_yuan_are_ten_times_as_many_yi(twins):
    """The head of the column or of the row says so in English; every other cell has the same number."""
    scaled = 0
    for name, trees in twins.items():
        tables = [[e for e in tree.walk() if e.tag == "table"] for tree in trees]
        for table, twin in zip(*tables, strict=True):
            rows = [[cells(row) for row in part.walk() if row.tag == "tr"] for part in (table, twin)]
            if "billion yuan" not in " ".join(rows[0][0] + [row[0] for row in rows[0] if row]):
                continue
            for english, chinese in zip(rows[0][1:], rows[1][1:], strict=True):
                for head, before, after in zip(rows[0][0], english, chinese, strict=True):
                    if re.fullmatch(r"[\d,.]+", before):
                        named = re.search(r"(?<!\d )billion yuan", f"{head} | {english[0]}") is not None
                        values_of = [Decimal(text.replace(",", "")) for text in (before, after)]
                        assert values_of[1] == values_of[0] * (10 if named else 1), (name, head, english[0])
                        scaled += named
    assert scaled > 10


def cells(row):
    """Return the text of the cells of a row, with plain spaces."""
    found = [cell for cell in row.children if isinstance(cell, Element) and cell.tag in ("td", "th")]
    return [plain(cell).replace("\xa0", " ").replace("−", "").strip() for cell in found]


def test_drawings_show_the_same_numbers(twins):
    wrong = []
    for name, trees in twins.items():
        shown = []
        for tree, pattern in zip(trees, (ENGLISH, CHINESE), strict=True):
            scale = 1 if pattern is CHINESE else 10
            texts = [e for e in tree.walk() if e.tag == "text" and e.opening]
            axis = [Decimal(plain(e).replace(",", "")) * scale for e in texts if e.get("data-unit")]
            told = " ; ".join(plain(e).replace("\xa0", " ") for e in texts if not e.get("data-unit"))
            shown.append((Counter(v.normalize() for v in axis), values(of_one(told), pattern)))
        lost, extra = shown[0][1] - shown[1][1], shown[1][1] - shown[0][1]
        if shown[0][0] != shown[1][0] or lost or any(number > 99 for number in extra):
            wrong.append((name, shown[0][0] - shown[1][0], lost, extra))
    assert wrong == []


def test_chinese_has_its_own_punctuation(known):
    wrong = []
    for english, chinese in known.items():
        # The sign of a badge, the pinyin of a term and the word of how sure a number is stand apart.
        text = re.sub(r"^\W (?=\S)| <2>[^<\u3400-\u9fff]+</2>| (?:<\d+>)?\{\d+\}(?:</\d+>)?$", "", chinese)
        text = re.sub(r"</?\d+>|\{[a-z]+\}", "", text)
        beside = rf"(?:{HAN}|\{{\d+\}}|[{MARKS}])"
        if re.search(HAN, text) and (
            re.search(rf"{beside}[,;:!](?!//)|(?<!^)[?](?={HAN})|{HAN}[?()]|[()]{HAN}", text)
            or re.search(rf"{HAN}\.(?!\w)", text)
            or re.search(rf"{HAN} +{HAN}|[{MARKS}] | [{MARKS}]", text)
            or re.search(r"[\"']", text)
        ):
            wrong.append((english[:60], chinese))
    assert wrong == []


def test_no_number_is_typed_into_a_translation(known):
    def digits(text):
        return sorted(re.findall(r"\d", re.sub(r"\{\d+\}|</?\d+>", "", text)))

    assert [text for text, translation in known.items() if digits(text) != digits(translation)] == []


def test_terms_of_the_glossary_are_kept(known):
    with (ROOT / "data" / "glossary.csv").open(encoding="utf-8", newline="") as file:
        terms = {
            row["term_en"].partition(" (")[0]: [*row["term_zh"].split("、"), *row["forms_zh"].split("|")]
            for row in csv.DictReader(file)
        }
    wrong, used = [], 0
    for english, chinese in known.items():
        for term, forms in terms.items():
            if re.search(rf"\b{re.escape(term)}(?:s|es)?\b", english, re.IGNORECASE):
                used += 1
                if not any(form and form in chinese for form in forms):
                    wrong.append((term, english[:80], chinese[:80]))
    assert used > 700
    assert wrong == []


def test_every_sign_of_a_drawing_is_in_its_font(html):
    with TTFont(drawings.FONT) as font:
        glyphs = set(font.getBestCmap())
    files = sorted((html / FOLDER / "exhibits").glob("*.svg"))
    missing = {
        path.name: signs
        for path in files
        if (
            signs := {
                s
                for t in re.findall(r"<text[^>]*>([^<]*)", path.read_text(encoding="utf-8"))
                for s in unescape(t)
                if ord(s) not in glyphs
            }
        )
    }
    assert len(files) > 60
    assert missing == {}


@pytest.mark.parametrize("query", ["柯城", "增加值", "山区", "规上工业", "133.64亿元"])
def test_search_finds_chinese_by_part(html, query):
    text = (html / FOLDER / "searchindex.js").read_text(encoding="utf-8")
    index = json.loads(text[len("Search.setIndex(") : -1])
    runs = re.findall(rf"{HAN}+|\d+(?:\.\d+)+", query)
    pairs = [run[i : i + 2] for run in runs for i in range(len(run) - 1)] if not query[0].isdigit() else runs
    found = [
        {page for table in ("terms", "titleterms") for page in as_list(index[table].get(pair, []))}
        for pair in pairs
    ]
    pages = {index["docnames"][number] for number in set.intersection(*found)}
    assert "reference/claims" in pages
    assert index["titles"][index["docnames"].index("notebooks/06_kecheng")].startswith("柯城")
    assert not any(re.search("[A-Za-z]{4} [a-z]{3}", title) for title in index["titles"])


def as_list(pages):
    return pages if isinstance(pages, list) else [pages]


def test_pages_say_their_language_and_where_the_other_is(twins):
    for name, trees in twins.items():
        for tree, (own, other) in zip(trees, (("en", "zh-CN"), ("zh-CN", "en")), strict=True):
            page = next(e for e in tree.walk() if e.tag == "html")
            switch = [e for e in tree.walk() if "language" in e.classes]
            alternates = {e.get("hreflang") for e in tree.walk() if e.tag == "link" and e.get("hreflang")}
            assert page.get("lang") == own, name
            assert [(e.get("lang"), e.get("hreflang")) for e in switch] == [(other, other)], name
            assert alternates == {"en", "zh-CN"}, name


RUN = 14
"""Characters from which a run is a piece of a sentence of the article."""


def test_no_sentence_of_the_article_stands_on_a_page(twins, article):
    """As ``tests/article/test_own_words.py`` has it for the project's files."""
    text = re.sub(r"\s", "", article.read_text(encoding="utf-8"))
    theirs = {text[at : at + RUN] for at in range(len(text) - RUN + 1)}
    found = {}
    for name, (_, page) in twins.items():
        shown = re.sub(r"\s", "", unescape(of_page(str(page))))
        runs = {shown[at : at + RUN] for at in range(len(shown) - RUN + 1)} & theirs
        if copied := {run for run in runs if len(re.findall(HAN, run)) > RUN // 2}:
            found[name] = copied
    assert found == {}


def of_page(html):
    """Return the text of a page, its blocks apart, and the attributes with words."""
    html = re.sub(r"<(script|style)\b.*?</\1>", "|", html, flags=re.DOTALL)
    told = re.findall(r'(?:title|aria-label|alt)="([^"]*)"', html)
    html = re.sub(r"</?(?:a|em|span|strong|code|sub|sup)\b[^>]*>", "", html)
    return "|".join([re.sub(r"<[^>]*>", "|", html), *told])
