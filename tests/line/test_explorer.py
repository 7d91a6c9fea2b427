"""The explorer: its script and the package follow one rule, and its page stands on its own."""

import itertools
import json
import re

import pytest
from py_mini_racer import MiniRacer

from mountain_counties.line import explorer, reclassification

PANEL = reclassification.panel().loc[reclassification.group()]
DATA = explorer.payload()


@pytest.fixture(scope="module")
def script() -> MiniRacer:
    """Return a browser's engine with the page's script and data, without a document."""
    engine = MiniRacer()
    engine.eval(explorer.SCRIPT.read_text(encoding="utf-8").replace("const explorer", "var explorer"))
    engine.eval(f"var data = {json.dumps(DATA)}")
    return engine


def decide(script: MiniRacer, setting: dict) -> dict:
    return json.loads(script.eval(f"JSON.stringify(explorer.decide(data, {json.dumps(setting)}))"))


def grid() -> list[dict]:
    """Return settings: lines at several quantiles and sets of weights, for several numbers of places."""
    lines = [{}]
    lines += [{name: float(PANEL[name].quantile(q))} for name in PANEL for q in (0.0, 0.3, 0.77, 1.0)]
    lines += [{"gdp": 412.3, "income_ratio": 1.8}, {"income_rural": 35000.0, "urban_share": 0.6}]
    weights = [
        {"gdp": 1},
        dict.fromkeys(PANEL, 1),
        {"income_ratio": 3, "income_rural": 7},
        {"urban_share": 0.5},
    ]
    places = itertools.cycle((0, 3, 6, 26))
    return [
        {"thresholds": line, "weights": weight, "places": next(places)}
        for line in lines
        for weight in weights
    ]


def test_script_and_package_agree_on_a_grid_of_settings(script):
    settings = grid()
    assert len(settings) > 150
    for setting in settings:
        table, means = explorer.outcome(PANEL, **setting)
        found = decide(script, setting)
        assert [row["code"] for row in found["rows"]] == list(table.index)
        assert [row["passes"] for row in found["rows"]] == table["passes"].to_list(), setting
        assert [row["rank"] for row in found["rows"]] == table["rank"].to_list(), setting
        assert [row["leaves"] for row in found["rows"]] == table["leaves"].to_list(), setting
        assert [row["score"] for row in found["rows"]] == pytest.approx(table["score"].to_list()), setting
        assert found["staying"] == int((~table["leaves"]).sum())
        if found["staying"]:
            assert list(found["means"].values()) == pytest.approx([means[name] for name in found["means"]])


def test_everybody_gone_leaves_no_mean(script):
    found = decide(script, {"thresholds": {}, "weights": {"gdp": 1}, "places": 26})
    assert found["staying"] == 0
    assert set(found["means"].values()) == {None}


def test_equals_leave_only_if_each_has_a_place(script):
    equal = PANEL.assign(gdp=1.0 * (PANEL["gdp"] > DATA["start"]["thresholds"]["gdp"]))
    for places, leave in ((5, 0), (6, 6), (25, 6), (26, 26)):
        table, _ = explorer.outcome(equal, {}, {"gdp": 1}, places)
        assert table["leaves"].sum() == leave
        found = decide(script, {"thresholds": DATA["start"]["thresholds"], "weights": {}, "places": places})
        assert sum(row["leaves"] for row in found["rows"]) == min(leave, 6)
        assert not found["ordered"]


def test_without_line_and_weight_nobody_leaves(script):
    found = decide(script, {"thresholds": {}, "weights": {}, "places": 6})
    assert not any(row["leaves"] for row in found["rows"])


@pytest.mark.parametrize("text", ["", "#", "#how-it-works", "#k", "#week=3"])
def test_a_link_to_a_part_of_the_page_is_no_setting(script, text):
    assert not script.eval(f"explorer.given({json.dumps(text)})")


def test_gdp_alone_finds_all_who_left_and_nobody_else():
    table, _ = explorer.outcome(PANEL, **DATA["start"])
    assert set(table.index[table["leaves"]]) == set(reclassification.removed())


def test_means_move_the_way_of_those_who_leave():
    table, means = explorer.outcome(PANEL, **DATA["start"])
    assert means["gdp"] == pytest.approx(PANEL.loc[~table["leaves"], "gdp"].mean())
    assert means["gdp"] < PANEL["gdp"].mean()


@pytest.mark.parametrize("preset", DATA["presets"], ids=lambda preset: preset["label"])
def test_a_link_gives_its_setting_back(script, preset):
    setting = preset["setting"]
    text = script.eval(f"explorer.write({json.dumps(setting)})")
    assert script.eval(f"explorer.given({json.dumps('#' + text)})")
    assert (
        json.loads(script.eval(f"JSON.stringify(explorer.read(data, {json.dumps('#' + text)}))")) == setting
    )


@pytest.mark.parametrize("text", ["#t.gdp=abc&k=99", "#w.nobody=3", "#k=-4&w.gdp=-1", "#=&&t.=1"])
def test_a_bad_link_does_no_harm(script, text):
    setting = json.loads(script.eval(f"JSON.stringify(explorer.read(data, {json.dumps(text)}))"))
    assert 0 <= setting["places"] <= 26
    assert setting["thresholds"] == {}
    assert setting["weights"] == {}


def test_csv_holds_every_county_and_the_result(script):
    setting = json.dumps(DATA["start"])
    lines = (
        script.eval(f"explorer.csv(data, explorer.decide(data, {setting}), {setting})").strip().split("\n")
    )
    assert len(lines) == 1 + len(PANEL)
    head = lines[0].split(",")
    assert [name.split(" [")[0] for name in head[-len(PANEL.columns) :]] == list(PANEL.columns)
    assert "gdp [100m yuan]" in head
    pingyang = dict(zip(head, next(line for line in lines if "330326" in line).split(","), strict=True))
    assert (pingyang["leaves"], pingyang["rank"], pingyang["gdp [100m yuan]"]) == ("true", "1", "777.46")
    assert pingyang["setting"] == script.eval(f"explorer.write({setting})")


def test_payload_covers_the_group_and_every_indicator():
    assert [county["code"] for county in DATA["counties"]] == list(reclassification.group())
    assert len(DATA["counties"]) == 26
    assert {county["code"] for county in DATA["counties"] if county["left"]} == set(
        reclassification.removed()
    )
    assert all(set(county["values"]) == set(DATA["indicators"]) for county in DATA["counties"])


def test_page_asks_no_other_host_and_hides_no_markup_in_its_data():
    page = explorer.html("../", '<svg class="linked-map"></svg>')
    assert not re.search(r"https?://", page)
    # No script within the page; it stands behind the data and the map, which it reads at once.
    assert page.endswith('<svg class="linked-map"></svg></div><script src="../_static/explorer.js"></script>')
    data = re.search(r'id="explorer-data">(.*?)</script>', page, flags=re.S)[1]
    assert json.loads(data) == json.loads(json.dumps(DATA))
    assert "<" not in data
