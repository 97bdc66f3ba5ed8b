# `make help` lists what there is. Everything is installed into .venv and .data, nowhere else.

VENV := .venv
BIN := $(VENV)/bin
UV_INSTALL := $(BIN)/uv pip install --quiet --no-deps --python $(BIN)/python
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python3.14; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)

# Some hundred processes of Python start in here: none compiles again what one has compiled.
unexport PYTHONDONTWRITEBYTECODE

# What a module's tests share is made once: marked with a group, they run in one worker.
PARALLEL := --dist loadgroup -n

# The emulator's tests need no marks: each of its files runs in one worker.
BY_FILE := --dist loadfile -n

# These have a command of their own.
APART := --ignore tests/browser --ignore tests/engines

# What failed among thousands beside each other is tried once more, alone: a test that fails then is
# broken, one that passes waits badly and is named in the first summary. A crash is no second try.
FAILED := --last-failed --last-failed-no-failures none

.DEFAULT_GOAL := help
.PHONY: help run test test-slow engines coverage check format mutate bench gallery clean setup client \
	browser lock

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-9s %s\n", $$1, $$2}'

run: setup ## Start Tanya on this machine, with Telegram played in the browser
	@$(BIN)/tanya dev

test: setup browser ## Run all tests (some: make test ARGS="tests/unit/test_keys.py -n 0")
ifdef ARGS
	$(BIN)/pytest $(ARGS)
else
	$(BIN)/pytest $(PARALLEL) 6 -m "not slow" $(APART) || \
		$(BIN)/pytest $(FAILED) -m "not slow" $(APART)
	$(BIN)/pytest $(PARALLEL) 3 -m "not slow" tests/browser || \
		$(BIN)/pytest $(FAILED) -m "not slow" tests/browser
	cd emulator && (../$(BIN)/pytest $(BY_FILE) 3 --ignore tests/browser || \
		../$(BIN)/pytest $(FAILED) --ignore tests/browser)
	cd emulator && (../$(BIN)/pytest $(BY_FILE) 2 -m "not slow" tests/browser || \
		../$(BIN)/pytest $(FAILED) -m "not slow" tests/browser)
endif

test-slow: setup browser ## Run long histories, more examples of each law, every look of every screen
	$(BIN)/pytest $(PARALLEL) 2 -m "slow or hypothesis" --hypothesis-profile thorough $(APART)
	$(BIN)/pytest $(PARALLEL) 2 -m slow tests/browser
	cd emulator && ../$(BIN)/pytest $(BY_FILE) 2 -m slow tests/browser

engines: setup ## Try the main flows in Firefox and in WebKit, where these can be installed
	$(BIN)/python -m tests.engines
	$(BIN)/pytest tests/engines

# A test that takes too long while it is traced does not hide the figure: `make test` judges tests.
coverage: setup ## Run the tests but for the browser's and say which branches none takes
	$(BIN)/coverage erase
	-$(BIN)/coverage run -m pytest $(PARALLEL) 4 -m "not slow" $(APART) $(ARGS)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

check: setup ## Lint, check types and formatting
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	cd emulator && ../$(BIN)/mypy
	$(BIN)/python hatch_build.py check
	$(BIN)/python emulator/hatch_build.py check

format: setup ## Format the Python and TypeScript files
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/python hatch_build.py format

mutate: setup ## Change the core in small ways and see whether a test notices (an hour)
	$(BIN)/uv pip install --quiet --python $(BIN)/python --group mutation
	nice $(BIN)/python -m tests.mutation $(ARGS)

bench: setup ## Measure against nginx and the direct path (docs/performance.md)
	$(BIN)/python -m benchmarks

gallery: setup browser ## Take pictures of every screen in every look (.data/gallery/index.html)
	$(BIN)/python -m tests.gallery $(LOOK)

clean: ## Remove what set-up and builds made; .data, which holds what you kept, stays
	rm -rf $(VENV) .make webapp/dist webapp/node_modules \
		emulator/telegram_emulator/static emulator/page/node_modules \
		emulator/tests/contract/grammy/node_modules emulator/tests/contract/clients/node_modules \
		emulator/tests/browser/playwright/node_modules \
		.mypy_cache emulator/.mypy_cache .ruff_cache .pytest_cache emulator/.pytest_cache .coverage* \
		.hypothesis emulator/.hypothesis

# The client is built while the model is fetched.
setup:
	@$(MAKE) -s --no-print-directory -j2 client .make/model

client: .make/installed
	@$(BIN)/python hatch_build.py
	@$(BIN)/python emulator/hatch_build.py

browser: .make/installed
	@$(BIN)/python hatch_build.py tools
	@$(BIN)/python emulator/hatch_build.py tools
	@$(BIN)/python -m tests.browser.chromium

lock: .make/python ## Pin the newest allowed versions again
	$(BIN)/uv pip compile --universal --generate-hashes --no-header --no-emit-index-url --upgrade \
		--python-version 3.11 --group dev --group emulator/pyproject.toml:dev \
		pyproject.toml emulator/pyproject.toml -o requirements.lock -q
	$(BIN)/uv pip compile --universal --generate-hashes --no-header --no-annotate --no-emit-index-url \
		--python-version 3.11 --constraint requirements.lock pyproject.toml -o requirements.txt -q

# uv itself is one of the locked packages, so pip checks its hash too.
.make/python:
	@test -n "$(PYTHON)" || { echo "Tanya needs Python 3.11 or newer (python3 on PATH)."; exit 1; }
	@mkdir -p .make
	@echo "Setting up: 1/3 a virtual environment"
	@$(PYTHON) -m venv $(VENV)
	@awk '/^uv==/ { found = 1 } found { print; if (!/\\$$/) exit }' requirements.lock > .make/uv.lock
	@$(BIN)/python -m pip install --quiet --require-hashes --no-deps -r .make/uv.lock
	@touch $@

# pip is asked when uv cannot: it may know mirrors and proxies that uv was not told of.
.make/packages: .make/python requirements.lock
	@echo "Setting up: 2/3 packages, checked against requirements.lock"
	@$(UV_INSTALL) --require-hashes -r requirements.lock \
		|| $(BIN)/python -m pip install --require-hashes --no-deps -r requirements.lock
	@$(BIN)/python -c 'import litestar, hatchling' 2>/dev/null || { echo "The packages were not installed; see above."; exit 1; }
	@touch $@

.make/installed: .make/packages pyproject.toml emulator/pyproject.toml
	@$(UV_INSTALL) --no-build-isolation --editable . --editable emulator
	@touch $@

.make/model: .make/packages
	@echo "Setting up: 3/3 the client and the local model"
	@$(BIN)/python -m backend.cli model fetch
	@touch $@
