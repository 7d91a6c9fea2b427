"""The book in a real browser: by everybody, on a phone, in the dark, on paper, under a strict policy.

Each page is one test, which looks at it in several forms: so the pages share the processes of pytest-xdist.
"""

import re
import unicodedata
from pathlib import Path

import paper
import pytest
import yaml
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, expect
from pypdfium2 import PdfDocument

from mountain_counties.pages import claims

PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 800}
SIZES = {"phone": PHONE, "desk": DESK}
ROOT = Path(__file__).resolve().parents[2]
NAMES = [*paper.names(yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))), "search", "404"]
KINDS = ["index", "notebooks/06_kecheng", "profiles/kecheng", "reference/claims", "notebooks/18_explorer"]
CHINESE = [
    f"zh/{name}" for name in (*KINDS, "notebooks/11_did_they_grow_faster", "reference/article", "search")
]
"""Pages of the Chinese edition that stand for their kinds; all others have their twins' parts."""

RULES = {
    "type": "tag",
    "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
LOOKS = {
    ("desk", "light"): ["color-contrast"],
    ("desk", "dark"): ["color-contrast", "link-in-text-block"],
    ("phone", "dark"): ["color-contrast"],
    ("phone", "light"): ["color-contrast"],
}
"""Form of a page -> the rules whose answer hangs on how a part looks, not on what stands beside it."""

PRUNE = (Path(__file__).parent / "prune.js").read_text(encoding="utf-8")
FAINT = (Path(__file__).parent / "contrast.js").read_text(encoding="utf-8")


def axe(page: Page, rules: dict | list[str], without: str = "") -> list[str]:
    """Return what axe finds against a page by some rules, or by those of some tags, but not by one."""
    only = rules if isinstance(rules, dict) else {"type": "rule", "values": rules}
    options = {"runOnly": only, "resultTypes": ["violations"]}
    if without:
        options["rules"] = {without: {"enabled": False}}
    found = page.evaluate("options => axe.run(options)", options)
    return [
        f"{fault['id']}: {node['html'][:160]}" for fault in found["violations"] for node in fault["nodes"]
    ]


def view(browser: Browser, size: dict[str, int], scheme: str = "light", **options) -> Page:
    """Open an empty window; what goes wrong in it is kept in its list ``faults``."""
    page = browser.new_context(viewport=size, color_scheme=scheme, **options).new_page()
    page.faults = []
    page.on("console", lambda said: page.faults.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    return page


def squeezed(text: str) -> str:
    """Return a text's Latin letters and digits: lines break anywhere, and paper has ligatures."""
    return re.sub(r"[^A-Za-z0-9.%]", "", unicodedata.normalize("NFKC", text))


def small_letters(page: Page) -> list:
    """Return the letters of a page's figures that are lower than 11 pixels, and figures for wide screens."""
    return page.evaluate(
        """() => [...document.querySelectorAll("svg.chart")].flatMap(svg => {
            if (svg.matches(".wide")) return svg.checkVisibility() ? ["a figure for wide screens"] : [];
            const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
            return [...svg.querySelectorAll("text")]
                .map(text => [text.textContent, scale * parseFloat(getComputedStyle(text).fontSize)])
                .filter(([, pixels]) => !(pixels >= 11));
        })"""
    )


def towers(page: Page) -> list[str]:
    """Return the names of rows that a narrow column makes a tower of letters."""
    return page.evaluate(
        """() => [...document.querySelectorAll("table.exhibit:not(.profile) tbody th")]
            .filter(head => head.textContent.trim().length > 12 && head.getBoundingClientRect().width < 60)
            .map(head => head.textContent)"""
    )


def late(page: Page) -> list[float]:
    """Return where the answer and the first figure begin, if that is past a screen and a half."""
    return page.evaluate(
        """limit => ["h1 + p, h1 ~ p, h1 ~ div p", "figure.exhibit svg, .explorer"].flatMap(what => {
            const all = [...document.querySelectorAll(`article :is(${what})`)];
            const seen = all.find(one => one.getBoundingClientRect().height > 0);
            return seen ? [seen.getBoundingClientRect().top] : [];
        }).filter(top => top > limit)""",
        1.5 * PHONE["height"],
    )


def lost_on_paper(page: Page) -> list[str]:
    """Print a page; return the heads and last cells of its tables that are not on it, or its title."""
    wanted = page.evaluate(
        """() => [...document.querySelectorAll("article table")].flatMap(table => {
            const last = [...table.rows].filter(row => !row.closest("thead")).at(-1);
            const cells = [...table.tHead?.rows[0].cells ?? [], ...last?.cells ?? []];
            return cells.map(cell => cell.textContent);
        }).concat(document.querySelector("h1").textContent)"""
    )
    if len(wanted) == 1 and not wanted[0][0].isdigit():  # no table, and no number of a chapter
        return []
    sheets = PdfDocument(page.pdf(prefer_css_page_size=True, format="A4"))
    text = squeezed("".join(sheet.get_textpage().get_text_bounded() for sheet in sheets))
    return [cell for cell in wanted if squeezed(cell) not in text]


def test_every_page_is_tried(html, english):
    """An old address that only leads on is no page."""
    paths = [path for path in english if "refresh" not in path.read_text(encoding="utf-8")[:2000]]
    assert sorted(path.relative_to(html).with_suffix("").as_posix() for path in paths) == sorted(NAMES)
    assert set(KINDS) < set(NAMES)


@pytest.fixture(scope="session")
def window(browser) -> Page:
    """Open one window for all pages: a new one for each would take half of the time."""
    return view(browser, PHONE)


@pytest.mark.parametrize("name", [*NAMES, *CHINESE])
def test_a_page_is_for_everybody(window, site, name):
    """It is loaded once, under a strict policy, and tried on a phone and a desk, in light and dark."""
    found = {}
    window.faults.clear()
    window.emulate_media(color_scheme="light")
    window.set_viewport_size(PHONE)
    window.goto(f"{site}{name}.html")
    found["letters below 11 pixels"] = small_letters(window)
    found["towers of letters"] = towers(window)
    if name.startswith("notebooks/") and not name.endswith("_in_detail"):  # those are looked up in
        found["late on a phone"] = late(window)
    for place, size in SIZES.items():
        window.set_viewport_size(size)
        width = window.evaluate("document.documentElement.scrollWidth")
        found[f"sideways, {place}"] = [width] if width > size["width"] else []
        for scheme in ("dark", "light"):
            window.emulate_media(color_scheme=scheme)
            found[f"faint letters, {place}, {scheme}"] = window.evaluate(FAINT, name)
    if not name.startswith("profiles/") or name in KINDS:
        found["lost on paper"] = lost_on_paper(window)
    found["policy"] = list(window.faults)
    window.evaluate(AXE_SCRIPT)
    window.evaluate(PRUNE)
    found["axe, desk"] = axe(window, RULES, without="color-contrast")
    window.set_viewport_size(PHONE)
    found["axe, phone"] = axe(window, ["target-size", "scrollable-region-focusable"])
    window.evaluate(PRUNE, "looks")
    for (place, scheme), rules in LOOKS.items():
        window.set_viewport_size(SIZES[place])
        window.emulate_media(color_scheme=scheme)
        found[f"axe, {place}, {scheme}"] = axe(window, rules)
    assert {kind: faults for kind, faults in found.items() if faults} == {}


@pytest.mark.parametrize("name", [name for name in KINDS if name != "reference/claims"])
def test_a_page_of_each_kind_is_for_everybody_row_by_row(window, site, name):
    """Nothing is taken out for time: rows, the contents of the book, the letters of figures."""
    window.emulate_media(color_scheme="light")
    window.set_viewport_size(DESK)
    window.goto(f"{site}{name}.html")
    window.evaluate(AXE_SCRIPT)
    assert axe(window, RULES) == []


def test_what_repeats_is_taken_out_and_what_is_new_stays(browser):
    page = view(browser, DESK)
    rows = "<tr><td>like the others" * 5 + "<tr><td><a class=odd>new" + "<tr><td>like the others"
    page.set_content(f"<table><tbody>{rows}</table><svg class=chart><text>word</text></svg>")
    assert page.evaluate(PRUNE) == 5
    assert page.locator("tr").count() == 2 and page.locator(".odd").count() == 1
    assert page.locator("svg.chart *").count() == 0
    page.set_content("<p><b>one</b>" * 2 + "<p class=odd><b>other</b>" + "<p><b>one</b>" * 3)
    assert page.evaluate(PRUNE) == 0
    assert page.evaluate(PRUNE, "looks") == 3
    assert page.locator("p").count() == 3 and page.locator(".odd b").count() == 1
    page.context.close()


def test_the_tests_of_a_page_find_what_is_wrong(browser):
    """A page with one fault of each sort."""
    page = view(browser, PHONE)
    page.set_content(
        "<!doctype html><html lang=en><title>x</title><main><article><h1>Title</h1>"
        "<table class=exhibit><tr><th style='display:block;width:9px'>a name of a row</table>"
        "<svg class='chart phone' viewBox='0 0 100 100' width=100><text y=20 font-size=9>small</text></svg>"
        "<p style='margin-top:1200px;background:#fff;color:#ddd'>late</p>"
        "<table><tr><td style='display:none'>hidden99</table></article><img src='data:,'></main>"
    )
    page.evaluate(AXE_SCRIPT)
    assert [fault.split(":")[0] for fault in axe(page, RULES)].count("image-alt") == 1
    assert not any(fault.startswith("color-contrast") for fault in axe(page, RULES, "color-contrast"))
    assert small_letters(page) == [["small", 9]]
    assert towers(page) == ["a name of a row"]
    assert len(late(page)) == 1
    assert lost_on_paper(page) == ["hidden99"]
    page.evaluate(PRUNE, "looks")
    for rules in LOOKS.values():
        assert any(fault.startswith("color-contrast") for fault in axe(page, rules))
    page.context.close()


def test_the_explorer_answers_under_a_strict_policy(browser, site):
    page = view(browser, DESK)
    page.goto(f"{site}notebooks/18_explorer.html")
    assert page.locator(".explorer tbody tr").count() > 26
    dots, out = page.locator(".explorer-strip .dot"), page.locator(".explorer-strip .dot.leaves")
    expect(dots).to_have_count(26)
    expect(out).to_have_count(6)
    assert page.locator("#explorer-map .leaves").count() == 6
    said = page.locator(".explorer-answer").inner_text()
    line = page.locator(".explorer-strip [role=slider]")
    assert "yuan" in line.get_attribute("aria-valuetext")
    box, place = page.locator(".explorer-strip").bounding_box(), line.locator("circle").bounding_box()
    page.mouse.move(place["x"] + place["width"] / 2, place["y"] + 5)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.95, place["y"] + 5)
    page.mouse.up()
    assert out.count() < 6
    assert page.locator(".explorer-answer").inner_text() != said
    assert page.locator(".explorer tbody th a[href$='profiles/pingyang.html']").count() == 1
    page.goto(page.url.split("#")[0] + "#w.gdp=1&k=26")
    expect(out).to_have_count(26)
    assert "this rule finds" not in page.locator(".explorer-answer").inner_text()
    page.context.close()


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_nothing_moves_while_the_explorer_comes_in(browser, site, size):
    page = view(browser, size)
    page.add_init_script(
        """window.moved = [];
        new PerformanceObserver((list) => moved.push(...list.getEntries().map((entry) => entry.value)))
            .observe({ type: "layout-shift", buffered: true });"""
    )
    page.goto(f"{site}notebooks/18_explorer.html")
    page.locator("#explorer #explorer-map path.leaves").first.wait_for()
    page.wait_for_timeout(300)
    assert page.evaluate("moved.reduce((sum, value) => sum + value, 0)") < 0.01
    page.context.close()


def test_what_the_row_above_says_recedes_while_it_does(browser, site):
    page = view(browser, DESK)
    rows = "".join(f"<tr><th scope=row>{name}<td>{i}" for i, name in enumerate("aaabbccccdd"))
    page.route(
        f"{site}made.html",
        lambda route: route.fulfill(
            content_type="text/html",
            body="<!doctype html><script src=_static/book.js></script><table class=exhibit>"
            f"<thead><tr><th>Name<th>Number<tbody>{rows}</table>",
        ),
    )
    page.goto(f"{site}made.html")
    heads = page.locator("tbody th")

    def again() -> list[bool]:
        return heads.evaluate_all("all => all.map(head => head.classList.contains('again'))")

    def expected() -> list[bool]:
        words = heads.all_inner_texts()
        return [bool(i) and word == words[i - 1] for i, word in enumerate(words)]

    assert again() == expected() and any(again())
    page.get_by_role("button", name="Number").click()
    page.get_by_role("button", name="Number").click()
    assert heads.first.inner_text() == "d"
    assert again() == expected() and any(again())
    page.context.close()


def test_the_explorers_answer_stays_in_view_on_a_phone(browser, site):
    page = view(browser, PHONE)
    page.goto(f"{site}notebooks/18_explorer.html")
    page.locator("#explorer-map").scroll_into_view_if_needed()
    page.mouse.wheel(0, 400)
    page.wait_for_timeout(200)
    box = page.locator(".explorer-answer").bounding_box()
    assert 0 <= box["y"] < PHONE["height"] / 4
    page.context.close()


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("山区", ""),
        ("平阳", "profiles/pingyang.html"),
        ("柯城", "profiles/kecheng.html"),
        ("增加值", ""),
        ("249亿元", "reference/claims.html#kc-va-2023"),
        ("24.9", "reference/claims.html#kc-va-2023"),
        ("133.64", "reference/claims.html#py-va-2023"),
    ],
)
def test_the_search_finds_a_part_of_a_name_and_a_figure_first(browser, site, query, first):
    page = view(browser, DESK)
    page.goto(f"{site}search.html?q={query}")
    page.locator(".search-summary", has_text="found").wait_for()
    links = page.locator("#search-results li a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    expect(page.locator("#search-results .context")).to_have_count(len(links))
    quoted = page.locator("#search-results .context").all_inner_texts()
    page.context.close()
    assert links and links[0].startswith(first), links[:3]
    assert not any("import " in text or "exhibits." in text for text in quoted)


def test_a_card_opens_by_hover_focus_and_touch_and_says_what_a_claim_stands_for(browser, site):
    name = "notebooks/06_kecheng"
    page = view(browser, DESK)
    page.goto(f"{site}{name}.html")
    claim, card = page.locator("a.claim").first, page.locator("#card")
    claim.hover()
    card.wait_for()
    assert "24.85" in card.inner_text() and "249亿元" in card.inner_text()
    assert card.locator(".verdict").count() == 1
    page.keyboard.press("Escape")
    assert not card.is_visible()
    claim.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    card.wait_for()
    assert claim.get_attribute("aria-describedby") == "card"
    page.context.close()
    page = view(browser, PHONE, has_touch=True)
    page.goto(f"{site}{name}.html")
    page.locator("a.claim").first.tap()
    page.locator("#card").wait_for()
    assert name in page.url
    page.locator("a.claim").first.tap()
    page.wait_for_url("**/reference/claims.html#*")
    page.context.close()


def test_all_claims_are_filtered_by_word_verdict_and_place_and_the_address_keeps_it(browser, site):
    page = view(browser, DESK)
    page.goto(f"{site}reference/claims.html?verdict=scope+mismatch&place=kecheng")
    rows = page.locator(".claim-entry:visible")
    ids = rows.evaluate_all("all => all.map(row => row.id)")
    assert "kc-va-2023" in ids and all(name.startswith("kc-") for name in ids)
    assert page.locator(".claim-filter output").inner_text().startswith(f"{len(ids)} of ")
    assert page.locator("section:visible > h2:visible").count() < page.locator("section > h2").count()
    page.get_by_role("searchbox", name="A figure or a word").fill("249亿元")
    expect(rows).not_to_have_count(len(ids))
    texts = rows.evaluate_all("all => all.map(row => row.textContent)")
    assert all("249亿元" in text for text in texts) and page.locator("#kc-va-2023").is_visible()
    assert "q=249" in page.url and "place=kecheng" in page.url
    page.get_by_role("button", name="Show all").click()
    expect(page.locator(".claim-entry[hidden]")).to_have_count(0)
    assert page.url.endswith("claims.html")
    page.goto(f"{site}reference/claims.html#kc-va-2023")
    assert page.locator("#kc-va-2023 dl").is_visible()
    assert page.evaluate("document.documentElement.scrollHeight") < 10_000
    page.context.close()
    bare = view(browser, DESK, java_script_enabled=False)
    bare.goto(f"{site}reference/claims.html")
    assert not bare.locator(".claim-filter").is_visible()
    assert bare.locator(".claim-entry:visible").count() > 100
    bare.context.close()


def test_a_cell_of_the_article_opens_its_card_by_touch_and_its_key_filters_the_claims(browser, site):
    page = view(browser, PHONE, has_touch=True)
    page.goto(f"{site}reference/article.html")
    cell = page.locator(".article-paragraph a.cell[href$='#kc-va-2023']")
    cell.tap()
    page.locator("#card").wait_for()
    assert "24.85" in page.locator("#card").inner_text()
    page.locator(".key-of-cells a").first.tap()
    page.wait_for_url("**/claims.html?verdict=*")
    shown = page.locator(".claim-entry:visible").evaluate_all("all => all.map(row => row.dataset.verdict)")
    assert len(set(shown)) == 1 and 0 < len(shown) < 155
    page.context.close()


def test_the_landing_page_says_the_finding_and_shows_the_ways_in_within_a_screen_and_a_half(browser, site):
    page = view(browser, PHONE)
    page.goto(f"{site}index.html")
    boxes = page.evaluate(
        """() => ["h1 + p", "svg.phone", ".numbers", ".ways"].map(part =>
            document.querySelector("article " + part).getBoundingClientRect())
            .map(box => [box.top, box.bottom])"""
    )
    assert boxes == sorted(boxes)
    assert boxes[-1][1] <= 1.5 * PHONE["height"]
    assert page.locator(".numbers strong").count() == 4
    assert page.locator(".ways a").count() == 3
    page.context.close()


def test_the_old_address_of_an_exhibit_leads_to_where_it_stands(browser, site):
    page = view(browser, DESK)
    page.goto(f"{site}notebooks/06_kecheng.html#tab-kecheng-repairs")
    page.wait_for_url("**/23_audit_in_detail.html#tab-conflicts")
    expect(page.locator("table#tab-conflicts")).to_be_in_viewport()
    page.context.close()


def test_one_switch_shows_the_code_of_a_page_and_a_link_that_of_one_exhibit(browser, site):
    page = view(browser, DESK)
    page.goto(f"{site}notebooks/06_kecheng.html")
    code = page.locator("details.code pre")
    expect(code.first).to_be_hidden()
    page.locator(".exhibit-links a", has_text="Code").first.click()
    assert code.filter(visible=True).count() == 1
    switch = page.get_by_role("button", name="Show the code of this page")
    switch.click()
    assert switch.get_attribute("aria-pressed") == "true"
    assert code.filter(visible=True).count() == code.count()
    page.context.close()


def test_verdicts_are_sorted_by_gravity_and_short_tables_have_no_arrows(browser, site):
    page = view(browser, DESK)
    page.goto(f"{site}notebooks/24_record_in_detail.html")
    table = page.locator("#tab-checks")
    table.get_by_role("button", name="Verdict").click()
    grades = [text[2:] for text in table.locator("tbody .verdict").all_inner_texts()]
    order = list(claims.SIGNS)
    assert len(set(grades)) > 1
    assert grades == sorted(grades, key=order.index)
    rows = page.locator("table.exhibit:has(thead button)").evaluate_all(
        "all => all.map(table => table.tBodies[0].rows.length)"
    )
    assert min(rows) >= 10
    page.context.close()


def test_the_other_edition_opens_where_a_reader_is(browser, site):
    page = view(browser, DESK)
    switch = "document.querySelector('a.language').click()"  # which would scroll if it were pointed at
    page.goto(f"{site}notebooks/06_kecheng.html")
    page.evaluate(switch)
    page.wait_for_url(f"{site}zh/notebooks/06_kecheng.html")
    page.evaluate("document.getElementById('limits').scrollIntoView()")
    page.evaluate(switch)
    page.wait_for_url(f"{site}notebooks/06_kecheng.html#limits")
    page.goto(f"{site}reference/claims.html?verdict=slogan")
    page.evaluate(switch)
    page.wait_for_url(f"{site}zh/reference/claims.html?verdict=slogan")
    expect(page.locator("form.claim-filter output")).to_contain_text("条说法中的")
    page.goto(f"{site}zh/notebooks/18_explorer.html#w.gdp_per_capita=1&k=3")
    page.evaluate(switch)
    page.wait_for_url(f"{site}notebooks/18_explorer.html#*gdp_per_capita=1*")
    assert page.faults == []
