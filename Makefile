PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
# What was not recorded, down to the hash of every file, is not installed.
LOCKED := $(PIP) install --require-hashes -r requirements-build.txt
OURS := $(PIP) install --quiet --no-deps --no-build-isolation -e .
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate
ARGS ?=

.PHONY: help run shell test check prove conformance bench rules format sbom audit lock clean clean-data
.DEFAULT_GOAL := help

help: ## List what make can do
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

$(BIN)/python:
	@echo 'Making a virtual environment in $(VENV) …'
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed; name it by PYTHON=…")'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run: pyproject.toml requirements.txt requirements-build.txt | $(BIN)/python
	@echo 'Installing what the server needs; this takes a minute or so, once …'
	@$(LOCKED) -r requirements.txt
	@$(OURS)
	@touch $@

$(VENV)/.dev: pyproject.toml requirements-dev.txt requirements-build.txt | $(BIN)/python
	@echo 'Installing what the tests need; this takes two minutes or so, once …'
	@$(LOCKED) -r requirements-dev.txt
	@$(OURS)
	@touch $@ $(VENV)/.run

run: $(VENV)/.run ## Serve all APIs with sample data on 127.0.0.1:8080
	@TMF_DEVELOPMENT=1 TMF_SANDBOX=1 TMF_FLOW=1 $(BIN)/tmf-apis serve $(ARGS)

shell: $(VENV)/.run ## Open a shell in which tmf-apis is a command
	@echo 'tmf-apis is a command here; leave with exit.'
	@PATH="$(CURDIR)/$(BIN):$$PATH" $${SHELL:-sh}

test: $(VENV)/.dev ## Run the tests (some 20 minutes on two cores)
	@$(BIN)/python -m pytest -n 2 --dist worksteal $(ARGS)

check: $(VENV)/.dev ## Format, lint, types, licences, and no secrets
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/python -m authoring.supply.licences
	@$(BIN)/python -m authoring.supply.secrets

format: $(VENV)/.dev ## Format the code and mend what the linter can
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

rules: $(VENV)/.dev ## Print which test ties down which rule
	@$(BIN)/python -m tests.rules_matrix

prove: $(VENV)/.dev ## Run the full-size proofs; results in docs/proofs
	@$(BIN)/python -m tests.proofs $(ARGS)

conformance: $(VENV)/.dev ## Judge our own server by the kit; reports in conformance-reports
	@$(BIN)/python -m tests.proofs.conformance conformance-reports $(ARGS)

bench: $(VENV)/.dev ## Measure against the floor (needs wrk)
	@$(BIN)/python -m bench $(ARGS)
	@$(BIN)/python -m tests.proofs --again notification_throughput notification_isolation

sbom: $(VENV)/.dev ## Write what the product is made of to sbom.json (CycloneDX)
	@$(BIN)/python -m authoring.supply.sbom sbom.json

audit: $(VENV)/.dev ## Ask whether anything is known against the packages (needs the network)
	@$(BIN)/uv tool run --quiet pip-audit==2.10.1 --strict --disable-pip --require-hashes -r requirements.txt

lock: $(VENV)/.dev ## Record again which files are installed; ARGS=--upgrade for newer ones
	@$(LOCK) $(ARGS) requirements-build.in -o requirements-build.txt
	@$(LOCK) $(ARGS) pyproject.toml -o requirements.txt
	@$(LOCK) $(ARGS) --extra dev -c requirements.txt pyproject.toml -o requirements-dev.txt

clean: ## Remove what make made, but for the records in data
	@rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .schemathesis conformance-reports sbom.json

clean-data: ## Remove the records in data, if you say yes
	@if [ ! -d data ]; then echo 'There is no folder data.'; exit; fi; \
	printf 'Remove the folder data with all its records? [y/N] '; read -r answer; \
	if [ "$$answer" = y ]; then rm -rf data && echo 'Removed.'; else echo 'Kept.'; fi
