"""The picture of the landing page: squares stand where the counties rank."""

from matplotlib.colors import to_hex

from mountain_counties.book import charts
from mountain_counties.line import lead_charts, lead_finding
from mountain_counties.record import counties


def test_the_six_are_the_first_of_the_upper_row_and_where_they_rank_in_the_lower():
    table = lead_finding.ranks()
    (ax,) = lead_charts.two_rows(table).axes
    names = counties.units()["name_en"]
    squares = {
        (round(patch.get_x() + 0.44), patch.get_y() > 1): to_hex(patch.get_facecolor())
        for patch in ax.patches
    }
    assert len(squares) == 2 * len(table)
    gone = table[table["left"] > 0]
    for code, row in gone.iterrows():
        ink = charts.COLOURS[names[code]].lower()
        assert squares[row["gdp_rank"], False] == squares[row["per_head_rank"], True] == ink
    grey = charts.COLOURS["others"].lower()
    assert list(squares.values()).count(grey) == 2 * (len(table) - len(gone))
    assert {text.get_text() for text in ax.texts} >= set(names[gone.index])
