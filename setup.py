"""Put the tables into the package that is installed: pyproject.toml says everything else.

In a checkout the package reads `data/` at the root; a wheel, which goes elsewhere, carries a copy.
"""

from pathlib import Path
from shutil import copytree

from setuptools import setup
from setuptools.command.build_py import build_py


class BuildWithTables(build_py):
    """Copies the tables beside the modules, unless the modules stay in the checkout."""

    def run(self):
        """Copy the modules, then the tables."""
        super().run()
        if not self.editable_mode:
            copytree("data", Path(self.build_lib, "mountain_counties", "data"), dirs_exist_ok=True)


setup(cmdclass={"build_py": BuildWithTables})
