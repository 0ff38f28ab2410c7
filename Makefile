# make demo   the whole job on a small model, in a scratch folder
# make test   everything that CI checks; `make check` is the same
# make test-long   what `make test` tries in a few cases, in all of them; takes half an hour
# make test-kills   commands killed at 60 instants each, connections lost at every request, disks full at every write, and crowds of 16 clones; takes hours
# make fuzz   100,000 inputs guided by coverage for everything that is read from outside; takes an hour
# make test-oldest, make test-newest   the tests of the program beside the oldest packages that it allows, and the newest
# make build  wheel, source and list of parts into dist, each made twice and compared
# make advisories   is a locked package known to be unsafe? asks a service
# make site-tests   installs what the tests of the site drive a browser with; without it these are skipped
# make test-site   the site in a browser; it is part of `make test` where `make site-tests` has installed what that takes
# make bench  what each command costs, beside a floor and other programs; takes half an hour
# make bench-scale   how much one repository holds, and what a merge queue lets through
# make golden   write docs/findings.md, docs/commands.md, man/homegolf.1 and .github/workflows from their sources
# make bench-decisions   how often each rule promotes noise, misses a gain, or stops too early
# make bench-real   the same of logs that others published, and of attacks by numbers

PYTHON ?= python3
VENV := .venv
PEERS := .venv-peers
CLUSTER := .venv-cluster
OLDEST := .venv-oldest
NEWEST := .venv-newest
BIN := $(VENV)/bin
SITE_TESTS := tests/site/node_modules
# Tests and figures are of a program as it is installed, with its bytecode.
unexport PYTHONDONTWRITEBYTECODE
# One more than the cores of CI: tests wait for processes that they start.
WORKERS ?= 3

.PHONY: demo test bytecode test-long test-kills check lint types tests cluster test-cluster fuzz test-oldest test-newest advisories bench bench-scale bench-decisions bench-real bench-loop golden lock build clean test-site site-tests

demo: $(VENV)/.demo
	$(BIN)/homegolf demo

test: lint types tests

check: test

lint: $(VENV)/.dev
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --quiet --check .
	$(BIN)/lint-imports --no-cache

types: $(VENV)/.dev
	$(BIN)/mypy

# So that no test writes some on a disk that it lets run full.
bytecode: $(VENV)/.installed
	$(BIN)/python -m compileall -q homegolf_git

tests: $(VENV)/.dev bytecode
	$(BIN)/pytest -q -n $(WORKERS) tests/core --cov --cov-report=term
	$(BIN)/coverage report --include='*/core/judge/*' --fail-under=100 # what calls a row is tested line by line
	$(BIN)/pytest -q -n $(WORKERS) --ignore=tests/core

test-long: $(VENV)/.dev bytecode
	HOMEGOLF_LONG=1 $(BIN)/pytest -q -n $(WORKERS) tests/e2e/test_checkpoint.py tests/e2e/test_export.py tests/e2e/test_traps.py tests/e2e/test_widths.py tests/e2e/test_objects.py tests/e2e/test_own_files.py tests/forge/test_pushing.py tests/forge/test_loops.py tests/hostile/test_cost.py tests/e2e/test_capture.py tests/e2e/test_loop.py

# The long form of tests/kills, whose short form is among the tests.
test-kills: $(VENV)/.dev bytecode
	HOMEGOLF_LONG=1 $(BIN)/pytest -q -n $(WORKERS) tests/kills

# The long form of tests/fuzz; what breaks a promise is printed and kept in build/fuzz. Then larger inputs,
# and the real commands.
fuzz: $(VENV)/.fuzz
	$(BIN)/python -m tests.fuzz
	HOMEGOLF_LONG=1 $(BIN)/pytest -q -n $(WORKERS) tests/fuzz

# Without what needs the tools of development: packages, linters, types.
BY_AGE := tests/core tests/shell tests/receipts tests/importers $(addprefix tests/e2e/test_,$(addsuffix .py,record check reading tags scoreboard export artifacts console versions))

test-oldest: $(OLDEST)/.installed
	$(OLDEST)/bin/pytest -q -n $(WORKERS) $(BY_AGE)

# Fetches what there is today, so nothing is pinned here.
test-newest:
	$(PYTHON) -m venv $(NEWEST)
	$(NEWEST)/bin/python -m pip install --quiet --disable-pip-version-check --upgrade --requirement requirements/tests.in --editable '.[demo,parquet,optuna]'
	$(NEWEST)/bin/pytest -q -n $(WORKERS) $(BY_AGE)

# Ends with 1 if there are advisories, and with 4 if not every package could be asked about.
advisories: $(VENV)/.dev
	$(BIN)/python -m release.advisories

# The site in a browser; `make test` has these tests, too, where the browser is there.
test-site: $(VENV)/.dev site-tests
	$(BIN)/pytest -q -p no:randomly tests/site

# Packages of npm, by their digests; nothing is run when they are installed, and no browser is fetched.
site-tests: $(SITE_TESTS)/.installed

$(SITE_TESTS)/.installed: tests/site/package.json tests/site/package-lock.json
	npm ci --prefix tests/site --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null
	touch $@

# What a capture and a launcher do on real engines, in an environment of its own.
test-cluster: $(VENV)/.dev cluster
	HOMEGOLF_ENGINES=$(CLUSTER)/bin $(BIN)/pytest -q -p no:randomly tests/cluster

# The engines; fails with a line about what cannot be installed.
cluster: $(CLUSTER)/.installed
	@tests/cluster/engines.sh $(CLUSTER)/bin/python

# The decision benchmark: all cells, 200 ledgers each, 45 minutes of one core; the table goes into docs/decisions.md.
bench-decisions: $(VENV)/.dev
	$(BIN)/python -m benchmarks.decisions --ledgers 200 --processes $(WORKERS) --write docs/decisions.md

# Real logs and attacks by numbers; needs the logs (HOMEGOLF_SHARED); the tables go into docs/decisions.md and docs/security.md.
bench-real: $(VENV)/.dev
	$(BIN)/python -m benchmarks.decisions.real --write docs/decisions.md
	$(BIN)/python -m benchmarks.decisions.gaming --write docs/security.md

# What loops reach and what of it is true; the table goes into docs/loop.md.
bench-loop: $(VENV)/.dev
	$(BIN)/python -m benchmarks.loop --write docs/loop.md

# Ratios of every command to a floor and to other programs; the tables go into docs/performance.md.
bench: $(PEERS)/.installed bytecode
	$(BIN)/python -m benchmarks.performance --write docs/performance.md

# What one repository stores, and what its merge queue lets through; the tables go into docs/scale.md.
bench-scale: $(VENV)/.installed
	$(BIN)/python -m benchmarks.scale --write docs/scale.md

# The reference pages that a test compares with the program, and the workflows with their source.
golden: $(VENV)/.dev
	HOMEGOLF_GOLDEN=write $(BIN)/pytest -q tests/reference

lock: $(VENV)/.dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check pip-tools
	for set in run build demo parquet optuna dev fuzz peers cluster; do $(BIN)/pip-compile --quiet --strip-extras --generate-hashes --allow-unsafe \
	  --no-header --no-annotate --no-emit-index-url --no-emit-trusted-host --no-emit-find-links \
	  --output-file requirements/$$set.txt $$( [ $$set = run ] && echo pyproject.toml || echo requirements/$$set.in ); done

	$(BIN)/uv pip compile --quiet --resolution lowest-direct --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  $(if $(PIP_INDEX_URL),--default-index $(PIP_INDEX_URL)) --extra demo --extra parquet --extra optuna \
	  --output-file requirements/oldest.txt pyproject.toml requirements/oldest.in

build: $(VENV)/.dev
	$(BIN)/python -m release.build dist

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(VENV)/bin/python pyproject.toml requirements/run.txt requirements/build.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --requirement requirements/run.txt --requirement requirements/build.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/.demo: $(VENV)/.installed requirements/demo.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --requirement requirements/demo.txt
	touch $@

$(VENV)/.dev: $(VENV)/.installed requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --requirement requirements/dev.txt
	touch $@

$(VENV)/.fuzz: $(VENV)/.dev requirements/fuzz.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --requirement requirements/fuzz.txt
	touch $@

$(PEERS)/.installed: requirements/peers.txt
	$(PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --requirement requirements/peers.txt
	touch $@

$(CLUSTER)/.installed: pyproject.toml requirements/run.txt requirements/build.txt requirements/cluster.txt
	$(PYTHON) -m venv $(CLUSTER)
	$(CLUSTER)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --requirement requirements/run.txt --requirement requirements/build.txt --requirement requirements/cluster.txt
	$(CLUSTER)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

$(OLDEST)/.installed: pyproject.toml requirements/oldest.txt requirements/build.txt
	$(PYTHON) -m venv $(OLDEST)
	$(OLDEST)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --requirement requirements/oldest.txt --requirement requirements/build.txt
	$(OLDEST)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

clean:
	rm -rf $(VENV) $(PEERS) $(CLUSTER) $(OLDEST) $(NEWEST) $(SITE_TESTS) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage
