# Every command of the project. Needs Python 3.11 or newer; npm only for the font.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$p" && break; done)
VPY := .venv/bin/python
RUFF := .venv/bin/ruff
# Values given as `make demo PORT=9000` reach the scripts, like those of the environment.

.DEFAULT_GOAL := help
.PHONY: help demo demo-reset up test test-all journeys bench faults faults-long lint format \
	types check check-deploy audit-deps secrets install install-dev

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: install ## the app with a seeded programme on embedded defaults; PORT=8000
	@$(VPY) -m bin.demo

demo-reset: install ## the demo starts over: data and training clock
	@$(VPY) -m bin.demo --reset

up: install ## the real thing on this machine: PostgreSQL, Redis, web, worker, beat, watch
	@$(VPY) -m bin.up

test: install-dev ## the tests, under 10 minutes
	@$(VPY) -m bin.services $(VPY) -m bin.suite short

test-all: install-dev ## every test, on PostgreSQL and on SQLite, under 30 minutes
	@$(VPY) -m bin.services $(VPY) -m bin.suite all

journeys: install-dev ## the journeys in a browser
	@$(VPY) -m bin.services $(VPY) -m pytest -q -rs -m browser

bench: install-dev ## every benchmark; each ends with one JSON line
	@$(VPY) -m bin.services $(VPY) -m benchmarks

faults: install-dev ## the short fault suite: killed workers, lost brokers
	@$(VPY) -m bin.services $(VPY) -m benchmarks faults

faults-long: install-dev ## the long fault suite
	@$(VPY) -m bin.services $(VPY) -m benchmarks faults --long

lint: install-dev ## ruff, templates, migrations
	@$(RUFF) check .
	@$(VPY) manage.py makemigrations --check --dry-run

format: install-dev ## format the Python files
	@$(RUFF) format .

types: install-dev ## strict types of protocol/
	@.venv/bin/mypy

check-deploy: install ## Django's deployment checks with production settings
	@$(VPY) -m bin.check_deploy

audit-deps: install-dev ## known faults in what we depend on; exit 3: NOT AUDITED
	@$(VPY) -m bin.audit_deps

secrets: ## the secret files that docker-compose.yml reads, under var/secrets/
	@$(or $(PYTHON),$(error Python 3.11 or newer is needed)) -m bin.make_secrets

install:
	@$(or $(PYTHON),$(error Python 3.11 or newer is needed)) -m bin.install

install-dev:
	@$(or $(PYTHON),$(error Python 3.11 or newer is needed)) -m bin.install --dev
