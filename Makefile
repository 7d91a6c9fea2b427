# make book: build the book. make test: check everything. The environment is made once, in .venv.
# Another Python, another environment: make test PYTHON=python3.13 VENV=.venv-3.13
ASKED := $(if $(filter undefined,$(origin PYTHON)),,--asked)
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin/python
ENVIRONMENT := @$(PYTHON) tools/environment.py --venv $(VENV) $(ASKED)

.PHONY: book test serve pdf epub messages lighthouse lint bench detect mutants clean lock

book:
	$(ENVIRONMENT) requirements.txt
	@$(BIN) tools/build.py

test:
	$(ENVIRONMENT) requirements-test.txt
	@$(BIN) tools/build.py
	@$(BIN) -m pytest --quiet --numprocesses=logical --dist=worksteal

serve: book
	@$(BIN) tools/serve.py

# The book on paper and for readers of e-books; Chromium prints it.
pdf:
	$(ENVIRONMENT) requirements-test.txt
	@$(BIN) tools/build.py
	@$(BIN) tools/paper.py

epub: book
	@$(BIN) tools/ebook.py

# Texts of the pages into the catalogues of the Chinese edition, below locale; lists those without translation.
messages: book
	@$(BIN) tools/make_messages.py

# Scores of each kind of page into tests/pages/lighthouse.csv; needs npm and Chromium.
lighthouse: book
	@$(BIN) tools/lighthouse.py

lint:
	$(ENVIRONMENT) requirements-test.txt
	$(BIN) -m ruff check .
	$(BIN) -m ruff format --check .
	$(BIN) -m pytest --quiet tests/book/test_notebooks.py tests/book/test_prose.py

bench:
	$(ENVIRONMENT) requirements-test.txt
	$(BIN) tests/bench_audit.py
	$(BIN) tools/bench.py --keep

detect:
	$(ENVIRONMENT) requirements.txt
	$(BIN) tools/detect.py
	$(BIN) tools/make_datapackage.py

mutants:
	$(ENVIRONMENT) requirements-test.txt
	$(BIN) tools/mutate.py $(MODULE)

clean:
	rm -rf _build

# Exact versions, with their hashes, for every Python and system that pyproject.toml allows; needs uv.
COMPILE := UV_CUSTOM_COMPILE_COMMAND="make lock" uv pip compile --quiet --universal --generate-hashes --no-annotate
lock:
	$(COMPILE) pyproject.toml -o requirements.txt
	$(COMPILE) --extra test -c requirements.txt pyproject.toml -o requirements-test.txt
