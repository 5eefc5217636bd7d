# Two commands do all the set-up on a fresh machine with Python 3.11 or newer: make run, make test.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PEERS := .venv-peers
# pip compiles what it installs with one core; this takes all of them, and leaves the packages' own tests alone. What cannot
# be compiled, as some files for other versions of Python, is not imported either: that fails nothing.
COMPILE = $(BIN)/python -m compileall -qq -j 0 -x '/tests?/' $(VENV)/lib

.PHONY: run test setup lint lock evaluate bench bench-peers bench-faults clean

run: setup
	$(BIN)/routewijzer serve

test: setup lint
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

setup: $(STAMP)

$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -c "import sys; sys.exit('Routewijzer needs Python 3.11 or newer') if sys.version_info < (3, 11) else None"
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	$(COMPILE) || true
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
	$(BIN)/python -m bench.scale
	$(BIN)/python -m bench.processor
	$(BIN)/python -m bench.load
	@if test -e $(PEERS)/.installed; then $(PEERS)/bin/python -m bench.peers; else \
	  echo "other frameworks: skipped, as they are not installed; make bench-peers installs them in $(PEERS)"; fi

# Ten thousand requests made from the contract against a running server; takes some twenty minutes.
bench-faults: setup
	$(BIN)/python -m bench.faults --requests 10000

# The frameworks that Routewijzer is compared with, in an environment of their own; takes BENCH="--queries 50" and the like.
bench-peers: $(PEERS)/.installed
	$(PEERS)/bin/python -m bench.peers $(BENCH)

$(PEERS)/.installed: requirements.lock requirements-peers.lock pyproject.toml
	test -x $(PEERS)/bin/python || $(PYTHON) -m venv $(PEERS)
	echo '*' > $(PEERS)/.gitignore
	$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps -r requirements-peers.lock
	$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $(PEERS)/.installed

clean:
	rm -rf $(VENV) $(PEERS) build .pytest_cache .mypy_cache .ruff_cache
