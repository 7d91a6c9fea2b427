"""Bring the catalogues of the Chinese edition up to date: ``python tools/make_messages.py``.

After ``make book``. Every text of the pages that is new or changed enters its catalogue below ``locale``
without a translation, or with that of the likest text, marked as fuzzy; what no page has any more goes.
"""

import sys
from pathlib import Path

from mountain_counties.edition import catalogue, editing
from mountain_counties.pages import edition_search

ROOT = Path(__file__).resolve().parent.parent


def main(root: Path = ROOT) -> int:
    """Write the catalogues; return 1 if a catalogue is unfit or a text awaits translation."""
    folder = root / catalogue.FOLDER
    html = root / "_build" / "html"
    try:
        used = editing.write(root, html, edition_search.words, anew=True).used
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    catalogue.merge(folder, used)
    waiting = catalogue.unfit(folder)
    for line in waiting:
        print(line)
    print(f"{len(waiting)} texts await translation")
    return int(bool(waiting))


if __name__ == "__main__":
    sys.exit(main())
