"""A real browser, and a server that is as strict as one can be."""

import os
import shutil
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, sync_playwright

POLICY = "default-src 'self'"
"""The Content-Security-Policy that every page works under: nothing inline, nothing from elsewhere."""


class Strict(SimpleHTTPRequestHandler):
    """Serves files under `POLICY`, and says nothing."""

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture(scope="session")
def site(html) -> Iterator[str]:
    """Serve the built book; return its address, with a slash at the end."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Strict, directory=html))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start the system's Chromium; on the build server it must be there."""
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail("CI is true, and there is no Chromium: apt-get install chromium", pytrace=False)
        pytest.skip("there is no Chromium: install the package chromium to try the pages in a browser")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield started
        started.close()
