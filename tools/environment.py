"""Make the environment that everything else runs in, or find it made.

Usage: ``python3 tools/environment.py [--venv FOLDER] [--asked] PINS``. Installs the pins and the package,
once for each version of the pins. Needs nothing but Python, of any version: an unfit one gets one line that
says what to do. ``--asked`` says that the user named this Python, so that an environment of another is made
anew.
"""

import argparse
import hashlib
import json
import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from lock import alone

ROOT = Path(__file__).resolve().parent.parent


class Unfit(Exception):
    """Nothing can be installed; the message says what to do."""


def tested():
    """Return the first version of Python that was tested, and the first that was not, as pairs of numbers."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    numbers = re.search(r'^requires-python = ">=(\d+)\.(\d+),<(\d+)\.(\d+)"$', text, re.MULTILINE).groups()
    first, first_minor, end, end_minor = map(int, numbers)
    return (first, first_minor), (end, end_minor)


def check(version):
    """Raise `Unfit` if a version of Python, a pair of numbers, is none of those tested."""
    first, end = tested()
    if not first <= version < end:
        raise Unfit(
            f"Python {version[0]}.{version[1]} will not do: this project is tested on {first[0]}.{first[1]} "
            f"to {end[0]}.{end[1] - 1}. Install one of them and name it: make PYTHON=python3.{end[1] - 1}"
        )


def version_of(python):
    """Return the version of an environment's Python as a pair of numbers; None if it does not run."""
    ask = "import pip, sys; print(*sys.version_info[:2])"
    try:
        done = subprocess.run([str(python), "-c", ask], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    except OSError:
        return None
    return None if done.returncode else tuple(map(int, done.stdout.split()))


def wanted(pins):
    """Return what tells whether an installation is the one wanted: where it is and what its pins are."""
    content = (ROOT / pins).read_bytes() + (ROOT / "pyproject.toml").read_bytes()
    return [str(ROOT), hashlib.sha256(content).hexdigest()]


def installed(mark):
    """Return pins -> what was installed from them; empty if the last installation was not finished."""
    try:
        return json.loads(mark.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def run(*command):
    """Run a command; raise `Unfit` if it fails, once it has said why."""
    if subprocess.run(list(map(str, command))).returncode:
        raise Unfit("The installation failed, as told above. Mend that, and give the same command again.")


def install(venv, pins, asked):
    """Make the environment, or do what is missing."""
    python = venv / "bin" / "python"
    found, mine = version_of(python), tuple(sys.version_info[:2])
    if found is None or (asked and found != mine):
        check(mine)
        if find_spec("ensurepip") is None:
            raise Unfit(
                f"This Python has no venv. On Debian or Ubuntu: apt install python{mine[0]}.{mine[1]}-venv"
            )
        if found:
            print(f"{venv.name} holds Python {found[0]}.{found[1]}; it is made anew", flush=True)
        run(sys.executable, "-m", "venv", "--clear", venv)
    else:
        check(found)
    mark = venv / "installed.json"
    before = installed(mark)
    if before.get(pins) == wanted(pins):
        return
    print(f"Installing {pins} into {venv.name} (a minute or so, once)", flush=True)
    if mark.exists():
        mark.unlink()
    pip = (python, "-m", "pip", "--quiet", "--disable-pip-version-check", "install")
    run(*pip, "--requirement", ROOT / pins)
    run(*pip, "--no-deps", "--no-build-isolation", "--editable", ROOT)
    # Finds the fonts once; each kernel would, and say so.
    subprocess.run([str(python), str(ROOT / "tools" / "settings.py")], check=True, stderr=subprocess.DEVNULL)
    # The tests' pins hold the book's too.
    holds = [pins, "requirements.txt"]
    mark.write_text(json.dumps({name: wanted(name) for name in holds}), encoding="utf-8")


def main():
    """Make the environment; return 1, with one line, if that cannot be done."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("pins")
    parser.add_argument("--venv", default=".venv")
    parser.add_argument("--asked", action="store_true")
    options = parser.parse_args()
    os.chdir(str(ROOT))
    try:
        with alone(ROOT):
            install(ROOT / options.venv, options.pins, options.asked)
    except Unfit as reason:
        print(reason, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
