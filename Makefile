# Set-up happens by itself and only when needed; `make` alone lists what there is.

PYTHON ?= python3
VENV ?= .venv
DATA ?=
ARGS ?=
export VENV

# Real recordings lie beside some checkouts; tests that need them find them through this variable.
ifndef SUPREME_DATA_DIR
ifneq ($(wildcard ../shared/data),)
export SUPREME_DATA_DIR := $(abspath ../shared/data)
endif
endif

prepare = $(PYTHON) scripts/prepare.py
supreme = $(VENV)/bin/supreme

.DEFAULT_GOAL := help
.PHONY: help setup run test check fix bench bench-backtest bench-peers bench-sources fuzz-sources load faults scrape soak backpressure evidence eval-news train-news wheel clean interpreter

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: interpreter ## make .venv, install the pinned packages, build the Rust core
	@$(prepare) dev

run: interpreter ## trade on paper for a minute on a simulated exchange; DATA=DIR adds backtests of real data from there
	@$(prepare) run
	@$(supreme) run --feed sim --duration 60 --metrics-port 0
ifneq ($(DATA),)
	@file="$(DATA)/trades/binance_spot_BTCUSDT_20240808.csv.gz"; \
	[ -f "$$file" ] || file=$$(find "$(DATA)/trades" -name '*.csv.gz' | sort | head -n 1); \
	[ -n "$$file" ] || { echo "make run: no .csv.gz file in $(DATA)/trades" >&2; exit 2; }; \
	echo; $(supreme) backtest "$$file"
	@file="$(DATA)/bars/binance_spot_BTCUSDT_1m_20240726-20240808.csv.gz"; \
	[ -f "$$file" ] || file=$$(find "$(DATA)/bars" -name '*_1m_*.csv.gz' 2>/dev/null | sort | head -n 1); \
	[ -z "$$file" ] || { echo; $(supreme) backtest "$$file"; }
endif

test: setup ## run the Rust and the Python tests, with the doctests
	@scripts/check rust-test pytest

check: setup ## run every gate; `scripts/check NAME...` runs some
	@scripts/check

fix: setup ## format, and mend what the linters can
	cargo fmt --all
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

bench: setup ## time indicators and backtests, and their memory, against the project's own limits
	@$(VENV)/bin/python scripts/bench_optimized.py
	@echo
	@$(VENV)/bin/python scripts/bench_whales.py
	@$(VENV)/bin/python scripts/bench_news.py
	@$(VENV)/bin/python scripts/bench_monitoring.py
	@$(VENV)/bin/python scripts/bench_memory_news.py
	@$(VENV)/bin/python scripts/bench_venues.py
	@$(VENV)/bin/python scripts/bench_live.py
	@echo
	@$(VENV)/bin/python scripts/bench_backtest.py $(ARGS)

bench-backtest: setup ## the long form: 20 M ticks from a file, other libraries (installs them first)
	@$(prepare) bench
	@$(VENV)/bin/python scripts/bench_backtest.py --long $(ARGS)

bench-peers: setup ## compare with other libraries (installs them first); ARGS=--report-only never fails
	@$(prepare) bench
	@$(VENV)/bin/python scripts/bench_peers.py $(ARGS)

faults: setup ## let all go wrong that goes wrong at exchanges, in simulated time; ARGS=--table writes the table of docs/benchmarks.md
	@$(VENV)/bin/python scripts/fault_campaign.py $(ARGS)

load: setup ## load the whole live system by a simulated exchange: ARGS="--duration 3600" or "--rate 5000"
	@$(VENV)/bin/python scripts/load_single_symbol.py $(ARGS)

scrape: setup ## let a real Prometheus (Debian's package) read a simulated live system for a minute; ARGS="--url URL" one that runs
	@$(VENV)/bin/python scripts/check_scrape.py $(ARGS)

soak: setup ## seven days of the whole live system in minutes of simulated time; ARGS="--days 1"
	@$(VENV)/bin/python scripts/soak.py $(ARGS)

backpressure: setup ## let real processes hog the machine beside a live system: intervals double, and return
	@$(VENV)/bin/python scripts/backpressure.py $(ARGS)

evidence: setup ## weigh the built-in strategies over DATA=DIR/bars and write the table of docs/evidence.md
	@[ -n "$(DATA)" ] || { echo "make evidence: say where the recordings are: make evidence DATA=DIR" >&2; exit 2; }
	@$(VENV)/bin/python scripts/evidence_table.py "$(DATA)" $(ARGS)

bench-sources: setup ## how long reading the largest answers of news sources holds the event loop
	@$(VENV)/bin/python scripts/bench_sources.py $(ARGS)

fuzz-sources: setup ## a million broken answers through the parsers of news sources
	@$(VENV)/bin/python scripts/fuzz_sources.py $(ARGS)

eval-news: setup ## judge the headline model on rows it has not seen, beside VADER and TF-IDF (installs them first)
	@$(prepare) train
	@$(VENV)/bin/python scripts/eval_news.py $(ARGS)

train-news: setup ## train the headline model anew; ARGS=--check only compares
	@$(prepare) train
	@$(VENV)/bin/python scripts/make_headlines.py
	@OMP_NUM_THREADS=1 $(VENV)/bin/python scripts/train_news.py $(ARGS)

wheel: setup ## build wheel and sdist into dist/
	@$(VENV)/bin/maturin build --release --sdist --out dist --interpreter $(VENV)/bin/python

clean: ## remove everything that the other targets made
	rm -rf $(VENV) target dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find python tests scripts -name __pycache__ -prune -exec rm -rf {} +
	rm -f python/supreme_system_v5/_core*.so

interpreter:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	{ echo "Python 3.11 or newer is needed; '$(PYTHON)' is not. Try: make PYTHON=python3.11 ..." >&2; exit 2; }
