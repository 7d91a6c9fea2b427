# make book: build the book. make test: check everything. The environment is made once, in .venv.
PYTHON ?= python3
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: book test serve lint bench clean lock

book: .venv/requirements.done
	$(BIN)/python tools/execute.py
	$(BIN)/jupyter-book build . -W -n --keep-going
	@echo "The book: $(CURDIR)/_build/html/index.html"

test: .venv/requirements-test.done
	$(BIN)/python -m pytest

serve: book
	$(BIN)/python -m http.server 8000 --bind 127.0.0.1 --directory _build/html

lint: .venv/requirements-test.done
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m pytest --quiet tests/test_notebooks.py tests/test_prose.py

bench: .venv/requirements-test.done
	$(BIN)/python tests/bench_audit.py

clean:
	rm -rf _build

# Exact versions for every Python and system from 3.11 on; needs uv.
lock:
	UV_CUSTOM_COMPILE_COMMAND="make lock" uv pip compile --quiet --universal --python-version 3.11 --no-annotate pyproject.toml -o requirements.txt
	UV_CUSTOM_COMPILE_COMMAND="make lock" uv pip compile --quiet --universal --python-version 3.11 --no-annotate --extra test -c requirements.txt pyproject.toml -o requirements-test.txt

.venv/%.done: %.txt pyproject.toml
	@echo "Installing $*.txt into .venv (a minute or so, once)"
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(INSTALL) -r $*.txt
	$(INSTALL) --no-deps --editable .
	$(BIN)/python -c "import matplotlib.font_manager" # finds the fonts once; each kernel would, and say so
	touch $@
