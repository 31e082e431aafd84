# Knooppunt: «make» says what there is, «make run» starts it.
# Needs GNU make and Python 3.11 or newer; everything else comes from the lock files.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.SUFFIXES:
MAKEFLAGS += --no-print-directory

VENV ?= .venv
BIN := $(VENV)/bin
# «make run PYTHON=/path/to/python3.13» names the Python; otherwise the first that runs and is new enough.
PYTHON ?=
# The walks wait more than they work.
WORKERS ?= 3

define find_python
for python in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && break; python=; done; \
test -n "$$python" || { echo "Python 3.11 or newer is needed: «apt-get install python3 python3-venv»." >&2; exit 1; }
endef

# Installs what $(1) locks into the virtual environment, and the checkout itself, unless that was done before.
define install
	@$(BIN)/python -c '' 2>/dev/null || { $(find_python); rm -rf $(VENV); $$python -m venv $(VENV) \
		|| { rm -rf $(VENV); echo "Python lacks its venv module: «apt-get install python3-venv»." >&2; exit 1; }; }
	@cmp -s $(1) $(VENV)/$(1) || { echo "Installing $(1) (only when it has changed)" \
		&& $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $(1) \
		&& cp $(1) $(VENV)/$(1); }
	@for site in $(VENV)/lib/python3*/site-packages; do grep -qsxF "$(CURDIR)" $$site/knooppunt.pth || { \
		echo "$(CURDIR)" > $$site/knooppunt.pth \
		&& printf '#!/bin/sh\nexec "%s/python" -m web.cli "$$@"\n' "$(abspath $(BIN))" > $(BIN)/knooppunt \
		&& chmod +x $(BIN)/knooppunt; }; done
endef

.PHONY: help run demo test check format bench faults lock runtime dev peers clean

help: ## this list
	@echo "make …"
	@sed -n 's/^\([a-z]*\):.*## /  \1 /p' Makefile | while read -r name what; do printf '  %-8s %s\n' "$$name" "$$what"; done

run: runtime ## start an instance on http://localhost:8000 (PORT=… and KNOOPPUNT_… change it)
	@exec $(BIN)/knooppunt serve $(if $(PORT),--port $(PORT))

demo: runtime ## start three instances that follow each other; Ctrl-C ends them
	@exec $(BIN)/knooppunt demo

test: dev peers ## the whole suite on SQLite and on PostgreSQL, then the checks (ARGS=… goes to pytest)
	KNOOPPUNT_TEST_DATABASE=sqlite $(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup $(SLOWEST) --ignore tests/house $(ARGS)
	KNOOPPUNT_TEST_DATABASE=postgresql $(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup $(SLOWEST) $(WITH_TABLES) $(ARGS)
	@$(MAKE) check

# What touches no table would prove nothing on a second database; «check» runs tests/house.
WITH_TABLES = -m "not browser" --ignore tests/fediverse --ignore tests/house

# What a run waits for, said at its end.
SLOWEST = --durations 25 --durations-min 3

check: dev ## style, types, layers, catalogues
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m pytest -q -n $(WORKERS) tests/house

format: dev ## let ruff lay out the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: dev ## the figures of speed and memory (FIGURES=a,b for some of them)
	$(BIN)/python -m tests.bench $(if $(FIGURES),--figures $(FIGURES))

faults: dev ## the long form of the fault tests, on both engines
	KNOOPPUNT_TEST_DATABASE=sqlite KNOOPPUNT_FAULTS=long $(BIN)/python -m pytest -m faults $(ARGS)
	KNOOPPUNT_TEST_DATABASE=postgresql KNOOPPUNT_FAULTS=long $(BIN)/python -m pytest -m faults $(ARGS)

lock: dev ## lock the dependencies anew (UPGRADE=1 takes the newest)
	$(BIN)/uv pip compile $(COMPILE) pyproject.toml -o requirements.lock.txt
	$(BIN)/uv pip compile $(COMPILE) pyproject.toml --group dev -c requirements.lock.txt -o requirements-dev.lock.txt
	cd tests/peers && npm install --package-lock-only
	@$(BIN)/python tests/peers/forget_addresses.py
	@$(BIN)/python -m pytest -q tests/house/test_lock.py

COMPILE = --quiet --no-config --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	--no-emit-index-url --no-emit-find-links $(if $(UPGRADE),--upgrade)

clean: ## take away what make made, but not data/
	rm -rf $(VENV) tests/peers/node_modules .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache

runtime:
	$(call install,requirements.lock.txt)

dev:
	$(call install,requirements-dev.lock.txt)
	@cp requirements.lock.txt $(VENV)/requirements.lock.txt  # it is a part of the other

# Without npm the tests that need the peer say so themselves.
peers:
	@cmp -s tests/peers/package-lock.json tests/peers/node_modules/.locked || ! command -v npm >/dev/null \
		|| { echo "Installing the Fedify peer (only when it has changed)" && cd tests/peers \
		&& npm ci --loglevel=error && cp package-lock.json node_modules/.locked; } \
		|| echo "npm could not install the Fedify peer; the tests that talk with it will say so."
