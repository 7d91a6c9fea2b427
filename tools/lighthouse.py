"""Score each kind of page with Lighthouse: ``python tools/lighthouse.py [KIND ...]``.

Writes ``tests/pages/lighthouse.csv``, which a test holds against what is asked, with the day and the load of
the machine: run it after a change of what pages look like, on a quiet one. Pages are served compressed and
under the strict policy, as they should be. npm brings Lighthouse, in the version named here, into a folder of
its own.
"""

import argparse
import csv
import gzip
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
HTML = ROOT / "_build" / "html"
SCORES = ROOT / "tests" / "pages" / "lighthouse.csv"
VERSION = "12.8.2"
RUNS = 3  # the middle score of as many counts

KINDS = {
    "landing": "index",
    "chapter": "notebooks/06_kecheng",
    "profile": "profiles/kecheng",
    "claims": "reference/claims",
    "explorer": "notebooks/18_explorer",
}
"""Kind of page -> the page that stands for it."""

CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
FORMS = {"mobile": (), "desktop": ("--preset=desktop",)}


class Served(SimpleHTTPRequestHandler):
    """Serves files as a host does: text compressed, under a strict policy."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Send a file, compressed if it is text."""
        path = Path(self.translate_path(self.path))
        if not path.is_file():
            self.send_error(404)
            return
        raw, kind = path.read_bytes(), self.guess_type(path)
        self.send_response(200)
        self.send_header("Content-Type", f"{kind}; charset=utf-8" if kind.startswith("text/") else kind)
        self.send_header("Content-Security-Policy", "default-src 'self'")
        self.send_header("Cache-Control", "max-age=31536000")
        if kind.startswith("text/") or kind.endswith(("javascript", "xml", "json")):
            raw = gzip.compress(raw, 6)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@contextmanager
def site(html: Path) -> Iterator[str]:
    """Serve a folder; give its address, with a slash at the end."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Served, directory=str(html)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def program() -> list[str]:
    """Return how Lighthouse is called, installed first if need be."""
    folder = Path(sys.prefix) / f"lighthouse-{VERSION}"
    command = folder / "node_modules" / ".bin" / "lighthouse"
    if not command.exists():
        subprocess.run(
            [
                "npm",
                "install",
                "--silent",
                "--no-audit",
                "--no-fund",
                "--prefix",
                folder,
                f"lighthouse@{VERSION}",
            ],
            check=True,
        )
    return [str(command)]


def score(address: str, options: tuple[str, ...]) -> dict[str, int]:
    """Return a page's scores, 0 to 100, and print what costs points."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder, "report.json")
        flags = f"--headless=new --no-sandbox --disable-gpu --user-data-dir={folder}/chrome"
        subprocess.run(
            [
                *program(),
                address,
                "--quiet",
                "--output=json",
                f"--output-path={target}",
                f"--only-categories={','.join(CATEGORIES)}",
                f"--chrome-flags={flags}",
                *options,
            ],
            check=True,
            env=os.environ | {"CHROME_PATH": shutil.which("chromium") or ""},
        )
        report = json.loads(target.read_text(encoding="utf-8"))
    for name in CATEGORIES:
        for part in report["categories"][name]["auditRefs"]:
            audit = report["audits"][part["id"]]
            if part["weight"] and audit["score"] is not None and audit["score"] < 0.9:
                print(
                    f"    {name}: {audit['id']} {audit['score']} {audit.get('displayValue', '')}", flush=True
                )
    return {name: round(100 * report["categories"][name]["score"]) for name in CATEGORIES}


def when() -> dict[str, str]:
    """Return the day, and the machine's load over the last minutes, which costs points of performance."""
    return {"day": f"{datetime.now(UTC):%Y-%m-%d}", "load": f"{os.getloadavg()[1]:.1f}"}


def main(arguments: list[str] | None = None) -> int:
    """Score the pages, and write the scores; return 1 if what it takes is missing."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("kinds", nargs="*", help="kinds of pages; all by default")
    parser.add_argument("--runs", type=int, default=RUNS)
    options = parser.parse_args(arguments)
    for needed in ("npm", "chromium"):
        if not shutil.which(needed):
            print(f"{needed} is missing. On Debian: apt-get install {needed}", file=sys.stderr)
            return 1
    with SCORES.open(encoding="utf-8", newline="") as file:
        rows = {(row["kind"], row["form"]): row for row in csv.DictReader(file)}
    with site(HTML) as address:
        for kind in options.kinds or KINDS:
            for form, extra in FORMS.items():
                runs = [score(f"{address}{KINDS[kind]}.html", extra) for _ in range(options.runs)]
                middle = {name: int(median(run[name] for run in runs)) for name in CATEGORIES}
                rows[kind, form] = {"kind": kind, "page": KINDS[kind], "form": form} | middle | when()
                print(*rows[kind, form].values(), flush=True)
    text = io.StringIO()
    writer = csv.DictWriter(
        text, ["kind", "page", "form", *CATEGORIES, "day", "load"], restval="", lineterminator="\n"
    )
    writer.writeheader()
    writer.writerows(rows[kind, form] for kind in KINDS for form in FORMS)
    SCORES.write_text(text.getvalue(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
