"""The environment that `make` makes, the lock, the settings, and the server."""

import ast
import os
import re
import subprocess
import sys
import threading
from pathlib import Path
from urllib.request import urlopen

import environment
import pytest
import serve
import settings
from conftest import ROOT

FIRST, END = environment.tested()


@pytest.mark.parametrize("version", [(FIRST[0], FIRST[1] - 1), END, (2, 7)])
def test_untested_python_is_told_what_to_do_in_one_line(version, monkeypatch, capsys):
    monkeypatch.setattr(environment.sys, "version_info", version)
    monkeypatch.setattr(environment.sys, "argv", ["environment", "--venv", "none-yet", "requirements.txt"])
    assert environment.main() == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith(
        f"Python {version[0]}.{version[1]} will not do: this project is tested on 3.11"
    )
    assert told.err.rstrip().endswith(f"make PYTHON=python3.{END[1] - 1}")
    assert told.err.count("\n") == 1
    assert not (ROOT / "none-yet").exists()


@pytest.mark.parametrize("minor", range(FIRST[1], END[1]))
def test_tested_pythons_pass(minor):
    environment.check((3, minor))


@pytest.mark.parametrize("page", ["README.md", "reference/rerun.md"])
def test_the_pages_name_the_pythons_that_were_tested(page):
    told = re.findall(r"Python (3\.\d+) to (3\.\d+)", (ROOT / page).read_text(encoding="utf-8"))
    assert told == [(f"3.{FIRST[1]}", f"3.{END[1] - 1}")]


@pytest.mark.parametrize("name", ["environment", "lock"])
def test_any_python_3_can_read_what_makes_the_environment(name):
    text = (ROOT / "tools" / f"{name}.py").read_text(encoding="utf-8")
    ast.parse(text, feature_version=(3, 6))
    modern = {"match_stmt", "NamedExpr", "Match", "TryStar"}
    assert not modern & {type(node).__name__ for node in ast.walk(ast.parse(text))}


@pytest.fixture
def venv(tmp_path, monkeypatch):
    """Return a folder for an environment and the commands that would make it; making one leaves a Python."""
    place, ran, version = tmp_path / ".venv", [], {}

    def run(*command):
        ran.append("venv" if "venv" in command else Path(str(command[-1])).name)
        if "venv" in command:
            version[place] = sys.version_info[:2]
            place.mkdir(exist_ok=True)
            (place / "installed.json").unlink(missing_ok=True)

    monkeypatch.setattr(environment, "run", run)
    monkeypatch.setattr(environment, "version_of", lambda python: version.get(place))
    monkeypatch.setattr(environment.subprocess, "run", lambda *args, **kwargs: None)
    return place, ran, version


MADE = ["venv", "requirements.txt", ROOT.name]


def test_environment_is_made_once_for_the_same_pins(venv, monkeypatch):
    place, ran, _ = venv
    environment.install(place, "requirements.txt", asked=False)
    environment.install(place, "requirements.txt", asked=True)
    assert ran == MADE
    monkeypatch.setattr(environment, "wanted", lambda pins: "other pins")
    environment.install(place, "requirements.txt", asked=False)
    assert ran == MADE + MADE[1:]


def test_the_pins_of_the_tests_hold_those_of_the_book(venv):
    place, ran, _ = venv
    environment.install(place, "requirements-test.txt", asked=False)
    environment.install(place, "requirements.txt", asked=False)
    assert ran == ["venv", "requirements-test.txt", ROOT.name]

    def pins(name):
        lines = (ROOT / name).read_text().splitlines()
        return {line.rstrip(" \\") for line in lines if "==" in line and not line.startswith("    ")}

    assert pins("requirements.txt") < pins("requirements-test.txt")


def test_installation_that_was_cut_off_is_done_again(venv, monkeypatch):
    place, ran, _ = venv
    environment.install(place, "requirements.txt", asked=False)

    def cut(*command):
        raise environment.Unfit("no network")

    with monkeypatch.context() as patch:
        patch.setattr(environment, "wanted", lambda pins: "other pins")
        patch.setattr(environment, "run", cut)
        with pytest.raises(environment.Unfit):
            environment.install(place, "requirements.txt", asked=False)
    # Back to the first pins, some of which may have been replaced by then.
    environment.install(place, "requirements.txt", asked=False)
    assert ran[-2:] == MADE[1:]


def test_environment_of_another_python_is_made_anew_if_this_one_was_asked_for(venv, capsys):
    place, ran, version = venv
    environment.install(place, "requirements.txt", asked=False)
    other = (3, FIRST[1] if sys.version_info[1] != FIRST[1] else FIRST[1] + 1)
    version[place] = other
    environment.install(place, "requirements.txt", asked=False)
    assert ran == MADE
    environment.install(place, "requirements.txt", asked=True)
    assert ran == MADE + MADE
    assert f"holds Python {other[0]}.{other[1]}; it is made anew" in capsys.readouterr().out


def test_copied_folder_installs_its_own_package(monkeypatch, tmp_path):
    before = environment.wanted("requirements.txt")
    for name in ("requirements.txt", "pyproject.toml"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    assert environment.wanted("requirements.txt") != before


def test_every_pin_carries_hashes():
    for name in ("requirements.txt", "requirements-test.txt"):
        blocks = (ROOT / name).read_text().replace("\\\n", " ").splitlines()
        pins = [block for block in blocks if "==" in block and not block.startswith("#")]
        assert len(pins) > 50
        assert all("--hash=sha256:" in pin for pin in pins)


def test_settings_are_the_environments_own(monkeypatch, tmp_path):
    monkeypatch.setattr(settings, "FOLDER", tmp_path / "settings")
    for variable in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "MPLCONFIGDIR"):
        monkeypatch.setenv(variable, "/nonexistent")
    monkeypatch.setenv("HOME", "/nonexistent")
    monkeypatch.setenv("JUPYTER_PATH", "/nonexistent")
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", "/nonexistent")
    for variable in ("PYTHONNOUSERSITE", "PYTHONUTF8", "OMP_NUM_THREADS"):
        monkeypatch.setenv(variable, "0")
    settings.apply()
    ask = "from jupyter_core import paths as p; import matplotlib as m, IPython.paths as i\n"
    ask += "print(p.jupyter_runtime_dir(), p.jupyter_config_dir(), m.get_configdir(), i.get_ipython_dir())"
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert all(place.startswith(str(tmp_path)) for place in done.stdout.split())
    assert os.environ["OMP_NUM_THREADS"] == "1"


def test_server_takes_the_next_port_if_one_is_taken(tmp_path):
    (tmp_path / "index.html").write_text("a page")
    with serve.server(range(0, 1), tmp_path) as first:
        taken = first.server_port
        with serve.server(range(taken, taken + 20), tmp_path) as second:
            assert taken < second.server_port < taken + 20
            threading.Thread(target=second.serve_forever, daemon=True).start()
            with urlopen(f"http://127.0.0.1:{second.server_port}/index.html") as page:
                assert page.read() == b"a page"
            second.shutdown()
        with pytest.raises(OSError):
            serve.server(range(taken, taken + 1), tmp_path)
