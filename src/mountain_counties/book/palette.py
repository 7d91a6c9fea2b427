"""The colours of the book: one palette for verdicts, one for the counties that left, greys for the rest.

It loads no library: what draws reads it, and what writes the style sheet does.
"""

INK = "#222222"
"""Colour of all text: 15.9 to 1 on white, and in the dark the colour of the page's text."""

COLOURS = {
    "Pingyang": "#00767A",
    "Kecheng": "#6E7008",
    "Liandu": "#2F7D1F",
    "Yongjia": "#7350C4",
    "Cangnan": "#B0379B",
    "Jiangshan": "#C0417F",
    "members": "#6B6B6B",
    "others": "#BDBDBD",
    "province": "#000000",
}
"""One colour for each of the six that left, everywhere the same, greens for the first round and purples for
the second; greys for the rest. All hold 4.5 to 1 on white and 3 to 1 on the dark; where shades are near,
marker and name tell them apart. No verdict has any of these colours."""

ROUNDS = {2024: "#15795E", 2025: "#8348B5"}
"""Year of a round -> the colour of those that left in it, where a picture tells rounds and not counties."""

GRADE_COLOURS = {
    "borne out": "#00508A",
    "pinned": "#0072B2",
    "bounded": "#56B4E9",
    "not contradicted": "#B3DAF2",
    "holds by rounding": "#F0CF7A",
    "scope mismatch": "#E69F00",
    "contradicted": "#B3261E",
    "slogan": "#846453",
    "under-determined": "#B0B0B0",
    "not checkable": "#DCDCDC",
}
"""One colour per grade: blue holds, the darker the better tested; yellow and red clash; grey cannot be told.
The order runs from what holds to what cannot be told."""

DARK = {
    "#bdbdbd": "#4c4c4c",
    "#c8c8c8": "#454545",
    "#d0d0d0": "#404040",
    "#d9d9d9": "#3a3a3a",
    "#dcdcdc": "#383838",
    "#e3e3e3": "#333333",
    "#e6e6e6": "#303030",
    "#e9e2c8": "#3d3822",
    "#ededed": "#2b2b2b",
    "#eeeeee": "#2a2a2a",
    "#efefef": "#292929",
    "#f1f1f1": "#272727",
    "#b7dcdd": "#1d4a4c",
    "#cbe3c5": "#23461d",
    "#dddda8": "#45451a",
    "#ffffff": "#121212",
    "#00508a": "#0066ad",
    "#b3261e": "#bf2f26",
}
"""Pale colours, which recede on white -> what recedes as far on the paper of the dark; and the darkest blue
and red, which would be lost there. Every other colour is the same in both, but for ink, which is the colour
of the text."""

DARK_WORDS = {
    "#00767a": "#3fb8bc",
    "#6e7008": "#b3b53c",
    "#2f7d1f": "#6fbf5e",
    "#7350c4": "#a98ff0",
    "#b0379b": "#e07fd0",
    "#c0417f": "#ee86b5",
    "#15795e": "#4fbd9c",
    "#8348b5": "#c08fe8",
    "#b3261e": "#ff8f85",
    "#6b6b6b": "#a6a6a6",
    "#8c8c8c": "#a6a6a6",
}
"""Colours of words in pictures -> what stands out 4.5 to 1 on the paper of the dark."""


def rules() -> str:
    """Write the rules of a style sheet for pictures in the dark, the cells of verdicts and the map.

    Returns
    -------
    str
        CSS; a drawing is an ``svg.chart``, a verdict has the class ``verdict-`` and its name.
    """
    lines = []
    for light, dark in DARK.items():
        lines.append(f'svg.chart :not(text)[fill="{light}"]{{fill:light-dark({light},{dark})}}')
        # marks are copies of a shape, which rules with an ancestor do not reach
        lines.append(f'[stroke="{light}"]{{stroke:light-dark({light},{dark})}}')
    for light, dark in DARK_WORDS.items():
        lines.append(f'svg.chart text[fill="{light}"]{{fill:light-dark({light},{dark})}}')
    for grade, fill in GRADE_COLOURS.items():
        lines.append(f".verdict-{grade.replace(' ', '-')}{{--fill:{fill.lower()}}}")
    for year, ink in ROUNDS.items():
        lines.append(f":is(.linked-map path,.key).left-{year}{{background:{ink.lower()};fill:{ink.lower()}}}")
    return "\n".join(lines) + "\n"
