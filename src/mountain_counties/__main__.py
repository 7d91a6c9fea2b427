"""Commands of the package: ``python -m mountain_counties audit FOLDER``, ``propose``, ``verify-source``."""

import argparse
import sys
from pathlib import Path

from mountain_counties.audit.tables import TableError, read_text


def _audit(options: argparse.Namespace) -> int:
    """Audit a folder, against its record too if it has one; print the report and write it where asked."""
    from mountain_counties.audit import report

    made, checks = report.of_folder(options.folder), None
    if (options.folder / "record.yml").exists():
        from mountain_counties.record import claim_checks

        checks = claim_checks.checks(options.folder)
    for path, write in ((options.json, report.as_json), (options.html, report.as_html)):
        if path:
            path.write_text(write(made, checks), encoding="utf-8", newline="\n")
    print(report.as_text(made, checks), end="")
    return report.status(made, checks)


def _propose(options: argparse.Namespace) -> int:
    """Print every numeral of a text as a claims.csv to fill in."""
    from mountain_counties.audit import proposal

    print(proposal.claims(read_text(options.path), options.layout), end="")
    return 0


def _verify(options: argparse.Namespace) -> int:
    """Hold a copy of the text against the ledger, and check what is declared."""
    from mountain_counties.audit import ledger, relations

    folder = options.folder or ledger.ARTICLE
    claims, excluded = ledger.load(folder), ledger.exclusions(folder)
    ledger.apart(claims, excluded, folder)
    relations.load(claims, folder)
    if (folder / "record.yml").exists():
        from mountain_counties.record import claim_checks

        claim_checks.gaps(claims, folder)
    faults = ledger.verify_source(options.path, folder)
    if faults:
        print("\n".join(faults), file=sys.stderr)
        return 1
    print(
        f"{options.path}: {len(claims)} claims at their places, {len(excluded)} exclusions, no numeral left"
    )
    return 0


def main(arguments: list[str] | None = None) -> int:
    """Run one command and give its exit code.

    Parameters
    ----------
    arguments : list of str, optional
        Command line without the program's name.

    Returns
    -------
    int
        0 if all agrees, 1 if something clashes or differs, 2 if a file cannot be read or is not as declared.
    """
    parser = argparse.ArgumentParser(prog="python -m mountain_counties")
    commands = parser.add_subparsers(dest="command", required=True)
    audit = commands.add_parser("audit", help="audit a folder: do its figures fit together?")
    audit.add_argument(
        "folder", type=Path, help="claims.csv, exclusions.csv, relations.yml, source.yml, units.txt"
    )
    audit.add_argument("--json", type=Path, metavar="FILE", help="write the report for a program, too")
    audit.add_argument("--html", type=Path, metavar="FILE", help="write the report as a page, too")
    audit.set_defaults(run=_audit)
    propose = commands.add_parser("propose", help="list every numeral of a text as a claims.csv to fill in")
    propose.add_argument("path", type=Path, help="the text, UTF-8")
    propose.add_argument(
        "--layout", choices=("plain", "indented"), default="plain", help="how paragraphs stand"
    )
    propose.set_defaults(run=_propose)
    verify = commands.add_parser("verify-source", help="hold the ledger against a copy of the article's text")
    verify.add_argument("path", type=Path, help="the article's text, UTF-8")
    verify.add_argument(
        "--folder", type=Path, help="the ledger's folder; that of the book's article if left out"
    )
    verify.set_defaults(run=_verify)
    options = parser.parse_args(arguments)
    try:
        return options.run(options)
    except (OSError, TableError) as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
