"""The package away from its checkout: a wheel, another environment, another folder, a notebook."""

import json
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import nbformat
import pytest

from mountain_counties.audit import tables
from mountain_counties.book import exhibits
from mountain_counties.pages import bundle

RUN = """
import json, sys
import nbformat
from nbclient import NotebookClient
import mountain_counties
notebook = nbformat.read(sys.argv[1], 4)
NotebookClient(notebook, timeout=600, kernel_name="python3").execute()
nbformat.write(notebook, sys.argv[2])
print(mountain_counties.__file__)
"""


@pytest.fixture(scope="module")
def elsewhere(root, tmp_path_factory) -> tuple[Path, Path]:
    """Install the wheel in a fresh environment in another folder; return its Python and the folder.

    The dependencies are those of the tests' environment, whose own copy of the package is not to be seen.
    """
    folder = tmp_path_factory.mktemp("else where")
    wheel = bundle.wheel(root, folder)
    venv.create(folder / "env", with_pip=False)
    python = folder / "env" / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "install", "--no-deps", "--no-index", str(wheel)], check=True)
    ask = [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    place = Path(subprocess.run(ask, capture_output=True, text=True, check=True).stdout.strip())
    # Names in a .pth are searched; their own .pth files, of which one leads to the checkout, are not read.
    (place / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return python, folder


def test_a_notebook_runs_without_a_checkout(elsewhere, root):
    python, folder = elsewhere
    notebook = root / "notebooks" / "03_what_the_article_says.ipynb"
    copy, made = folder / notebook.name, folder / "made.ipynb"
    copy.write_bytes(notebook.read_bytes())
    done = subprocess.run(
        [str(python), "-c", RUN, str(copy), str(made)],
        cwd=folder,
        env={"PATH": f"{python.parent}:/usr/bin:/bin", "HOME": str(folder), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.strip().startswith(str(folder))
    shown = [
        output.data[exhibits.MIME]
        for cell in nbformat.read(made, 4).cells
        for output in cell.get("outputs", ())
        if exhibits.MIME in output.get("data", {})
    ]
    assert {"fig-score", "tab-claims"} <= {payload["name"] for payload in shown}


def test_installed_tables_are_the_projects(elsewhere, root):
    python, folder = elsewhere
    ask = "from mountain_counties.audit import tables; print(tables.DATA)"
    done = subprocess.run([str(python), "-c", ask], cwd=folder, capture_output=True, text=True, check=True)
    found = Path(done.stdout.strip())
    assert found.is_relative_to(folder)
    package = json.loads((found / "datapackage.json").read_text(encoding="utf-8"))
    for resource in package["resources"]:
        copy, table = found / resource["path"], root / "data" / resource["path"]
        assert copy.read_bytes() == table.read_bytes()


def test_a_package_without_tables_says_how_to_install_it(tmp_path):
    with pytest.raises(FileNotFoundError, match="pip install FOLDER_OF_A_CHECKOUT"):
        tables.data_folder(tmp_path / "src" / "mountain_counties")


def test_a_checkout_comes_before_a_copy(tmp_path):
    package = tmp_path / "src" / "mountain_counties"
    for place in (tmp_path / "data", package / "data"):
        place.mkdir(parents=True)
        (place / "datapackage.json").write_text("{}")
    assert tables.data_folder(package) == tmp_path / "data"
    (tmp_path / "data" / "datapackage.json").unlink()
    assert tables.data_folder(package) == package / "data"


def test_binder_takes_a_python_that_is_tested_and_what_the_book_pins(root):
    import environment

    runtime = (root / "binder" / "runtime.txt").read_text().strip()
    version = tuple(int(part) for part in runtime.removeprefix("python-").split("."))
    first, end = environment.tested()
    assert first <= version < end
    script = root / "binder" / "postBuild"
    assert script.stat().st_mode & 0o111
    steps = [line for line in script.read_text().splitlines() if line.startswith("python ")]
    assert [word for line in steps for word in line.split() if (root / word).is_file()] == [
        "requirements.txt",
        "tools/settings.py",
    ]
    subprocess.run(["bash", "-n", str(script)], check=True)
