# Everything is said in relative paths: a blank or an accent in the folder's name does no harm.
.DEFAULT_GOAL := help
.PHONY: help reproduce test lab notebooks lock clean set-up
.NOTPARALLEL:

PYTHON ?= python3
WORKERS ?= auto
# uv or pip; empty: uv where it can be had, pip otherwise
INSTALLER ?=

# What a person set for other projects would bring other packages in.
unexport PYTHONPATH PYTHONHOME PYTHONSTARTUP
# Stages do not see it; nor may what tells in which surroundings they ran.
unexport OPENBLAS_CORETYPE
# Without compiled modules every kernel and every stage starts 10 s later.
unexport PYTHONDONTWRITEBYTECODE

help: ## show this
	@sed -n 's/^\([a-z-]*\):[^#]*## /  make \1|/p' Makefile | awk -F'|' '{printf "%-18s %s\n", $$1, $$2}'

reproduce: set-up ## set up, run every shipped study whose data are here or to be had, say where the reports lie
	@.venv/bin/alongside run

test: set-up ## set up, then run all tests (WORKERS=2 says how many at a time)
	@OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 .venv/bin/python -m pytest --numprocesses=$(WORKERS) --maxprocesses=4

lab: set-up ## open the notebooks in JupyterLab
	@.venv/bin/python -m jupyterlab notebooks

notebooks: set-up ## run the notebooks that git holds on the made-up study again and store their outputs
	@.venv/bin/python -m pipeline.run.refresh

lock: set-up ## bring requirements.lock in line with pyproject.toml; versions that fit stay (UPGRADE=1: newest)
	@.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --all-extras --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-header --no-annotate $(if $(UPGRADE),--upgrade) \
		--output-file requirements.lock pyproject.toml
	@.venv/bin/python .ci/environment.py

clean: ## remove what set-up and tools left; data/ and reports/ stay
	rm -rf .venv .alongside .dvc/tmp .dvc/cache build dist *.egg-info
	find pipeline tests -name __pycache__ -prune -exec rm -rf {} +

# The first Python of 3.11 or later: the one asked for, then the usual names.
set-up:
	@for python in "$(PYTHON)" python3.13 python3.12 python3.11 python3.14; do \
		if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
		then exec "$$python" .ci/set_up.py $(if $(INSTALLER),--with $(INSTALLER)); fi; \
	done; \
	echo "Python 3.11 or later is needed, and none was found ($(PYTHON), python3.11 to python3.14)." \
		"Install one, or name it: make PYTHON=/path/to/python3 $(MAKECMDGOALS)" >&2; exit 1
