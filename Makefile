# `make demo` and `make test` need Python 3.11 or later, make, and a package registry; nothing else.
# `make torture` also needs what `make torture-needs` installs from Debian's packages, as root.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: bluesky demo lab notebooks pairs docs pictures test torture torture-quick torture-needs lint bench bench-kernels sample clean

demo: $(VENV)/.installed
	$(BIN)/ambassadors demo --out runs

# JupyterLab on the notebooks, which run on the embedded sample, or on your own recipe where one line is changed.
lab: $(VENV)/.installed-notebooks
	$(BIN)/jupyter lab --notebook-dir=. notebooks/first_shortlist.ipynb

# Runs a copy of each notebook from top to bottom; what it showed stays in .notebooks/.
notebooks: $(VENV)/.installed-dev
	rm -rf .notebooks && mkdir .notebooks && cp notebooks/*.ipynb .notebooks/
	$(BIN)/python -m pytest -c /dev/null --rootdir .notebooks --nbmake --overwrite --nbmake-timeout=300 -n 2 -q .notebooks

# The .ipynb of each notebook, made again from its .py; run this after changing one.
pairs: $(VENV)/.installed-dev
	$(BIN)/jupytext --quiet --update --to ipynb notebooks/*.py
	$(BIN)/jupyter nbconvert --log-level WARN --clear-output --inplace notebooks/*.ipynb

# The documentation as pages in .site/, with what the notebooks showed; nothing is fetched.
docs: notebooks
	$(BIN)/sphinx-build -W --keep-going -q -b html docs .site
	@echo "open .site/index.html"

# Draws the pictures of README and documentation again.
pictures: $(VENV)/.installed-dev
	$(BIN)/python docs/picture.py

test: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -n auto --dist loadfile

# Kills, full disks, overlapping starts, formulas in LibreOffice, scripts in Chromium: the figures are printed.
torture: $(VENV)/.installed-torture
	TORTURE=full $(BIN)/python -m pytest -m "office or browser or torture or servers" -s -p no:xdist tests

torture-quick: $(VENV)/.installed-torture
	$(BIN)/python -m pytest -m "office or browser or torture or servers" -n auto --dist loadfile tests

# Installs a Bluesky network (800 MB, some minutes, once) and fetches from it.
bluesky: $(VENV)/.installed-dev
	apt-get install -y -qq --no-install-recommends g++ make postgresql redis-server
	AMBASSADORS_BLUESKY=.bluesky $(BIN)/python -m pytest -m bluesky -s -p no:xdist tests/test_servers_bluesky.py

torture-needs:
	apt-get update -qq
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
		chromium gcc libc6-dev libreoffice-calc strace

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
	rm -rf $(VENV) build dist runs .notebooks .site jupyter_execute .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/bin/python:
	@echo "Installing into $(VENV), once; it takes a minute or two and says nothing meanwhile."
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[excel]'
	touch $@

$(VENV)/.installed-dev: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	touch $@ $(VENV)/.installed

$(VENV)/.installed-notebooks: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[excel,notebooks]'
	touch $@

$(VENV)/.installed-torture: $(VENV)/.installed-dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[torture]'
	touch $@

# Each has an environment of its own, as its users have: numba takes twice as long to start where it finds scipy.
.bench/ours/.installed: pyproject.toml
	$(PYTHON) -m venv .bench/ours
	.bench/ours/bin/python -m pip install --quiet --disable-pip-version-check -e .
	touch $@

.bench/others/.installed: pyproject.toml
	$(PYTHON) -m venv .bench/others
	.bench/others/bin/python -m pip install --quiet --disable-pip-version-check -e '.[bench]'
	touch $@
