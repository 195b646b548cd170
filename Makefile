# `make demo` and `make test` need Python 3.11 to 3.13 and nothing else: each makes the environment first, once.

VENV ?= .venv
PYTHON ?=
WORKERS ?= 2
TESTS ?=
MINUTES ?= 20

BIN := $(VENV)/bin
RUN := $(VENV)/.installed
TEST := $(VENV)/.installed-test
DOCS := $(VENV)/.installed-docs
SOURCES := setup.cfg pyproject.toml requirements.txt
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install --constraint requirements.txt

# Compiled programs are kept, so that a second run starts at once.
export JAX_COMPILATION_CACHE_DIR ?= $(CURDIR)/.cache/jax
export JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS ?= 0
export JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES ?= -1

.PHONY: help demo test lint types docs unit slow torture clean

help:
	@echo "make demo    train on synthetic speech, evaluate and sample: about what a first look needs"
	@echo "make test    lint, types and unit: what must pass before every commit"
	@echo "make lint    ruff: faults and format"
	@echo "make types   mypy over swn_jax and experiments"
	@echo "make unit    pytest: tests, doctests and the commands of README.md; TESTS=path for some of them"
	@echo "make slow    pytest: the tests that are no everyday check: schedulers, killed processes, pages of docs/"
	@echo "make torture tests.torture: runs that are killed, and files that are damaged, for MINUTES=$(MINUTES)"
	@echo "make docs    mkdocs: the site in site/, without a dead link"
	@echo "make clean   remove what these made, but not the environment"
	@echo "PYTHON=...   the interpreter (the first of python3, 3.13, 3.12, 3.11 that serves)"
	@echo "VENV=...     the environment's folder ($(VENV)); WORKERS=... processes of pytest ($(WORKERS))"

demo: $(RUN)
	$(BIN)/python -m experiments.train --config=synthetic_speech:swavenet_sourcefilter --data_dir=demo/data \
		--workdir=demo/run --config.batch=8 --config.steps="400 steps" --config.anneal.over="200 steps" \
		--config.eval_every=200
	$(BIN)/python -m experiments.evaluate --workdir=demo/run --data_dir=demo/data --split=test
	$(BIN)/python -m experiments.sample --workdir=demo/run --data_dir=demo/data --num=4 --seconds=2 --out=demo/samples

test: lint types unit

lint: $(TEST)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(TEST)
	$(BIN)/mypy

# worksteal: each process starts with one half of the list, so tests of one file share what they compiled.
unit: $(TEST)
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m "not slow" $(TESTS)

slow: $(TEST)
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m slow $(TESTS)

torture: $(TEST)
	$(BIN)/python -m tests.torture --minutes=$(MINUTES)

docs: $(DOCS)
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict

$(RUN): $(SOURCES) | $(BIN)/python
	@echo "Installing into $(VENV): about 1 GB, some minutes the first time."
	$(PIP) --editable .
	@touch $@

$(TEST): $(SOURCES) | $(BIN)/python
	@echo "Installing into $(VENV), with what the tests need: about 1 GB, some minutes the first time."
	$(PIP) --editable '.[test]'
	@touch $(RUN) $@

$(DOCS): $(SOURCES) | $(BIN)/python
	@echo "Installing into $(VENV), with what the documentation needs."
	$(PIP) --editable '.[docs]'
	@touch $(RUN) $@

# A name on the path may be a launcher for a version that is not there: only one that starts is taken.
$(BIN)/python:
	@for python in $(or $(PYTHON),python3 python3.13 python3.12 python3.11); do \
	  if "$$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; then \
	    echo "$$python -m venv $(VENV)"; exec "$$python" -m venv "$(VENV)"; \
	  fi; \
	done; echo "error: found no Python 3.11, 3.12 or 3.13: name one as make PYTHON=..." >&2; exit 2

clean:
	rm -rf demo build dist site .cache *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find swn_jax experiments tests -type d -name __pycache__ -prune -exec rm -rf {} +
