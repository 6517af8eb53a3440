# Two commands do everything on a fresh machine with Python and make: `make run` and `make test`.
# PYTHON=python3.12 chooses the interpreter, JOBS=4 the number of test processes.

JOBS ?= 2
python := .venv/bin/python
example := playbooks/handbook --accounts examples/accounts.jsonl --team examples/team.yaml --as-of 2026-11-20

.DEFAULT_GOAL := help
.PHONY: help setup run test lint check laws soak schemas docs bench clean

help: ## this list
	@grep -E '^[a-z]+:.*##' $(firstword $(MAKEFILE_LIST)) | sed 's/:.*##/ /' | awk '{name = $$1; $$1 = ""; printf "make %-9s%s\n", name, $$0}'

setup: ## make .venv ready; does nothing when it is
	@sh scripts/set-up

run: setup ## plan the handbook for the example accounts: a table here; plans, messages and a page in out/
	@.venv/bin/playbook plan $(example) --out out/
	@.venv/bin/playbook plan $(example) --quiet --out out/plan.html
	@echo "→ out/plan.html" >&2

test: setup ## all tests
	@$(python) -m pytest -n $(JOBS)

lint: setup ## format, lint and types
	@$(python) -m ruff format --check .
	@$(python) -m ruff check .
	@$(python) -m mypy

check: lint test ## everything a change has to pass

laws: setup ## the long run of the laws, on 2,000 generated examples each
	@HYPOTHESIS_PROFILE=laws $(python) -m pytest -m law -n $(JOBS) --timeout 0

soak: setup ## the long runs: a simulated year, kills by the hundred; takes hours
	@PLAYBOOK_SOAK=1 $(python) -m pytest -n $(JOBS) --timeout 0 tests/simulation tests/delivery tests/ledger

schemas: setup ## write schemas/ anew from the types
	@$(python) -m scripts.schemas

docs: setup ## write the generated pages under docs/ anew
	@$(python) -m engine.checking.reference
	@$(python) -m engine.checking.coverage
	@$(python) -m tests.docs.pages
	@$(python) -m tests.conformance.unleash

bench: setup ## every measurement under benchmarks/
	@for script in $$(grep -l __main__ benchmarks/*.py); do \
		echo; echo "== $$script"; \
		$(python) "$$script" || exit 1; \
	done

clean: ## remove what set-up, runs and tests have made
	@rm -rf .venv out build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
