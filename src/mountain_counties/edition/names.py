"""Names of places: English, or English with Chinese beside it -> Chinese."""

import csv
import re
from functools import cache
from pathlib import Path

_SUFFIX = re.compile(r"(?:[\u4e00-\u9fff]族自治县|[县市区])$")


@cache
def _places(path: Path) -> dict[str, str]:
    """Return English -> Chinese without the kind of unit: Kecheng is 柯城, Jingning 景宁."""
    found = {"Zhejiang": "浙江"}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for english, chinese in (
                (row["name_en"], row["name_zh"]),
                (row["prefecture"], row["prefecture_zh"]),
            ):
                short = _SUFFIX.sub("", chinese)
                found[english] = short if len(short) > 1 else chinese
    return found


class Names:
    """What the units are called.

    Parameters
    ----------
    path : pathlib.Path
        The table of units, with the columns ``name_en``, ``name_zh``, ``prefecture`` and ``prefecture_zh``.
    """

    def __init__(self, path: Path) -> None:
        self._chinese = _places(path)
        english = "|".join(re.escape(name).replace("'", "['’]") for name in self._chinese)
        self._pattern = re.compile(rf"\b({english})\b(?: ([\u4e00-\u9fff]+))?")

    def find(self, text: str) -> list[tuple[int, int, str]]:
        """Find names in a text.

        Parameters
        ----------
        text : str
            English, with plain spaces.

        Returns
        -------
        list of tuple
            Begin and end of each, and the Chinese: as it stands beside the English, or without its kind.
        """
        found = []
        for match in self._pattern.finditer(text):
            chinese = self._chinese[match[1].replace("’", "'")]
            beside = match[2] and match[2].startswith(chinese)
            found.append((match.start(), match.end(2 if beside else 1), match[2] if beside else chinese))
        return found
