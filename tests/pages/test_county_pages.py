"""The growth rows of a county's page, against the sheet that they come from."""

from bs4 import BeautifulSoup

from mountain_counties.book import prose
from mountain_counties.growth import sheet
from mountain_counties.pages import county_pages
from mountain_counties.record import counties

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
