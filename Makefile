# `make demo` and `make test` need Python 3.11 or later, make, and a package registry; nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test lint bench bench-kernels sample clean

demo: $(VENV)/.installed
	$(BIN)/ambassadors demo --out runs

test: $(VENV)/.installed-dev
	$(BIN)/python -m pytest

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Whole processes beside what analysts use today: `make bench`, or `make bench SIZE=M`, ROUNDS=5, PANDAS=1, EXACT=1.
# Data go to .bench/: .5 GB for S, 2 GB for M, 8 GB for L (16 GB of memory to generate). docs/benchmarks.md tells more.
SIZE ?= S
bench: .bench/ours/.installed .bench/others/.installed
	.bench/ours/bin/python tests/bench/whole/run.py $(SIZE) --python .bench/others/bin/python \
		$(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(PANDAS),--pandas) $(if $(EXACT),--exact)

bench-kernels: $(VENV)/.installed-dev
	$(BIN)/python tests/bench/bench_kernels.py

# graphs/town holds what `ambassadors simulate` writes; run this after changing the simulator.
sample: $(VENV)/.installed
	$(BIN)/ambassadors simulate graphs/town

clean:
	rm -rf $(VENV) build dist runs .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	touch $@

$(VENV)/.installed-dev: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	touch $@ $(VENV)/.installed

# Each has an environment of its own, as its users have: numba takes twice as long to start where it finds scipy.
.bench/ours/.installed: pyproject.toml
	$(PYTHON) -m venv .bench/ours
	.bench/ours/bin/python -m pip install --quiet --disable-pip-version-check -e .
	touch $@

.bench/others/.installed: pyproject.toml
	$(PYTHON) -m venv .bench/others
	.bench/others/bin/python -m pip install --quiet --disable-pip-version-check -e '.[bench]'
	touch $@
