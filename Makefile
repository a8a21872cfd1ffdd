# Everything a person or CI does here. `make` alone lists it; ARGS="…" passes options on, PYTHON=… names the interpreter.
.DEFAULT_GOAL := help
.PHONY: help run train test check bench image completion golden constraints wheel clean
MAKEFLAGS += --no-print-directory
SHELL := /bin/sh

VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1

# The interpreter for a new .venv: the first that is 3.11 to 3.14 and can make environments.
USABLE := import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
  "$$p" -c '$(USABLE)' 2>/dev/null && { echo "$$p"; break; }; done)

# An installation is as old as what it was made from: these files, this folder.
STATE = $(shell { cat pyproject.toml constraints/$(1).txt; pwd; } | cksum | tr -d ' ')
LOCAL = $(VENV)/local-$(call STATE,local)
DEV = $(VENV)/dev-$(call STATE,dev)
TRAIN = $(VENV)/train-$(call STATE,train)
TORCH ?= torch>=2.8,<3

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

run: $(LOCAL) ## teach game_theory with the embedded models; ARGS="--dataset first_steps --limit 1" and so on
	@$(BIN)/python -m agents.run $(ARGS)

train: $(TRAIN) ## install what training needs; TORCH="torch==…" chooses another build of torch

test: $(DEV) ## run all tests; REQUIRE=docker,bubblewrap,process,models,train turns a skip for these into a failure
	@$(BIN)/python -m pytest $(ARGS)

check: $(DEV) ## lint, types, import contract
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

bench: $(DEV) ## measure judging and scheduling (idle machine, please)
	@$(BIN)/python -m benchmarks $(ARGS)

image: $(LOCAL) ## build the Docker image of the sandbox
	@$(BIN)/python -m sandbox build $(ARGS)

completion: $(LOCAL) ## print completion scripts for bash; `make completion SHELL_NAME=zsh` for zsh or fish
	@for name in run show collect select compare causes analyses pairs dpo evaluate study data math sandbox; do \
	  env _LBT_$$(echo $$name | tr a-z A-Z)_COMPLETE=$(or $(SHELL_NAME),bash)_source $(BIN)/lbt-$$name; done

golden: $(DEV) ## renew the pictures that tests compare with; read the difference before you commit it
	@$(BIN)/python -m tests.reports.golden
	@$(BIN)/python -m tests.test_docs

wheel: $(DEV) ## build dist/*.whl
	@$(BIN)/python -m build --wheel --no-isolation

constraints: $(VENV)/uv ## resolve the constraints anew, from the public index alone
	@UV=$(VENV)/uv/bin/uv sh constraints/renew

clean: ## remove .venv and what builds and tests left (not runs/)
	@rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage

$(VENV)/bin/python:
	@missing=; command -v git >/dev/null || missing="git"; \
	  [ -n "$(PYTHON)" ] && "$(PYTHON)" -c '$(USABLE)' 2>/dev/null || missing="$${missing:+$$missing and }Python 3.11 to 3.14 with venv (Debian: python3-venv; another one: make PYTHON=…)"; \
	  [ -z "$$missing" ] || { echo "error: missing here: $$missing" >&2; exit 2; }
	@echo "making $(VENV) with $$($(PYTHON) --version)" >&2
	@$(PYTHON) -m venv --clear $(VENV)

$(VENV)/uv: | $(VENV)/bin/python
	@$(BIN)/python -m venv $@ && $@/bin/pip install --quiet 'uv>=0.9,<1'

$(TRAIN): | $(VENV)/torch
$(VENV)/local-% $(VENV)/dev-% $(VENV)/train-%: | $(VENV)/bin/python
	@set=$(patsubst $(VENV)/%,%,$@); set=$${set%%-*}; \
	  echo "installing the $$set dependencies (constraints/$$set.txt)" >&2; \
	  $(BIN)/python -m pip install --quiet --require-hashes -r constraints/$$set.txt && \
	  $(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable . && \
	  rm -f $(VENV)/$$set-* && touch $@

# Left out of the constraints: which build fits depends on the machine. An installed one is kept.
$(VENV)/torch: | $(VENV)/bin/python
	@$(BIN)/python -c 'import torch' 2>/dev/null || { echo "installing torch" >&2; $(BIN)/python -m pip install --quiet '$(TORCH)'; }
	@touch $@
