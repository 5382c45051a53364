# Everything a person does with the project. Each target prepares what it needs; prepared, that takes a second.

GATEWAY := .venv/bin/gateway112
PYTEST := .venv/bin/python -m pytest
KEYS ?=
TEXT ?= tolong saya, suami memukul saya di cipinang melayu
FROM ?=
SERVICE ?=
PLACE ?=
PIDF ?=
CELL ?=
LATE ?=
URLS ?=

.DEFAULT_GOAL := run
.PHONY: run setup call text test lint bench train lock clean

run: setup  ## start everything; Ctrl-C stops it
	@exec $(GATEWAY) up

setup:  ## prepare everything, start nothing
	@tools/bootstrap
	@$(GATEWAY) setup $(BESIDES)
	@$(if $(filter setup,$(MAKECMDGOALS)),echo "Everything is there. Now: make run")

call: export KEYS := $(KEYS)
call: export SERVICE := $(SERVICE)
call: export PLACE := $(PLACE)
call: export PIDF := $(PIDF)
call: export CELL := $(CELL)
call: export LATE := $(LATE)
call: export URLS := $(URLS)
call:  ## place a real call to 112 and press keys: make call KEYS="1 2" PLACE=-6.2475,106.8915,30 LATE=… SERVICE=sos.fire
	@$(GATEWAY) dial $${SERVICE:+--service="$$SERVICE"} $${PLACE:+--place="$$PLACE"} $${PIDF:+--pidf="$$PIDF"} \
		$${CELL:+--cell="$$CELL"} $${LATE:+--late="$$LATE"} $${URLS:+--urls} -- "$$KEYS"

text: export TEXT := $(TEXT)
text: export FROM := $(FROM)
text:  ## write a text to 112: make text TEXT="tolong" FROM=+6281200000001
	@$(GATEWAY) text $${FROM:+--from "$$FROM"} -- "$$TEXT"

test: BESIDES = --for-tests
test: setup lint  ## all checks and tests, those with real servers last; some only: make test TESTS=tests/ivr
	$(PYTEST) --numprocesses=4 --dist=loadfile --no-loadscope-reorder $(TESTS)

lint:
	.venv/bin/ruff check
	.venv/bin/mypy
	.venv/bin/lint-imports

bench: BESIDES = --for-tests
bench: setup  ## how well texts are read; messages and calls per second, as ratios; how fast the desk's page is
	@.venv/bin/python -m tests.bench

train: setup  ## make the reader's model anew from sms/corpus
	@tools/train

lock:  ## renew requirements.lock from pyproject.toml
	@tools/lock

clean:  ## forget the environment and caches; what was fetched and all data are in the state folder: remove it by hand
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis build *.egg-info
