# Needs python3 (3.11 or newer, with venv or pip) and make. The first target that needs packages makes .venv from the
# hashed lock files; nothing else on the machine is touched.

PYTHON ?= python3
VENV := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help demo test check soak bench fuzz mutate hunt schemas lock format serve clean runtime dev

help: ## This list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | while IFS="$$(printf '\t')" read -r target text; do printf '  make %-9s %s\n' "$$target" "$$text"; done

demo: runtime ## Play the whole job with simulated partners; every file and STORY.html go to demo-out/
	@$(VENV)/gateway demo --out demo-out

test: dev ## Run the tests; parts that need sshd, PostgreSQL or Chromium say so when they skip
	@$(VENV)/python -m pytest

check: dev ## Format, lint, types, import direction, tests: what must hold before a change is handed in
	@$(VENV)/ruff format --check .
	@$(VENV)/ruff check .
	@$(VENV)/mypy
	@$(VENV)/lint-imports
	@$(VENV)/python -m pytest

soak: dev ## The long runs that the tests leave out; each ends by itself
	@$(VENV)/python -m pytest -m soak

bench: dev ## Measure; one JSON object a line
	@$(VENV)/python -m bench

SECONDS ?= 60
fuzz: dev hunt ## Hunt for input that breaks the X12 reader, for SECONDS=60
	@PYTHONPATH=.venv-tools/hunt $(VENV)/python -m tests.x12.fuzz_reader $(SECONDS)

mutate: dev hunt ## Change the X12 interpreter in a thousand small ways and see what tests notice; twelve minutes at most
	@PYTHONPATH=.venv-tools/hunt timeout 720 $(VENV)/python -m mutmut run --max-children 2 || true
	@PYTHONPATH=.venv-tools/hunt $(VENV)/python -m mutmut results

# Fuzzer and mutation tester: wanted seldom and not to be had on every platform, so apart from what make test needs.
hunt: ## The fuzzer and the mutation tester that fuzz and mutate need
	@[ -d .venv-tools/hunt ] || $(PYTHON) -m pip install --quiet --target .venv-tools/hunt --require-hashes -r requirements-hunt.lock

serve: runtime ## API, pages, AS2 and schedule with the demo's workspace
	@$(VENV)/gateway serve --demo

schemas: runtime ## Write the JSON Schemas of the canonical records
	@$(VENV)/python -m gateway.canonical.schema_files schemas/canonical

format: dev ## Format the code and mend what ruff can mend
	@$(VENV)/ruff format .
	@$(VENV)/ruff check --fix .

UV_COMPILE = .venv-tools/bin/uv pip compile --quiet --universal --upgrade --generate-hashes --custom-compile-command "make lock"
lock: dev ## Resolve the dependencies of pyproject.toml anew into the hashed lock files
	@[ -x .venv-tools/bin/uv ] || $(PYTHON) -m pip install --quiet --target .venv-tools --require-hashes -r requirements-tools.lock
	@$(UV_COMPILE) pyproject.toml -o requirements.lock
	@$(UV_COMPILE) --group dev pyproject.toml -o requirements-dev.lock
	@echo uv | $(UV_COMPILE) - -o requirements-tools.lock
	@printf 'atheris\nmutmut\n' | $(UV_COMPILE) - -o requirements-hunt.lock

clean: ## Remove .venv, caches and what demo and build wrote
	@rm -rf .venv .venv-tools .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache demo-out dist mutants

# make keeps no record of these: environment.py knows whether the lock file has changed.
runtime dev:
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is missing. On Debian: apt-get install python3-venv" >&2; exit 1; }
	@$(PYTHON) deploy/environment.py $@
