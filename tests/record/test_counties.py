"""The units, the group and the boundaries: exactly the 26, and nobody goes missing."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from mountain_counties.audit import tables
from mountain_counties.record import counties

THE_26 = {
    "330127": "Chun'an",
    "330324": "Yongjia",
    "330326": "Pingyang",
    "330327": "Cangnan",
    "330328": "Wencheng",
    "330329": "Taishun",
    "330723": "Wuyi",
    "330727": "Pan'an",
    "330802": "Kecheng",
    "330803": "Qujiang",
    "330822": "Changshan",
    "330824": "Kaihua",
    "330825": "Longyou",
    "330881": "Jiangshan",
    "331022": "Sanmen",
    "331023": "Tiantai",
    "331024": "Xianju",
    "331102": "Liandu",
    "331121": "Qingtian",
    "331122": "Jinyun",
    "331123": "Suichang",
    "331124": "Songyang",
    "331125": "Yunhe",
    "331126": "Qingyuan",
    "331127": "Jingning",
    "331181": "Longquan",
}
OUT_2024 = {"Pingyang", "Kecheng", "Liandu"}
IN_2024 = {"Dongtou", "Shengsi"}
OUT_2025 = {"Yongjia", "Cangnan", "Jiangshan"}
EQUAL_AREA = "+proj=aea +lat_1=27 +lat_2=31 +lon_0=120.5 +datum=WGS84"


def names(codes):
    return set(counties.units().loc[list(codes), "name_en"])


def test_units_are_the_90_of_2021():
    units = counties.units()
    assert len(units) == 90 and units.index.is_unique and units.index.is_monotonic_increasing
    assert units["name_en"].is_unique and units["name_zh"].is_unique
    # Counts of the administrative division since 2021.
    assert units["kind"].value_counts().to_dict() == {
        "district": 37,
        "county": 32,
        "county-level city": 20,
        "autonomous county": 1,
    }
    suffix = {"district": "区", "county": "县", "county-level city": "市", "autonomous county": "自治县"}
    assert all(zh.endswith(suffix[kind]) for zh, kind in zip(units["name_zh"], units["kind"], strict=True))


def test_each_prefecture_has_its_units():
    units = counties.units()
    prefectures = counties.prefectures()
    assert len(prefectures) == 11
    assert prefectures.loc["330800"].to_list() == ["Quzhou", "衢州市"]
    by_code = units.index.str[:4] + "00"
    assert (prefectures.loc[by_code, "name_en"].to_numpy() == units["prefecture"].to_numpy()).all()
    assert (prefectures.loc[by_code, "name_zh"].to_numpy() == units["prefecture_zh"].to_numpy()).all()
    assert set(units.index[units["prefecture"].isin(["Quzhou", "Lishui"])]) < set(THE_26)


def test_the_26_are_exactly_the_26():
    members = counties.members("2023-12-31")
    assert dict(counties.units().loc[members, "name_en"]) == THE_26


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2015-02-27", set(THE_26.values())),
        ("2024-08-20", set(THE_26.values())),
        ("2024-08-21", set(THE_26.values()) - OUT_2024),
        ("2024-08-31", set(THE_26.values()) - OUT_2024 | IN_2024),
        ("2025-05-27", set(THE_26.values()) - OUT_2024 | IN_2024),
        ("2025-05-28", set(THE_26.values()) - OUT_2024 - OUT_2025 | IN_2024),
    ],
)
def test_members_on_a_day(day, expected):
    assert names(counties.members(day)) == expected


@pytest.mark.parametrize("day", ["2023", "2024-08", "31.12.2023", "2015-02-26"])
def test_members_refuses_what_it_cannot_say(day):
    with pytest.raises(ValueError, match=r"ISO date|full date|not known"):
        counties.members(day)


def test_membership_follows_from_the_events():
    events, spells = counties.events(), counties.membership()
    left = {code: (name, row.date) for name, row in events.iterrows() for code in row.left}
    joined = {code: (name, row.date) for name, row in events.iterrows() for code in row.joined}
    assert {
        c: (e, d) for c, e, d in spells.loc[spells["to"] != "", ["code", "event", "to"]].to_numpy()
    } == left
    late = spells[spells["from"] > "2015-02-27"]
    assert {c: (e, d) for c, e, d in late[["code", "event", "from"]].to_numpy()} == joined
    assert names(left) == OUT_2024 | OUT_2025 and names(joined) == IN_2024
    assert spells["source"].ne("").all() and spells["grade"].isin(["A", "B"]).all()


def test_members_after_an_event_are_as_many_as_its_source_says():
    events = counties.events()
    counted = events[events["members_after"].str.isdecimal()]
    assert set(counted.index) == {"label-2015", "islands-2024"}
    for row in counted.itertuples():
        day = row.date if len(row.date) == 10 else "2024-08-31"
        assert len(counties.members(day)) == int(row.members_after)


def test_events_show_their_conflict_and_the_goal():
    events = counties.events()
    assert events.loc["mechanism-2023", "conflict_with"] == "mechanism-2024"
    assert events.loc["target-2027", "members_after"] == "<20"
    dated = events["date"][events["date"] != ""]
    assert dated.min() == "2002" and dated.max() == "2027"


def test_awards_keep_six_places_a_year():
    awards = counties.awards()
    assert awards.groupby("year")["places"].sum().to_dict() == {2023: 6, 2024: 6, 2025: 6}
    named = awards[awards["code"] != ""]
    assert set(named["code"]) <= set(THE_26) and (named["places"] == 1).all()
    assert (awards["code"].eq("") == awards["status"].eq("not found")).all()
    assert named.loc[named["status"] == "established", ["source", "grade"]].ne("").all(axis=None)


@pytest.mark.parametrize(
    ("table", "old", "new", "column", "expected"),
    [
        ("units", "330102,Shangcheng", "330102,", "name_en", "text"),
        ("units", ",district,", ",ward,", "kind", "one of"),
        (
            "units",
            "330102,Shangcheng,上城区,district,Hangzhou,杭州市,120.2145,30.2913\n",
            "",
            None,
            "90 units",
        ),
        ("membership", "330127,", "330999,", "code", "units.csv"),
        ("membership", "330305,2024-08,", "330305,2024-8,", "from", "ISO date"),
        ("membership", "islands-2024", "islands-2025", "event", "known values"),
        ("events", "330305 330922", "330305 330999", "joined", "units.csv"),
        ("events", "B,mechanism-2023", "B,", "conflict_with", "names this one too"),
        ("events", "islands-2024,2024-08,", "islands-2024,August 2024,", "date", "ISO date"),
        ("awards", "2023,331122,1,established", "2023,331122,1,won", "status", "one of"),
        ("awards", "2023,331122", "2023,331199", "code", "units.csv"),
        ("boundaries", '"330102"', '"330101"', "code", "units.csv"),
    ],
)
def test_a_spoilt_table_is_refused(tmp_path, table, old, new, column, expected):
    source = getattr(counties, table.upper())
    content = source.read_text(encoding="utf-8")
    assert old in content
    spoilt = tmp_path / source.name
    spoilt.write_text(content.replace(old, new, 1), encoding="utf-8", newline="\n")
    with pytest.raises(tables.TableError) as caught:
        getattr(counties, f"_{table}")(spoilt)
    assert caught.value.column == column and expected in caught.value.expected


def test_loaders_hand_out_copies():
    mine = counties.units()
    mine.loc["330326", "name_en"] = "spoilt"
    assert counties.units().loc["330326", "name_en"] == "Pingyang"


@pytest.fixture(scope="module")
def polygons() -> gpd.GeoDataFrame:
    return counties.boundaries()


def test_boundaries_are_those_of_the_units(polygons):
    assert counties.BOUNDARIES.stat().st_size < 300_000
    assert polygons.crs == "EPSG:4326"
    assert polygons.index.equals(counties.units().index)
    assert (polygons["name_en"] == counties.units()["name_en"]).all()


def test_boundaries_are_whole(polygons):
    shapes = polygons.geometry.to_numpy()
    assert shapely.is_valid(shapes).all() and not shapely.is_empty(shapes).any()
    # A valid coverage: no overlaps, and neighbours share every vertex of their border.
    assert shapely.coverage_is_valid(shapes)
    flat = polygons.to_crs(EQUAL_AREA)
    assert flat.union_all().area == pytest.approx(flat.area.sum(), rel=1e-9)
    # Quzhou and Lishui are one piece without holes: no gaps between neighbours.
    inland = counties.units()["prefecture"].isin(["Quzhou", "Lishui"])
    whole = polygons[inland].union_all()
    assert whole.geom_type == "Polygon" and not whole.interiors


def test_boundaries_have_four_decimals(polygons):
    xy = shapely.get_coordinates(polygons.geometry.to_numpy())
    assert abs(xy - xy.round(4)).max() == 0


def test_inland_areas_agree_with_the_centroids_and_the_yearbook(polygons):
    """The areas are those of the provincial yearbook 2025, in km2."""
    area = polygons.to_crs(EQUAL_AREA).area / 1e6
    yearbook = pd.Series({"330802": 607, "331102": 1493, "330803": 1748, "331127": 1939, "330329": 1768})
    assert (area[yearbook.index] / yearbook - 1).abs().max() < 0.015
    units = counties.units()
    centre = polygons.to_crs(EQUAL_AREA).centroid.to_crs("EPSG:4326")
    inland = units["prefecture"].isin(["Quzhou", "Lishui"])
    assert (centre.x - units["lon"])[inland].abs().max() < 0.01
    assert (centre.y - units["lat"])[inland].abs().max() < 0.01
