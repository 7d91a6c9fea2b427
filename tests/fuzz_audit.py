"""Mutilate the files of a ledger for some minutes and audit each: ``python tests/fuzz_audit.py 10``."""

import contextlib
import io
import shutil
import sys
import tempfile
import time
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent / "audit")]
from test_bad_input import READERS, SMALL, mutations  # noqa: E402

from mountain_counties import __main__  # noqa: E402
from mountain_counties.audit.tables import TableError  # noqa: E402


def main(minutes: float) -> int:
    """Print every mutilation that a reader stumbles over; give how many there are."""
    end, tried, faults = time.monotonic() + minutes * 60, 0, {}

    @settings(max_examples=500, deadline=None, database=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(mutations())
    def stumble(mutation: tuple[str, bytes]) -> None:
        nonlocal tried
        if time.monotonic() > end:
            return
        name, content = mutation
        tried += 1
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place) / "a"
            shutil.copytree(SMALL, folder)
            (folder / name).write_bytes(content)
            try:
                with contextlib.suppress(TableError):
                    READERS[name](folder)
                with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                    __main__.main(["audit", str(folder)])
            except Exception as error:
                key = f"{name}: {type(error).__name__}: {error}"[:200].replace(place, "")
                if key not in faults:
                    faults[key] = content
                    kept = Path(tempfile.mkdtemp()) / name
                    kept.write_bytes(content)
                    print(key, kept, flush=True)

    while time.monotonic() < end:
        stumble()
    print(f"{tried} mutilated files, {len(faults)} kinds of stumbling")
    return len(faults)


if __name__ == "__main__":
    sys.exit(min(main(float(sys.argv[1])), 1))
