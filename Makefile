# `make help` lists what there is. Everything is installed into .venv and .data, nowhere else.

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python3.14; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)

.DEFAULT_GOAL := help
.PHONY: help run test check format bench clean setup client browser lock

help: ## Show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

run: setup ## Start Tanya on this machine, with Telegram played in the browser
	@$(BIN)/tanya dev

test: setup browser ## Run all tests: real databases, real model, real browser
	$(BIN)/pytest -n 4 -m "not browser"
	$(BIN)/pytest -m browser

check: setup ## Lint, check types and formatting
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python hatch_build.py check

format: setup ## Format the Python files
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: setup ## Measure against nginx and the direct path (docs/performance.md)
	$(BIN)/python -m benchmarks

clean: ## Remove what set-up and builds made; .data, which holds what you kept, stays
	rm -rf $(VENV) .make webapp/dist webapp/node_modules tests/contract/emulator/grammy/node_modules \
		.mypy_cache .ruff_cache .pytest_cache .hypothesis

setup: .make/installed client .make/model

client: .make/installed
	@$(BIN)/python hatch_build.py

browser: .make/installed
	@$(BIN)/python -m tests.browser.chromium

lock: ## Pin the newest allowed versions again (needs uv)
	uv pip compile --universal --generate-hashes --no-header --no-emit-index-url --upgrade \
		--python-version 3.11 --group dev pyproject.toml -o requirements.lock -q

.make/python:
	@test -n "$(PYTHON)" || { echo "Tanya needs Python 3.11 or newer (python3 on PATH)."; exit 1; }
	@mkdir -p .make
	@echo "Setting up: 1/3 a virtual environment"
	@$(PYTHON) -m venv $(VENV)
	@touch $@

.make/installed: .make/python requirements.lock pyproject.toml
	@echo "Setting up: 2/3 packages, checked against requirements.lock"
	@$(BIN)/python -m pip install --require-hashes --no-deps -r requirements.lock
	@$(BIN)/python -c 'import litestar, hatchling' 2>/dev/null || { echo "The packages were not installed; see above."; exit 1; }
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

.make/model: .make/installed
	@echo "Setting up: 3/3 the local model"
	@$(BIN)/tanya model fetch
	@touch $@
