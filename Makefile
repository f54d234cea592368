# Vårdkase. `make` lists the targets. Needs Linux or macOS, Python 3.11 or later, make and git; fetches the rest.
UV_VERSION := 0.13.9
# uv from the PATH if it is there, else from its package, in a folder of its own.
UV         := $(or $(shell command -v uv 2>/dev/null),.vardkase/uv/bin/uv)
RUN        := $(UV) run --no-sync
# Node.js then trusts what the system trusts, such as a proxy's certificate.
export NODE_USE_SYSTEM_CA := 1
export UV_PYTHON_DOWNLOADS := never
# Processes that test at once, each with servers of its own: about 2 GB each.
SIDE_BY_SIDE ?= 2
# Compiled once here rather than by four services at their first start.
export UV_COMPILE_BYTECODE := 1

.DEFAULT_GOAL := help
.PHONY: help install demo up test check lint bench model schemas clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' Makefile

install: $(UV) ## everything the other targets need, from the lock files
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed; python3 on the PATH is " + sys.version.split()[0])'
	@$(UV) sync --locked --check --quiet 2>/dev/null || { echo "Installing the packages of uv.lock …"; $(UV) sync --locked; }
	@$(RUN) python -m deploy.frontend
	@$(RUN) python -m deploy.local.ahead_of_time

.vardkase/uv/bin/uv:
	@echo "Installing uv $(UV_VERSION) into .vardkase/uv …"
	@python3 -m venv .vardkase/uv || { echo "python3 cannot make a virtual environment: install its venv module (Debian, Ubuntu: apt-get install python3-venv)."; exit 1; }
	@.vardkase/uv/bin/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

demo: install ## two weeks in Köping on real Kafka and PostgreSQL, until Ctrl-C
	@$(RUN) vardkase demo

up: install ## start the system and keep it running, until Ctrl-C
	@$(RUN) vardkase up

test: lint ## lint and every test, on the embedded servers
	@CHROMIUM_PATH="$$($(RUN) python -m deploy.chromium)" && export CHROMIUM_PATH && $(RUN) pytest -n $(SIDE_BY_SIDE) --dist loadfile

check: lint ## lint and the tests that need no servers
	@$(RUN) pytest tests/unit tests/contract

lint: install ## ruff, mypy --strict, import rules, the page's types
	@$(RUN) ruff check
	@$(RUN) ruff format --check --quiet
	@$(RUN) mypy
	@$(RUN) lint-imports --no-logo
	@$(RUN) python -m deploy.frontend --check

bench: install ## measure what the README says about speed and memory
	@$(RUN) vardkase bench

model: install ## train the classifier anew from its recipe
	@$(RUN) python -m services.enrichment.classifier.train

schemas: install ## write docs/schemas, AsyncAPI and OpenAPI from the code
	@$(RUN) python -m deploy.contracts

clean: ## remove what was built and what the system kept here (stops it first)
	@if [ -x .venv/bin/vardkase ]; then .venv/bin/vardkase down --wipe; fi
	@rm -rf .venv .vardkase .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis \
		node_modules services/*/web/node_modules services/*/web/dist dist test-results
