# Two of these are all a newcomer needs: make run, make test.
PYTHON ?= python3
PORT ?= 8000
DATA ?= .data
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps

.DEFAULT_GOAL := help

.PHONY: help
help:  ## Say what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 16

# The stamps keep an install from being repeated while its lock is the same.
$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: requirements.txt | $(BIN)/python
	$(PIP) -r requirements.txt
	touch $@

$(VENV)/dev.stamp: requirements-dev.txt | $(BIN)/python
	$(PIP) -r requirements-dev.txt
	touch $@ $(VENV)/run.stamp

.PHONY: run
run: $(VENV)/run.stamp  ## Serve the shop with the sample catalogue (PORT, DATA)
	CARTWRIGHT_DATA=$(DATA) $(BIN)/python -m storage sample
	CARTWRIGHT_DATA=$(DATA) CARTWRIGHT_PORT=$(PORT) exec $(BIN)/python server.py

.PHONY: test
test: $(VENV)/dev.stamp  ## Run the tests
	$(BIN)/python -m pytest $(PYTEST_ARGS)

.PHONY: test-faults
test-faults: $(VENV)/dev.stamp  ## Break what can break (COUNT: per cent of the full numbers, SEED)
	$(BIN)/python -m pytest --override-ini addopts="--strict-config --strict-markers -ra" --timeout 1800 -s tests/faults $(PYTEST_ARGS)

.PHONY: check
check: $(VENV)/dev.stamp  ## Lint, types, floors
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

.PHONY: format
format: $(VENV)/dev.stamp  ## Put the sources in form
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format --quiet .

.PHONY: bench
bench: bench-search bench-recommendations bench-stream bench-scale  ## Run all benchmarks

.PHONY: bench-search
bench-search: $(VENV)/dev.stamp  ## Measure search: relevance, part numbers, latency
	$(BIN)/python -m bench.search

.PHONY: bench-recommendations
bench-recommendations: $(VENV)/dev.stamp  ## Measure recommendations: latency
	$(BIN)/python -m bench.recommendations

.PHONY: bench-stream
bench-stream: $(VENV)/dev.stamp  ## Measure streaming beside two peers (needs Node for one)
	$(BIN)/python -m bench.stream

.PHONY: bench-scale
bench-scale: $(VENV)/dev.stamp  ## Measure 1, 2 and 4 processes on one Postgres, and where that ends
	$(BIN)/python -m bench.scale

.PHONY: clients
clients:  ## Install the npm clients that tests and bench-stream use
	npm ci --prefix tests/clients --no-audit --no-fund --loglevel=error

web/node_modules/.package-lock.json: web/package-lock.json
	npm ci --prefix web --no-audit --no-fund --loglevel=error
	touch $@

.PHONY: page
page: web/node_modules/.package-lock.json  ## Build the chat page (web/dist, which is committed)
	npm run build --prefix web --silent

.PHONY: check-page
check-page: page  ## Say whether the committed page is what its sources make
	@test -z "$$(git status --porcelain web/dist)" || { git status --short web/dist; echo "web/dist is not what web/ makes: run make page and commit it"; exit 1; }

.PHONY: test-page
test-page: $(VENV)/dev.stamp  ## The chat page in a real browser (needs Node and Chromium)
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory tests/page/node_modules/.package-lock.json && npm test --prefix tests/page --silent; \
	else echo "test-page is skipped: there is no Node here (make node installs one)"; fi

.PHONY: screenshots
screenshots: $(VENV)/dev.stamp tests/page/node_modules/.package-lock.json  ## Take the pictures of README.md and docs/page.md anew
	node tests/page/screenshots.mjs

tests/page/node_modules/.package-lock.json: tests/page/package-lock.json
	npm ci --prefix tests/page --no-audit --no-fund --loglevel=error
	touch $@

.PHONY: peers
peers:  ## Install the npm packages of the peer that bench-stream measures
	npm ci --prefix bench/peers/aisdk --no-audit --no-fund --loglevel=error

.PHONY: node
node: | $(BIN)/python  ## Install Node into the venv, for machines without one
	$(PIP) -r requirements-node.txt

.PHONY: lock
lock: $(VENV)/dev.stamp  ## Resolve the dependencies anew (releases older than a week)
	$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet --upgrade -o requirements.txt
	$(BIN)/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet --upgrade -c requirements.txt -o requirements-dev.txt
