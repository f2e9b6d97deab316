# The chain from a database's sources to an exported model and its report.
#
#     make all                          sets up, then runs every step that is missing or out of date
#     make all PROFILE=tiny             the same in a few minutes, with a model that learns nothing
#     make all SOURCE=../my-database    another database
#
# Every rule under "The steps" is one step: its files, and the one script that makes them. A step runs when its output is
# missing or older than its inputs. Files named after a `|` must exist, but their age does not matter. A gate (audit,
# preflight) that stays shut writes `<name>.failed.json` instead of its output. The rules are written by `make chain` from
# scripts/vgpt2/chain/steps.yaml, and so is the table of run_pipeline.ps1.

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
# A text as one word for the shell.
q = '$(subst ','\'',$1)'

# ---- What a user may set -------------------------------------------------------------------------------------------
# written by `make chain`: variables
#: PROFILE            a name of automation/configs/profiles; default: the one that fits this machine
#: MODEL              another model than the profile's: a name of automation/configs/models, a folder, a .yaml file or owner/model
#: SOURCE             folder of a database's sources, one .sql file, a .dacpac, or mssql://server/database
#: SCRIPTS            scripts of the same database, beside a VGPT2 folder
#: DATABASE           the database's settings: a YAML file, or a name of automation/configs/databases
#: DATABASE_NAME      which database, where one folder of scripts makes several (USE)
#: ALLOW_UNREAD       go on with a catalog that lacks more than 2 % of the tables or views
#: EXTRA              a folder with Alpaca files of your own, merged into the SFT set
#: TEACHER            who says a share of the questions in other words: base (the run's own base model), none, or an endpoint's URL; default: base on a GPU where the profile says so
#: TEACHER_MODEL      the model of a TEACHER that is an endpoint
#: HARVEST            fresh questions that the promoted model answers before DPO, and before KTO; 0: none; default: the profile's, of a GPU profile only where there is a GPU
#: SEED               another seed than the profile's
#: SUITE              quick (50), middle (150) or full (500): the questions that the gates ask; default: as the profile says
#: QUESTIONS          exam: your own questions, a JSON file as docs/curated-questions.md says
#: EXAMINE            exam: the model to examine, a folder, owner/model on the hub, or http://host/v1#model; default: the run's export
#: JUDGE              exam: a model as of EXAMINE that reads answers in prose as well, reported beside the grade
#: CHOOSE_CHECKPOINT  of a stage's checkpoints take the best by exam, not by loss
#: RUN                the run's name; default: source and profile
#: RUNS               the folder of all runs
#: STOP_AFTER         all ends after this: data, baseline, sft, dpo or kto
#: FRESH              go on though trained stages would be lost: the old run is moved aside
#: AGAINST            regression: an earlier exam result; default: the base. diff: the catalog of an earlier run
#: TO                 push: where to, a folder, s3://bucket/folder, gs://, az:// or hf://
#: FROM               pull: where the run was pushed to
#: PUSH               push to this place after each stage, gate and checkpoint, and when a training is told to end
#: GGUF               gguf: type of the weights, q8_0 (8 bits), f16, bf16 or f32
#: LOG                serve, chat: keep what users ask in this file; review, learn, diff: the file that they kept
#: UPSTREAM           serve, chat, mcp: who makes the answers in place of the run's model, such as http://host:8000/v1#name
#: ANSWERS            serve, chat: so many answers to each question, of which the one leaves on which most agree; default: the profile's
#: SURE_FROM          serve, chat: where fewer of them agree, an answer says that it is not sure
#: ADDRESS            where serve listens
#: PORT               and on which port
#: PYTHON             an interpreter that has every package: set-up then does nothing
#: VENV               the folder of the packages; default: one in the cache, named after the lock files
#: TORCH_INDEX        an index that torch, torchvision and torchaudio are taken from, in the lock's versions, as https://download.pytorch.org/whl/cu128; default: VGPT2_TORCH_INDEX, else the registry
#: PAGE               watch: serve the page where there is no terminal, too (nohup, a service)
#: LARGE              bench: the largest sizes too
#: EXAM               bench: an exam's answers against LLaMA-Factory's own prediction, instead
#: YES                clean: do not ask
#: V                  show each step's command
VARIABLES := PROFILE MODEL SOURCE SCRIPTS DATABASE DATABASE_NAME ALLOW_UNREAD EXTRA TEACHER TEACHER_MODEL HARVEST SEED SUITE QUESTIONS EXAMINE JUDGE CHOOSE_CHECKPOINT RUN RUNS STOP_AFTER FRESH AGAINST TO FROM PUSH GGUF LOG UPSTREAM ANSWERS SURE_FROM ADDRESS PORT PYTHON VENV TORCH_INDEX PAGE LARGE EXAM YES V
# What `all` leads to.
ALL = $(R)/data/dataset_info.json $(R)/preflight/sft.json $(R)/preflight/dpo.json $(R)/preflight/kto.json $(R)/exam/base.json $(R)/gates/sft.json $(R)/gates/dpo.json $(R)/gates/kto.json $(R)/export/.done $(R)/report.html
# end of what `make chain` wrote

# A misspelt name would start something else than was meant.
UNKNOWN := $(firstword $(foreach v,$(filter-out $(VARIABLES) INSIDE SHELL MAKEFLAGS,$(.VARIABLES)),$(if $(filter command,$(origin $v)),$v)))
ifneq ($(UNKNOWN),)
NEAREST := $(shell python3 -c 'import difflib, sys; print(*difflib.get_close_matches(sys.argv[1].upper(), sys.argv[2:], 1))' $(call q,$(UNKNOWN)) $(VARIABLES) 2> /dev/null)
$(error $(UNKNOWN): no such variable$(if $(NEAREST),; did you mean $(NEAREST)?); make help lists them)
endif
# What was given is taken letter by letter: a dollar sign in the name of a folder is one.
$(foreach v,$(VARIABLES),$(if $(filter command environment,$(origin $v)),$(eval override $v := $$(value $v))))
RUN_IS_GIVEN := $(filter override environment,$(origin RUN))

SOURCE ?= data/sample
MODEL ?=
SCRIPTS ?=
DATABASE_NAME ?=
ALLOW_UNREAD ?=
EXTRA ?=
TEACHER ?=
TEACHER_MODEL ?=
HARVEST ?=
SEED ?=
STOP_AFTER ?=
AGAINST ?=
GGUF ?= q8_0
LOG ?=
UPSTREAM ?=
ANSWERS ?=
SURE_FROM ?=
QUESTIONS ?=
EXAMINE ?=
JUDGE ?=
CHOOSE_CHECKPOINT ?=
FRESH ?=
export FRESH
TO ?=
FROM ?=
PUSH ?=
export PUSH
YES ?=
V ?=
PAGE ?=
LARGE ?=
EXAM ?=
PYTHON ?=
RUNS ?= runs
ADDRESS ?= 127.0.0.1
PORT ?= 8000
# The profile that fits this machine.
ifndef PROFILE
GPU_MEMORY := $(shell nvidia-smi --query-gpu=memory.total --format=csv,noheader,nounits 2>/dev/null | sort -n | tail -1)
override PROFILE := $(shell m='$(GPU_MEMORY)'; m=$${m//[^0-9]/}; m=$${m:-0}; \
	if (( m >= 40000 )); then echo a6000; elif (( m >= 20000 )); then echo gpu24; else echo cpu; fi)
endif
# The database's own settings: a file with the name of the source, that of Vista, or the one without house rules.
# The last two are a guess: the catalog recognises a Vista by its tables.
DATABASES := automation/configs/databases
SOURCE_NAME := $(shell basename -- $(call q,$(SOURCE)) | sed -E 's/\.(sql|dacpac|bacpac)$$//' | tr -cs 'A-Za-z0-9._\n-' - | sed -E 's/^[^A-Za-z0-9]+//; s/-+$$//')
BY_TABLES :=
ifdef DATABASE
# A bare name is looked up among the project's own.
override DATABASE := $(shell for path in $(call q,$(DATABASE)) $(DATABASES)/$(call q,$(DATABASE)); do \
	if [ -f "$$path" ]; then break; fi; path=$(call q,$(DATABASE)); done; printf %s "$$path")
else
BY_TABLES := $(if $(wildcard $(DATABASES)/$(subst -,,$(SOURCE_NAME)).yaml),, --by-tables)
override DATABASE := $(shell own='$(DATABASES)/$(subst -,,$(SOURCE_NAME)).yaml'; source=$(call q,$(SOURCE)); \
	if [ -f "$$own" ]; then echo "$$own"; \
	elif [ -d "$$source/Viewpoint_Database" ] || [ -d "$$source/_Metadata" ] || [ -d "$$source/_MetadataV2" ]; \
	then echo $(DATABASES)/vista.yaml; else echo $(DATABASES)/generic.yaml; fi)
endif
# The run's name: everything it makes is in $(RUNS)/$(RUN).
RUN ?= $(or $(SOURCE_NAME),run)-$(PROFILE)$(if $(MODEL),-$(shell basename -- $(call q,$(MODEL)) .yaml | tr -cs 'A-Za-z0-9._\n-' -))
# What is asked of the profile before the packages are there.
PROFILES := automation/configs/profiles
# What MODEL lays over it, where that is a file: of a folder or a name of the hub there is none.
MODEL_FILE := $(call q,$(firstword $(wildcard automation/configs/models/$(MODEL).yaml) $(filter %.yaml %.yml,$(MODEL))))
FROM_PROFILE := $(shell PYTHON=$(call q,$(PYTHON)) bash scripts/ask_yaml.sh exam.suite data.teacher harvest.count launch.use_cpu launch.deepspeed quantization_bit -- $(PROFILES)/_defaults.yaml $(PROFILES)/$(call q,$(PROFILE)).yaml$(if $(MODEL), $(MODEL_FILE)))
SUITE ?= $(or $(patsubst exam.suite=%,%,$(filter exam.suite=%,$(FROM_PROFILE))),full)
# Where the packages go; keyed by the lock files and torch's index, so that a second clone finds them. 4-bit weights and
# DeepSpeed need more.
SERVER := $(filter mssql://%,$(SOURCE))
LOCKS := requirements.txt$(if $(SERVER), requirements-mssql.txt)$(if $(filter launch.deepspeed=% quantization_bit=%,$(FROM_PROFILE)), requirements-gpu.txt)
ifndef TORCH_INDEX
TORCH_INDEX := $(shell echo "$${VGPT2_TORCH_INDEX:-}")
endif
export VGPT2_TORCH_INDEX := $(TORCH_INDEX)
LOCK_HASH := $(shell { cat $(LOCKS); printf %s $(call q,$(TORCH_INDEX)); } | sha256sum | cut -c1-12)
CACHE := $(or $(shell echo "$${XDG_CACHE_HOME:-}"),$(HOME)/.cache)
VENV ?= $(CACHE)/vgpt2/venv-$(LOCK_HASH)

# ---- What follows from it ------------------------------------------------------------------------------------------

PY := $(if $(PYTHON),$(call q,$(PYTHON)),$(VENV)/bin/python)
READY := $(if $(PYTHON),,$(VENV)/.done $(if $(filter $(VENV),$(shell readlink .venv)),,link-venv))
# The folder of a tool of automation/tools.
tool = $(CACHE)/vgpt2/tool-$1-$(shell sha256sum < automation/tools/$1.txt | cut -c1-12)
# What tests and lint need beside it goes into the same folder, once for each state of its lock.
TEST_LOCK := requirements-test.txt
TEST_READY := $(READY)$(if $(PYTHON),, $(VENV)/.test-$(shell sha256sum < $(TEST_LOCK) | cut -c1-12) $(call tool,s3)/.done)
HAVE_PACKAGES = command -v $(PY) > /dev/null || { echo "error: no packages yet: make setup" >&2; exit 2; }
# What serves takes the model that is there: it makes none, and asks no more than whether a newer one is due.
HAVE_MODEL = [ -f $(R)/export/.done ] || { others=$$({ ls -d $(RUNS)/*/export/.done 2> /dev/null || true; } | sed 's|.*/\(.*\)/export/.done|RUN=\1|'); \
	echo "error: $(R): no model yet: make all$${others:+; there is one with }$$(echo $$others)" >&2; exit 2; }; $(HAVE_PACKAGES); \
	$(MAKE) -q --no-print-directory INSIDE=1 $(R)/export/.done > /dev/null 2>&1 || [ $$? -ne 1 ] \
	|| echo "note: $(R)/export is older than what it is made of; make all makes it anew" >&2
# Letters of make's own options: -n and -q only look.
LETTERS := $(filter-out -%,$(firstword $(MAKEFLAGS)))
LOOKING := $(findstring n,$(LETTERS))$(findstring q,$(LETTERS))

STAGES := $(if $(filter sft,$(STOP_AFTER)),sft,$(if $(filter dpo,$(STOP_AFTER)),sft dpo,sft dpo kto))
LAST_GATE = $(R)/gates/$(lastword $(STAGES)).json

R := $(RUNS)/$(RUN)
# Beside it steps note how long they took here, for the next time.
export VGPT2_RUN := $(R)
SETTINGS := $(R)/settings.json
CATALOG := $(R)/catalog.json
HELD_OUT := $(R)/suite/held_out.json
EXAM_SUITE := $(R)/suite/$(SUITE).jsonl
# Where the gates ask the full suite, theirs are its exams.
FULL_EXAMS := $(patsubst %,$(if $(filter full,$(SUITE)),$(R)/exam/%.json,$(R)/exam/full/%.json),base $(STAGES))

SOURCE_OPTIONS := $(if $(SCRIPTS), --scripts $(call q,$(SCRIPTS)))$(if $(DATABASE_NAME), --database-name $(call q,$(DATABASE_NAME)))$(BY_TABLES)
# Where nobody is named the profile says who, but only with a GPU: without one a teacher may take a day.
HAS_GPU = $(shell nvidia-smi -L 2> /dev/null | grep -q GPU && echo yes)
TAUGHT_BY := $(or $(TEACHER),$(if $(filter data.teacher=base,$(FROM_PROFILE)),$(if $(HAS_GPU),base)))
TEACHER_OPTIONS := $(if $(filter-out none,$(TAUGHT_BY)), --teacher $(call q,$(TAUGHT_BY)))$(if $(TEACHER_MODEL), --teacher-model $(call q,$(TEACHER_MODEL)))
TEACHER_NEEDS := $(if $(filter base,$(TAUGHT_BY)),$(R)/base/.done)
# So is its harvest: where nothing can be trained there is no model to ask, and all data are made at once.
NEEDS_GPU := $(if $(filter launch.use_cpu=True launch.use_cpu=true,$(FROM_PROFILE)),,yes)
HARVEST_COUNT := $(or $(HARVEST),$(patsubst harvest.count=%,%,$(filter harvest.count=%,$(FROM_PROFILE))))
HARVEST_ASKED := $(or $(HARVEST),$(if $(NEEDS_GPU),$(if $(subst 0,,$(HARVEST_COUNT)),$(if $(HAS_GPU),,0))))
HARVESTS := $(subst 0,,$(or $(HARVEST_ASKED),$(HARVEST_COUNT)))
ASKED := --profile $(call q,$(PROFILE))$(if $(MODEL), --model $(call q,$(MODEL))) --source $(call q,$(SOURCE)) --database $(call q,$(DATABASE)) --run $(call q,$(RUN))$(SOURCE_OPTIONS)$(if $(EXTRA), --extra $(call q,$(EXTRA)))$(TEACHER_OPTIONS)$(if $(HARVEST_ASKED), --harvest $(call q,$(HARVEST_ASKED)))$(if $(SEED), --seed $(call q,$(SEED))) --suite $(call q,$(SUITE)) --output $(SETTINGS)
PREPARE = $(PY) scripts/prepare_run.py $(ASKED)
# What prepare_run.py copies into the run, and rewrites only where the content is another.
PREPARED := $(SETTINGS) $(R)/source.stamp $(R)/inputs/database.yaml $(R)/inputs/curated.json $(R)/inputs/extra.stamp $(R)/inputs/packages.txt
# How a step is called: its place in the chain, and its name.
step = $(if $(V),VGPT2_DETAILS=1 ,@)VGPT2_STEP='$1$(if $1,/$(STEPS)) $2' $(PY)

# Mistakes that should not wait for the packages.
missing = $(shell [ $1 $(call q,$2) ] || echo missing)
odd = $(shell odd=$(call q,$2); [[ $(call q,$1) =~ $$odd ]] && echo odd)
UNFIT := [][:space:]'"$$\#%:;*?[\|&<>()!`]
ABOUT_A_RUN := plan status data baseline sft dpo kto all regression report export exam watch push pull serve chat mcp diff review learn bench clean $(R)/%
ifneq ($(filter t,$(subst t,t ,$(LETTERS))),)
$(error make -t would mark as made what never was)
endif
ifneq ($(filter $(ABOUT_A_RUN),$(MAKECMDGOALS)),)
ifneq ($(or $(if $(RUN),,empty),$(call odd,$(RUN),^[^A-Za-z0-9]|[^A-Za-z0-9._-])),)
$(error RUN=$(RUN): a run's name begins with a letter or digit and has letters, digits, dots, _ and - only)
endif
ifneq ($(or $(if $(RUNS),,empty),$(call odd,$(RUNS),$(UNFIT))),)
$(error RUNS=$(RUNS): make cannot take blanks, quotes or signs in this path; give one without)
endif
endif
ifneq ($(and $(filter review learn,$(MAKECMDGOALS)),$(if $(LOG),$(call missing,-f,$(LOG)),none)),)
$(error LOG=$(LOG): no such file; give the log that serve --log kept)
endif
ifneq ($(and $(filter diff,$(MAKECMDGOALS)),$(LOG),$(call missing,-f,$(LOG))),)
$(error LOG=$(LOG): no such file; give the log that serve --log kept)
endif
ifneq ($(if $(PYTHON),,$(call odd,$(VENV),$(UNFIT))),)
$(error VENV=$(VENV): make cannot take blanks, quotes or signs in this path; give one without)
endif
ifneq ($(filter-out http://% https://% file://%,$(TORCH_INDEX)),)
$(error TORCH_INDEX=$(TORCH_INDEX): no index; give its URL, as https://download.pytorch.org/whl/cu128)
endif
ifneq ($(and $(PYTHON),$(filter override,$(origin TORCH_INDEX))),)
$(error TORCH_INDEX: PYTHON is given, and set-up does nothing; leave one of the two out)
endif
ifneq ($(filter all plan data baseline sft dpo kto regression report export exam diff $(R)/%,$(MAKECMDGOALS)),)
ifneq ($(STOP_AFTER),$(filter data baseline sft dpo kto,$(STOP_AFTER)))
$(error STOP_AFTER=$(STOP_AFTER): no such stop; there are data, baseline, sft, dpo and kto)
endif
ifneq ($(call missing,-f,$(PROFILES)/$(PROFILE).yaml)$(filter _%,$(PROFILE)),)
$(error PROFILE=$(PROFILE): no such profile; there are $(sort $(filter-out _%,$(basename $(notdir $(wildcard $(PROFILES)/*.yaml))))))
endif
ifneq ($(if $(SERVER),,$(call missing,-e,$(SOURCE))),)
$(error SOURCE=$(SOURCE): no such folder; give the folder that holds the database's sources)
endif
ifneq ($(findstring @,$(SERVER)),)
$(error SOURCE: no user and no password in it; set VGPT2_SQL_USER and VGPT2_SQL_PASSWORD in the environment)
endif
ifneq ($(if $(SCRIPTS),$(call missing,-e,$(SCRIPTS))),)
$(error SCRIPTS=$(SCRIPTS): no such folder; give the folder that holds the database's scripts)
endif
ifneq ($(if $(EXTRA),$(call missing,-d,$(EXTRA))),)
$(error EXTRA=$(EXTRA): no such folder; give a folder with .json or .jsonl files)
endif
ifneq ($(call missing,-f,$(DATABASE)),)
$(error $(DATABASE): no such file; give a YAML file, or a name: $(notdir $(wildcard $(DATABASES)/*.yaml)))
endif
ifneq ($(if $(AGAINST),$(call missing,-f,$(AGAINST))),)
$(error AGAINST=$(AGAINST): no such file; give an exam result that run_validation.py wrote, for diff the catalog of a run)
endif
ifneq ($(and $(filter diff,$(MAKECMDGOALS)),$(if $(AGAINST),,none)),)
$(error AGAINST: diff compares with the catalog of an earlier run; give AGAINST=runs/earlier/catalog.json)
endif
ifneq ($(filter exam,$(MAKECMDGOALS)),)
ifneq ($(if $(QUESTIONS),$(call missing,-f,$(QUESTIONS)),none),)
$(error QUESTIONS=$(QUESTIONS): no such file; give your questions as a JSON file, see docs/curated-questions.md)
endif
ifneq ($(if $(EXAMINE),,$(call missing,-e,$(R)/export/.done)),)
$(error EXAMINE: $(R) has no exported model yet; give a folder, owner/model on the hub, or http://host:8000/v1#model)
endif
endif
ifneq ($(and $(SEED),$(call odd,$(SEED),[^0-9])),)
$(error SEED=$(SEED): not a whole number)
endif
ifneq ($(and $(HARVEST),$(call odd,$(HARVEST),[^0-9])),)
$(error HARVEST=$(HARVEST): not a number of questions; 0 harvests nothing)
endif
ifneq ($(filter-out base none http://% https://%,$(TEACHER)),)
$(error TEACHER=$(TEACHER): no such teacher; there are base, none, and an endpoint by its URL (http://...))
endif
ifneq ($(and $(filter base none,$(TEACHER)),$(TEACHER_MODEL)),)
$(error TEACHER=$(TEACHER) has no model to name; leave TEACHER_MODEL out)
endif
ifneq ($(if $(filter-out base none,$(TEACHER)),$(if $(TEACHER_MODEL),,lacks),$(if $(TEACHER),,$(if $(TEACHER_MODEL),lacks))),)
$(error TEACHER and TEACHER_MODEL go together: give the endpoint's URL and the name of its model)
endif
ifneq ($(filter-out quick middle full,$(SUITE)),)
$(error SUITE=$(SUITE): no such suite; there are quick, middle and full)
endif
endif
ifneq ($(and $(filter clean,$(MAKECMDGOALS)),$(filter-out clean,$(MAKECMDGOALS))),)
$(error make clean stands alone)
endif

# ---- Set-up --------------------------------------------------------------------------------------------------------

.PHONY: link-venv FORCE
$(VENV)/.done:
	bash scripts/setup_venv.sh $(VENV) $(LOCKS)

$(filter $(VENV)/.test-%,$(TEST_READY)): | $(VENV)/.done
	@echo "setup: what tests and lint need, about a minute"
	@$(VENV)/bin/python -m pip install --disable-pip-version-check --no-input --quiet --require-hashes -r $(TEST_LOCK)
	@touch $@

# A tool that is no part of the chain, in an environment of its own, whole or not at all.
$(foreach t,audit docs s3,$(call tool,$t)/.done): $(CACHE)/vgpt2/tool-%/.done:
	@echo "setup: automation/tools/$(firstword $(subst -, ,$*)).txt, about a minute"
	@rm -rf -- $(@D); mkdir -p $(dir $(@D)); python3 -m venv $(@D)
	@$(@D)/bin/python -m pip install --disable-pip-version-check --no-input --quiet --require-hashes -r automation/tools/$(firstword $(subst -, ,$*)).txt
	@touch $@

link-venv: | $(VENV)/.done
	@if [ -e .venv ] && [ ! -L .venv ]; then echo "note: .venv is a folder of yours and is left alone"; \
	else ln -sfn $(VENV) .venv; fi

# ---- One run, one writer -------------------------------------------------------------------------------------------
# What writes into a run is asked twice. Outside, prepare_run.py checks all that was given, locks the run, copies into it
# what has changed, and calls make again; inside, that make goes by the run's files alone.

INSIDE ?=
OUTSIDE := $(if $(INSIDE)$(LOOKING),,$(filter all data baseline sft dpo kto regression report export exam diff $(R)/%,$(MAKECMDGOALS)))
ifneq ($(OUTSIDE),)
.PHONY: $(MAKECMDGOALS)
ASKED_FOR := $(if $(filter all,$(MAKECMDGOALS)),$(or $(STOP_AFTER),all),$(firstword $(filter-out $(R)/%,$(OUTSIDE))))
$(firstword $(MAKECMDGOALS)): | $(READY)
	+@$(PREPARE)$(if $(ASKED_FOR), --goal $(ASKED_FOR)) -- $(MAKE) --no-print-directory INSIDE=1 $(MAKECMDGOALS)
$(wordlist 2,$(words $(MAKECMDGOALS)),$(MAKECMDGOALS)): $(firstword $(MAKECMDGOALS))
	@:
else

ifneq ($(and $(LOOKING),$(if $(INSIDE),,outside),$(filter all data baseline sft dpo kto regression report export exam diff $(R)/%,$(MAKECMDGOALS))),)
# -n says what would follow from what was given, and writes nothing.
CHANGED := $(shell command -v $(PY) > /dev/null || exit 0; $(PREPARE) --changes)
ifneq ($(.SHELLSTATUS),0)
$(error nothing would run)
endif
.PHONY: prepare-run
prepare-run:
	$(PREPARE)
$(CHANGED): prepare-run
	@:
endif

# ---- Targets by name -----------------------------------------------------------------------------------------------

help:  ## this list
	@printf '%s\n' 'The first try:' \
		'  make all PROFILE=tiny            the whole chain in a few minutes, with a model that learns nothing' \
		'  make all                         the same with the profile that fits this machine ($(PROFILE))' \
		'  make all SOURCE=../my-database   your own database: a folder of scripts, a .dacpac or a live server' \
		'  make plan                        what would run, and why' \
		'  make chat                        ask the model that came out' '' 'Targets:'
	@awk -F ':.*## ' '/^[a-z][a-z -]*:.*## / { printf "  %-12s %s\n", $$1, $$2 }' Makefile
	@printf '%s\n' '' 'Variables, as NAME=value:'
	@sed -n 's/^#: /  /p' Makefile
	@echo
	@printf '%s\n' $(call q,  now: PROFILE=$(PROFILE)  SOURCE=$(SOURCE)  DATABASE=$(DATABASE)  RUN=$(RUN))

all: $(or $(STOP_AFTER),$(ALL))  ## set up, then every step to the report
	@$(PY) scripts/show_status.py --run-dir $(R) --ended $(or $(STOP_AFTER),all)

plan:  ## which steps would run, and why
	@if command -v $(PY) > /dev/null; then $(PREPARE) --plan --goal $(or $(STOP_AFTER),all); \
	else echo "set-up would run first (packages into $(VENV)), then every step"; fi

status:  ## what is there, with the figures of each step
	@$(HAVE_PACKAGES)
	@$(PY) scripts/show_status.py $(if $(RUN_IS_GIVEN),--run-dir $(R),--runs $(RUNS))

setup: | $(READY)  ## the packages, in a folder that clones share; .venv is a link to it
	@$(if $(PYTHON),echo "setup: PYTHON="$(PY)" is given; nothing to do",echo "setup: $(VENV) is complete")

lint: | $(TEST_READY)  ## Python (style, types, layers), licences, shell and the Dockerfile
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	bin=$$($(PY) -c 'import sysconfig; print(sysconfig.get_path("scripts"))'); trap wait EXIT; \
	$(PY) -m mypy & types=$$!; \
	"$$bin/shellcheck" scripts/*.sh docker/*.sh .ci/run; "$$bin/hadolint" docker/Dockerfile; \
	PYTHONPATH=scripts "$$bin/lint-imports" --no-cache; $(PY) scripts/check_licences.py; \
	wait $$types

supply-chain: | $(READY) $(call tool,audit)/.done  ## known vulnerabilities of all locked packages, by pip-audit, where its service can be reached
	$(PY) scripts/audit_packages.py --by $(call tool,audit)/bin/python

docs: | $(call tool,docs)/.done  ## the pages of docs/ as a site, in runs/site; a dead link is an error
	NO_MKDOCS_2_WARNING=1 $(call tool,docs)/bin/python -m mkdocs build --strict --config-file automation/tools/mkdocs.yml --site-dir $(call q,$(abspath $(RUNS))/site)
	@echo "docs: $(RUNS)/site/index.html"

image-check:  ## the image built (docker, podman or buildah), and help, the tiny chain, the endpoint and SIGTERM tried in it; half an hour
	bash docker/image_check.sh

clean:  ## delete this run's folder; asks first, or takes YES=1
	@bash scripts/clean_run.sh $(RUNS) $(RUN) $(call q,$(YES))

lock:  ## requirements.in to requirements.txt, every package pinned with hashes
	bash scripts/lock.sh

# written by `make chain`: targets
.PHONY: help all plan status setup data baseline sft dpo kto export report gguf regression exam watch push pull serve chat mcp diff review learn test test-fast soak lint supply-chain docs reference chain bench image-check clean lock

data: $(R)/data/dataset_info.json  ## catalog, suite and the three datasets, audited and registered; with a harvest the SFT set

baseline: $(R)/exam/base.json  ## the exam of the untouched model

sft: $(R)/gates/sft.json  ## stage 1 up to its gate

dpo: $(R)/gates/dpo.json  ## stage 2 up to its gate

kto: $(R)/gates/kto.json  ## stage 3 up to its gate

export: $(R)/export/.done  ## the last promoted model, re-examined

report: $(R)/report.html  ## report.html and metrics.json

gguf:  ## the exported model as one GGUF file for llama.cpp and Ollama, of type GGUF; asked again
	@$(if $(UPSTREAM),$(HAVE_PACKAGES),$(HAVE_MODEL))
	$(if $(V),,@)$(PY) scripts/export_gguf.py --run-dir $(R) --settings $(SETTINGS) --catalog $(CATALOG) --kind $(call q,$(GGUF)) --output $(R)/gguf

regression: $(R)/exam/full/regression.json  ## the full suite on every stage and the export; fails where it is worse than AGAINST=earlier.json

exam: $(R)/exam/own/exam.json  ## QUESTIONS=my.json asked alone, of any model: EXAMINE=folder, owner/model or http://host/v1#model

watch: | $(READY)  ## loss, evaluation, rewards and margin as curves while a stage trains, here and on a page at PORT
	$(PY) scripts/watch_run.py --run-dir $(R) --address $(call q,$(ADDRESS)) --port $(call q,$(PORT))$(if $(PAGE), --page)

push: | $(READY)  ## this run copied to TO, a folder, s3://, gs://, az:// or hf://, without what can be made again
	$(PY) scripts/push_run.py --run-dir $(R) --to $(call q,$(TO))

pull: | $(READY)  ## the run RUN brought from FROM; all that is up to date there is so here
	$(PY) scripts/pull_run.py --from $(call q,$(FROM)) --run-dir $(R)

serve:  ## an OpenAI-compatible endpoint on PORT
	@$(if $(UPSTREAM),$(HAVE_PACKAGES),$(HAVE_MODEL))
	$(if $(V),,@)$(PY) scripts/serve.py --model $(R)/export --catalog $(CATALOG) --settings $(SETTINGS) --host $(call q,$(ADDRESS)) --port $(call q,$(PORT))$(if $(UPSTREAM), --upstream $(call q,$(UPSTREAM)))$(if $(ANSWERS), --answers $(call q,$(ANSWERS)))$(if $(SURE_FROM), --sure-from $(call q,$(SURE_FROM)))$(if $(LOG), --log $(call q,$(LOG)))

chat:  ## questions at the terminal
	@$(if $(UPSTREAM),$(HAVE_PACKAGES),$(HAVE_MODEL))
	$(if $(V),,@)$(PY) scripts/serve.py --model $(R)/export --catalog $(CATALOG) --settings $(SETTINGS) --chat$(if $(UPSTREAM), --upstream $(call q,$(UPSTREAM)))$(if $(ANSWERS), --answers $(call q,$(ANSWERS)))$(if $(SURE_FROM), --sure-from $(call q,$(SURE_FROM)))$(if $(LOG), --log $(call q,$(LOG)))

mcp:  ## catalog, guard and model as tools of an assistant that starts this (Model Context Protocol, docs/serving.md)
	@$(if $(UPSTREAM),$(HAVE_PACKAGES),$(HAVE_MODEL))
	$(if $(V),,@)$(PY) scripts/serve_mcp.py --catalog $(CATALOG) --model $(R)/export --settings $(SETTINGS)$(if $(UPSTREAM), --upstream $(call q,$(UPSTREAM)))

diff: $(R)/diff/diff.json  ## what this state of the schema means for an earlier run, AGAINST=its/catalog.json; its records, its model

review: | $(READY)  ## of LOG, which serve and chat keep: what was not proved, marked wrong, or asked in words that nobody knows
	$(PY) scripts/review_log.py $(call q,$(LOG)) --catalog $(CATALOG) --review $(R)/use/review.json

learn: | $(READY)  ## what was put right in the review, proved: rows for EXTRA, questions for the exam, words; what a new run costs
	$(PY) scripts/review_log.py $(call q,$(LOG)) --catalog $(CATALOG) --review $(R)/use/review.json --take $(R)/use

test: | $(TEST_READY)  ## all tests, the real chain with profile tiny among them
	$(PY) -m pytest tests -n 2 --dist loadfile --no-loadscope-reorder

test-fast: | $(TEST_READY)  ## the tests that take seconds, and which ten took longest
	$(PY) -m pytest tests -m 'not slow' -n 2 --dist loadfile --durations=10

soak: | $(TEST_READY)  ## a run that is killed twenty times at random moments must end as one that is not; half an hour
	$(PY) scripts/soak.py --kills 20

reference: | $(READY)  ## what docs repeat of the code: scripts, settings, schemas of a run's files, the picture of the rooms
	$(PY) scripts/write_reference.py

chain: | $(READY)  ## the rules of the Makefile and the table of run_pipeline.ps1, from scripts/vgpt2/chain
	$(PY) scripts/write_chain.py

bench: | $(READY)  ## the figures of the budgets on this machine; LARGE=1 or EXAM=1 for those that take half an hour
	$(PY) scripts/bench.py --run-dir $(R)$(if $(LARGE), --large)$(if $(EXAM), --exam)
# end of what `make chain` wrote

# ---- What was asked for: copied into the run before any step, each file only when its content is another ------------

ifeq ($(LOOKING),)
$(PREPARED) &:
	$(PREPARE)
endif

# ---- The steps -----------------------------------------------------------------------------------------------------
# written by `make chain`: steps
STEPS := 30

# ---- The database and its exam -------------------------------------------------------------------------------------

$(CATALOG): $(R)/source.stamp $(R)/inputs/database.yaml
	$(call step,1,catalog) scripts/extract_catalog.py --source $(call q,$(SOURCE))$(SOURCE_OPTIONS)$(if $(ALLOW_UNREAD), --allow-unread) --database $(call q,$(DATABASE)) --output $@

$(R)/suite/full.jsonl $(R)/suite/middle.jsonl $(R)/suite/quick.jsonl $(HELD_OUT) &: $(CATALOG) $(SETTINGS) $(R)/inputs/curated.json
	$(call step,2,suite) scripts/build_suite.py --catalog $(CATALOG) --settings $(SETTINGS) --output-dir $(R)/suite

# ---- The datasets --------------------------------------------------------------------------------------------------

# Where the run's own base model is the teacher, it is made before the data.
$(R)/data/raw/sft.jsonl: $(CATALOG) $(HELD_OUT)$(if $(TEACHER_NEEDS), $(TEACHER_NEEDS)) $(SETTINGS)
	$(call step,3,raw sft) scripts/generate_training_data.py --catalog $(CATALOG) --held-out $(HELD_OUT)$(TEACHER_OPTIONS)$(if $(TEACHER_NEEDS), --base $(R)/base) --settings $(SETTINGS) --output $@

$(R)/data/raw/negatives.jsonl: $(CATALOG) $(HELD_OUT) $(SETTINGS)
	$(call step,4,raw negatives) scripts/generate_negative_examples.py --catalog $(CATALOG) --held-out $(HELD_OUT) --settings $(SETTINGS) --output $@

$(R)/data/raw/sft_merged.jsonl: $(R)/data/raw/sft.jsonl $(R)/data/raw/negatives.jsonl $(SETTINGS) $(R)/inputs/extra.stamp
	$(call step,5,merge) scripts/merge_sft.py --sft $(R)/data/raw/sft.jsonl --negatives $(R)/data/raw/negatives.jsonl$(if $(EXTRA), --extra $(call q,$(EXTRA))) --settings $(SETTINGS) --output $@

$(R)/data/sft.jsonl $(R)/data/sft_eval.jsonl &: $(R)/data/raw/sft_merged.jsonl $(HELD_OUT) $(SETTINGS)
	$(call step,6,dedupe sft) scripts/dedupe.py $(R)/data/raw/sft_merged.jsonl --stage sft --settings $(SETTINGS) --held-out $(HELD_OUT) --output $@

$(R)/audit/sft.json: $(R)/data/sft.jsonl $(R)/data/sft_eval.jsonl $(CATALOG) $(R)/suite/full.jsonl $(HELD_OUT) $(SETTINGS)
	$(call step,7,audit sft) scripts/validate_data.py $(R)/data/sft.jsonl $(R)/data/sft_eval.jsonl --stage sft --catalog $(CATALOG) --suite $(R)/suite/full.jsonl --held-out $(HELD_OUT) --taught $(R)/data/raw/teacher.json --settings $(SETTINGS) --report $@

# Where the profile harvests, the data of DPO and KTO are made behind the gate before them.
$(R)/data/raw/dpo.jsonl: $(CATALOG) $(HELD_OUT)$(if $(HARVESTS), $(R)/data/raw/harvest_dpo.jsonl) $(SETTINGS)
	$(call step,8,raw dpo) scripts/generate_dpo_pairs.py --catalog $(CATALOG) --held-out $(HELD_OUT)$(if $(HARVESTS), --harvest $(R)/data/raw/harvest_dpo.jsonl --harvest-of $(R)/gates/sft.json) --settings $(SETTINGS) --output $@

$(R)/data/dpo.jsonl $(R)/data/dpo_eval.jsonl &: $(R)/data/raw/dpo.jsonl $(HELD_OUT) $(SETTINGS)
	$(call step,9,dedupe dpo) scripts/dedupe.py $(R)/data/raw/dpo.jsonl --stage dpo --settings $(SETTINGS) --held-out $(HELD_OUT) --output $@

$(R)/audit/dpo.json: $(R)/data/dpo.jsonl $(R)/data/dpo_eval.jsonl $(CATALOG) $(R)/suite/full.jsonl $(HELD_OUT) $(SETTINGS)
	$(call step,10,audit dpo) scripts/validate_data.py $(R)/data/dpo.jsonl $(R)/data/dpo_eval.jsonl --stage dpo --catalog $(CATALOG) --suite $(R)/suite/full.jsonl --held-out $(HELD_OUT) --settings $(SETTINGS) --report $@

$(R)/data/raw/kto.jsonl: $(CATALOG) $(HELD_OUT)$(if $(HARVESTS), $(R)/data/raw/harvest_kto.jsonl) $(SETTINGS) $(R)/data/raw/dpo.jsonl
	$(call step,11,raw kto) scripts/generate_kto_data.py --catalog $(CATALOG) --held-out $(HELD_OUT)$(if $(HARVESTS), --harvest $(R)/data/raw/harvest_kto.jsonl --harvest-of $(R)/gates/dpo.json) --settings $(SETTINGS) --dpo $(R)/data/raw/dpo.jsonl --output $@

$(R)/data/kto.jsonl $(R)/data/kto_eval.jsonl &: $(R)/data/raw/kto.jsonl $(HELD_OUT) $(SETTINGS)
	$(call step,12,dedupe kto) scripts/dedupe.py $(R)/data/raw/kto.jsonl --stage kto --settings $(SETTINGS) --held-out $(HELD_OUT) --output $@

# KTO's questions are apart from DPO's.
$(R)/audit/kto.json: $(R)/data/kto.jsonl $(R)/data/kto_eval.jsonl $(R)/data/dpo.jsonl $(CATALOG) $(R)/suite/full.jsonl $(HELD_OUT) $(SETTINGS)
	$(call step,13,audit kto) scripts/validate_data.py $(R)/data/kto.jsonl $(R)/data/kto_eval.jsonl --stage kto --catalog $(CATALOG) --suite $(R)/suite/full.jsonl --held-out $(HELD_OUT) --against $(R)/data/dpo.jsonl --settings $(SETTINGS) --report $@

$(R)/data/dataset_info.json: $(R)/audit/sft.json$(if $(HARVESTS),, $(R)/audit/dpo.json $(R)/audit/kto.json) $(CATALOG)
	$(call step,14,register) scripts/register_datasets.py --data-dir $(R)/data --catalog $(CATALOG) --held-out $(HELD_OUT) --settings $(SETTINGS) --output $@

# ---- The model before any training ---------------------------------------------------------------------------------

$(R)/base/.done: $(CATALOG) $(SETTINGS) $(R)/inputs/packages.txt
	$(call step,15,base) scripts/make_base.py --settings $(SETTINGS) --catalog $(CATALOG) --output $(R)/base

$(R)/preflight/sft.json: $(R)/data/sft.jsonl $(R)/data/sft_eval.jsonl $(R)/audit/sft.json $(R)/base/.done $(SETTINGS) | $(R)/data/dataset_info.json
	$(call step,16,preflight sft) scripts/preflight.py --stage sft --settings $(SETTINGS) --data-dir $(R)/data --model $(R)/base --output $@

$(R)/preflight/dpo.json: $(R)/data/dpo.jsonl $(R)/data/dpo_eval.jsonl $(R)/audit/dpo.json $(R)/base/.done $(SETTINGS) | $(R)/data/dataset_info.json$(if $(HARVESTS), $(R)/data/registered_dpo.json)
	$(call step,17,preflight dpo) scripts/preflight.py --stage dpo --settings $(SETTINGS) --data-dir $(R)/data --model $(R)/base --output $@

$(R)/preflight/kto.json: $(R)/data/kto.jsonl $(R)/data/kto_eval.jsonl $(R)/audit/kto.json $(R)/base/.done $(SETTINGS) | $(R)/data/dataset_info.json$(if $(HARVESTS), $(R)/data/registered_kto.json)
	$(call step,18,preflight kto) scripts/preflight.py --stage kto --settings $(SETTINGS) --data-dir $(R)/data --model $(R)/base --output $@

$(R)/exam/base.json: $(R)/base/.done $(EXAM_SUITE) $(CATALOG) $(SETTINGS)
	$(call step,19,exam base) scripts/run_validation.py --model $(R)/base --also-mode schema --suite $(EXAM_SUITE) --catalog $(CATALOG) --settings $(SETTINGS) --output $@

# ---- Three stages: train from the last promoted model, examine, decide ---------------------------------------------
# A gate's file names the model that it promoted or kept; the next stage and the next gate start from it. What does not
# beat the untouched base is not promoted. Where the profile harvests, that model's own answers are the first source of
# the next stage's data; these are registered by themselves then.

$(R)/saves/sft/.done: $(R)/base/.done $(R)/preflight/sft.json $(R)/data/sft.jsonl $(R)/data/sft_eval.jsonl $(SETTINGS)
	$(call step,20,train sft) scripts/train_stage.py sft --settings $(SETTINGS) --run-dir $(R) --base $(R)/base$(if $(CHOOSE_CHECKPOINT), --choose-checkpoint)

$(R)/exam/sft.json: $(R)/saves/sft/.done $(EXAM_SUITE) $(CATALOG) $(SETTINGS)
	$(call step,21,exam sft) scripts/run_validation.py --model $(R)/saves/sft/merged --suite $(EXAM_SUITE) --catalog $(CATALOG) --settings $(SETTINGS) --output $@

$(R)/gates/sft.json: $(R)/exam/base.json $(R)/exam/sft.json $(SETTINGS)
	$(call step,22,gate sft) scripts/compare_checkpoints.py $(R)/exam/base.json $(R)/exam/sft.json --base $(R)/exam/base.json --settings $(SETTINGS) --output $@

$(R)/data/raw/harvest_dpo.jsonl: $(R)/gates/sft.json $(R)/data/sft.jsonl $(R)/data/sft_eval.jsonl $(CATALOG) $(HELD_OUT) $(SETTINGS)
	$(call step,,harvest dpo) scripts/harvest_answers.py dpo --model $(R)/gates/sft.json --aside --apart $(R)/data/sft.jsonl --apart $(R)/data/sft_eval.jsonl --catalog $(CATALOG) --held-out $(HELD_OUT) --settings $(SETTINGS) --output $@

$(R)/data/registered_dpo.json: $(R)/audit/dpo.json $(CATALOG) | $(R)/data/dataset_info.json
	$(call step,,register dpo) scripts/register_datasets.py --data-dir $(R)/data --catalog $(CATALOG) --held-out $(HELD_OUT) --settings $(SETTINGS) --stage dpo --done $@ --output $(R)/data/dataset_info.json

$(R)/saves/dpo/.done: $(R)/gates/sft.json $(R)/preflight/dpo.json $(R)/data/dpo.jsonl $(R)/data/dpo_eval.jsonl $(SETTINGS)
	$(call step,23,train dpo) scripts/train_stage.py dpo --settings $(SETTINGS) --run-dir $(R) --base $(R)/gates/sft.json$(if $(CHOOSE_CHECKPOINT), --choose-checkpoint)

$(R)/exam/dpo.json: $(R)/saves/dpo/.done $(EXAM_SUITE) $(CATALOG) $(SETTINGS)
	$(call step,24,exam dpo) scripts/run_validation.py --model $(R)/saves/dpo/merged --suite $(EXAM_SUITE) --catalog $(CATALOG) --settings $(SETTINGS) --output $@

$(R)/gates/dpo.json: $(R)/gates/sft.json $(R)/exam/dpo.json $(R)/exam/base.json $(SETTINGS)
	$(call step,25,gate dpo) scripts/compare_checkpoints.py $(R)/gates/sft.json $(R)/exam/dpo.json --base $(R)/exam/base.json --settings $(SETTINGS) --output $@

$(R)/data/raw/harvest_kto.jsonl: $(R)/gates/dpo.json $(R)/data/sft.jsonl $(R)/data/sft_eval.jsonl $(R)/data/raw/dpo.jsonl $(CATALOG) $(HELD_OUT) $(SETTINGS)
	$(call step,,harvest kto) scripts/harvest_answers.py kto --model $(R)/gates/dpo.json --aside --apart $(R)/data/sft.jsonl --apart $(R)/data/sft_eval.jsonl --apart $(R)/data/raw/dpo.jsonl --catalog $(CATALOG) --held-out $(HELD_OUT) --settings $(SETTINGS) --output $@

$(R)/data/registered_kto.json: $(R)/audit/kto.json $(CATALOG) | $(R)/data/dataset_info.json
	$(call step,,register kto) scripts/register_datasets.py --data-dir $(R)/data --catalog $(CATALOG) --held-out $(HELD_OUT) --settings $(SETTINGS) --stage kto --done $@ --output $(R)/data/dataset_info.json

$(R)/saves/kto/.done: $(R)/gates/dpo.json $(R)/preflight/kto.json $(R)/data/kto.jsonl $(R)/data/kto_eval.jsonl $(SETTINGS)
	$(call step,26,train kto) scripts/train_stage.py kto --settings $(SETTINGS) --run-dir $(R) --base $(R)/gates/dpo.json$(if $(CHOOSE_CHECKPOINT), --choose-checkpoint)

$(R)/exam/kto.json: $(R)/saves/kto/.done $(EXAM_SUITE) $(CATALOG) $(SETTINGS)
	$(call step,27,exam kto) scripts/run_validation.py --model $(R)/saves/kto/merged --suite $(EXAM_SUITE) --catalog $(CATALOG) --settings $(SETTINGS) --output $@

$(R)/gates/kto.json: $(R)/gates/dpo.json $(R)/exam/kto.json $(R)/exam/base.json $(SETTINGS)
	$(call step,28,gate kto) scripts/compare_checkpoints.py $(R)/gates/dpo.json $(R)/exam/kto.json --base $(R)/exam/base.json --settings $(SETTINGS) --output $@

# ---- What comes out ------------------------------------------------------------------------------------------------

$(R)/export/.done: $(LAST_GATE) $(EXAM_SUITE) $(CATALOG) $(SETTINGS)
	$(call step,29,export) scripts/export_model.py --run-dir $(R) --settings $(SETTINGS) --catalog $(CATALOG) --output $(R)/export

$(R)/report.html $(R)/metrics.json &: $(R)/export/.done $(STAGES:%=$(R)/gates/%.json) $(STAGES:%=$(R)/audit/%.json) $(R)/exam/base.json $(STAGES:%=$(R)/exam/%.json) $(SETTINGS)
	$(call step,30,report) scripts/build_report.py --run-dir $(R) --settings $(SETTINGS) --output $@

# ---- Beside the chain: the full suite ------------------------------------------------------------------------------
# On every stage, whatever suite the gates used, and on the exported model: where that is a stage's own weights, its
# answers count. The last step always runs, for AGAINST may be another file than the last time.

$(R)/exam/full/base.json: $(R)/base/.done $(R)/suite/full.jsonl $(CATALOG) $(SETTINGS)
	$(call step,,full exam base) scripts/run_validation.py --model $(R)/base --suite $(R)/suite/full.jsonl --catalog $(CATALOG) --settings $(SETTINGS) --output $@

$(R)/exam/full/sft.json: $(R)/saves/sft/.done $(R)/suite/full.jsonl $(CATALOG) $(SETTINGS)
	$(call step,,full exam sft) scripts/run_validation.py --model $(R)/saves/sft/merged --suite $(R)/suite/full.jsonl --catalog $(CATALOG) --settings $(SETTINGS) --output $@

$(R)/exam/full/dpo.json: $(R)/saves/dpo/.done $(R)/suite/full.jsonl $(CATALOG) $(SETTINGS)
	$(call step,,full exam dpo) scripts/run_validation.py --model $(R)/saves/dpo/merged --suite $(R)/suite/full.jsonl --catalog $(CATALOG) --settings $(SETTINGS) --output $@

$(R)/exam/full/kto.json: $(R)/saves/kto/.done $(R)/suite/full.jsonl $(CATALOG) $(SETTINGS)
	$(call step,,full exam kto) scripts/run_validation.py --model $(R)/saves/kto/merged --suite $(R)/suite/full.jsonl --catalog $(CATALOG) --settings $(SETTINGS) --output $@

$(R)/exam/full/export.json: $(R)/export/.done $(FULL_EXAMS) $(R)/suite/full.jsonl $(CATALOG) $(SETTINGS)
	$(call step,,full exam export) scripts/run_validation.py --model $(R)/export $(FULL_EXAMS:%=--same-as %) --suite $(R)/suite/full.jsonl --catalog $(CATALOG) --settings $(SETTINGS) --output $@

$(R)/exam/full/regression.json: $(FULL_EXAMS) $(R)/exam/full/export.json FORCE
	$(call step,,regression) scripts/compare_checkpoints.py$(if $(AGAINST), $(call q,$(AGAINST))) $(FULL_EXAMS) $(R)/exam/full/export.json --regression --settings $(SETTINGS) --output $@

# ---- Beside the chain: questions of your own -----------------------------------------------------------------------
# On any model. Both always run, for QUESTIONS and EXAMINE may be others than the last time; answers that are there are
# not asked for again.

$(R)/exam/own/suite.jsonl: $(CATALOG) FORCE
	$(call step,,own suite) scripts/build_suite.py --only $(call q,$(QUESTIONS)) --catalog $(CATALOG) --output $@

$(R)/exam/own/exam.json: $(R)/exam/own/suite.jsonl $(CATALOG) $(SETTINGS) FORCE
	$(call step,,own exam) scripts/run_validation.py --examine $(call q,$(or $(EXAMINE),$(R)/export))$(if $(JUDGE), --judge $(call q,$(JUDGE))) --suite $(R)/exam/own/suite.jsonl --catalog $(CATALOG) --settings $(SETTINGS) --report $(R)/exam/own/exam.md --output $@

# ---- Beside the chain: another state of the schema -----------------------------------------------------------------
# Always runs, for AGAINST may be another catalog than the last time.

$(R)/diff/diff.json: $(CATALOG) FORCE
	$(call step,,diff) scripts/diff_catalogs.py$(if $(AGAINST), $(call q,$(AGAINST))) --catalog $(CATALOG)$(if $(LOG), --log $(call q,$(LOG))) --output $@
# end of what `make chain` wrote
endif
