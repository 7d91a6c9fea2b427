"""Commands of the package: ``python -m mountain_counties verify-source PATH``."""

import argparse
import sys
from pathlib import Path

from mountain_counties.audit.tables import TableError


def main(arguments: list[str] | None = None) -> int:
    """Run one command and give its exit code.

    Parameters
    ----------
    arguments : list of str, optional
        Command line without the program's name.

    Returns
    -------
    int
        0 if all agrees, 1 if something differs, 2 if a file cannot be read.
    """
    parser = argparse.ArgumentParser(prog="python -m mountain_counties")
    commands = parser.add_subparsers(dest="command", required=True)
    verify = commands.add_parser("verify-source", help="hold the ledger against a copy of the article's text")
    verify.add_argument("path", type=Path, help="the article's text, UTF-8")
    options = parser.parse_args(arguments)
    try:
        from mountain_counties.audit import ledger  # here, since it reads units.txt

        faults = ledger.verify_source(options.path)
        claims, excluded = ledger.load(), ledger.exclusions()
    except (OSError, TableError) as error:
        print(error, file=sys.stderr)
        return 2
    if faults:
        print("\n".join(faults), file=sys.stderr)
        return 1
    print(
        f"{options.path}: {len(claims)} claims at their places, {len(excluded)} exclusions, no numeral left"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
