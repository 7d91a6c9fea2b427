"""Names of places: English, with or without the Chinese beside it."""

import pytest
from conftest import ROOT

from mountain_counties.edition.editing import UNITS
from mountain_counties.edition.names import Names


@pytest.fixture(scope="module")
def names():
    return Names(ROOT / UNITS)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Kecheng’s output", [("Kecheng", "柯城")]),
        (
            "Kecheng 柯城区 and Jingning 景宁畲族自治县",
            [("Kecheng 柯城区", "柯城区"), ("Jingning 景宁畲族自治县", "景宁畲族自治县")],
        ),
        ("Jingning", [("Jingning", "景宁")]),
        ("Chun’an, Chun'an", [("Chun’an", "淳安"), ("Chun'an", "淳安")]),
        ("Zhejiang 浙江 and Quzhou 衢州", [("Zhejiang 浙江", "浙江"), ("Quzhou 衢州", "衢州")]),
        ("Kecheng 光电", [("Kecheng", "柯城")]),
        ("Kechengs Xkecheng", []),
    ],
)
def test_names_are_found(names, text, found):
    assert [(text[start:end], chinese) for start, end, chinese in names.find(text)] == found


def test_a_name_of_one_sign_keeps_its_kind(tmp_path):
    path = tmp_path / "units.csv"
    path.write_text("name_en,name_zh,prefecture,prefecture_zh\nJi,蓟县,Tianjin,天津市\n", encoding="utf-8")
    assert Names(path).find("Ji of Tianjin") == [(0, 2, "蓟县"), (6, 13, "天津")]


def test_every_unit_has_a_name_of_its_own(names):
    lines = (ROOT / UNITS).read_text(encoding="utf-8").splitlines()[1:]
    short = {line.split(",")[1]: names.find(line.split(",")[1])[0][2] for line in lines}
    assert len(set(short.values())) == len(lines)
    assert all(1 < len(name) < 4 for name in short.values())
