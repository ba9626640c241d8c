# Every target sets up what it needs by itself, in .venv, from pyproject.toml and constraints.txt.
# `make run` installs what running needs; everything else installs the tools as well.

PYTHON ?= python3
PORT ?= 8550
ONLY ?=
REPEATS ?=
KILLS ?=
STATES ?=
FLIPS ?=
SEED ?=
HISTORIES ?=
CODEC ?=

# A browser and the app it shows take more than one core by themselves: the journeys come after, one at a time.
PYTEST_ON_EVERY_CORE = .venv/bin/python -m pytest --numprocesses auto --dist loadfile --ignore tests/journeys
PIP_INSTALL = .venv/bin/python -m pip install -qq --disable-pip-version-check -c constraints.txt

.DEFAULT_GOAL := help
.PHONY: help run test check lint audit bench torture simulate screenshots locales clean

help: ## show this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1	\2/p' Makefile | expand -t 20

run: .venv/.run-ready ## run the app with a centre of its own, as a web page (PORT=8550)
	.venv/bin/python -m app --demo --data .run --port $(PORT)

test: .venv/.dev-ready ## everything: style, types, unit, contract and browser tests
	.venv/bin/python tests/chromium.py
	.venv/bin/python tests/postgresql.py
	@$(MAKE) --no-print-directory lint
	$(PYTEST_ON_EVERY_CORE)
	.venv/bin/python -m pytest tests/journeys

check: .venv/.dev-ready ## style, types and every test that needs no browser: before each commit
	.venv/bin/python tests/postgresql.py
	@$(MAKE) --no-print-directory lint
	$(PYTEST_ON_EVERY_CORE) --quiet

lint: .venv/.dev-ready
	.venv/bin/python -m ruff check .
	.venv/bin/python -m ruff format --check .
	.venv/bin/python -m mypy

# Says what it finds and stops nothing: an advisory without a remedy is no reason not to mend something else. What is
# asked is the package registry that pip is set to, and for advisories PyPI; where that is not reached, it says so.
audit: .audit/.ready .venv/.dev-ready ## what is installed (.audit/sbom.json, CycloneDX) and what is known against it
	-@.audit/bin/cyclonedx-py environment --output-reproducible --output-format JSON \
	    --output-file .audit/sbom.json .venv && echo "what is installed: .audit/sbom.json"
	@.venv/bin/python -m pip freeze --disable-pip-version-check --exclude-editable > .audit/installed.txt
	@.audit/bin/pip-audit --strict --progress-spinner off --timeout 30 --no-deps --disable-pip \
	    -r .audit/installed.txt || \
	    echo "pip-audit found something, or could not ask for all that is installed: see above. Nothing is stopped by it."

bench: .venv/.dev-ready ## measure (ONLY=store for one, REPEATS=5)
	.venv/bin/python tests/bench.py $(if $(ONLY),--only $(ONLY)) $(if $(REPEATS),--repeats $(REPEATS))

torture: .venv/.dev-ready ## try to make the store lose something (KILLS= STATES= FLIPS= SEED= CODEC= ONLY=kills)
	.venv/bin/python -m tests.torture $(if $(ONLY),--only $(ONLY)) $(if $(KILLS),--kills $(KILLS)) \
	    $(if $(STATES),--states $(STATES)) $(if $(FLIPS),--flips $(FLIPS)) $(if $(SEED),--seed $(SEED)) \
	    $(if $(CODEC),--codec $(CODEC))

simulate: .venv/.dev-ready ## try to make tablets and centre lose something between them (HISTORIES=500 SEED=1)
	.venv/bin/python -m tests.simulation $(if $(HISTORIES),--histories $(HISTORIES)) $(if $(SEED),--seed $(SEED))

screenshots: .venv/.dev-ready ## every screen as a picture, in .shots/
	.venv/bin/python tests/chromium.py
	.venv/bin/python tests/screens.py

locales: .venv/.dev-ready ## compile app/locales after editing a .po file
	.venv/bin/pybabel --quiet compile --directory app/locales --domain acompanya

clean: ## remove everything the other targets made, the demo's data included
	rm -rf .venv .audit .run .shots .pytest_cache .mypy_cache .ruff_cache .hypothesis .schemathesis dist build
	find app sync tests -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.run-ready: .venv/bin/python pyproject.toml constraints.txt
	@echo "setting up: installing what the app needs (once, about a minute)"
	@$(PIP_INSTALL) -e '.[desk,endpoint]'
	@touch $@

.venv/.dev-ready: .venv/bin/python pyproject.toml constraints.txt
	@echo "setting up: installing the app and the tools (once, about a minute)"
	@$(PIP_INSTALL) -e '.[dev]'
	@touch $@ .venv/.run-ready

.audit/.ready: .venv/bin/python
	@echo "setting up: installing the tools that look at what is installed (once)"
	@.venv/bin/python -m venv .audit
	@.audit/bin/python -m pip install -qq --disable-pip-version-check 'cyclonedx-bom>=7,<8' 'pip-audit>=2.10,<3'
	@touch $@

# Debian's python3 comes without the part that makes virtual environments, in a package of its own.
.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo "Acompanya needs Python 3.11 or newer; try make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || $(MAKE) --no-print-directory python-venv
	@$(PYTHON) -m venv .venv || { rm -rf .venv; exit 1; }

.PHONY: python-venv
python-venv:
	@if [ "$$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then \
	    echo "setting up: python3-venv is missing, installing it"; \
	    export DEBIAN_FRONTEND=noninteractive; \
	    apt-get -qq update && apt-get -qq install -y --no-install-recommends python3-venv >/dev/null; \
	else \
	    echo "python3 cannot make a virtual environment here." >&2; \
	    echo "Debian, Ubuntu: sudo apt-get install python3-venv   then run make again" >&2; \
	    exit 1; \
	fi
