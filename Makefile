# The chain from a database's sources to an exported model and its report.
#
#     make all                          sets up, then runs every step that is missing or out of date
#     make all PROFILE=tiny             the same in a few minutes, with a model that learns nothing
#     make all SOURCE=../my-database    another database
#
# Every rule below is one step: its files, and the one script that makes them. A step runs when its output is missing
# or older than its inputs. Files named after a `|` must exist, but their age does not matter. A gate (audit, preflight)
# that stays shut writes `<name>.failed.json` instead of its output.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --warn-undefined-variables --no-builtin-rules
.DEFAULT_GOAL := help
export PYTHONUTF8 := 1
export TOKENIZERS_PARALLELISM := false
# Threads that wait give their core away: two processes that share the cores halve each other otherwise.
export OMP_WAIT_POLICY := PASSIVE

# ---- What a user may set -------------------------------------------------------------------------------------------

# A folder with a database's sources, or mssql://server/database.
SOURCE ?= data/sample
# Scripts of the same database, beside a VGPT2 folder.
SCRIPTS ?=
# Which database, where one folder of scripts makes several (USE): DATABASE_NAME=Sales.
DATABASE_NAME ?=
# Go on with a catalog that lacks more than 2 % of the tables or views: ALLOW_UNREAD=1.
ALLOW_UNREAD ?=
# A name of automation/configs/profiles/; the default is the one that fits this machine.
ifndef PROFILE
GPU_MEMORY := $(shell nvidia-smi --query-gpu=memory.total --format=csv,noheader,nounits 2>/dev/null | sort -n | tail -1)
PROFILE := $(shell m='$(GPU_MEMORY)'; m=$${m//[^0-9]/}; m=$${m:-0}; \
	if (( m >= 40000 )); then echo a6000; elif (( m >= 20000 )); then echo gpu24; else echo cpu; fi)
endif
# The database's own settings: a file with the name of the source, that of Vista, or the one without house rules.
# The last two are a guess: the catalog recognises a Vista by its tables.
DATABASES := automation/configs/databases
SOURCE_NAME := $(shell basename -- '$(SOURCE)' | sed -E 's/\.(sql|dacpac|bacpac)$$//' | tr -cs 'A-Za-z0-9._\n-' -)
BY_TABLES :=
ifdef DATABASE
# A bare name is looked up among the project's own.
ifeq ($(wildcard $(DATABASE)),)
override DATABASE := $(or $(wildcard $(DATABASES)/$(DATABASE)),$(DATABASE))
endif
else
BY_TABLES := $(if $(wildcard $(DATABASES)/$(subst -,,$(SOURCE_NAME)).yaml),, --by-tables)
DATABASE := $(shell own='$(DATABASES)/$(subst -,,$(SOURCE_NAME)).yaml'; \
	if [ -f "$$own" ]; then echo "$$own"; \
	elif [ -d '$(SOURCE)/Viewpoint_Database' ] || [ -d '$(SOURCE)/_Metadata' ] || [ -d '$(SOURCE)/_MetadataV2' ]; \
	then echo $(DATABASES)/vista.yaml; else echo $(DATABASES)/generic.yaml; fi)
endif
# The run's name: everything it makes is in $(RUNS)/$(RUN).
RUN ?= $(SOURCE_NAME)-$(PROFILE)
RUNS ?= runs
# A folder with Alpaca files of your own, merged into the SFT set.
EXTRA ?=
# An OpenAI-compatible endpoint that says a share of the questions in other words, and its model.
TEACHER ?=
TEACHER_MODEL ?=
# Another seed than the profile's.
SEED ?=
# `all` ends after this: data, baseline, sft, dpo or kto.
STOP_AFTER ?=
# An earlier exam result that `regression` compares the exported model with; without one, with the base.
AGAINST ?=
# Of a stage's checkpoints take the best by exam, not by loss: CHOOSE_CHECKPOINT=1.
CHOOSE_CHECKPOINT ?=
# An interpreter that has everything: `setup` then does nothing.
PYTHON ?=
# Where the packages go; keyed by the lock files, so that a second clone finds them. 4-bit weights and DeepSpeed need more.
PROFILES := automation/configs/profiles
SERVER := $(filter mssql://%,$(SOURCE))
LOCKS := requirements.txt$(if $(SERVER), requirements-mssql.txt)$(if $(shell grep -lE '^[^\#]*(quantization_bit|deepspeed)' $(PROFILES)/$(PROFILE).yaml 2>/dev/null), requirements-gpu.txt)
LOCK_HASH := $(shell cat $(LOCKS) | sha256sum | cut -c1-12)
CACHE := $(or $(shell echo "$${XDG_CACHE_HOME:-}"),$(HOME)/.cache)
VENV ?= $(CACHE)/vgpt2/venv-$(LOCK_HASH)
# `bench` measures the largest sizes too: LARGE=1. EXAM=1: instead, an exam's answers against LLaMA-Factory's predict.
LARGE ?=
EXAM ?=
# Where `make serve` listens.
ADDRESS ?= 127.0.0.1
PORT ?= 8000
# The suite of the exams: the profile says which.
SUITE ?= $(lastword $(shell sed -nE 's/^[^\#]*\bsuite: *(quick|full).*/\1/p' \
	$(PROFILES)/_defaults.yaml $(wildcard $(PROFILES)/$(PROFILE).yaml)))

# ---- What follows from it ------------------------------------------------------------------------------------------

PY := $(or $(PYTHON),$(VENV)/bin/python)
READY := $(if $(PYTHON),,$(VENV)/.done $(if $(filter $(VENV),$(shell readlink .venv)),,link-venv))
# What tests and lint need beside it goes into the same folder, once for each state of its lock.
TEST_LOCK := requirements-test.txt
TEST_READY := $(READY)$(if $(PYTHON),, $(VENV)/.test-$(shell sha256sum < $(TEST_LOCK) | cut -c1-12))
DRY := $(findstring n,$(firstword -$(MAKEFLAGS)))

STAGES := $(if $(filter sft,$(STOP_AFTER)),sft,$(if $(filter dpo,$(STOP_AFTER)),sft dpo,sft dpo kto))
ifneq ($(STOP_AFTER),$(filter data baseline sft dpo kto,$(STOP_AFTER)))
$(error STOP_AFTER=$(STOP_AFTER): no such stop; there are data, baseline, sft, dpo and kto)
endif

# What both steps that look at the sources are told.
SOURCE_OPTIONS := $(if $(SCRIPTS), --scripts '$(SCRIPTS)')$(if $(DATABASE_NAME), --database-name '$(DATABASE_NAME)')$(BY_TABLES)

R := $(RUNS)/$(RUN)
SETTINGS := $(R)/settings.json
CATALOG := $(R)/catalog.json
HELD_OUT := $(R)/suite/held_out.json
EXAM_SUITE := $(R)/suite/$(SUITE).jsonl
# The curated questions that the database's settings name, if any.
CURATED := $(wildcard $(shell sed -nE 's/^curated_suite: *([^ \#]+).*/\1/p' $(wildcard $(DATABASE))))
EXTRA_FILES := $(if $(EXTRA),$(wildcard $(EXTRA)/*))

# Mistakes that should not wait for the packages.
ifneq ($(filter all plan data baseline sft dpo kto regression report export serve chat $(R)/%,$(MAKECMDGOALS)),)
ifeq ($(wildcard $(PROFILES)/$(PROFILE).yaml),)
$(error PROFILE=$(PROFILE): no such profile; there are $(sort $(filter-out _%,$(basename $(notdir $(wildcard $(PROFILES)/*.yaml))))))
endif
ifneq ($(if $(SERVER),,$(shell [ -e '$(SOURCE)' ] || echo missing)),)
$(error SOURCE=$(SOURCE): no such folder; give the folder that holds the database's sources)
endif
ifneq ($(findstring @,$(SERVER)),)
$(error SOURCE: no user and no password in it; set VGPT2_SQL_USER and VGPT2_SQL_PASSWORD in the environment)
endif
ifneq ($(if $(SCRIPTS),$(shell [ -e '$(SCRIPTS)' ] || echo missing)),)
$(error SCRIPTS=$(SCRIPTS): no such folder; give the folder that holds the database's scripts)
endif
ifneq ($(if $(AGAINST),$(shell [ -f '$(AGAINST)' ] || echo missing)),)
$(error AGAINST=$(AGAINST): no such file; give an exam result that run_validation.py wrote)
endif
endif

# ---- Targets by name -----------------------------------------------------------------------------------------------

.PHONY: help all plan status setup link-venv data baseline sft dpo kto regression report export serve chat \
	test test-fast lint reference bench clean lock FORCE

help:  ## this list
	@awk -F ':.*## ' '/^[a-z][a-z -]*:.*## / { printf "  %-12s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo '  PROFILE=$(PROFILE)  SOURCE=$(SOURCE)  DATABASE=$(DATABASE)  RUN=$(RUN)'
	@echo '  also: SCRIPTS=folder  DATABASE_NAME=name  EXTRA=folder  TEACHER=url TEACHER_MODEL=name  SEED=n  STOP_AFTER=stage  AGAINST=exam.json  PYTHON=interpreter  VENV=folder  RUNS=folder'

ifeq ($(STOP_AFTER),)
all: data $(R)/preflight/sft.json $(R)/preflight/dpo.json $(R)/preflight/kto.json baseline sft dpo kto export report  ## set up, then every step to the report
else
all: $(STOP_AFTER)
endif
	@echo "$(R) is up to date$(if $(STOP_AFTER), as far as $(STOP_AFTER),: open $(R)/report.html)"

plan:  ## which steps would run, and why
	@$(MAKE) -n --debug=basic --no-print-directory all | awk ' \
		/^ *File .* does not exist/ { split($$0, p, "\047"); missing[p[2]] = 1 } \
		/^ *Prerequisite .* is newer than target/ { split($$0, p, "\047"); newer[p[4]] = p[2] } \
		/^ *Must remake target/ { split($$0, p, "\047"); t = p[2]; \
			if (t ~ /\// && t !~ /settings.json$$|source.stamp$$/) { n++; \
				print "  " t ": " (t in missing ? "missing" : "older than " newer[t]) } } \
		END { print n + 0 " steps would run" }'

status: | $(READY)  ## what is there, with the figures of each step
	@$(PY) scripts/show_status.py --run-dir $(R)

setup: | $(READY)  ## the packages, in a folder that clones share; .venv is a link to it
	@$(if $(PYTHON),echo "setup: PYTHON=$(PYTHON) is given; nothing to do",echo "setup: $(VENV) is complete")

data: $(R)/data/dataset_info.json  ## catalog, suite and the three datasets, audited and registered

baseline: $(R)/exam/base.json  ## the exam of the untouched model

sft: $(R)/gates/sft.json  ## stage 1 up to its gate

dpo: $(R)/gates/dpo.json  ## stage 2 up to its gate

kto: $(R)/gates/kto.json  ## stage 3 up to its gate

export: $(R)/export/.done  ## the last promoted model, re-examined

report: $(R)/report.html  ## report.html and metrics.json

# ---- Set-up --------------------------------------------------------------------------------------------------------

$(VENV)/.done:
	bash scripts/setup_venv.sh $(VENV) $(LOCKS)

$(filter $(VENV)/.test-%,$(TEST_READY)): | $(VENV)/.done
	$(VENV)/bin/python -m pip install --disable-pip-version-check --no-input --quiet --require-hashes -r $(TEST_LOCK)
	@touch $@

link-venv: | $(VENV)/.done
	@if [ -e .venv ] && [ ! -L .venv ]; then echo "note: .venv is a folder of yours and is left alone"; \
	else ln -sfn $(VENV) .venv; fi

# ---- What was asked for: always looked at, rewritten only when changed ---------------------------------------------

$(SETTINGS) $(R)/source.stamp &: FORCE | $(READY)
	+@$(if $(DRY),command -v $(PY) > /dev/null || exit 0; )$(PY) scripts/prepare_run.py --profile '$(PROFILE)' --source '$(SOURCE)' \
		--database '$(DATABASE)' --run '$(RUN)'$(SOURCE_OPTIONS)$(if $(EXTRA), --extra '$(EXTRA)')$(if $(TEACHER)$(TEACHER_MODEL), --teacher '$(TEACHER)' --teacher-model '$(TEACHER_MODEL)')$(if $(SEED), --seed '$(SEED)') --output $(SETTINGS)

# ---- The database and its exam -------------------------------------------------------------------------------------

$(CATALOG): $(R)/source.stamp $(DATABASE)
	$(PY) scripts/extract_catalog.py --source '$(SOURCE)'$(SOURCE_OPTIONS)$(if $(ALLOW_UNREAD), --allow-unread) --database $(DATABASE) --output $@

$(R)/suite/full.jsonl $(R)/suite/quick.jsonl $(HELD_OUT) &: $(CATALOG) $(SETTINGS) $(CURATED)
	$(PY) scripts/build_suite.py --catalog $(CATALOG) --settings $(SETTINGS) --output-dir $(R)/suite

# ---- The datasets --------------------------------------------------------------------------------------------------

$(R)/data/raw/sft.jsonl: $(CATALOG) $(HELD_OUT) $(SETTINGS)
	$(PY) scripts/generate_training_data.py --catalog $(CATALOG) --held-out $(HELD_OUT)$(if $(TEACHER), --teacher '$(TEACHER)' --teacher-model '$(TEACHER_MODEL)') --settings $(SETTINGS) --output $@

$(R)/data/raw/negatives.jsonl: $(CATALOG) $(HELD_OUT) $(SETTINGS)
	$(PY) scripts/generate_negative_examples.py --catalog $(CATALOG) --held-out $(HELD_OUT) --settings $(SETTINGS) --output $@

$(R)/data/raw/dpo.jsonl: $(CATALOG) $(HELD_OUT) $(SETTINGS)
	$(PY) scripts/generate_dpo_pairs.py --catalog $(CATALOG) --held-out $(HELD_OUT) --settings $(SETTINGS) --output $@

$(R)/data/raw/kto.jsonl: $(CATALOG) $(HELD_OUT) $(SETTINGS) $(R)/data/raw/dpo.jsonl
	$(PY) scripts/generate_kto_data.py --catalog $(CATALOG) --held-out $(HELD_OUT) --settings $(SETTINGS) --dpo $(R)/data/raw/dpo.jsonl --output $@

$(R)/data/raw/sft_merged.jsonl: $(R)/data/raw/sft.jsonl $(R)/data/raw/negatives.jsonl $(SETTINGS) $(EXTRA_FILES)
	$(PY) scripts/merge_sft.py --sft $(R)/data/raw/sft.jsonl --negatives $(R)/data/raw/negatives.jsonl$(if $(EXTRA), --extra '$(EXTRA)') --settings $(SETTINGS) --output $@

$(R)/data/sft.jsonl $(R)/data/sft_eval.jsonl &: $(R)/data/raw/sft_merged.jsonl $(HELD_OUT) $(SETTINGS)
	$(PY) scripts/dedupe.py $< --stage sft --settings $(SETTINGS) --held-out $(HELD_OUT) --output $(R)/data/sft.jsonl

$(R)/data/dpo.jsonl $(R)/data/dpo_eval.jsonl &: $(R)/data/raw/dpo.jsonl $(HELD_OUT) $(SETTINGS)
	$(PY) scripts/dedupe.py $< --stage dpo --settings $(SETTINGS) --held-out $(HELD_OUT) --output $(R)/data/dpo.jsonl

$(R)/data/kto.jsonl $(R)/data/kto_eval.jsonl &: $(R)/data/raw/kto.jsonl $(HELD_OUT) $(SETTINGS)
	$(PY) scripts/dedupe.py $< --stage kto --settings $(SETTINGS) --held-out $(HELD_OUT) --output $(R)/data/kto.jsonl

$(R)/audit/sft.json $(R)/audit/dpo.json $(R)/audit/kto.json: $(R)/audit/%.json: $(R)/data/%.jsonl $(R)/data/%_eval.jsonl $(CATALOG) $(R)/suite/full.jsonl $(HELD_OUT) $(SETTINGS)
	$(PY) scripts/validate_data.py $(R)/data/$*.jsonl $(R)/data/$*_eval.jsonl --stage $* --catalog $(CATALOG) --suite $(R)/suite/full.jsonl --held-out $(HELD_OUT)$(if $(filter kto,$*), --against $(R)/data/dpo.jsonl) --settings $(SETTINGS) --report $@

# KTO's questions are apart from DPO's.
$(R)/audit/kto.json: $(R)/data/dpo.jsonl

$(R)/data/dataset_info.json: $(R)/audit/sft.json $(R)/audit/dpo.json $(R)/audit/kto.json $(CATALOG)
	$(PY) scripts/register_datasets.py --data-dir $(R)/data --catalog $(CATALOG) --held-out $(HELD_OUT) --settings $(SETTINGS) --output $@

# ---- The model before any training ---------------------------------------------------------------------------------

$(R)/base/.done: $(CATALOG) $(SETTINGS)
	$(PY) scripts/make_base.py --settings $(SETTINGS) --catalog $(CATALOG) --output $(R)/base

$(R)/preflight/sft.json $(R)/preflight/dpo.json $(R)/preflight/kto.json: $(R)/preflight/%.json: $(R)/data/%.jsonl $(R)/data/%_eval.jsonl $(R)/audit/%.json $(R)/base/.done $(SETTINGS) | $(R)/data/dataset_info.json
	$(PY) scripts/preflight.py --stage $* --settings $(SETTINGS) --data-dir $(R)/data --model $(R)/base --output $@

$(R)/exam/base.json: $(R)/base/.done $(EXAM_SUITE) $(CATALOG) $(SETTINGS)
	$(PY) scripts/run_validation.py --model $(R)/base --also-mode schema --suite $(EXAM_SUITE) --catalog $(CATALOG) --settings $(SETTINGS) --output $@

# ---- Three stages: train from the last promoted model, examine, decide ---------------------------------------------
# A gate's file names the model that it promoted or kept; the next stage and the next gate start from it. What does not
# beat the untouched base is not promoted.

CHOOSE := $(if $(CHOOSE_CHECKPOINT), --choose-checkpoint)

$(R)/saves/sft/.done: $(R)/base/.done $(R)/preflight/sft.json $(R)/data/sft.jsonl $(R)/data/sft_eval.jsonl $(SETTINGS)
	$(PY) scripts/train_stage.py sft --settings $(SETTINGS) --run-dir $(R) --base $(R)/base$(CHOOSE)

$(R)/saves/dpo/.done: $(R)/gates/sft.json $(R)/preflight/dpo.json $(R)/data/dpo.jsonl $(R)/data/dpo_eval.jsonl $(SETTINGS)
	$(PY) scripts/train_stage.py dpo --settings $(SETTINGS) --run-dir $(R) --base $<$(CHOOSE)

$(R)/saves/kto/.done: $(R)/gates/dpo.json $(R)/preflight/kto.json $(R)/data/kto.jsonl $(R)/data/kto_eval.jsonl $(SETTINGS)
	$(PY) scripts/train_stage.py kto --settings $(SETTINGS) --run-dir $(R) --base $<$(CHOOSE)

$(R)/exam/sft.json $(R)/exam/dpo.json $(R)/exam/kto.json: $(R)/exam/%.json: $(R)/saves/%/.done $(EXAM_SUITE) $(CATALOG) $(SETTINGS)
	$(PY) scripts/run_validation.py --model $(R)/saves/$*/merged --suite $(EXAM_SUITE) --catalog $(CATALOG) --settings $(SETTINGS) --output $@

$(R)/gates/sft.json: $(R)/exam/base.json $(R)/exam/sft.json $(SETTINGS)
	$(PY) scripts/compare_checkpoints.py $(R)/exam/base.json $(R)/exam/sft.json --base $(R)/exam/base.json --settings $(SETTINGS) --output $@

$(R)/gates/dpo.json: $(R)/gates/sft.json $(R)/exam/dpo.json $(R)/exam/base.json $(SETTINGS)
	$(PY) scripts/compare_checkpoints.py $(R)/gates/sft.json $(R)/exam/dpo.json --base $(R)/exam/base.json --settings $(SETTINGS) --output $@

$(R)/gates/kto.json: $(R)/gates/dpo.json $(R)/exam/kto.json $(R)/exam/base.json $(SETTINGS)
	$(PY) scripts/compare_checkpoints.py $(R)/gates/dpo.json $(R)/exam/kto.json --base $(R)/exam/base.json --settings $(SETTINGS) --output $@

# ---- What comes out ------------------------------------------------------------------------------------------------

LAST_GATE := $(R)/gates/$(lastword $(STAGES)).json

$(R)/export/.done: $(LAST_GATE) $(EXAM_SUITE) $(CATALOG) $(SETTINGS)
	$(PY) scripts/export_model.py --run-dir $(R) --settings $(SETTINGS) --catalog $(CATALOG) --output $(R)/export

$(R)/report.html $(R)/metrics.json &: $(R)/export/.done $(STAGES:%=$(R)/gates/%.json) $(STAGES:%=$(R)/audit/%.json) $(R)/exam/base.json $(STAGES:%=$(R)/exam/%.json) $(SETTINGS)
	$(PY) scripts/build_report.py --run-dir $(R) --settings $(SETTINGS) --output $(R)/report.html

# ---- Beside the chain ----------------------------------------------------------------------------------------------

# The full suite on every stage, whatever suite the gates used, and on the exported model: where that is a stage's own
# weights, its answers count. The last rule always runs, for AGAINST may be another file than the last time.
FULL_EXAMS := $(if $(filter full,$(SUITE)),$(R)/exam/base.json $(STAGES:%=$(R)/exam/%.json),$(R)/exam/full/base.json $(STAGES:%=$(R)/exam/full/%.json))

regression: $(R)/exam/full/regression.json  ## the full suite on every stage and the export; fails where it is worse than AGAINST=earlier.json

$(R)/exam/full/base.json: $(R)/base/.done $(R)/suite/full.jsonl $(CATALOG) $(SETTINGS)
	$(PY) scripts/run_validation.py --model $(R)/base --suite $(R)/suite/full.jsonl --catalog $(CATALOG) --settings $(SETTINGS) --output $@

$(R)/exam/full/sft.json $(R)/exam/full/dpo.json $(R)/exam/full/kto.json: $(R)/exam/full/%.json: $(R)/saves/%/.done $(R)/suite/full.jsonl $(CATALOG) $(SETTINGS)
	$(PY) scripts/run_validation.py --model $(R)/saves/$*/merged --suite $(R)/suite/full.jsonl --catalog $(CATALOG) --settings $(SETTINGS) --output $@

$(R)/exam/full/export.json: $(R)/export/.done $(FULL_EXAMS) $(R)/suite/full.jsonl $(CATALOG) $(SETTINGS)
	$(PY) scripts/run_validation.py --model $(R)/export $(FULL_EXAMS:%=--same-as %) --suite $(R)/suite/full.jsonl --catalog $(CATALOG) --settings $(SETTINGS) --output $@

$(R)/exam/full/regression.json: $(FULL_EXAMS) $(R)/exam/full/export.json $(AGAINST) FORCE
	$(PY) scripts/compare_checkpoints.py $(AGAINST) $(FULL_EXAMS) $(R)/exam/full/export.json --regression --settings $(SETTINGS) --output $@

serve: $(R)/export/.done  ## an OpenAI-compatible endpoint on PORT
	$(PY) scripts/serve.py --model $(R)/export --catalog $(CATALOG) --settings $(SETTINGS) --host $(ADDRESS) --port $(PORT)

chat: $(R)/export/.done  ## questions at the terminal
	$(PY) scripts/serve.py --model $(R)/export --catalog $(CATALOG) --settings $(SETTINGS) --chat

test: | $(TEST_READY)  ## all tests, the real chain with profile tiny among them
	$(PY) -m pytest tests -n 2 -m 'not slow'
	$(PY) -m pytest tests -m slow

test-fast: | $(TEST_READY)  ## the tests that take seconds, and which ten took longest
	$(PY) -m pytest tests -m 'not slow' -n 2 --durations=10

lint: | $(TEST_READY)  ## Python (style, types, layers), shell and the Dockerfile
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	bin=$$($(PY) -c 'import sysconfig; print(sysconfig.get_path("scripts"))'); \
	"$$bin/shellcheck" scripts/*.sh .ci/run; "$$bin/hadolint" docker/Dockerfile; \
	PYTHONPATH=scripts "$$bin/lint-imports" --no-cache

reference: | $(READY)  ## what docs repeat of the code: schemas of a run's files, the picture of the rooms
	$(PY) scripts/write_reference.py

bench: | $(READY)  ## the figures of the budgets on this machine; LARGE=1 or EXAM=1 for those that take half an hour
	$(PY) scripts/bench.py --run-dir $(R)$(if $(LARGE), --large)$(if $(EXAM), --exam)

clean:  ## delete this run's folder
	rm -rf -- '$(R)'

lock:  ## requirements.in to requirements.txt, every package pinned with hashes
	bash scripts/lock.sh
