"""The counties side by side: measures, ranks, gaps, and the pages made of them."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import mannwhitneyu

from mountain_counties.audit import wording
from mountain_counties.book import charts
from mountain_counties.pages import county_pages, drawings
from mountain_counties.record import counties, county_profile, county_profile_charts, statistics

ROOT = Path(__file__).resolve().parents[2]
GROUP = counties.members(county_profile.GROUP_DAY)


def test_panel_covers_every_unit_and_every_member():
    table = county_profile.panel()
    assert list(table.index) == list(counties.units().index)
    assert len(GROUP) == 26
    gaps = table.loc[GROUP].isna().sum()
    assert gaps.drop("people_change").eq(0).all()
    # Only Cangnan's people cannot be compared: Longgang was split off between the censuses.
    assert list(table.loc[GROUP].index[table.loc[GROUP, "people_change"].isna()]) == ["330327"]


def test_panel_agrees_with_the_record():
    row = county_profile.panel().loc["330326"]
    assert row["gdp"] == pytest.approx(777.46)
    assert row["income_urban"] / row["income_rural"] == pytest.approx(row["income_ratio"])
    industry = statistics.table("va_industry", 2024)["330326"]
    assert row["industry"] == pytest.approx(industry / 777.46)


def test_changes_across_a_break_are_left_out():
    broken = set(statistics.breaks("resident_pop", 2010, 2020)["code"])
    assert broken
    assert county_profile.panel().loc[sorted(broken), "people_change"].isna().all()


def test_profile_ranks_and_gaps():
    table = county_profile.profile("330326")
    values = county_profile.panel().loc[GROUP, "population"].sort_values(ascending=False)
    assert table["rank"]["gdp"] == 1
    assert pd.isna(table["above"]["gdp"])
    assert values.index[int(table["rank"]["population"]) - 1] == "330326"
    assert table["above"]["population"] == pytest.approx(values.iloc[0] - values.iloc[1])
    assert table["below"]["population"] == pytest.approx(values.iloc[1] - values.iloc[2])
    assert table["median"]["population"] == pytest.approx(values.median())


def test_profile_refuses_units_outside_the_group():
    with pytest.raises(KeyError, match="330106 is not one of the 26 units"):
        county_profile.profile("330106")


def test_superiority_is_the_rank_sum_statistic():
    random = np.random.default_rng(0)
    low, high = random.integers(0, 9, 30).astype(float), random.integers(2, 12, 40).astype(float)
    u = mannwhitneyu(high, low).statistic
    assert county_profile.superiority(low, high) == pytest.approx(u / (30 * 40))
    # Vargha and Delaney's worked case of two equal sets.
    assert county_profile.superiority(low, low) == pytest.approx(0.5)


def test_contrast_covers_the_truth_and_repeats():
    random = np.random.default_rng(3)
    codes = pd.Index([f"{n:06d}" for n in range(90)], name="code")
    table = pd.DataFrame({"x": np.r_[random.normal(0, 1, 26), random.normal(1, 1, 64)]}, index=codes)
    first = county_profile.contrast(table, codes[:26], draws=400)
    assert first.equals(county_profile.contrast(table, codes[:26], draws=400))
    assert first.lo["x"] < first.lower["x"] < first.hi["x"]
    assert first.lo["x"] < 0.760 < first.hi["x"]  # Phi(1 / sqrt 2)
    table.iloc[40] = np.nan
    assert county_profile.contrast(table, codes[:26], draws=50).missing["x"] == 1


def test_every_member_has_a_page_that_names_its_code():
    pages = {path.stem: path.read_text(encoding="utf-8") for path in (ROOT / "profiles").glob("*.md")}
    assert set(pages) == {county_profile.slug(code) for code in GROUP}
    for code in GROUP:
        text = pages[county_profile.slug(code)]
        assert text.startswith(f"# {county_profile.title(code)}\n")
        assert f"{{county-profile}} {code}" in text


def test_map_links_every_member_and_no_other():
    html = county_pages.linked_map("../")
    links = re.findall(r'href="\.\./profiles/([a-z]+)\.html"', html)
    assert sorted(links) == sorted(county_profile.slug(code) for code in GROUP)
    assert html.count('<path class="inset"') == 1
    assert html.count("<path") == len(counties.units()) + 1
    written = re.findall(r"<text[^>]*>([^<]+)</text>", html)
    assert written[0] == "Zhoushan 舟山"  # the inset's
    assert [name.replace("&#x27;", "'") for name in written[1:]] == list(counties.units().name_en[GROUP])
    assert {name: html.count(f'class="{name}"') for name in ("left-2024", "left-2025", "stays")} == {
        "left-2024": 3,
        "left-2025": 3,
        "stays": 20,
    }


def test_measures_table_holds_values_ranks_and_a_mark():
    html = county_pages.measures("331102")
    assert html.count('<th scope="row"') == len(county_profile.MEASURES)
    assert html.count('class="marked"') == len(county_profile.MEASURES)
    assert "1 of 26" in html


def test_status_says_who_left_when():
    assert "taken off in August\xa02024" in county_pages.status("330326")
    assert "taken off in May\xa02025" in county_pages.status("330324")
    assert "still on it" in county_pages.status("330329")


def test_strip_places_by_logarithm():
    values = pd.Series({"a": 1.0, "b": 10.0, "c": 100.0})
    drawn = drawings.strip(values, "b", 10.0, log=True)
    marked = float(re.search(r'class="marked" cx="([\d.]+)"', drawn)[1])
    assert marked == pytest.approx(70, abs=0.1)
    assert 'class="marked"' not in drawings.strip(values, "d", 10.0)


def test_charts_draw_every_measure():
    table = county_profile.panel()
    fig = county_profile_charts.side_by_side(table, GROUP)
    assert fig.get_figwidth() == charts.WIDTH
    titles = {ax.get_title(loc="left") for ax in fig.axes} - {""}
    assert titles == {measure.label for measure in county_profile.MEASURES.values()}
    contrast = county_profile.contrast(table, GROUP, draws=20)
    names = [label.get_text() for label in county_profile_charts.chances(contrast).axes[0].get_yticklabels()]
    highest = contrast["lower"].idxmax()
    assert names[0] == county_profile.MEASURES[highest].label


def test_a_gap_too_small_for_its_digits_is_no_nought():
    points = county_profile.Measure(
        "a", lambda: None, wording.percent, wording.percent, gap=lambda gap: wording.points(gap, 2)
    )
    assert points.write_gap(0.00001).replace("\xa0", " ") == "less than 0.01 percentage points"
    assert points.write_gap(0.0).replace("\xa0", " ") == "0.00 percentage points"
    assert points.write_gap(0.0004).replace("\xa0", " ") == "0.04 percentage points"
