#Requires -Version 5.1

<#
.SYNOPSIS
    The chain of the Makefile for Windows: the same steps, in the same order, with the same arguments.
.DESCRIPTION
    One table of steps and one loop. A step runs when an output is missing or older than an input.
    -WhatIf says what would run, and writes nothing. Relative paths are looked up where you stand.
    Windows PowerShell 5.1 and PowerShell 7. The table, the parameters and this list of them are
    written by `make chain` from scripts/vgpt2/chain.
.PARAMETER Target
    What to do: all, or one of make's other targets. Default: all.
.PARAMETER Profile
    A name of automation/configs/profiles; default: the one that fits this machine.
.PARAMETER Model
    Another model than the profile's: a name of automation/configs/models, a folder, a .yaml file or owner/model.
.PARAMETER Source
    Folder of a database's sources, one .sql file, a .dacpac, or mssql://server/database. Default: data/sample.
.PARAMETER Scripts
    Scripts of the same database, beside a VGPT2 folder.
.PARAMETER Database
    The database's settings: a YAML file, or a name of automation/configs/databases.
.PARAMETER DatabaseName
    Which database, where one folder of scripts makes several (USE).
.PARAMETER AllowUnread
    Go on with a catalog that lacks more than 2 % of the tables or views.
.PARAMETER Extra
    A folder with Alpaca files of your own, merged into the SFT set.
.PARAMETER Teacher
    Who says a share of the questions in other words: base (the run's own base model), none, or an endpoint's URL; default: base on a GPU where the profile says so.
.PARAMETER TeacherModel
    The model of a TEACHER that is an endpoint.
.PARAMETER Harvest
    Fresh questions that the promoted model answers before DPO, and before KTO; 0: none; default: the profile's, of a GPU profile only where there is a GPU.
.PARAMETER Seed
    Another seed than the profile's.
.PARAMETER Suite
    Quick (50), middle (150) or full (500): the questions that the gates ask; default: as the profile says.
.PARAMETER Questions
    Exam: your own questions, a JSON file as docs/curated-questions.md says.
.PARAMETER Examine
    Exam: the model to examine, a folder, owner/model on the hub, or http://host/v1#model; default: the run's export.
.PARAMETER Judge
    Exam: a model as of EXAMINE that reads answers in prose as well, reported beside the grade.
.PARAMETER ChooseCheckpoint
    Of a stage's checkpoints take the best by exam, not by loss.
.PARAMETER Run
    The run's name; default: source and profile.
.PARAMETER Runs
    The folder of all runs. Default: runs.
.PARAMETER StopAfter
    All ends after this: data, baseline, sft, dpo or kto.
.PARAMETER Fresh
    Go on though trained stages would be lost: the old run is moved aside.
.PARAMETER Against
    Regression: an earlier exam result; default: the base. diff: the catalog of an earlier run.
.PARAMETER To
    Push: where to, a folder, s3://bucket/folder, gs://, az:// or hf://.
.PARAMETER From
    Pull: where the run was pushed to.
.PARAMETER Push
    Push to this place after each stage, gate and checkpoint, and when a training is told to end.
.PARAMETER Gguf
    Gguf: type of the weights, q8_0 (8 bits), f16, bf16 or f32. Default: q8_0.
.PARAMETER Log
    Serve, chat: keep what users ask in this file; review, learn, diff: the file that they kept.
.PARAMETER Upstream
    Serve, chat, mcp: who makes the answers in place of the run's model, such as http://host:8000/v1#name.
.PARAMETER Answers
    Serve, chat: so many answers to each question, of which the one leaves on which most agree; default: the profile's.
.PARAMETER SureFrom
    Serve, chat: where fewer of them agree, an answer says that it is not sure.
.PARAMETER Address
    Where serve listens. Default: 127.0.0.1.
.PARAMETER Port
    And on which port. Default: 8000.
.PARAMETER Python
    An interpreter that has every package: set-up then does nothing.
.PARAMETER Venv
    The folder of the packages; default: one in the cache, named after the lock files.
.PARAMETER TorchIndex
    An index that torch, torchvision and torchaudio are taken from, in the lock's versions, as https://download.pytorch.org/whl/cu128; default: VGPT2_TORCH_INDEX, else the registry.
.PARAMETER Page
    Watch: serve the page where there is no terminal, too (nohup, a service).
.PARAMETER Large
    Bench: the largest sizes too.
.PARAMETER Exam
    Bench: an exam's answers against LLaMA-Factory's own prediction, instead.
.PARAMETER Yes
    Clean: do not ask.
.PARAMETER V
    Show each step's command.
.PARAMETER Container
    The same in the image of docker/Dockerfile: Docker Desktop with WSL 2, see docs/windows.md.
.PARAMETER Misspelt
    Not for use: what is no parameter ends up here, and is refused.
.EXAMPLE
    .\run_pipeline.ps1 -Profile tiny

    The whole chain in a few minutes, with a model that learns nothing.
.EXAMPLE
    .\run_pipeline.ps1 -Source C:\VGPT2 -StopAfter sft

    Another database, as far as the gate of the first stage.
.EXAMPLE
    .\run_pipeline.ps1 -WhatIf

    What would run, and why.
.EXAMPLE
    .\run_pipeline.ps1 chat

    Questions to the model that came out.
.EXAMPLE
    .\run_pipeline.ps1 -Profile a6000 -TorchIndex https://download.pytorch.org/whl/cu128

    On a GPU: the registry's torch for Windows is the build for CPUs.
.EXAMPLE
    .\run_pipeline.ps1 -Source C:\VGPT2 -Container

    The same in Docker Desktop, on Linux with all that the image has.
#>
[CmdletBinding(SupportsShouldProcess = $true)]
param(
    # written by `make chain`: parameters
    [Parameter(Position = 0)]
    [ArgumentCompleter({ param($command, $parameter, $word, $ast) @('help', 'all', 'plan', 'status', 'setup', 'data', 'baseline', 'sft', 'dpo', 'kto', 'export', 'report', 'gguf', 'regression', 'exam', 'watch', 'push', 'pull', 'serve', 'chat', 'mcp', 'diff', 'review', 'learn', 'test', 'test-fast', 'soak', 'lint', 'supply-chain', 'docs', 'reference', 'chain', 'bench', 'image-check', 'clean', 'lock') | Where-Object { $_ -like "$word*" } })]
    [string]$Target = 'all',
    [ArgumentCompleter({ param($command, $parameter, $word, $ast) Get-ChildItem (Join-Path (Split-Path (Get-Command $ast.GetCommandName()).Source) 'automation/configs/profiles') -Filter "$word*.yaml" | Where-Object { $_.Name -notlike '_*' } | ForEach-Object { $_.BaseName } })]
    [string]$Profile = '',
    [ArgumentCompleter({ param($command, $parameter, $word, $ast) Get-ChildItem (Join-Path (Split-Path (Get-Command $ast.GetCommandName()).Source) 'automation/configs/models') -Filter "$word*.yaml" | Where-Object { $_.Name -notlike '_*' } | ForEach-Object { $_.BaseName } })]
    [string]$Model = '',
    [string]$Source = 'data/sample',
    [string]$Scripts = '',
    [ArgumentCompleter({ param($command, $parameter, $word, $ast) Get-ChildItem (Join-Path (Split-Path (Get-Command $ast.GetCommandName()).Source) 'automation/configs/databases') -Filter "$word*.yaml" | Where-Object { $_.Name -notlike '_*' } | ForEach-Object { $_.Name } })]
    [string]$Database = '',
    [string]$DatabaseName = '',
    [switch]$AllowUnread,
    [string]$Extra = '',
    [ArgumentCompleter({ param($command, $parameter, $word, $ast) @('base', 'none') | Where-Object { $_ -like "$word*" } })]
    [string]$Teacher = '',
    [string]$TeacherModel = '',
    [string]$Harvest = '',
    [string]$Seed = '',
    [ArgumentCompleter({ param($command, $parameter, $word, $ast) @('quick', 'middle', 'full') | Where-Object { $_ -like "$word*" } })]
    [string]$Suite = '',
    [string]$Questions = '',
    [string]$Examine = '',
    [string]$Judge = '',
    [switch]$ChooseCheckpoint,
    [string]$Run = '',
    [string]$Runs = 'runs',
    [ArgumentCompleter({ param($command, $parameter, $word, $ast) @('data', 'baseline', 'sft', 'dpo', 'kto') | Where-Object { $_ -like "$word*" } })]
    [string]$StopAfter = '',
    [switch]$Fresh,
    [string]$Against = '',
    [string]$To = '',
    [string]$From = '',
    [string]$Push = '',
    [ArgumentCompleter({ param($command, $parameter, $word, $ast) @('q8_0', 'f16', 'bf16', 'f32') | Where-Object { $_ -like "$word*" } })]
    [string]$Gguf = 'q8_0',
    [string]$Log = '',
    [string]$Upstream = '',
    [string]$Answers = '',
    [string]$SureFrom = '',
    [string]$Address = '127.0.0.1',
    [string]$Port = '8000',
    [string]$Python = '',
    [string]$Venv = '',
    [string]$TorchIndex = '',
    [switch]$Page,
    [switch]$Large,
    [switch]$Exam,
    [switch]$Yes,
    [switch]$V,
    [switch]$Container,
    [Parameter(ValueFromRemainingArguments = $true, DontShow = $true)]
    [string[]]$Misspelt = @()
    # end of what `make chain` wrote
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
# Exit codes are looked at here, in 7.4 too.
$PSNativeCommandUseErrorActionPreference = $false
# -WhatIf is for the steps: what goes by itself here is not to be announced.
$Looking = [bool]$WhatIfPreference
$WhatIfPreference = $false
# PowerShell has a variable of this name for its own.
$ProfileName = $Profile
Remove-Variable -Name Profile -Scope Local
# What this script ends with after a mistake or a failed step, as make does.
$script:ExitCode = 2
$OnWindows = $env:OS -eq 'Windows_NT'
$Given = $PSBoundParameters
$Start = (Get-Location -PSProvider FileSystem).ProviderPath
$Kept = @{}
$Lock = $null

# {Run} is the run's folder. A word that is one {Name} alone may become several words, or none.
# Inputs: their age counts. Needs: they must exist. Beside: no part of all. Harvest: where the profile harvests. Always: runs whenever it is asked for.
# written by `make chain`: steps
$Steps = @(
    # The database and its exam
    @{ Name = 'catalog'; Script = 'extract_catalog.py'; Inputs = '{Run}/source.stamp {Run}/inputs/database.yaml'; Needs = ''; Outputs = '{Run}/catalog.json'
       Arguments = '--source {Source} {SourceOptions} {UnreadOption} --database {Database} --output {Run}/catalog.json' }
    @{ Name = 'suite'; Script = 'build_suite.py'; Inputs = '{Run}/catalog.json {Run}/settings.json {Run}/inputs/curated.json'; Needs = ''; Outputs = '{Run}/suite/full.jsonl {Run}/suite/middle.jsonl {Run}/suite/quick.jsonl {Run}/suite/held_out.json'
       Arguments = '--catalog {Run}/catalog.json --settings {Run}/settings.json --output-dir {Run}/suite' }
    # The datasets
    @{ Name = 'raw sft'; Script = 'generate_training_data.py'; Inputs = '{Run}/catalog.json {Run}/suite/held_out.json {TeacherNeeds} {Run}/settings.json'; Needs = ''; Outputs = '{Run}/data/raw/sft.jsonl'
       Arguments = '--catalog {Run}/catalog.json --held-out {Run}/suite/held_out.json {TeacherOption} {TeacherBase} --settings {Run}/settings.json --output {Run}/data/raw/sft.jsonl' }
    @{ Name = 'raw negatives'; Script = 'generate_negative_examples.py'; Inputs = '{Run}/catalog.json {Run}/suite/held_out.json {Run}/settings.json'; Needs = ''; Outputs = '{Run}/data/raw/negatives.jsonl'
       Arguments = '--catalog {Run}/catalog.json --held-out {Run}/suite/held_out.json --settings {Run}/settings.json --output {Run}/data/raw/negatives.jsonl' }
    @{ Name = 'merge'; Script = 'merge_sft.py'; Inputs = '{Run}/data/raw/sft.jsonl {Run}/data/raw/negatives.jsonl {Run}/settings.json {Run}/inputs/extra.stamp'; Needs = ''; Outputs = '{Run}/data/raw/sft_merged.jsonl'
       Arguments = '--sft {Run}/data/raw/sft.jsonl --negatives {Run}/data/raw/negatives.jsonl {ExtraOption} --settings {Run}/settings.json --output {Run}/data/raw/sft_merged.jsonl' }
    @{ Name = 'dedupe sft'; Script = 'dedupe.py'; Inputs = '{Run}/data/raw/sft_merged.jsonl {Run}/suite/held_out.json {Run}/settings.json'; Needs = ''; Outputs = '{Run}/data/sft.jsonl {Run}/data/sft_eval.jsonl'
       Arguments = '{Run}/data/raw/sft_merged.jsonl --stage sft --settings {Run}/settings.json --held-out {Run}/suite/held_out.json --output {Run}/data/sft.jsonl' }
    @{ Name = 'audit sft'; Script = 'validate_data.py'; Inputs = '{Run}/data/sft.jsonl {Run}/data/sft_eval.jsonl {Run}/catalog.json {Run}/suite/full.jsonl {Run}/suite/held_out.json {Run}/settings.json'; Needs = ''; Outputs = '{Run}/audit/sft.json'
       Arguments = '{Run}/data/sft.jsonl {Run}/data/sft_eval.jsonl --stage sft --catalog {Run}/catalog.json --suite {Run}/suite/full.jsonl --held-out {Run}/suite/held_out.json --taught {Run}/data/raw/teacher.json --settings {Run}/settings.json --report {Run}/audit/sft.json' }
    @{ Name = 'raw dpo'; Script = 'generate_dpo_pairs.py'; Inputs = '{Run}/catalog.json {Run}/suite/held_out.json {HarvestDpo} {Run}/settings.json'; Needs = ''; Outputs = '{Run}/data/raw/dpo.jsonl'
       Arguments = '--catalog {Run}/catalog.json --held-out {Run}/suite/held_out.json {HarvestDpoOption} --settings {Run}/settings.json --output {Run}/data/raw/dpo.jsonl' }
    @{ Name = 'dedupe dpo'; Script = 'dedupe.py'; Inputs = '{Run}/data/raw/dpo.jsonl {Run}/suite/held_out.json {Run}/settings.json'; Needs = ''; Outputs = '{Run}/data/dpo.jsonl {Run}/data/dpo_eval.jsonl'
       Arguments = '{Run}/data/raw/dpo.jsonl --stage dpo --settings {Run}/settings.json --held-out {Run}/suite/held_out.json --output {Run}/data/dpo.jsonl' }
    @{ Name = 'audit dpo'; Script = 'validate_data.py'; Inputs = '{Run}/data/dpo.jsonl {Run}/data/dpo_eval.jsonl {Run}/catalog.json {Run}/suite/full.jsonl {Run}/suite/held_out.json {Run}/settings.json'; Needs = ''; Outputs = '{Run}/audit/dpo.json'
       Arguments = '{Run}/data/dpo.jsonl {Run}/data/dpo_eval.jsonl --stage dpo --catalog {Run}/catalog.json --suite {Run}/suite/full.jsonl --held-out {Run}/suite/held_out.json --settings {Run}/settings.json --report {Run}/audit/dpo.json' }
    @{ Name = 'raw kto'; Script = 'generate_kto_data.py'; Inputs = '{Run}/catalog.json {Run}/suite/held_out.json {HarvestKto} {Run}/settings.json {Run}/data/raw/dpo.jsonl'; Needs = ''; Outputs = '{Run}/data/raw/kto.jsonl'
       Arguments = '--catalog {Run}/catalog.json --held-out {Run}/suite/held_out.json {HarvestKtoOption} --settings {Run}/settings.json --dpo {Run}/data/raw/dpo.jsonl --output {Run}/data/raw/kto.jsonl' }
    @{ Name = 'dedupe kto'; Script = 'dedupe.py'; Inputs = '{Run}/data/raw/kto.jsonl {Run}/suite/held_out.json {Run}/settings.json'; Needs = ''; Outputs = '{Run}/data/kto.jsonl {Run}/data/kto_eval.jsonl'
       Arguments = '{Run}/data/raw/kto.jsonl --stage kto --settings {Run}/settings.json --held-out {Run}/suite/held_out.json --output {Run}/data/kto.jsonl' }
    @{ Name = 'audit kto'; Script = 'validate_data.py'; Inputs = '{Run}/data/kto.jsonl {Run}/data/kto_eval.jsonl {Run}/data/dpo.jsonl {Run}/catalog.json {Run}/suite/full.jsonl {Run}/suite/held_out.json {Run}/settings.json'; Needs = ''; Outputs = '{Run}/audit/kto.json'
       Arguments = '{Run}/data/kto.jsonl {Run}/data/kto_eval.jsonl --stage kto --catalog {Run}/catalog.json --suite {Run}/suite/full.jsonl --held-out {Run}/suite/held_out.json --against {Run}/data/dpo.jsonl --settings {Run}/settings.json --report {Run}/audit/kto.json' }
    @{ Name = 'register'; Script = 'register_datasets.py'; Inputs = '{DataAudits} {Run}/catalog.json'; Needs = ''; Outputs = '{Run}/data/dataset_info.json'
       Arguments = '--data-dir {Run}/data --catalog {Run}/catalog.json --held-out {Run}/suite/held_out.json --settings {Run}/settings.json --output {Run}/data/dataset_info.json' }
    # The model before any training
    @{ Name = 'base'; Script = 'make_base.py'; Inputs = '{Run}/catalog.json {Run}/settings.json {Run}/inputs/packages.txt'; Needs = ''; Outputs = '{Run}/base/.done'
       Arguments = '--settings {Run}/settings.json --catalog {Run}/catalog.json --output {Run}/base' }
    @{ Name = 'preflight sft'; Script = 'preflight.py'; Inputs = '{Run}/data/sft.jsonl {Run}/data/sft_eval.jsonl {Run}/audit/sft.json {Run}/base/.done {Run}/settings.json'; Needs = '{Run}/data/dataset_info.json'; Outputs = '{Run}/preflight/sft.json'
       Arguments = '--stage sft --settings {Run}/settings.json --data-dir {Run}/data --model {Run}/base --output {Run}/preflight/sft.json' }
    @{ Name = 'preflight dpo'; Script = 'preflight.py'; Inputs = '{Run}/data/dpo.jsonl {Run}/data/dpo_eval.jsonl {Run}/audit/dpo.json {Run}/base/.done {Run}/settings.json'; Needs = '{Run}/data/dataset_info.json {RegisteredDpo}'; Outputs = '{Run}/preflight/dpo.json'
       Arguments = '--stage dpo --settings {Run}/settings.json --data-dir {Run}/data --model {Run}/base --output {Run}/preflight/dpo.json' }
    @{ Name = 'preflight kto'; Script = 'preflight.py'; Inputs = '{Run}/data/kto.jsonl {Run}/data/kto_eval.jsonl {Run}/audit/kto.json {Run}/base/.done {Run}/settings.json'; Needs = '{Run}/data/dataset_info.json {RegisteredKto}'; Outputs = '{Run}/preflight/kto.json'
       Arguments = '--stage kto --settings {Run}/settings.json --data-dir {Run}/data --model {Run}/base --output {Run}/preflight/kto.json' }
    @{ Name = 'exam base'; Script = 'run_validation.py'; Inputs = '{Run}/base/.done {Suite} {Run}/catalog.json {Run}/settings.json'; Needs = ''; Outputs = '{Run}/exam/base.json'
       Arguments = '--model {Run}/base --also-mode schema --suite {Suite} --catalog {Run}/catalog.json --settings {Run}/settings.json --output {Run}/exam/base.json' }
    # Three stages: train from the last promoted model, examine, decide
    @{ Name = 'train sft'; Script = 'train_stage.py'; Inputs = '{Run}/base/.done {Run}/preflight/sft.json {Run}/data/sft.jsonl {Run}/data/sft_eval.jsonl {Run}/settings.json'; Needs = ''; Outputs = '{Run}/saves/sft/.done'
       Arguments = 'sft --settings {Run}/settings.json --run-dir {Run} --base {Run}/base {ChooseOption}' }
    @{ Name = 'exam sft'; Script = 'run_validation.py'; Inputs = '{Run}/saves/sft/.done {Suite} {Run}/catalog.json {Run}/settings.json'; Needs = ''; Outputs = '{Run}/exam/sft.json'
       Arguments = '--model {Run}/saves/sft/merged --suite {Suite} --catalog {Run}/catalog.json --settings {Run}/settings.json --output {Run}/exam/sft.json' }
    @{ Name = 'gate sft'; Script = 'compare_checkpoints.py'; Inputs = '{Run}/exam/base.json {Run}/exam/sft.json {Run}/settings.json'; Needs = ''; Outputs = '{Run}/gates/sft.json'
       Arguments = '{Run}/exam/base.json {Run}/exam/sft.json --base {Run}/exam/base.json --settings {Run}/settings.json --output {Run}/gates/sft.json' }
    @{ Name = 'harvest dpo'; Script = 'harvest_answers.py'; Inputs = '{Run}/gates/sft.json {Run}/data/sft.jsonl {Run}/data/sft_eval.jsonl {Run}/catalog.json {Run}/suite/held_out.json {Run}/settings.json'; Needs = ''; Outputs = '{Run}/data/raw/harvest_dpo.jsonl'; Harvest = $true
       Arguments = 'dpo --model {Run}/gates/sft.json --aside --apart {Run}/data/sft.jsonl --apart {Run}/data/sft_eval.jsonl --catalog {Run}/catalog.json --held-out {Run}/suite/held_out.json --settings {Run}/settings.json --output {Run}/data/raw/harvest_dpo.jsonl' }
    @{ Name = 'register dpo'; Script = 'register_datasets.py'; Inputs = '{Run}/audit/dpo.json {Run}/catalog.json'; Needs = '{Run}/data/dataset_info.json'; Outputs = '{Run}/data/registered_dpo.json'; Harvest = $true
       Arguments = '--data-dir {Run}/data --catalog {Run}/catalog.json --held-out {Run}/suite/held_out.json --settings {Run}/settings.json --stage dpo --done {Run}/data/registered_dpo.json --output {Run}/data/dataset_info.json' }
    @{ Name = 'train dpo'; Script = 'train_stage.py'; Inputs = '{Run}/gates/sft.json {Run}/preflight/dpo.json {Run}/data/dpo.jsonl {Run}/data/dpo_eval.jsonl {Run}/settings.json'; Needs = ''; Outputs = '{Run}/saves/dpo/.done'
       Arguments = 'dpo --settings {Run}/settings.json --run-dir {Run} --base {Run}/gates/sft.json {ChooseOption}' }
    @{ Name = 'exam dpo'; Script = 'run_validation.py'; Inputs = '{Run}/saves/dpo/.done {Suite} {Run}/catalog.json {Run}/settings.json'; Needs = ''; Outputs = '{Run}/exam/dpo.json'
       Arguments = '--model {Run}/saves/dpo/merged --suite {Suite} --catalog {Run}/catalog.json --settings {Run}/settings.json --output {Run}/exam/dpo.json' }
    @{ Name = 'gate dpo'; Script = 'compare_checkpoints.py'; Inputs = '{Run}/gates/sft.json {Run}/exam/dpo.json {Run}/exam/base.json {Run}/settings.json'; Needs = ''; Outputs = '{Run}/gates/dpo.json'
       Arguments = '{Run}/gates/sft.json {Run}/exam/dpo.json --base {Run}/exam/base.json --settings {Run}/settings.json --output {Run}/gates/dpo.json' }
    @{ Name = 'harvest kto'; Script = 'harvest_answers.py'; Inputs = '{Run}/gates/dpo.json {Run}/data/sft.jsonl {Run}/data/sft_eval.jsonl {Run}/data/raw/dpo.jsonl {Run}/catalog.json {Run}/suite/held_out.json {Run}/settings.json'; Needs = ''; Outputs = '{Run}/data/raw/harvest_kto.jsonl'; Harvest = $true
       Arguments = 'kto --model {Run}/gates/dpo.json --aside --apart {Run}/data/sft.jsonl --apart {Run}/data/sft_eval.jsonl --apart {Run}/data/raw/dpo.jsonl --catalog {Run}/catalog.json --held-out {Run}/suite/held_out.json --settings {Run}/settings.json --output {Run}/data/raw/harvest_kto.jsonl' }
    @{ Name = 'register kto'; Script = 'register_datasets.py'; Inputs = '{Run}/audit/kto.json {Run}/catalog.json'; Needs = '{Run}/data/dataset_info.json'; Outputs = '{Run}/data/registered_kto.json'; Harvest = $true
       Arguments = '--data-dir {Run}/data --catalog {Run}/catalog.json --held-out {Run}/suite/held_out.json --settings {Run}/settings.json --stage kto --done {Run}/data/registered_kto.json --output {Run}/data/dataset_info.json' }
    @{ Name = 'train kto'; Script = 'train_stage.py'; Inputs = '{Run}/gates/dpo.json {Run}/preflight/kto.json {Run}/data/kto.jsonl {Run}/data/kto_eval.jsonl {Run}/settings.json'; Needs = ''; Outputs = '{Run}/saves/kto/.done'
       Arguments = 'kto --settings {Run}/settings.json --run-dir {Run} --base {Run}/gates/dpo.json {ChooseOption}' }
    @{ Name = 'exam kto'; Script = 'run_validation.py'; Inputs = '{Run}/saves/kto/.done {Suite} {Run}/catalog.json {Run}/settings.json'; Needs = ''; Outputs = '{Run}/exam/kto.json'
       Arguments = '--model {Run}/saves/kto/merged --suite {Suite} --catalog {Run}/catalog.json --settings {Run}/settings.json --output {Run}/exam/kto.json' }
    @{ Name = 'gate kto'; Script = 'compare_checkpoints.py'; Inputs = '{Run}/gates/dpo.json {Run}/exam/kto.json {Run}/exam/base.json {Run}/settings.json'; Needs = ''; Outputs = '{Run}/gates/kto.json'
       Arguments = '{Run}/gates/dpo.json {Run}/exam/kto.json --base {Run}/exam/base.json --settings {Run}/settings.json --output {Run}/gates/kto.json' }
    # What comes out
    @{ Name = 'export'; Script = 'export_model.py'; Inputs = '{LastGate} {Suite} {Run}/catalog.json {Run}/settings.json'; Needs = ''; Outputs = '{Run}/export/.done'
       Arguments = '--run-dir {Run} --settings {Run}/settings.json --catalog {Run}/catalog.json --output {Run}/export' }
    @{ Name = 'report'; Script = 'build_report.py'; Inputs = '{Run}/export/.done {StageGates} {StageAudits} {Run}/exam/base.json {StageExams} {Run}/settings.json'; Needs = ''; Outputs = '{Run}/report.html {Run}/metrics.json'
       Arguments = '--run-dir {Run} --settings {Run}/settings.json --output {Run}/report.html' }
    # Beside the chain: the full suite
    @{ Name = 'full exam base'; Script = 'run_validation.py'; Inputs = '{Run}/base/.done {Run}/suite/full.jsonl {Run}/catalog.json {Run}/settings.json'; Needs = ''; Outputs = '{Run}/exam/full/base.json'; Beside = $true
       Arguments = '--model {Run}/base --suite {Run}/suite/full.jsonl --catalog {Run}/catalog.json --settings {Run}/settings.json --output {Run}/exam/full/base.json' }
    @{ Name = 'full exam sft'; Script = 'run_validation.py'; Inputs = '{Run}/saves/sft/.done {Run}/suite/full.jsonl {Run}/catalog.json {Run}/settings.json'; Needs = ''; Outputs = '{Run}/exam/full/sft.json'; Beside = $true
       Arguments = '--model {Run}/saves/sft/merged --suite {Run}/suite/full.jsonl --catalog {Run}/catalog.json --settings {Run}/settings.json --output {Run}/exam/full/sft.json' }
    @{ Name = 'full exam dpo'; Script = 'run_validation.py'; Inputs = '{Run}/saves/dpo/.done {Run}/suite/full.jsonl {Run}/catalog.json {Run}/settings.json'; Needs = ''; Outputs = '{Run}/exam/full/dpo.json'; Beside = $true
       Arguments = '--model {Run}/saves/dpo/merged --suite {Run}/suite/full.jsonl --catalog {Run}/catalog.json --settings {Run}/settings.json --output {Run}/exam/full/dpo.json' }
    @{ Name = 'full exam kto'; Script = 'run_validation.py'; Inputs = '{Run}/saves/kto/.done {Run}/suite/full.jsonl {Run}/catalog.json {Run}/settings.json'; Needs = ''; Outputs = '{Run}/exam/full/kto.json'; Beside = $true
       Arguments = '--model {Run}/saves/kto/merged --suite {Run}/suite/full.jsonl --catalog {Run}/catalog.json --settings {Run}/settings.json --output {Run}/exam/full/kto.json' }
    @{ Name = 'full exam export'; Script = 'run_validation.py'; Inputs = '{Run}/export/.done {FullExams} {Run}/suite/full.jsonl {Run}/catalog.json {Run}/settings.json'; Needs = ''; Outputs = '{Run}/exam/full/export.json'; Beside = $true
       Arguments = '--model {Run}/export {SameAs} --suite {Run}/suite/full.jsonl --catalog {Run}/catalog.json --settings {Run}/settings.json --output {Run}/exam/full/export.json' }
    @{ Name = 'regression'; Script = 'compare_checkpoints.py'; Inputs = '{FullExams} {Run}/exam/full/export.json'; Needs = ''; Outputs = '{Run}/exam/full/regression.json'; Beside = $true; Always = $true
       Arguments = '{Against} {FullExams} {Run}/exam/full/export.json --regression --settings {Run}/settings.json --output {Run}/exam/full/regression.json' }
    # Beside the chain: questions of your own
    @{ Name = 'own suite'; Script = 'build_suite.py'; Inputs = '{Run}/catalog.json'; Needs = ''; Outputs = '{Run}/exam/own/suite.jsonl'; Beside = $true; Always = $true
       Arguments = '--only {Questions} --catalog {Run}/catalog.json --output {Run}/exam/own/suite.jsonl' }
    @{ Name = 'own exam'; Script = 'run_validation.py'; Inputs = '{Run}/exam/own/suite.jsonl {Run}/catalog.json {Run}/settings.json'; Needs = ''; Outputs = '{Run}/exam/own/exam.json'; Beside = $true; Always = $true
       Arguments = '--examine {Examine} {JudgeOption} --suite {Run}/exam/own/suite.jsonl --catalog {Run}/catalog.json --settings {Run}/settings.json --report {Run}/exam/own/exam.md --output {Run}/exam/own/exam.json' }
    # Beside the chain: another state of the schema
    @{ Name = 'diff'; Script = 'diff_catalogs.py'; Inputs = '{Run}/catalog.json'; Needs = ''; Outputs = '{Run}/diff/diff.json'; Beside = $true; Always = $true
       Arguments = '{Against} --catalog {Run}/catalog.json {LogOption} --output {Run}/diff/diff.json' }
)
# end of what `make chain` wrote

# Goals: the steps that a target leads up to. Commands: what Python runs for it. TargetNeeds: other than the packages.
# written by `make chain`: targets
$Goals = @{
    'all' = @('register', 'preflight sft', 'preflight dpo', 'preflight kto', 'exam base', 'gate sft', 'gate dpo', 'gate kto', 'export', 'report')
    'data' = @('register')
    'baseline' = @('exam base')
    'sft' = @('gate sft')
    'dpo' = @('gate dpo')
    'kto' = @('gate kto')
    'export' = @('export')
    'report' = @('report')
    'regression' = @('regression')
    'exam' = @('own exam')
    'diff' = @('diff')
}
$Commands = @{
    'gguf' = @(, @('scripts/export_gguf.py', '--run-dir', '{Run}', '--settings', '{Run}/settings.json', '--catalog', '{Run}/catalog.json', '--kind', '{Gguf}', '--output', '{Run}/gguf'))
    'watch' = @(, @('scripts/watch_run.py', '--run-dir', '{Run}', '--address', '{Address}', '--port', '{Port}', '{PageOption}'))
    'push' = @(, @('scripts/push_run.py', '--run-dir', '{Run}', '--to', '{To}'))
    'pull' = @(, @('scripts/pull_run.py', '--from', '{From}', '--run-dir', '{Run}'))
    'serve' = @(, @('scripts/serve.py', '--model', '{Run}/export', '--catalog', '{Run}/catalog.json', '--settings', '{Run}/settings.json', '--host', '{Address}', '--port', '{Port}', '{UpstreamOption}', '{CareOptions}', '{LogOption}'))
    'chat' = @(, @('scripts/serve.py', '--model', '{Run}/export', '--catalog', '{Run}/catalog.json', '--settings', '{Run}/settings.json', '--chat', '{UpstreamOption}', '{CareOptions}', '{LogOption}'))
    'mcp' = @(, @('scripts/serve_mcp.py', '--catalog', '{Run}/catalog.json', '--model', '{Run}/export', '--settings', '{Run}/settings.json', '{UpstreamOption}'))
    'review' = @(, @('scripts/review_log.py', '{Log}', '--catalog', '{Run}/catalog.json', '--review', '{Run}/use/review.json'))
    'learn' = @(, @('scripts/review_log.py', '{Log}', '--catalog', '{Run}/catalog.json', '--review', '{Run}/use/review.json', '--take', '{Run}/use'))
    'test' = @(, @('-m', 'pytest', 'tests', '-n', '2', '--dist', 'loadfile', '--no-loadscope-reorder'))
    'test-fast' = @(, @('-m', 'pytest', 'tests', '-m', 'not slow', '-n', '2', '--dist', 'loadfile', '--durations=10'))
    'soak' = @(, @('scripts/soak.py', '--kills', '20'))
    'reference' = @(, @('scripts/write_reference.py'))
    'chain' = @(, @('scripts/write_chain.py'))
    'bench' = @(, @('scripts/bench.py', '--run-dir', '{Run}', '{LargeOption}', '{ExamOption}'))
}
$TargetNeeds = @{
    'help' = 'nothing'
    'plan' = 'nothing'
    'status' = 'nothing'
    'gguf' = 'model'
    'serve' = 'model'
    'chat' = 'model'
    'mcp' = 'model'
    'test' = 'tests'
    'test-fast' = 'tests'
    'soak' = 'tests'
    'lint' = 'tests'
    'image-check' = 'nothing'
    'clean' = 'nothing'
    'lock' = 'nothing'
}
$TargetHelp = @(
    'help          this list',
    'all           set up, then every step to the report',
    'plan          which steps would run, and why',
    'status        what is there, with the figures of each step',
    'setup         the packages, in a folder that clones share; .venv is a link to it',
    'data          catalog, suite and the three datasets, audited and registered; with a harvest the SFT set',
    'baseline      the exam of the untouched model',
    'sft           stage 1 up to its gate',
    'dpo           stage 2 up to its gate',
    'kto           stage 3 up to its gate',
    'export        the last promoted model, re-examined',
    'report        report.html and metrics.json',
    'gguf          the exported model as one GGUF file for llama.cpp and Ollama, of type GGUF; asked again',
    'regression    the full suite on every stage and the export; fails where it is worse than AGAINST=earlier.json',
    'exam          QUESTIONS=my.json asked alone, of any model: EXAMINE=folder, owner/model or http://host/v1#model',
    'watch         loss, evaluation, rewards and margin as curves while a stage trains, here and on a page at PORT',
    'push          this run copied to TO, a folder, s3://, gs://, az:// or hf://, without what can be made again',
    'pull          the run RUN brought from FROM; all that is up to date there is so here',
    'serve         an OpenAI-compatible endpoint on PORT',
    'chat          questions at the terminal',
    'mcp           catalog, guard and model as tools of an assistant that starts this (Model Context Protocol, docs/serving.md)',
    'diff          what this state of the schema means for an earlier run, AGAINST=its/catalog.json; its records, its model',
    'review        of LOG, which serve and chat keep: what was not proved, marked wrong, or asked in words that nobody knows',
    'learn         what was put right in the review, proved: rows for EXTRA, questions for the exam, words; what a new run costs',
    'test          all tests, the real chain with profile tiny among them',
    'test-fast     the tests that take seconds, and which ten took longest',
    'soak          a run that is killed twenty times at random moments must end as one that is not; half an hour',
    'lint          Python (style, types, layers), licences, shell and the Dockerfile',
    'supply-chain  known vulnerabilities of all locked packages, by pip-audit, where its service can be reached',
    'docs          the pages of docs/ as a site, in runs/site; a dead link is an error',
    'reference     what docs repeat of the code: scripts, settings, schemas of a run''s files, the picture of the rooms',
    'chain         the rules of the Makefile and the table of run_pipeline.ps1, from scripts/vgpt2/chain',
    'bench         the figures of the budgets on this machine; LARGE=1 or EXAM=1 for those that take half an hour',
    'image-check   the image built (docker, podman or buildah), and help, the tiny chain, the endpoint and SIGTERM tried in it; half an hour',
    'clean         delete this run''s folder; asks first, or takes YES=1',
    'lock          requirements.in to requirements.txt, every package pinned with hashes'
)
$PathParameters = @('Source', 'Scripts', 'Database', 'Extra', 'Questions', 'Runs', 'Against', 'To', 'From', 'Push', 'Log', 'Python', 'Venv')
$ParameterNames = @('Target', 'Profile', 'Model', 'Source', 'Scripts', 'Database', 'DatabaseName', 'AllowUnread', 'Extra', 'Teacher', 'TeacherModel', 'Harvest', 'Seed', 'Suite', 'Questions', 'Examine', 'Judge', 'ChooseCheckpoint', 'Run', 'Runs', 'StopAfter', 'Fresh', 'Against', 'To', 'From', 'Push', 'Gguf', 'Log', 'Upstream', 'Answers', 'SureFrom', 'Address', 'Port', 'Python', 'Venv', 'TorchIndex', 'Page', 'Large', 'Exam', 'Yes', 'V', 'Container')
# end of what `make chain` wrote

# ---- Small tools -----------------------------------------------------------------------------------------------------

function Set-Environment {
    # A variable of the environment; what it was is put back in the end.
    param([string]$Name, [string]$Value)
    if (-not $Kept.ContainsKey($Name)) { $Kept[$Name] = [Environment]::GetEnvironmentVariable($Name) }
    [Environment]::SetEnvironmentVariable($Name, $Value)
}

function Stop-Chain {
    # A program failed, and has said why.
    throw (New-Object System.OperationCanceledException 'said already')
}

function Invoke-Native {
    # Runs a program; where it fails, that is the end.
    param([string]$Program, [string[]]$Words)
    & $Program @Words
    if ($LASTEXITCODE -ne 0) { Stop-Chain }
}

function Get-Hint {
    # The end of a message about a name that is not there: the nearest one, as Python finds it, or all of them.
    param([string]$Word, [string[]]$Names)
    $code = 'import difflib, sys; known = {name.lower(): name for name in sys.argv[2:]}; print(*[known[name] for name in difflib.get_close_matches(sys.argv[1].lower(), known, 1)])'
    $near = ''
    try { $near = "$(& (Find-Python) -c $code $Word @Names)" } catch { $near = '' }
    if ($near -ne '') { return "; did you mean $($near)?" }
    return "; there are $($Names -join ', ')"
}

function Test-Program {
    # Whether there is such a program, on the path or by its own.
    param([string]$Name)
    return ($Name -ne '') -and [bool](Get-Command $Name -ErrorAction SilentlyContinue)
}

function Resolve-UserPath {
    # A path as the chain, which works in the project's folder, finds it: relative ones begin where the user stands.
    param([string]$Path)
    if (($Path -eq '') -or ($Path -match '^[A-Za-z][A-Za-z0-9+.-]+://')) { return $Path }
    # 5.1 breaks an argument that has a blank and ends in a backslash.
    if ($Path -match '^(.*[^:\\/])[\\/]+$') { $Path = $Matches[1] }
    if ([System.IO.Path]::IsPathRooted($Path) -or ($Start -eq $PSScriptRoot)) { return $Path }
    $whole = [System.IO.Path]::GetFullPath((Join-Path $Start $Path))
    $root = $PSScriptRoot + [System.IO.Path]::DirectorySeparatorChar
    # Within the project as make has it, so that the run's settings are the same.
    if ($whole.StartsWith($root)) { return $whole.Substring($root.Length).Replace('\', '/') }
    return $whole
}

function Get-VenvPython {
    param([string]$Folder)
    if ($OnWindows) { return (Join-Path $Folder 'Scripts\python.exe') }
    return (Join-Path $Folder 'bin/python')
}

function Find-Python {
    # A Python of 3.11 or newer with its venv module.
    foreach ($name in @('python3', 'python', 'py')) {
        if (Test-Program $name) {
            $null = & $name -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))'
            if ($LASTEXITCODE -eq 0) { return $name }
        }
    }
    throw 'no Python 3.11 or newer with its venv module found; install it from https://www.python.org/downloads/'
}

function Get-YamlValues {
    # What the profile says under some keys, by key; asked of whichever Python is there, for set-up wants to know it.
    param([string[]]$Keys)
    $files = @(@('_defaults', $ProfileName) | ForEach-Object { "automation/configs/profiles/$_.yaml" })
    if (Test-Path -LiteralPath "automation/configs/models/$Model.yaml" -PathType Leaf) { $files += "automation/configs/models/$Model.yaml" }
    elseif ($Model -match '\.ya?ml$') { $files += $Model }
    $found = @{}
    foreach ($name in @((Get-VenvPython '.venv'), 'python3', 'python', 'py', $Python)) {
        if (-not (Test-Program $name)) { continue }
        $words = @('scripts/ask_yaml.py') + $Keys + @('--') + $files
        $lines = @(& $name @words)
        if (($LASTEXITCODE -eq 0) -and ($lines.Count -gt 0)) {
            foreach ($line in $lines) { $found[($line -split '=', 2)[0]] = ($line -split '=', 2)[1] }
            return $found
        }
    }
    return $found
}

# ---- What follows from the parameters --------------------------------------------------------------------------------

function Get-GpuMemory {
    # Of the largest GPU, in MiB; 0 without one.
    $memory = 0
    if (Test-Program 'nvidia-smi') {
        $lines = & nvidia-smi '--query-gpu=memory.total' '--format=csv,noheader,nounits'
        foreach ($line in @($lines)) {
            if ("$line" -match '^\s*(\d+)') { $memory = [Math]::Max($memory, [int]$Matches[1]) }
        }
    }
    return $memory
}

function Get-DefaultProfile {
    # By the memory of the largest GPU; without one: cpu.
    $memory = Get-GpuMemory
    if ($memory -ge 40000) { return 'a6000' }
    if ($memory -ge 20000) { return 'gpu24' }
    return 'cpu'
}

function Get-DatabaseFile {
    # What was given, where the user stands or among the project's own; else a file with the name of the source, that
    # of Vista, or the one without house rules.
    param([string]$Name)
    $databases = 'automation/configs/databases'
    if ($Database -ne '') {
        $path = Resolve-UserPath $Database
        if (-not (Test-Path -LiteralPath $path) -and (Test-Path -LiteralPath "$databases/$Database")) { return "$databases/$Database" }
        return $path
    }
    $own = "$databases/$($Name.Replace('-', '')).yaml"
    if (Test-Path -LiteralPath $own) { return $own }
    foreach ($mark in @('Viewpoint_Database', '_Metadata', '_MetadataV2')) {
        if (Test-Path -LiteralPath "$Source/$mark" -PathType Container) { return "$databases/vista.yaml" }
    }
    return "$databases/generic.yaml"
}

function Assert-Run {
    # The name of a run and the folder of runs, before anything is looked up there.
    if ($Run -notmatch '^[A-Za-z0-9][A-Za-z0-9._-]*$') {
        throw "Run=$($Run): a run's name begins with a letter or digit and has letters, digits, dots, _ and - only"
    }
    if ($Runs -eq '') { throw 'Runs: empty; give the folder of all runs' }
}

function Assert-Index {
    # Where torch is to come from.
    if ($TorchIndex -eq '') { return }
    if ($TorchIndex -cnotmatch '^(http|https|file)://\S+$') { throw "TorchIndex=$($TorchIndex): no index; give its URL, as https://download.pytorch.org/whl/cu128" }
    if ($Given.ContainsKey('TorchIndex') -and ($Python -ne '')) { throw 'TorchIndex: Python is given, and set-up does nothing; leave one of the two out' }
}

function Assert-There {
    # A path that was given is there, and of this kind: Any, Container or Leaf.
    param([string]$Name, [string]$Path, [string]$Kind, [string]$Problem)
    if (($Path -ne '') -and -not (Test-Path -LiteralPath $Path -PathType $Kind)) { throw "$Name=$($Path): $Problem" }
}

function Assert-Asked {
    # Mistakes that should not wait for the packages.
    $stops = @('data', 'baseline', 'sft', 'dpo', 'kto')
    if (($StopAfter -ne '') -and ($stops -cnotcontains $StopAfter)) {
        throw "StopAfter=$($StopAfter): no such stop; there are $($stops -join ', ')"
    }
    $names = @(Get-ChildItem -Path 'automation/configs/profiles' -Filter '*.yaml' | ForEach-Object { $_.BaseName } | Where-Object { $_ -notlike '_*' } | Sort-Object)
    if ($names -cnotcontains $ProfileName) {
        throw "Profile=$($ProfileName): no such profile; there are $($names -join ', ')"
    }
    if ($Source.StartsWith('mssql://') -and $Source.Contains('@')) {
        throw 'Source: no user and no password in it; set VGPT2_SQL_USER and VGPT2_SQL_PASSWORD in the environment'
    }
    if (-not $Source.StartsWith('mssql://') -and -not ($Source -and (Test-Path -LiteralPath $Source))) {
        throw "Source=$($Source): no such folder; give the folder that holds the database's sources"
    }
    Assert-There 'Scripts' $Scripts 'Any' 'no such folder; give the folder that holds the database''s scripts'
    Assert-There 'Extra' $Extra 'Container' 'no such folder; give a folder with .json or .jsonl files'
    Assert-There 'Against' $Against 'Leaf' 'no such file; give an exam result that run_validation.py wrote, for diff the catalog of a run'
    if (($Target -ceq 'diff') -and ($Against -eq '')) { throw 'Against: diff compares with the catalog of an earlier run; give -Against runs/earlier/catalog.json' }
    if ($Target -ceq 'diff') { Assert-There 'Log' $Log 'Leaf' 'no such file; give the log that serve --log kept' }
    if (@('review', 'learn') -ccontains $Target) {
        if ($Log -eq '') { throw 'Log=: no such file; give the log that serve --log kept' }
        Assert-There 'Log' $Log 'Leaf' 'no such file; give the log that serve --log kept'
    }
    if (-not (Test-Path -LiteralPath $DatabaseFile -PathType Leaf)) {
        $files = @(Get-ChildItem -Path 'automation/configs/databases' -Filter '*.yaml' | ForEach-Object { $_.Name })
        throw "$($DatabaseFile): no such file$(Get-Hint (Split-Path -Leaf $DatabaseFile) $files)"
    }
    if ($Target -eq 'exam') {
        if ($Questions -eq '') { throw 'Questions=: no such file; give your questions as a JSON file, see docs/curated-questions.md' }
        Assert-There 'Questions' $Questions 'Leaf' 'no such file; give your questions as a JSON file, see docs/curated-questions.md'
        if (($Examine -eq '') -and -not (Test-Path -LiteralPath "$Folder/export/.done")) {
            throw "Examine: $Folder has no exported model yet; give a folder, owner/model on the hub, or http://host:8000/v1#model"
        }
    }
    if (($Harvest -ne '') -and ($Harvest -notmatch '^[0-9]+$')) { throw "Harvest=$($Harvest): not a number of questions; 0 harvests nothing" }
    if (($Seed -ne '') -and ($Seed -notmatch '^[0-9]+$')) { throw "Seed=$($Seed): not a whole number" }
    $named = @('base', 'none') -ccontains $Teacher
    if (($Teacher -ne '') -and -not $named -and ($Teacher -cnotmatch '^(http|https)://')) {
        throw "Teacher=$($Teacher): no such teacher; there are base, none, and an endpoint by its URL (http://...)"
    }
    if ($named -and ($TeacherModel -ne '')) { throw "Teacher=$Teacher has no model to name; leave TeacherModel out" }
    if (-not $named -and (($Teacher -eq '') -ne ($TeacherModel -eq ''))) {
        throw "Teacher and TeacherModel go together: give the endpoint's URL and the name of its model"
    }
    if (@('quick', 'middle', 'full') -cnotcontains $SuiteName) { throw "Suite=$($SuiteName): no such suite; there are quick, middle and full" }
}

function Get-Option {
    # A flag with its value, where there is one.
    param([string]$Flag, [string]$Value)
    if ($Value -eq '') { return , [string[]]@() }
    return , [string[]]@($Flag, $Value)
}

function Get-Values {
    # What each {Name} of the table stands for, as a list of words.
    $stages = @('sft', 'dpo', 'kto')
    if ($StopAfter -eq 'sft') { $stages = @('sft') }
    if ($StopAfter -eq 'dpo') { $stages = @('sft', 'dpo') }
    $full = "$Folder/exam/full"
    if ($SuiteName -eq 'full') { $full = "$Folder/exam" }
    $exams = @(@('base') + $stages | ForEach-Object { "$full/$_.json" })
    # Where nobody is named the profile says who, but only with a GPU: without one a teacher may take a day.
    $taught = $Teacher
    if (($taught -eq '') -and ($FromProfile['data.teacher'] -eq 'base') -and ((Get-GpuMemory) -gt 0)) { $taught = 'base' }
    $teaching = @()
    if (@('', 'none') -cnotcontains $taught) { $teaching = @('--teacher', $taught) }
    $teaching += (Get-Option '--teacher-model' $TeacherModel)
    # So is its harvest: where nothing can be trained there is no model to ask, and all data are made at once.
    $asked = $Harvest
    $count = "$($FromProfile['harvest.count'])"
    if (($asked -eq '') -and ($count -match '[1-9]') -and ($FromProfile['launch.use_cpu'] -ne 'true') -and ((Get-GpuMemory) -eq 0)) { $asked = '0' }
    if ($asked -ne '') { $count = $asked }
    $values = @{
        Run = @($Folder); Source = @($Source); Database = @($DatabaseFile); Suite = @("$Folder/suite/$SuiteName.jsonl")
        SourceOptions = (Get-Option '--scripts' $Scripts) + (Get-Option '--database-name' $DatabaseName)
        TeacherOption = $teaching; TeacherBase = @(); TeacherNeeds = @(); ExtraOption = (Get-Option '--extra' $Extra)
        HarvestAsked = (Get-Option '--harvest' $asked); HarvestDpo = @(); HarvestKto = @(); HarvestDpoOption = @(); HarvestKtoOption = @()
        DataAudits = @(@('sft', 'dpo', 'kto') | ForEach-Object { "$Folder/audit/$_.json" }); RegisteredDpo = @(); RegisteredKto = @()
        UnreadOption = @(); ChooseOption = @(); LargeOption = @(); ExamOption = @(); PageOption = @(); Against = @()
        LastGate = @("$Folder/gates/$($stages[-1]).json")
        StageGates = @($stages | ForEach-Object { "$Folder/gates/$_.json" })
        StageAudits = @($stages | ForEach-Object { "$Folder/audit/$_.json" })
        StageExams = @($stages | ForEach-Object { "$Folder/exam/$_.json" })
        FullExams = $exams; SameAs = @($exams | ForEach-Object { '--same-as'; $_ })
        Questions = @($Questions); Log = @($Log); Gguf = @($Gguf); LogOption = (Get-Option '--log' $Log); UpstreamOption = (Get-Option '--upstream' $Upstream); CareOptions = (Get-Option '--answers' $Answers) + (Get-Option '--sure-from' $SureFrom); Examine = @("$Folder/export"); JudgeOption = (Get-Option '--judge' $Judge)
        Address = @($Address); Port = @($Port); To = @($To); From = @($From)
    }
    if ($taught -ceq 'base') {
        $values.TeacherBase = @('--base', "$Folder/base")
        $values.TeacherNeeds = @("$Folder/base/.done")
    }
    if ($count -match '[1-9]') {
        $values.DataAudits = @("$Folder/audit/sft.json")
        $values.HarvestDpo = @("$Folder/data/raw/harvest_dpo.jsonl")
        $values.HarvestKto = @("$Folder/data/raw/harvest_kto.jsonl")
        $values.HarvestDpoOption = @('--harvest', $values.HarvestDpo[0], '--harvest-of', "$Folder/gates/sft.json")
        $values.HarvestKtoOption = @('--harvest', $values.HarvestKto[0], '--harvest-of', "$Folder/gates/dpo.json")
        $values.RegisteredDpo = @("$Folder/data/registered_dpo.json")
        $values.RegisteredKto = @("$Folder/data/registered_kto.json")
    }
    if ($AllowUnread) { $values.UnreadOption = @('--allow-unread') }
    if ($ChooseCheckpoint) { $values.ChooseOption = @('--choose-checkpoint') }
    # A database without settings of its own is recognised by its tables, when the catalog is read.
    $own = "automation/configs/databases/$($SourceName.Replace('-', '')).yaml"
    if (($Database -eq '') -and -not (Test-Path -LiteralPath $own)) { $values.SourceOptions += @('--by-tables') }
    if ($Large) { $values.LargeOption = @('--large') }
    if ($Page) { $values.PageOption = @('--page') }
    if ($Exam) { $values.ExamOption = @('--exam') }
    if ($Examine -ne '') { $values.Examine = @($Examine) }
    if ($Against -ne '') { $values.Against = @($Against) }
    return $values
}

function Expand-Words {
    # The words of the table, with every {Name} replaced.
    param([string[]]$Table)
    $words = @()
    foreach ($word in $Table) {
        if ($word -eq '') { continue }
        if ($word -match '^\{(\w+)\}$') {
            $words += @($Values[$Matches[1]])
            continue
        }
        $words += $word.Replace('{Run}', $Folder)
    }
    return , [string[]]$words
}

# ---- Set-up ----------------------------------------------------------------------------------------------------------

function Get-Hash {
    # The first 12 hex digits of the SHA-256 of some files, one after the other, and of a text behind them.
    param([string[]]$Files, [string]$Text)
    $bytes = New-Object 'System.Collections.Generic.List[byte]'
    foreach ($file in $Files) { $bytes.AddRange([System.IO.File]::ReadAllBytes((Join-Path $PSScriptRoot $file))) }
    $bytes.AddRange([System.Text.Encoding]::UTF8.GetBytes($Text))
    $sha = [System.Security.Cryptography.SHA256]::Create()
    $hex = -join ($sha.ComputeHash($bytes.ToArray()) | ForEach-Object { $_.ToString('x2') })
    return $hex.Substring(0, 12)
}

function Get-Cache {
    # Where packages go, for all clones of a user.
    if ($env:XDG_CACHE_HOME) { return $env:XDG_CACHE_HOME }
    if ($OnWindows -and $env:LOCALAPPDATA) { return $env:LOCALAPPDATA }
    return (Join-Path $HOME '.cache')
}

function Get-Locks {
    # A live server, 4-bit weights and DeepSpeed need more packages.
    $locks = @('requirements.txt')
    if ($Source.StartsWith('mssql://')) { $locks += 'requirements-mssql.txt' }
    if ($FromProfile.ContainsKey('quantization_bit') -or $FromProfile.ContainsKey('launch.deepspeed')) { $locks += 'requirements-gpu.txt' }
    return , [string[]]$locks
}

function Open-Alone {
    # A file that nobody else may open while it is; nothing where somebody else has it.
    param([string]$Path)
    try {
        return [System.IO.File]::Open($Path, 'OpenOrCreate', 'ReadWrite', 'None')
    } catch {
        $problem = $_.Exception
        if ($problem.InnerException) { $problem = $problem.InnerException }
        # Sharing violation: of Windows, and as .NET says it elsewhere.
        if (($problem -is [System.IO.IOException]) -and (@(-2147024864, 11, 35) -contains $problem.HResult)) { return $null }
        throw "$(Split-Path $Path): cannot be written; give another folder, or the right to write"
    }
}

function Install-Lock {
    # The packages of one lock file.
    param([string]$Folder, [string]$File)
    $total = @(Select-String -Path $File -Pattern '^[A-Za-z0-9].*==').Count
    $count = 0
    Set-Environment 'PYTHONUNBUFFERED' '1'
    & (Get-VenvPython $Folder) -m pip install --disable-pip-version-check --no-input --progress-bar off --require-hashes -r $File | ForEach-Object {
        if ($_ -match '^(Collecting|Ignoring) ([^ =;:<>]+)') { $count++ }
        if ($_ -match '^\s*(Collecting|Ignoring|Downloading|Installing) (\S+)') {
            Write-Progress -Activity "setup: $File" -Status "$count of $total packages looked at: $($Matches[0].Trim())" -PercentComplete ([Math]::Min(100, 100 * $count / [Math]::Max(1, $total)))
        }
    }
    if ($LASTEXITCODE -ne 0) { throw "the packages of $File could not be installed (see above); the next start begins anew" }
}

function Install-Torch {
    # Torch and what must match it, in the lock's versions, from another index; gives the lock files of the rest.
    param([string]$Folder, [string[]]$Locks)
    $rest = Join-Path $Folder 'rest'
    $words = @('scripts/install_torch.py', '--index', $TorchIndex, '--rest', $rest) + $Locks
    & (Get-VenvPython $Folder) @words | ForEach-Object { Write-Host $_ }
    if ($LASTEXITCODE -ne 0) { throw 'torch could not be installed (see above); the next start begins anew' }
    return , [string[]]@($Locks | ForEach-Object { Join-Path $rest $_ })
}

function Assert-Build {
    # The registry's torch for Windows never sees a GPU, which is not to be found out after hours.
    if (-not $OnWindows -or ($TorchIndex -ne '') -or ((Get-GpuMemory) -eq 0)) { return }
    [Console]::Error.WriteLine('note: there is a GPU, and the torch that set-up installs on Windows is the build for CPUs; to train on it give -TorchIndex https://download.pytorch.org/whl/cu128, or -Container (docs/windows.md)')
}

function Assert-Space {
    # Room for the packages, where that can be told.
    param([string]$Folder)
    $needed = 9000
    $drive = New-Object System.IO.DriveInfo ([System.IO.Path]::GetPathRoot([System.IO.Path]::GetFullPath($Folder)))
    $free = [Math]::Floor($drive.AvailableFreeSpace / 1000000)
    if ($free -lt $needed) {
        throw "$($Folder): $free MB free, about $needed MB needed for the packages; free some, or give another folder with -Venv"
    }
}

function Install-Packages {
    # The virtual environment, keyed by the lock files, whole or not at all: .done is written last.
    param([string]$Folder, [string[]]$Locks)
    $done = Join-Path $Folder '.done'
    if (-not (Test-Path -LiteralPath $done)) {
        $found = Find-Python
        $null = New-Item -ItemType Directory -Force -Path (Split-Path $Folder)
        $alone = $null
        while ($null -eq $alone) {
            $alone = Open-Alone "$Folder.lock"
            if ($null -eq $alone) { Start-Sleep -Seconds 1 }
        }
        try {
            if (-not (Test-Path -LiteralPath $done)) {
                Assert-Space $Folder
                Assert-Build
                Write-Host "setup: packages into $Folder (about 8 GB, once a machine)"
                if (Test-Path -LiteralPath $Folder) { Remove-Item -LiteralPath $Folder -Recurse -Force }
                & $found -m venv $Folder
                if ($LASTEXITCODE -ne 0) { throw "$($Folder): no environment could be made here (see above)" }
                $left = $Locks
                if ($TorchIndex -ne '') { $left = Install-Torch $Folder $Locks }
                foreach ($file in $left) { Install-Lock $Folder $file }
                $null = New-Item -ItemType File -Path $done
            }
        } finally { $alone.Dispose() }
    }
    if (-not (Test-Path -LiteralPath '.venv')) {
        $kind = 'SymbolicLink'
        if ($OnWindows) { $kind = 'Junction' }
        $null = New-Item -ItemType $kind -Path '.venv' -Target $Folder
    }
}

function Initialize-Packages {
    # What a target needs; -Python given: nothing.
    param([string]$Needs)
    if (($Python -ne '') -or (@('nothing', 'model') -contains $Needs)) { return }
    Install-Packages $VenvFolder $Locks
    $marker = Join-Path $VenvFolder ".test-$(Get-Hash @('requirements-test.txt') '')"
    if (($Needs -eq 'tests') -and -not (Test-Path -LiteralPath $marker)) {
        Install-Lock $VenvFolder 'requirements-test.txt'
        $null = New-Item -ItemType File -Path $marker
    }
}

# ---- One run, one writer ---------------------------------------------------------------------------------------------

function Lock-Run {
    # The lock is beside the run, and make heeds it too; the system lets go of it when this process ends.
    try {
        $null = New-Item -ItemType Directory -Force -Path $Runs
        $whole = (Resolve-Path -LiteralPath $Runs).ProviderPath
    } catch {
        throw "$($Runs): cannot be written; give another folder, or the right to write"
    }
    $writer = Join-Path $whole ".$Run.writer"
    $held = $null
    # Processes of a chain that was just killed may take a moment to end.
    for ($try = 0; ($null -eq $held) -and ($try -lt 5); $try++) {
        if ($try) { Start-Sleep -Milliseconds 400 }
        $held = Open-Alone (Join-Path $whole ".$Run.lock")
    }
    if ($null -eq $held) {
        $who = 'another process'
        if (Test-Path -LiteralPath $writer) { $who = [System.IO.File]::ReadAllText($writer).Trim() }
        throw "$($Folder): in use by $who; wait until it ends, or give another -Run"
    }
    [System.IO.File]::WriteAllText($writer, "process $PID, since $(Get-Date -Format 'yyyy-MM-dd HH:mm:ss')`n")
    return $held
}

function Remove-Run {
    # Deletes one run's folder, and nothing else.
    if (-not (Test-Path -LiteralPath $Folder)) {
        Write-Host "clean: there is no $Folder"
        return
    }
    $marks = @('settings.json', 'source.stamp', 'inputs') | Where-Object { Test-Path -LiteralPath "$Folder/$_" }
    if (-not $marks -and @(Get-ChildItem -LiteralPath $Folder -Force).Count) {
        throw "$($Folder): no run (it has no settings.json); delete it by hand"
    }
    if (-not $PSCmdlet.ShouldProcess($Folder, 'delete')) { return }
    $script:Lock = Lock-Run
    if (-not $Yes) {
        if ([Console]::IsInputRedirected) { throw "$($Folder): -Yes deletes it" }
        if ((Read-Host "delete $($Folder)? [y/N]") -notmatch '^[yY]') { throw "$($Folder): left alone" }
    }
    Remove-Item -LiteralPath $Folder -Recurse -Force
    Write-Host "clean: $Folder is deleted"
}

# ---- The loop --------------------------------------------------------------------------------------------------------

function Get-Age {
    param([string]$Path)
    return (Get-Item -LiteralPath $Path -Force).LastWriteTimeUtc
}

function Get-Reason {
    # Why a step must run; an empty text if it is up to date.
    param([string[]]$Inputs, [string[]]$Outputs, [bool]$Always)
    foreach ($output in $Outputs) {
        if (-not (Test-Path -LiteralPath $output)) { return "Missing output: $output" }
    }
    if ($Always) { return "Made anew each time: $($Outputs[0])" }
    foreach ($output in $Outputs) {
        foreach ($path in $Inputs) {
            if ($Planned.Contains($path)) { return "Out-of-date output: $output (older than $path)" }
            if ((Get-Age $path) -gt (Get-Age $output)) { return "Out-of-date output: $output (older than $path)" }
        }
    }
    return ''
}

function Remove-Failed {
    # What a failed step wrote does not count as done.
    param([string[]]$Outputs, [hashtable]$Before)
    foreach ($output in $Outputs) {
        if (-not (Test-Path -LiteralPath $output -PathType Leaf)) { continue }
        if ((Get-Age $output) -ne $Before[$output]) { Remove-Item -LiteralPath $output -Force }
    }
}

function Invoke-Step {
    param([hashtable]$Step, [string[]]$Outputs, [string]$Number)
    $words = @("scripts/$($Step.Script)") + (Expand-Words ($Step.Arguments -split ' '))
    $before = @{}
    foreach ($output in $Outputs) {
        $before[$output] = $null
        if (Test-Path -LiteralPath $output) { $before[$output] = Get-Age $output }
    }
    Set-Environment 'VGPT2_STEP' "$Number $($Step.Name)"
    Set-Environment 'VGPT2_RUN' $Folder
    if ($V) {
        Set-Environment 'VGPT2_DETAILS' '1'
        Write-Host "$Python $($words -join ' ')"
    }
    $finished = $false
    try {
        Invoke-Native $Python $words
        $finished = $true
    } finally {
        if (-not $finished) { Remove-Failed $Outputs $before }
    }
    foreach ($output in $Outputs) {
        if (-not (Test-Path -LiteralPath $output)) { throw "Missing output: $output after step $($Step.Name)" }
    }
}

function Get-Needed {
    # The names of the steps with these names and of all whose files they take.
    param([string[]]$Names)
    $makers = @{}
    $byName = @{}
    foreach ($step in $Steps) {
        $byName[$step.Name] = $step
        foreach ($output in (Expand-Words ($step.Outputs -split ' '))) { $makers[$output] = $step.Name }
    }
    $wanted = New-Object 'System.Collections.Generic.HashSet[string]'
    $open = New-Object 'System.Collections.Generic.Queue[string]'
    foreach ($name in $Names) { $open.Enqueue($name) }
    while ($open.Count) {
        $name = $open.Dequeue()
        if (-not $wanted.Add($name)) { continue }
        foreach ($path in (Expand-Words ("$($byName[$name].Inputs) $($byName[$name].Needs)" -split ' '))) {
            if ($makers.ContainsKey($path)) { $open.Enqueue($makers[$path]) }
        }
    }
    return , $wanted
}

function Get-Ordered {
    # These steps in the order of the table, but whatever makes a file before what takes it.
    param([System.Collections.Generic.HashSet[string]]$Wanted)
    $left = @($Steps | Where-Object { $Wanted.Contains($_.Name) })
    $ordered = @()
    while ($left.Count) {
        $coming = @()
        foreach ($step in $left) { $coming += (Expand-Words ($step.Outputs -split ' ')) }
        $next = $left[0]
        foreach ($step in $left) {
            $takes = (Expand-Words ("$($step.Inputs) $($step.Needs)" -split ' '))
            if (-not @($takes | Where-Object { $coming -ccontains $_ }).Count) {
                $next = $step
                break
            }
        }
        $ordered += $next
        $left = @($left | Where-Object { $_.Name -ne $next.Name })
    }
    return , $ordered
}

function Invoke-Chain {
    # Every step that leads to the goals and is missing or out of date.
    param([string[]]$Names)
    $wanted = Get-Needed $Names
    $counted = @($Steps | Where-Object { -not ($_.ContainsKey('Beside') -or $_.ContainsKey('Harvest')) })
    $length = $counted.Count
    $places = @{}
    foreach ($step in $counted) {
        $places[$step.Name] = "$($places.Count + 1)/$length"
    }
    $due = 0
    foreach ($step in (Get-Ordered $wanted)) {
        $number = "$($places[$step.Name])"
        $inputs = Expand-Words ($step.Inputs -split ' ')
        $outputs = Expand-Words ($step.Outputs -split ' ')
        foreach ($path in ($inputs + (Expand-Words ($step.Needs -split ' ')))) {
            if (-not ((Test-Path -LiteralPath $path) -or $Planned.Contains($path))) {
                throw "Missing input: $path for step $($step.Name)"
            }
        }
        $reason = Get-Reason $inputs $outputs $step.ContainsKey('Always')
        if ($reason -eq '') {
            Write-Verbose "Up to date: $($step.Name)"
            continue
        }
        $due++
        Write-Verbose "$reason -> $($step.Name)"
        if ($PSCmdlet.ShouldProcess($step.Name, $reason)) {
            Invoke-Step $step $outputs $number
        } else {
            foreach ($output in $outputs) { $null = $Planned.Add($output) }
        }
    }
    if ($Looking) { Write-Host "$due steps would run" }
}

function Get-Last {
    # Where a target ends: all may stop earlier.
    param([string]$Name)
    if (($Name -eq 'all') -and ($StopAfter -ne '')) { return $StopAfter }
    return $Name
}

function Invoke-Goals {
    # Checks, lock, what was asked for, steps: as make does it.
    param([string]$Name)
    $last = Get-Last $Name
    if ($Looking) {
        if (Test-Program $Python) {
            $changes = @(& $Python @Prepare '--changes')
            if ($LASTEXITCODE -ne 0) { Stop-Chain }
            foreach ($path in $changes) { $null = $Planned.Add($path) }
        } else {
            Write-Host "What if: setup, packages into $VenvFolder"
            foreach ($path in @('source.stamp', 'settings.json', 'inputs/database.yaml', 'inputs/curated.json', 'inputs/extra.stamp', 'inputs/packages.txt')) {
                $null = $Planned.Add("$Folder/$path")
            }
        }
        foreach ($path in $Planned) { Write-Host "What if: write $path" }
    } else {
        $script:Lock = Lock-Run
        Invoke-Native $Python ($Prepare + @('--goal', $last))
    }
    Invoke-Chain $Goals[$last]
    if (-not $Looking -and ($Name -eq 'all')) { Invoke-Native $Python @('scripts/show_status.py', '--run-dir', $Folder, '--ended', $last) }
}

function Assert-Model {
    # What serves takes the model that is there, and says when it is older than what it is made of.
    if (-not (Test-Path -LiteralPath "$Folder/export/.done")) {
        $others = @()
        if (Test-Path -LiteralPath $Runs) {
            $others = @(Get-ChildItem -LiteralPath $Runs | Where-Object { Test-Path -LiteralPath (Join-Path $_.FullName 'export/.done') } | ForEach-Object { "-Run $($_.Name)" })
        }
        $hint = ''
        if ($others.Count) { $hint = "; there is one with $($others -join ' ')" }
        throw "$($Folder): no model yet: .\run_pipeline.ps1$hint"
    }
    $wanted = Get-Needed @('export')
    foreach ($step in $Steps) {
        if (-not $wanted.Contains($step.Name)) { continue }
        $inputs = @((Expand-Words ($step.Inputs -split ' ')) | Where-Object { Test-Path -LiteralPath $_ })
        if ((Get-Reason $inputs (Expand-Words ($step.Outputs -split ' ')) $false) -eq '') { continue }
        [Console]::Error.WriteLine("note: $Folder/export is older than what it is made of; .\run_pipeline.ps1 makes it anew")
        return
    }
}

function Show-Help {
    Write-Host 'The first try: .\run_pipeline.ps1 -Profile tiny; Get-Help .\run_pipeline.ps1 -Full says more'
    Write-Host ''
    Write-Host 'Targets:'
    foreach ($line in $TargetHelp) { Write-Host "  $line" }
}

function Invoke-Lint {
    $bin = & $Python -c 'import sysconfig; print(sysconfig.get_path(''scripts''))'
    Invoke-Native $Python @('-m', 'ruff', 'check', '.')
    Invoke-Native $Python @('-m', 'ruff', 'format', '--check', '.')
    Invoke-Native $Python @('-m', 'mypy')
    $files = @('scripts', 'docker' | ForEach-Object { $folder = $_; Get-ChildItem -Path $folder -Filter '*.sh' | ForEach-Object { "$folder/$($_.Name)" } }) + @('.ci/run')
    Invoke-Native (Join-Path $bin 'shellcheck') $files
    Invoke-Native (Join-Path $bin 'hadolint') @('docker/Dockerfile')
    Set-Environment 'PYTHONPATH' 'scripts'
    Invoke-Native (Join-Path $bin 'lint-imports') @('--no-cache')
    Invoke-Native $Python @('scripts/check_licences.py')
}

function Install-Tool {
    # A tool of automation/tools in an environment of its own, whole or not at all; gives its Python.
    param([string]$Name)
    $lock = "automation/tools/$Name.txt"
    $folder = Join-Path (Join-Path (Get-Cache) 'vgpt2') "tool-$Name-$(Get-Hash @($lock) '')"
    $done = Join-Path $folder '.done'
    if (-not (Test-Path -LiteralPath $done)) {
        Write-Host "setup: $lock, about a minute"
        if (Test-Path -LiteralPath $folder) { Remove-Item -LiteralPath $folder -Recurse -Force }
        Invoke-Native (Find-Python) @('-m', 'venv', $folder)
        Install-Lock $folder $lock
        $null = New-Item -ItemType File -Path $done
    }
    return (Get-VenvPython $folder)
}

function Invoke-Target {
    # One of make's targets.
    param([string]$Name)
    if (($Needs -eq 'model') -and ($Upstream -eq '')) { Assert-Model }
    $ready = Test-Program $Python
    if (-not $ready -and ($Name -ne 'plan') -and (@('nothing', 'model') -contains $Needs)) { throw 'no packages yet: .\run_pipeline.ps1 setup' }
    if ($Goals.ContainsKey($Name)) {
        Invoke-Goals $Name
        return
    }
    if ($Commands.ContainsKey($Name)) {
        foreach ($command in $Commands[$Name]) { Invoke-Native $Python (Expand-Words $command) }
        return
    }
    switch ($Name) {
        'plan' {
            if ($ready) { Invoke-Native $Python ($Prepare + @('--plan', '--goal', (Get-Last 'all'))) }
            else { Write-Host "set-up would run first (packages into $VenvFolder), then every step" }
        }
        'status' {
            $shown = @('--runs', $Runs)
            if ($Given.ContainsKey('Run')) { $shown = @('--run-dir', $Folder) }
            Invoke-Native $Python (@('scripts/show_status.py') + $shown)
        }
        'setup' {
            if ($Given.ContainsKey('Python')) { Write-Host "setup: -Python $Python is given; nothing to do" }
            else { Write-Host "setup: $VenvFolder is complete" }
        }
        'lint' { Invoke-Lint }
        'supply-chain' { Invoke-Native $Python @('scripts/audit_packages.py', '--by', (Install-Tool 'audit')) }
        'docs' {
            $site = [System.IO.Path]::GetFullPath((Join-Path $PSScriptRoot "$Runs/site"))
            Set-Environment 'NO_MKDOCS_2_WARNING' '1'
            Invoke-Native (Install-Tool 'docs') @('-m', 'mkdocs', 'build', '--strict', '--config-file', 'automation/tools/mkdocs.yml', '--site-dir', $site)
            Write-Host "docs: $Runs/site/index.html"
        }
        'image-check' { Invoke-Native 'bash' @('docker/image_check.sh') }
        'lock' { Invoke-Native 'bash' @('scripts/lock.sh') }
        default { throw "Target=$($Name): not for PowerShell" }
    }
}

try {
    if ($Misspelt.Count) {
        $word = $Misspelt[0]
        if (-not $word.StartsWith('-')) { throw "$($word): belongs to no parameter; give it as -Name value" }
        throw "$($word): no such parameter$(Get-Hint $word.Trim('-', ':') $ParameterNames)"
    }
    $names = @($TargetHelp | ForEach-Object { ($_ -split ' ')[0] })
    if ($names -cnotcontains $Target) { throw "Target=$($Target): no such target$(Get-Hint $Target $names)" }
    Set-Location -LiteralPath $PSScriptRoot
    Set-Environment 'PYTHONUTF8' '1'
    Set-Environment 'TOKENIZERS_PARALLELISM' 'false'
    # Threads that wait give their core away: two processes that share the cores halve each other otherwise.
    Set-Environment 'OMP_WAIT_POLICY' 'PASSIVE'
    if ($Fresh) { Set-Environment 'FRESH' '1' }
    if ($Push -ne '') { Set-Environment 'PUSH' $Push }
    foreach ($name in $PathParameters) {
        if (-not $Given.ContainsKey($name) -or ($name -eq 'Database')) { continue }
        # A program on the path has no folder.
        if (($name -eq 'Python') -and ($Python -notmatch '[\\/]')) { continue }
        Set-Variable -Name $name -Value (Resolve-UserPath (Get-Variable -Name $name -ValueOnly))
    }

    if ($Container) {
        . (Join-Path $PSScriptRoot 'scripts/container.ps1')
        Invoke-Container
        return
    }
    # Empty on the command line: the registry, whatever the environment says.
    if (-not $Given.ContainsKey('TorchIndex') -and $env:VGPT2_TORCH_INDEX) { $TorchIndex = $env:VGPT2_TORCH_INDEX }
    Assert-Index
    # A path begins where the user stands; a name has none.
    if (($Model -match '[\\/]') -and (Test-Path -LiteralPath (Join-Path $Start $Model))) { $Model = Resolve-UserPath $Model }
    if ($ProfileName -eq '') { $ProfileName = Get-DefaultProfile }
    $SourceName = (Split-Path -Leaf $Source) -replace '\.(sql|dacpac|bacpac)$', '' -replace '[^A-Za-z0-9._]+', '-' -replace '^[^A-Za-z0-9]+', '' -replace '-+$', ''
    $DatabaseFile = Get-DatabaseFile $SourceName
    if (-not $Given.ContainsKey('Run')) {
        if ($SourceName -eq '') { $SourceName = 'run' }
        $Run = "$SourceName-$ProfileName"
        if ($Model -ne '') { $Run += '-' + ((Split-Path -Leaf $Model) -replace '\.yaml$', '' -replace '[^A-Za-z0-9._-]+', '-') }
    }
    $Folder = "$Runs/$Run"
    $FromProfile = Get-YamlValues @('exam.suite', 'data.teacher', 'harvest.count', 'launch.use_cpu', 'launch.deepspeed', 'quantization_bit')
    $SuiteName = $Suite
    if (($SuiteName -eq '') -and $FromProfile.ContainsKey('exam.suite')) { $SuiteName = $FromProfile['exam.suite'] }
    if ($SuiteName -eq '') { $SuiteName = 'full' }
    $Locks = Get-Locks
    $VenvFolder = $Venv
    if ($VenvFolder -eq '') {
        $VenvFolder = Join-Path (Join-Path (Get-Cache) 'vgpt2') "venv-$(Get-Hash $Locks $TorchIndex)"
    }
    $Needs = 'packages'
    if ($TargetNeeds.ContainsKey($Target)) { $Needs = $TargetNeeds[$Target] }

    if ($Target -eq 'help') {
        Show-Help
    } elseif ($Target -eq 'clean') {
        Assert-Run
        Remove-Run
    } else {
        Assert-Run
        if ($Goals.ContainsKey($Target) -or ($Target -eq 'plan')) { Assert-Asked }
        $Values = Get-Values
        if (-not $Looking) { Initialize-Packages $Needs }
        if ($Python -eq '') { $Python = Get-VenvPython $VenvFolder }
        $Planned = New-Object 'System.Collections.Generic.HashSet[string]'
        $Prepare = @('scripts/prepare_run.py', '--profile', $ProfileName, '--source', $Source, '--database', $DatabaseFile, '--run', $Run)
        $Prepare += (Get-Option '--model' $Model) + $Values.SourceOptions + $Values.ExtraOption + $Values.TeacherOption + $Values.HarvestAsked + (Get-Option '--seed' $Seed)
        $Prepare += @('--suite', $SuiteName, '--output', "$Folder/settings.json")
        Invoke-Target $Target
    }
} catch {
    # A mistake is one line, as from the scripts.
    if ($_.Exception -isnot [System.OperationCanceledException]) { [Console]::Error.WriteLine("error: $($_.Exception.Message)") }
    exit $script:ExitCode
} finally {
    if ($null -ne $Lock) { $Lock.Dispose() }
    foreach ($name in @($Kept.Keys)) {
        # Not by SetEnvironmentVariable: PowerShell makes an empty text of nothing, and that would be a value.
        if ($null -eq $Kept[$name]) { Remove-Item -LiteralPath "Env:$name" } else { Set-Item -LiteralPath "Env:$name" -Value $Kept[$name] }
    }
    Set-Location -LiteralPath $Start
}
