"""The names of those whom the article speaks of."""

import shutil

import pytest

from mountain_counties.article import entities
from mountain_counties.audit import ledger
from mountain_counties.record import counties


def test_every_entity_of_the_ledger_has_a_name_and_a_place_that_has_one():
    table = entities.load()
    assert set(ledger.load()["entity"]) == set(table.index)
    assert set(table["place"]) <= set(table.index)
    assert entities.name("hongxin-semiconductor") == "Hongxin Semiconductor 泓芯半导体"
    assert table.loc["hangbu-park", "place"] == "kecheng"


def test_a_county_has_the_name_of_the_register():
    units = counties.units()
    for entity, row in entities.load().iterrows():
        known = units[units["name_en"].str.lower() == entity]
        for unit in known.itertuples():
            assert row["name"] == unit.name_en and unit.name_zh.startswith(row["name_zh"])


def test_an_entity_without_a_row_is_an_error(tmp_path):
    folder = shutil.copytree(ledger.ARTICLE, tmp_path / "article")
    path = folder / "entities.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith("kecheng,")), encoding="utf-8")
    with pytest.raises(ValueError, match=r"entities\.csv, column entity: .*\['kecheng'\]"):
        entities.load(folder)
