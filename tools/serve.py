"""Show the built book at an address of this machine, until interrupted: ``python tools/serve.py``."""

import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

PAGES = Path(__file__).resolve().parent.parent / "_build" / "html"
PORTS = range(8000, 8100)


def server(ports: range = PORTS, pages: Path = PAGES) -> ThreadingHTTPServer:
    """Return a server of the pages at the first port that is free.

    Raises
    ------
    OSError
        If none is.
    """
    for port in ports:
        try:
            return ThreadingHTTPServer(
                ("127.0.0.1", port), partial(SimpleHTTPRequestHandler, directory=pages)
            )
        except OSError as error:
            taken = error
    raise taken


def main() -> int:
    """Serve; return 1 if no port is free."""
    try:
        pages = server()
    except OSError as error:
        print(f"Ports {PORTS.start} to {PORTS.stop - 1}: {error.strerror}", file=sys.stderr)
        return 1
    with pages:
        print(f"The book: http://127.0.0.1:{pages.server_port} (Ctrl-C ends it)", flush=True)
        try:
            pages.serve_forever()
        except KeyboardInterrupt:
            print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
