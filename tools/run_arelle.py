"""Ask Arelle about generated sums, by XBRL Calculations 1.1, and store what it says.

Usage: ``python tools/run_arelle.py ARELLE``, the path of an ``arelleCmdLine`` (pip install arelle-release, in
an environment of its own: it is needed for nothing else). Writes ``tests/data/arelle_sums.csv``.
"""

import csv
import random
import re
import subprocess
import sys
import tempfile
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from pathlib import Path

STORED = Path(__file__).resolve().parents[1] / "tests" / "data" / "arelle_sums.csv"
MODES = {"half up": ("round-to-nearest", ROUND_HALF_UP), "truncated": ("truncation", ROUND_DOWN)}
CASES = 300
ITEMS = "ABCDE"
WEIGHTS = dict(zip(ITEMS, (1, 1, 1, 1, -1), strict=True))
XSD = """<?xml version="1.0" encoding="UTF-8"?>
<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xbrli="http://www.xbrl.org/2003/instance"
 xmlns:link="http://www.xbrl.org/2003/linkbase" xmlns:xlink="http://www.w3.org/1999/xlink"
 xmlns:t="http://example.org/t" targetNamespace="http://example.org/t" elementFormDefault="qualified">
<xsd:annotation><xsd:appinfo><link:linkbaseRef xlink:type="simple" xlink:href="calc.xml"
 xlink:role="http://www.xbrl.org/2003/role/calculationLinkbaseRef"
 xlink:arcrole="http://www.w3.org/1999/xlink/properties/linkbase"/></xsd:appinfo></xsd:annotation>
<xsd:import namespace="http://www.xbrl.org/2003/instance"
 schemaLocation="http://www.xbrl.org/2003/xbrl-instance-2003-12-31.xsd"/>
{elements}</xsd:schema>"""
ELEMENT = (
    '<xsd:element name="{0}" id="t_{0}" type="xbrli:decimalItemType" substitutionGroup="xbrli:item" '
    'xbrli:periodType="instant"/>\n'
)
CALC = """<?xml version="1.0" encoding="UTF-8"?>
<link:linkbase xmlns:link="http://www.xbrl.org/2003/linkbase" xmlns:xlink="http://www.w3.org/1999/xlink">
<link:calculationLink xlink:type="extended" xlink:role="http://www.xbrl.org/2003/role/link">
{parts}</link:calculationLink></link:linkbase>"""
LOC = '<link:loc xlink:type="locator" xlink:href="t.xsd#t_{0}" xlink:label="{0}"/>\n'
ARC = (
    '<link:calculationArc xlink:type="arc" '
    'xlink:arcrole="http://www.xbrl.org/2003/arcrole/summation-item" '
    'xlink:from="T" xlink:to="{0}" weight="{1}" order="1"/>\n'
)
INSTANCE = """<?xml version="1.0" encoding="UTF-8"?>
<xbrli:xbrl xmlns:xbrli="http://www.xbrl.org/2003/instance" xmlns:link="http://www.xbrl.org/2003/linkbase"
 xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:t="http://example.org/t">
<link:schemaRef xlink:type="simple" xlink:href="t.xsd"/>
<xbrli:unit id="u"><xbrli:measure>xbrli:pure</xbrli:measure></xbrli:unit>
{facts}</xbrli:xbrl>"""
CONTEXT = (
    '<xbrli:context id="c{0}"><xbrli:entity><xbrli:identifier scheme="http://example.org">e{0}'
    "</xbrli:identifier></xbrli:entity><xbrli:period><xbrli:instant>2023-12-31</xbrli:instant>"
    "</xbrli:period></xbrli:context>\n"
)


def sums(mode: str, seed: int) -> list[dict[str, str]]:
    """Draw sums whose printed total is right, a unit off, or more; a figure is printed to its own digits."""
    draw, made = random.Random(seed), []
    how = MODES[mode][1]
    for _ in range(CASES):
        items = ITEMS[: draw.randint(2, 5)]
        exact = {name: Decimal(draw.randint(-999_999, 999_999)).scaleb(-3) for name in items}
        empty = draw.choice(items) if draw.random() < 0.2 else ""
        if empty:
            exact[empty] = Decimal(0)
        total = sum(WEIGHTS[name] * x for name, x in exact.items())
        places = {name: draw.randint(0, 2) for name in ("T", *items)}
        printed = {name: x.quantize(Decimal(1).scaleb(-places[name]), how) for name, x in exact.items()}
        unit = Decimal(1).scaleb(-places["T"])
        plain = sum(WEIGHTS[name] * x for name, x in printed.items())
        if empty and draw.random() < 0.5:  # a total that a nought cut off can only meet from below zero
            printed["T"] = (plain - unit).quantize(unit, how)
        elif draw.random() < 0.3:  # where the intervals just touch
            reach = sum(Decimal(5).scaleb(-places[name] - 1) for name in items) + unit / 2
            printed["T"] = (plain + draw.choice((-1, 1)) * reach).quantize(unit, how)
        else:
            printed["T"] = total.quantize(unit, how) + draw.choice((0, 0, 1, -1, 2, -2, 5)) * unit
        made.append({name: f"{x:f}" for name, x in printed.items()})
    return made


def verdicts(cases: list[dict[str, str]], mode: str, arelle: str) -> tuple[str, list[bool]]:
    """Give Arelle's version, and whether it finds each sum consistent."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        names = ["T", *ITEMS]
        (folder / "t.xsd").write_text(XSD.format(elements="".join(map(ELEMENT.format, names))))
        arcs = "".join(ARC.format(name, WEIGHTS[name]) for name in ITEMS)
        (folder / "calc.xml").write_text(CALC.format(parts="".join(map(LOC.format, names)) + arcs))
        facts = ""
        for number, case in enumerate(cases):
            facts += CONTEXT.format(number)
            for name, printed in case.items():
                decimals = len(printed.partition(".")[2])
                about = f'contextRef="c{number}" unitRef="u" decimals="{decimals}"'
                facts += f"<t:{name} {about}>{printed}</t:{name}>\n"
        (folder / "i.xml").write_text(INSTANCE.format(facts=facts))
        done = subprocess.run(
            [arelle, "--file", str(folder / "i.xml"), "--validate", "--calc", MODES[mode][0],
             "--internetConnectivity", "offline", "--logFormat", "[%(messageCode)s] %(message)s"],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
    log = done.stdout + done.stderr
    if faults := [
        line for line in log.splitlines() if re.match(r"\[(xmlSchema|xbrl\.|IOerror|FileNot)", line)
    ]:
        raise SystemExit("\n".join(faults[:5]))
    bad = {int(n) for n in re.findall(r"inconsistentCalculation\w*\].*?context(?:ID)? c(\d+)", log)}
    version = re.search(
        r"[\d.]+", subprocess.run([arelle, "--version"], capture_output=True, text=True).stdout
    )
    return version[0] if version else "", [number not in bad for number in range(len(cases))]


if __name__ == "__main__":
    rows = []
    for seed, mode in enumerate(MODES, start=1):
        drawn = sums(mode, seed)
        version, found = verdicts(drawn, mode, sys.argv[1])
        rows += [[version, mode, *(case.get(n, "") for n in ("T", *ITEMS)), int(ok)]
                 for case, ok in zip(drawn, found, strict=True)]  # fmt: skip
        print(f"Arelle {version}, {mode}: {sum(found)} of {len(found)} consistent")
    with STORED.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["version", "mode", "T", *ITEMS, "consistent"])
        writer.writerows(rows)
