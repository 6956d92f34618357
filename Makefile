# make run    set up, then the TUI with a virtual unit (without a terminal: the demo)
# make test   set up, then all tests on CPython and on real MicroPython in both precisions
# make test-board  the firmware's own image on an emulated Pico, more than make test has time for
#                  (-all: every check case, about an hour)
# make test-coverage  how often U holds the truth, over a thousand trials of each (about 20 min)
# make check  ruff, mypy, import contracts
# make bench  the measured budgets, as ratios in one run
# make firmware  the image for a Raspberry Pi Pico, build/dosegauge-*.uf2
# make drawings  the wiring of hardware/ as SVG (needs Debian's graphviz and fonts-liberation)
# make faults every campaign of injected faults, as a table (FAULTS='--only flash --share 0.1')

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready
PEERS := $(VENV)/peers
OUT ?= out
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: run test test-host test-install test-board-short test-board test-board-all test-coverage check bench faults firmware drawings plans clean

run: $(READY)
	@if [ -t 0 ] && [ -t 1 ]; then $(BIN)/dosegauge tui --virtual; else $(BIN)/dosegauge demo --out $(OUT); fi

test: $(READY)
	$(BIN)/python -m tests.interpreters
	$(MAKE) -j3 test-host test-install test-board-short

# One thread for linear algebra: the emulated Pico beside it needs a core of its own.
test-host: $(READY)
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest --ignore=tests/board --ignore=tests/install

# Most of it is waiting for a board's answer: it takes little from the tests beside it.
test-install: $(READY)
	$(BIN)/python -m pytest tests/install

test-board-short: $(READY)
	$(BIN)/python -m pytest tests/board -m "not thorough"

test-board: $(READY)
	$(BIN)/python -m pytest tests/board

test-board-all: $(READY)
	DOSEGAUGE_BOARD_CASES=all $(BIN)/python -m pytest tests/board

test-coverage: $(READY)
	DOSEGAUGE_TRIALS=1000 $(BIN)/python -m pytest tests/imaging -k covers --timeout 1800

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	MYPYPATH=host:shared $(BIN)/mypy -p dosegauge -p dosegauge_core
	PYTHONPATH=host:shared:firmware $(BIN)/lint-imports --no-cache

bench: $(READY)
	@test -e $(PEERS) || { $(BIN)/python -m pip install --quiet --editable '.[bench]' && touch $(PEERS); } \
		|| echo "the bench's peers can't be installed here: they are not measured"
	@test -e $(VENV)/pylinac/ready || { $(PYTHON) -m venv $(VENV)/pylinac \
		&& $(VENV)/pylinac/bin/python -m pip install --quiet pylinac==3.49.0 && touch $(VENV)/pylinac/ready; } \
		|| echo "pylinac can't be installed here: it is not measured"
	$(BIN)/python -m tests.bench

faults: $(READY)
	$(BIN)/python -m tests.faults $(FAULTS)

firmware: $(READY)
	$(BIN)/python -m tests.interpreters.image build

drawings: $(READY)
	$(BIN)/python -m pip install --quiet --editable '.[drawings]'
	$(BIN)/python hardware/draw.py

# The unit's built-in plans, made from the standards files.
plans: $(READY)
	$(BIN)/python -m dosegauge.standards.plans firmware/unit/plans

$(READY): pyproject.toml
	@echo "setting up $(VENV) (a minute, once)"
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; make PYTHON=python3.11 names one" if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { \
		[ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && apt-get install -y -qq python3-venv; } \
		|| { echo "Python's venv module is missing: apt-get install python3-venv"; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $@

clean:
	rm -rf $(VENV) out build dist
