# The commands of this project; `make` alone lists them.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help install run test check bench chaos simulate code screenshots vendor lock reset clean

unexport PYTHONDONTWRITEBYTECODE PYTHONHOME VIRTUAL_ENV

PYTHON := .venv/bin/python
PIP := $(PYTHON) -m pip --disable-pip-version-check
FRENCH := backoffice/translations/fr/LC_MESSAGES/messages.mo
# What the tests' calendars need and nobody publishes as a wheel.
BUILT := --no-binary pymeeus
COMPILE := uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header
# Children end with make, however it ends.
BOUND := exec setpriv --pdeathsig TERM --

help: ## list these commands
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1	\2/p' Makefile | expand -t 20

install: .venv/installed $(FRENCH) ## what a run needs: dependencies, translations

run: install ## start everything, with demo data on the first start (PORT, DATABASE_URL, REDIS_URL, SMTP_URL)
	@$(BOUND) $(PYTHON) -m backoffice.dev.run

test: .venv/installed-dev $(FRENCH) ## run every test (ARGS="tests/core -k lease" chooses)
	@$(BOUND) $(PYTHON) -m pytest -n 3 $(ARGS)

check: .venv/installed-dev ## style, types, translations
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m ruff format --check .
	@$(PYTHON) -m mypy
	@$(PYTHON) -m backoffice.dev.translations check

bench: .venv/installed-dev ## measure (ARGS goes to tests.bench)
	@$(BOUND) $(PYTHON) -m tests.bench $(ARGS)

chaos: .venv/installed-dev ## the long runs that kill processes
	@BACKOFFICE_LONG=1 $(BOUND) $(PYTHON) -m pytest -m chaos -o timeout=3600 $(ARGS)

simulate: .venv/installed-dev ## play a year of a marketplace and hold its books (SELLERS, ORDERS, YEAR, SEED)
	@$(BOUND) $(PYTHON) -m tests.simulation

screenshots: .venv/installed-dev ## take the pictures of the README again
	@$(BOUND) $(PYTHON) -m backoffice.dev.screenshots

vendor: .venv/installed ## fetch the files under static/vendor again
	@$(PYTHON) -m backoffice.dev.vendor

lock: ## pin every dependency again (needs uv)
	$(COMPILE) --upgrade --extra embedded pyproject.toml -o requirements.txt
	$(COMPILE) --upgrade --extra dev --constraint requirements.txt pyproject.toml -o requirements-dev.txt

code: ## the present second-factor codes of the demo sign-ins
	@$(PYTHON) -m backoffice.dev.codes

reset: ## stop the run and remove its data
	@test ! -x $(PYTHON) || $(PYTHON) -m backoffice.dev.reset

clean: reset ## remove the virtual environment too
	rm -rf .venv

.venv/installed: requirements.txt .venv/bin/python
	$(install)

%.mo: %.po | .venv/installed
	@$(PYTHON) -m backoffice.dev.translations compile

.venv/installed-dev: requirements-dev.txt .venv/bin/python
	$(install)

# The clone on Python's path, and `.venv/bin/backoffice`, without building a package.
define install
@echo "Installing $<"
@$(PIP) --version >/dev/null 2>&1 || $(PYTHON) -m ensurepip
@$(PIP) install --require-hashes --no-deps --only-binary :all: $(BUILT) -r $<
@$(PYTHON) -c 'import os, sysconfig as s; print(os.getcwd(), file=open(s.get_path("purelib") + "/clone.pth", "w"))'
@printf '#!/bin/sh\nexec "$$(dirname "$$(readlink -f "$$0")")/python" -m backoffice.dev.command "$$@"\n' \
	> .venv/bin/backoffice
@chmod +x .venv/bin/backoffice
@touch $@
endef

# The system's own comes first: distributions compile it with profile-guided optimisation; the tests
# take an eighth less time on it than on one that was compiled without.
.venv/bin/python:
	@for python in /usr/bin/python3 python3.14 python3.13 python3.12 python3.11 python3; do \
		$$python -c 'import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' \
			2>/dev/null || continue; \
		echo "Making .venv with $$($$python --version)"; \
		exec $$python -m venv --clear .venv; \
	done; \
	echo "No Python 3.11 to 3.14 that can make a virtual environment."; \
	echo "On Debian and Ubuntu: apt-get install python3 python3-venv"; \
	exit 1
