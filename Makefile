# make report | make test | make lab | make bench | make install
# PYTHON, ARTICLES and OUT can be set: make report ARTICLES=my-folder OUT=my-report; of bench SIZES: make bench SIZES=1000

PYTHON ?= python3
ARTICLES ?= data/articles
OUT ?= reports
SIZES ?= 1000 10000
BIN = .venv/bin

.PHONY: report test lab bench install clean

report: .venv/installed
	@$(BIN)/python -m utils.report --articles "$(ARTICLES)" --out "$(OUT)"

test: .venv/installed-dev
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

lab: .venv/installed
	$(BIN)/jupyter lab --config=utils/template/lab/config.py

bench: .venv/installed .venv-bench/installed
	$(BIN)/python -m benchmarks.run $(SIZES)

install: .venv/installed

clean:
	rm -rf .venv .venv-bench

.venv/created:
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(v < (3, 11) and f"Dateline needs Python 3.11 or newer; this is {v[0]}.{v[1]}. Name another: make report PYTHON=python3.12")'
	$(PYTHON) -m venv .venv
	@touch $@

.venv/installed: requirements.txt pyproject.toml .venv/created
	@# Python compiles what it imports; all that is never imported would take longer than a first report.
	$(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/installed-dev: requirements-dev.txt .venv/installed
	$(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check -r requirements-dev.txt
	@touch $@

.venv-bench/installed: requirements-bench.txt .venv/created
	$(BIN)/python -m venv .venv-bench
	.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-bench.txt
	@touch $@
