PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=

.PHONY: help run test check prove conformance bench rules format clean
.DEFAULT_GOAL := help

help: ## List what make can do
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

$(VENV)/.run: pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/.dev: pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@ $(VENV)/.run

run: $(VENV)/.run ## Serve all APIs with sample data on 127.0.0.1:8080
	@TMF_DEVELOPMENT=1 $(BIN)/tmf-apis serve $(ARGS)

test: $(VENV)/.dev ## Run the tests (12 minutes at most)
	@$(BIN)/python -m pytest -n 2 --dist worksteal $(ARGS)

check: $(VENV)/.dev ## Format, lint and types
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy

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

clean: ## Remove what make made
	@rm -rf $(VENV) data .pytest_cache .mypy_cache .ruff_cache .hypothesis
