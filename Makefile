# Everything is set up on first use: a virtual environment in .venv, and for the tests Node,
# Chromium and PostgreSQL from the system's packages. Nothing is done twice.

SHELL := bash
PYTHON ?= python3
SETUP := PYTHON="$(PYTHON)" bash sandbox/setup.sh
BIN := .venv/bin
INSTALLED := .venv/installed
NODE_BUYER := .venv/node-buyer-installed
CATALOGUES := appservice/locale
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --no-emit-index-url --no-emit-find-links
CHROMIUM := .venv/chromium-installed
POSTGRES := .venv/postgres-installed
SOFTHSM := .venv/softhsm-installed

# Synapse and mypy load thousands of modules: keep their bytecode, whatever the shell says.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo test check bench docs release format lock translations pictures clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(INSTALLED) ## Play a whole sale on a real homeserver, then let you try it
	@$(BIN)/python -m sandbox

test: check $(NODE_BUYER) $(CHROMIUM) $(POSTGRES) $(SOFTHSM) ## Run the checks and every test
	@$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder

check: $(INSTALLED) ## Run formatter, linter, type checker, import rules and licences
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/ruff check --quiet
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports
	@$(BIN)/reuse lint --quiet

bench: $(INSTALLED) $(POSTGRES) ## Measure, as ratios in one run
	@$(BIN)/python -m benchmarks

docs: $(INSTALLED) ## Build the documentation's site into build/docs
	@NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --quiet --strict

release: $(INSTALLED) ## Build wheel, source archive, SBOM and checksums into dist/
	@.ci/release

format: $(INSTALLED) ## Format the code and mend what the linter can mend
	@$(BIN)/ruff format --quiet
	@$(BIN)/ruff check --fix

lock: $(INSTALLED) ## Resolve pyproject.toml into the lock files, with the hash of every file
	@$(COMPILE) pyproject.toml --extra dev --output-file requirements.lock
	@$(COMPILE) pyproject.toml --extra postgres --extra pkcs11 --constraint requirements.lock \
		--output-file deploy/requirements.lock
	@printf '%s\n' editables hatchling setuptools uv | $(COMPILE) - --constraint requirements.lock \
		--output-file deploy/build.lock

translations: $(INSTALLED) ## Bring the catalogues up to date with the words of chat and pages
	@mkdir -p build
	@$(BIN)/pybabel --quiet extract --mapping-file pyproject.toml --keywords gettext_lazy --keywords Usage:2 --no-location --sort-output \
		--output-file build/words.pot appservice bot
	@$(BIN)/pybabel --quiet update --domain words --input-file build/words.pot --output-dir $(CATALOGUES) \
		--no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --width 100

pictures: $(INSTALLED) $(CHROMIUM) ## Take the pictures of the docs anew
	@PPV_PICTURES=1 $(BIN)/pytest -q tests/browser/test_pictures_of_pages.py

clean: ## Remove everything that was installed or cached
	@rm -rf .venv tests/clients/node/node_modules .mypy_cache .ruff_cache .pytest_cache \
		.hypothesis .import_linter_cache
	@find . -name __pycache__ -prune -exec rm -rf {} +

$(INSTALLED): requirements.lock deploy/build.lock pyproject.toml sandbox/setup.sh
	@$(SETUP) python
	@touch $@

$(NODE_BUYER): tests/clients/node/package-lock.json | $(INSTALLED)
	@$(SETUP) node
	@touch $@

$(SOFTHSM): | $(INSTALLED)
	@$(SETUP) softhsm
	@touch $@

$(CHROMIUM): | $(INSTALLED)
	@$(SETUP) chromium
	@touch $@

$(POSTGRES): | $(INSTALLED)
	@$(SETUP) postgres
	@touch $@
