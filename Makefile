# Three commands do everything on a machine that has git, make and Python 3.11: `make demo`, `make replay`
# and `make test`.
#
#   make demo     crawls the bundled newspaper twice into ./warchive-demo and shows what came of it
#   make replay   opens what the demo made in a browser, pages as they were: installs pywb at the first time, in an environment of its own
#   make test     runs all tests whose servers are here; says which were skipped and why
#   make lint     ruff, mypy, import-linter, hadolint, and whether the generated documents are fresh
#   make docs     writes the generated parts of the documents anew
#   make bench    measures speed, as ratios within one run
#   make wheel    builds dist/warchive-*.whl
#   make lock     resolves the dependencies anew (needs uv)
#   make clean    removes what make made
#
# PYTHON=python3.12 chooses another interpreter; VENV=path another place; PYTEST_ARGS="-k spool" is handed to pytest, REPLAY_ARGS to
# `warchive replay`.

PYTHON ?= python3
VENV ?= .venv
VENV_INTEROP ?= .venv-interop
UV ?= $(shell command -v uv 2>/dev/null)
PYTEST_ARGS ?=
# Tests wait a good part of their time, for pauses and time limits that are what they test: three keep two processors at work.
WORKERS ?= 3
REPLAY_ARGS ?=
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help env interop-env browser-env demo replay test lint format docs bench wheel lock clean

help:
	@sed -n 's/^#   make/  make/p' Makefile

# A stamp names the lock that it was made from, so that a second call does nothing and a changed lock does everything.
env: $(VENV)/.ready
$(VENV)/.ready: requirements-dev.lock pyproject.toml
	@.ci/environment "$(PYTHON)" "$(VENV)" requirements-dev.lock "$(UV)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

interop-env: $(VENV_INTEROP)/.ready
$(VENV_INTEROP)/.ready: requirements-interop.lock
	@.ci/environment "$(PYTHON)" "$(VENV_INTEROP)" requirements-interop.lock "$(UV)"
	@touch $@

# What tests in a browser need from npm: axe judges our pages, ReplayWeb.page opens our WACZ files. Not a part of warchive.
browser-env: .browser-tools/.ready
.browser-tools/.ready: .ci/browser-tools
	@.ci/browser-tools .browser-tools
	@touch $@

demo: $(VENV)/.ready
	@$(BIN)/warchive demo

replay: $(VENV)/.ready
	@[ -f warchive-demo/warchive.toml ] || $(BIN)/warchive demo
	@$(BIN)/warchive replay --setup
	@$(BIN)/warchive --config warchive-demo/warchive.toml replay $(REPLAY_ARGS)

# With PYTHONDONTWRITEBYTECODE each of a thousand starts of `warchive` would compile it anew, which is a fifth of what a start costs.
test: $(VENV)/.ready
	@env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(PYTEST_ARGS)

lint: $(VENV)/.ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/hadolint Dockerfile
	$(BIN)/python docs/generate.py --check

format: $(VENV)/.ready
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(VENV)/.ready
	$(BIN)/python docs/generate.py

bench: $(VENV)/.ready
	@$(BIN)/python -m benchmarks

wheel: $(VENV)/.ready
	@rm -rf dist
	@$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir dist .
	@ls dist

# `--universal`: one lock for every platform and every Python from 3.11 on. The index is not written into it: yours is used.
LOCK = uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate --quiet --custom-compile-command "make lock"
lock:
	$(LOCK) pyproject.toml --output-file requirements.lock
	$(LOCK) pyproject.toml --group dev --output-file requirements-dev.lock
	$(LOCK) --group interop --output-file requirements-interop.lock
	$(LOCK) --group replay --output-file archive/replay/requirements.lock

clean:
	rm -rf $(VENV) $(VENV_INTEROP) .browser-tools build dist warchive-demo .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
