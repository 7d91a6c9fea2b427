"""A county's page: its growth rows, its standing, its peers, its map, the claims about it, its table."""

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from mountain_counties.book import prose
from mountain_counties.growth import sheet
from mountain_counties.pages import county_pages, profiles
from mountain_counties.record import counties, county_profile, peers, statistics

PINGYANG, KECHENG = "330326", "330802"


def rows(code: str) -> list[list[str]]:
    table = BeautifulSoup(county_pages.growth(code), "html.parser").table
    return [[cell.text.strip() for cell in row.find_all(["th", "td"])] for row in table.tbody.find_all("tr")]


def test_every_figure_has_its_row():
    found = rows(PINGYANG)
    expected = sheet.of_county(PINGYANG)
    assert [row[0].split(",")[0] for row in found] == list(expected.index)
    assert found[0][1] == prose.signed_percent((711.8145 / 534.5123) ** (1 / 3) - 1)
    assert found[2][2] == f"{expected.loc['Firms', 'rank']:.0f} of 23"


def test_what_is_not_known_is_a_dash_and_what_is_shared_is_said():
    found = {row[0].split(",")[0]: row for row in rows(KECHENG)}
    assert found["Firms"][1:3] == [prose.DASH, prose.DASH]
    assert "Qujiang and Kecheng as one" in found["GDP"][0]
    assert "as one" not in found["Lights"][0]


def test_the_rank_is_that_of_the_sheet():
    pooled = sheet.pooled(sheet.paces())
    fastest = pooled["pooled"].idxmax()
    assert counties.units().loc[fastest, "name_en"] == "Suichang"
    note = county_pages.growth_note(fastest)
    assert "is first of 26" in note and f"and {pooled.loc[fastest, 'rank_hi']}." in note


def test_the_table_to_take_away_holds_every_figure_of_the_page_with_its_unit():
    table = county_pages.figures(KECHENG)
    assert len(table) == len(county_profile.MEASURES) + len(sheet.of_county(KECHENG))
    assert set(table["code"]) == {KECHENG}
    rows_of = table.set_index("figure")
    assert rows_of.loc["GDP", "value"] == pytest.approx(statistics.table("gdp", 2024)[KECHENG])
    assert rows_of.loc["GDP", "unit"] == "100 million yuan"
    assert (rows_of.loc["GDP per head", "rank"], rows_of.loc["GDP per head", "of"]) == (1, 26)
    assert rows_of.loc["Change of people, 2010–2020", "years"] == "2010-2020"
    assert pd.isna(rows_of.loc["Firms, growth", "value"])
    assert set(county_pages.UNITS) == set(county_profile.MEASURES)


def test_a_sentence_says_where_a_county_stands_and_who_is_like_it():
    said = county_pages.standing(KECHENG).replace(prose.NBSP, " ")
    assert said.startswith("Of the 26 it is second by total GDP (70.6 billion yuan), first by GDP per head")
    names = [name for name, _ in county_pages.likest(KECHENG)]
    assert names == [county_profile.title(code) for code in peers.nearest(KECHENG).index]


def test_the_locator_draws_the_county_apart_from_the_group():
    paths = {
        "".join(path.get("class", [])): path["d"].count("M")
        for path in BeautifulSoup(county_pages.locator(KECHENG), "html.parser").find_all("path")
    }
    assert paths["here"] >= 1
    assert paths["group"] >= 25
    assert paths["inset"] == 1
    assert sum(paths.values()) >= 90


def test_far_islands_lie_in_a_frame_at_sea_and_the_map_is_narrower_for_it():
    shapes, frame = counties.map_shapes()
    units = counties.units()
    far = units.index[units["prefecture"] == "Zhoushan"]
    assert shapes.loc[far].within(frame).all()
    assert not shapes.drop(far).intersects(frame).any()
    west, _, east, _ = shapes.total_bounds
    own = counties.boundaries()
    assert own.total_bounds[2] - own.total_bounds[0] > 1.05 * (max(east, frame.bounds[2]) - west)
    assert own.drop(far).geometry.geom_equals(shapes.drop(far).geometry).all()
    wide = [found.loc[far].bounds.eval("maxx - minx").to_numpy() for found in (shapes, own)]
    assert wide[0] == pytest.approx(counties.INSET[1] * wide[1])


def test_each_figure_of_growth_has_a_strip_that_marks_the_county():
    table = BeautifulSoup(county_pages.growth(PINGYANG), "html.parser").table
    assert [len(row.select("svg.strip .marked")) for row in table.tbody.find_all("tr")] == [1] * 7
    unknown = BeautifulSoup(county_pages.growth(KECHENG), "html.parser").table
    assert [len(row.select("svg.strip .marked")) for row in unknown.tbody.find_all("tr")].count(0) > 0


def test_the_explorers_map_can_mark_every_county_and_links_to_its_page():
    drawn = BeautifulSoup(county_pages.explorer_map("../"), "html.parser")
    codes = {path["class"][1].removeprefix("unit-") for path in drawn.select("path.member")}
    assert codes == set(counties.members(county_profile.GROUP_DAY))
    assert len(drawn.select("a[href^='../profiles/']")) == 26


def test_a_page_shows_the_claims_about_it_and_leads_to_its_table(html):
    page = BeautifulSoup((html / "profiles" / "kecheng.html").read_text(encoding="utf-8"), "html.parser")
    shown = page.select(".claims-about li")
    assert len(shown) == profiles.SHOWN
    assert shown[0].select_one(".verdict").text.endswith("scope mismatch")
    assert page.select_one("a[href$='claims.html?place=kecheng']").text.startswith("All ")
    table = pd.read_csv(html / "profiles" / page.find("a", string="CSV of this page")["href"])
    assert len(table) == len(county_pages.figures(KECHENG))
    other = BeautifulSoup((html / "profiles" / "yunhe.html").read_text(encoding="utf-8"), "html.parser")
    assert not other.select(".claims-about")
    assert other.select_one("a[href$='claims.html?place=mountain-counties']")
