"""Make the font subset that the figures draw Chinese with, from a system copy of Noto Sans CJK.

Usage: ``python tools/make_font.py /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc``
(Debian package ``fonts-noto-cjk``; fontTools is among the test requirements). The subset holds ASCII, the
punctuation and signs of `EXTRA` and every Chinese character in the tables, the package, the notebooks and the
drawings of the Chinese edition. Run it again after ``make book`` when a test names a missing character.
"""

import re
import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection

ROOT = Path(__file__).resolve().parent.parent
FONT = ROOT / "src/mountain_counties/book/fonts/NotoSansSC-Subset.otf"
FAMILY = "Noto Sans SC"
EXTRA = "\N{NO-BREAK SPACE}°±×÷−–—‘’“”…·•→←↑↓≤≥≈≠、。，：；（）《》？！～％①②③"
SOURCES = ("data/**/*.csv", "data/**/*.yml", "src/**/*.py", "notebooks/*.ipynb", "reference/*.ipynb")
DRAWINGS = "_build/html/zh/exhibits/*.svg"
"""The drawings of the Chinese edition, whose words stand in catalogues with all others."""
CHINESE = re.compile(r"[\u3400-\u9fff]")


def characters() -> set[str]:
    """Return every character that a figure may need."""
    texts = [
        path.read_text(encoding="utf-8") for pattern in (*SOURCES, DRAWINGS) for path in ROOT.glob(pattern)
    ]
    return {*map(chr, range(32, 127)), *EXTRA, *CHINESE.findall("".join(texts))}


def make(source: Path, wanted: set[str]) -> None:
    """Cut the characters out of the collection's simplified-Chinese face, and name the result after it."""
    font = next(f for f in TTCollection(source).fonts if f["name"].getDebugName(1) == "Noto Sans CJK SC")
    missing = {c for c in wanted if ord(c) not in font.getBestCmap()}
    if missing:
        sys.exit(f"{source} lacks {''.join(sorted(missing))}")
    options = subset.Options(hinting=False, layout_features=[], name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14])
    cutter = subset.Subsetter(options)
    cutter.populate(text="".join(sorted(wanted)))
    cutter.subset(font)
    for record in list(font["name"].names):
        if record.nameID in (1, 3, 4, 6):
            name = FAMILY.replace(" ", "") + "-Regular" if record.nameID in (3, 6) else FAMILY
            font["name"].setName(name, record.nameID, record.platformID, record.platEncID, record.langID)
    font["head"].modified = font["head"].created
    font.recalcTimestamp = False
    FONT.parent.mkdir(exist_ok=True)
    font.save(FONT)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    text = characters()
    make(Path(sys.argv[1]), text)
    print(f"{FONT.relative_to(ROOT)}: {len(text)} characters, {FONT.stat().st_size // 1000} kB")
