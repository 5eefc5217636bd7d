# Two commands do all the set-up on a fresh machine with Python 3.11 or newer: make run, make test.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: run test setup lint lock evaluate bench clean

run: setup
	$(BIN)/routewijzer serve

test: setup lint
	$(BIN)/python -m pytest

setup: $(STAMP)

$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -c "import sys; sys.exit('Routewijzer needs Python 3.11 or newer') if sys.version_info < (3, 11) else None"
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $(STAMP)

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Resolve pyproject.toml anew in a fresh environment and write down what came out.
lock:
	rm -rf build/lock && $(PYTHON) -m venv build/lock
	build/lock/bin/python -m pip install --quiet setuptools wheel
	build/lock/bin/python -m pip install --quiet "$$(pwd)[dev]"
	build/lock/bin/python bench/write_lock.py > requirements.lock
	rm -rf build/lock

evaluate: setup
	bench/evaluate.sh

bench: setup
	$(BIN)/python -m bench.start
	$(BIN)/python -m bench.ingest --documents 500

clean:
	rm -rf $(VENV) build .pytest_cache .mypy_cache .ruff_cache
