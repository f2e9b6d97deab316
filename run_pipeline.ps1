#Requires -Version 5.1
<#
.SYNOPSIS
    The chain of the Makefile for Windows: the same steps, in the same order, with the same arguments.
.DESCRIPTION
    One table of steps and one loop. A step runs when an output is missing or older than an input.
    -WhatIf says what would run. Windows PowerShell 5.1 and PowerShell 7.
.EXAMPLE
    .\run_pipeline.ps1
    .\run_pipeline.ps1 -Profile tiny
    .\run_pipeline.ps1 -Source C:\VGPT2 -StopAfter sft
    .\run_pipeline.ps1 -WhatIf
#>
[CmdletBinding(SupportsShouldProcess = $true)]
param(
    [string]$Profile = '',
    [string]$Source = 'data/sample',
    [string]$Database = '',
    [string]$Run = '',
    [string]$Runs = 'runs',
    [string]$Scripts = '',
    [string]$DatabaseName = '',
    [switch]$AllowUnread,
    [string]$Extra = '',
    [string]$Teacher = '',
    [string]$TeacherModel = '',
    [string]$Seed = '',
    [string]$StopAfter = '',
    [switch]$ChooseCheckpoint,
    [string]$Python = '',
    [string]$Venv = ''
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Set-Location -LiteralPath $PSScriptRoot
$env:PYTHONUTF8 = '1'
$env:TOKENIZERS_PARALLELISM = 'false'
# Threads that wait give their core away: two processes that share the cores halve each other otherwise.
$env:OMP_WAIT_POLICY = 'PASSIVE'
# Exit codes are looked at here, in 7.4 too.
$PSNativeCommandUseErrorActionPreference = $false
# What this script ends with after a mistake; that of a program which failed.
$script:ExitCode = 2
$OnWindows = $env:OS -eq 'Windows_NT'

# {Run} is the run's folder. A word that is one {Name} alone may become several words, or none.
# Inputs: their age counts. Needs: they must exist.
$Steps = @(
    @{ Name = 'catalog'; Script = 'extract_catalog.py'; Inputs = '{Run}/source.stamp {Database}'; Needs = ''; Outputs = '{Run}/catalog.json'
       Arguments = '--source {Source} {ScriptsOption} {UnreadOption} --database {Database} --output {Run}/catalog.json' }
    @{ Name = 'suite'; Script = 'build_suite.py'; Inputs = '{Run}/catalog.json {Run}/settings.json {Curated}'; Needs = ''; Outputs = '{Run}/suite/full.jsonl {Run}/suite/quick.jsonl {Run}/suite/held_out.json'
       Arguments = '--catalog {Run}/catalog.json --settings {Run}/settings.json --output-dir {Run}/suite' }
    @{ Name = 'raw sft'; Script = 'generate_training_data.py'; Inputs = '{Run}/catalog.json {Run}/suite/held_out.json {Run}/settings.json'; Needs = ''; Outputs = '{Run}/data/raw/sft.jsonl'
       Arguments = '--catalog {Run}/catalog.json --held-out {Run}/suite/held_out.json {TeacherOption} --settings {Run}/settings.json --output {Run}/data/raw/sft.jsonl' }
    @{ Name = 'raw negatives'; Script = 'generate_negative_examples.py'; Inputs = '{Run}/catalog.json {Run}/suite/held_out.json {Run}/settings.json'; Needs = ''; Outputs = '{Run}/data/raw/negatives.jsonl'
       Arguments = '--catalog {Run}/catalog.json --held-out {Run}/suite/held_out.json --settings {Run}/settings.json --output {Run}/data/raw/negatives.jsonl' }
    @{ Name = 'merge'; Script = 'merge_sft.py'; Inputs = '{Run}/data/raw/sft.jsonl {Run}/data/raw/negatives.jsonl {Run}/settings.json {ExtraFiles}'; Needs = ''; Outputs = '{Run}/data/raw/sft_merged.jsonl'
       Arguments = '--sft {Run}/data/raw/sft.jsonl --negatives {Run}/data/raw/negatives.jsonl {ExtraOption} --settings {Run}/settings.json --output {Run}/data/raw/sft_merged.jsonl' }
    @{ Name = 'dedupe sft'; Script = 'dedupe.py'; Inputs = '{Run}/data/raw/sft_merged.jsonl {Run}/suite/held_out.json {Run}/settings.json'; Needs = ''; Outputs = '{Run}/data/sft.jsonl {Run}/data/sft_eval.jsonl'
       Arguments = '{Run}/data/raw/sft_merged.jsonl --stage sft --settings {Run}/settings.json --held-out {Run}/suite/held_out.json --output {Run}/data/sft.jsonl' }
    @{ Name = 'audit sft'; Script = 'validate_data.py'; Inputs = '{Run}/data/sft.jsonl {Run}/data/sft_eval.jsonl {Run}/catalog.json {Run}/suite/full.jsonl {Run}/suite/held_out.json {Run}/settings.json'; Needs = ''; Outputs = '{Run}/audit/sft.json'
       Arguments = '{Run}/data/sft.jsonl {Run}/data/sft_eval.jsonl --stage sft --catalog {Run}/catalog.json --suite {Run}/suite/full.jsonl --held-out {Run}/suite/held_out.json --settings {Run}/settings.json --report {Run}/audit/sft.json' }
    @{ Name = 'raw dpo'; Script = 'generate_dpo_pairs.py'; Inputs = '{Run}/catalog.json {Run}/suite/held_out.json {Run}/settings.json'; Needs = ''; Outputs = '{Run}/data/raw/dpo.jsonl'
       Arguments = '--catalog {Run}/catalog.json --held-out {Run}/suite/held_out.json --settings {Run}/settings.json --output {Run}/data/raw/dpo.jsonl' }
    @{ Name = 'dedupe dpo'; Script = 'dedupe.py'; Inputs = '{Run}/data/raw/dpo.jsonl {Run}/suite/held_out.json {Run}/settings.json'; Needs = ''; Outputs = '{Run}/data/dpo.jsonl {Run}/data/dpo_eval.jsonl'
       Arguments = '{Run}/data/raw/dpo.jsonl --stage dpo --settings {Run}/settings.json --held-out {Run}/suite/held_out.json --output {Run}/data/dpo.jsonl' }
    @{ Name = 'audit dpo'; Script = 'validate_data.py'; Inputs = '{Run}/data/dpo.jsonl {Run}/data/dpo_eval.jsonl {Run}/catalog.json {Run}/suite/full.jsonl {Run}/suite/held_out.json {Run}/settings.json'; Needs = ''; Outputs = '{Run}/audit/dpo.json'
       Arguments = '{Run}/data/dpo.jsonl {Run}/data/dpo_eval.jsonl --stage dpo --catalog {Run}/catalog.json --suite {Run}/suite/full.jsonl --held-out {Run}/suite/held_out.json --settings {Run}/settings.json --report {Run}/audit/dpo.json' }
    @{ Name = 'raw kto'; Script = 'generate_kto_data.py'; Inputs = '{Run}/catalog.json {Run}/suite/held_out.json {Run}/settings.json {Run}/data/raw/dpo.jsonl'; Needs = ''; Outputs = '{Run}/data/raw/kto.jsonl'
       Arguments = '--catalog {Run}/catalog.json --held-out {Run}/suite/held_out.json --settings {Run}/settings.json --dpo {Run}/data/raw/dpo.jsonl --output {Run}/data/raw/kto.jsonl' }
    @{ Name = 'dedupe kto'; Script = 'dedupe.py'; Inputs = '{Run}/data/raw/kto.jsonl {Run}/suite/held_out.json {Run}/settings.json'; Needs = ''; Outputs = '{Run}/data/kto.jsonl {Run}/data/kto_eval.jsonl'
       Arguments = '{Run}/data/raw/kto.jsonl --stage kto --settings {Run}/settings.json --held-out {Run}/suite/held_out.json --output {Run}/data/kto.jsonl' }
    @{ Name = 'audit kto'; Script = 'validate_data.py'; Inputs = '{Run}/data/kto.jsonl {Run}/data/kto_eval.jsonl {Run}/data/dpo.jsonl {Run}/catalog.json {Run}/suite/full.jsonl {Run}/suite/held_out.json {Run}/settings.json'; Needs = ''; Outputs = '{Run}/audit/kto.json'
       Arguments = '{Run}/data/kto.jsonl {Run}/data/kto_eval.jsonl --stage kto --catalog {Run}/catalog.json --suite {Run}/suite/full.jsonl --held-out {Run}/suite/held_out.json --against {Run}/data/dpo.jsonl --settings {Run}/settings.json --report {Run}/audit/kto.json' }
    @{ Name = 'register'; Script = 'register_datasets.py'; Inputs = '{Run}/audit/sft.json {Run}/audit/dpo.json {Run}/audit/kto.json {Run}/catalog.json'; Needs = ''; Outputs = '{Run}/data/dataset_info.json'
       Arguments = '--data-dir {Run}/data --catalog {Run}/catalog.json --held-out {Run}/suite/held_out.json --settings {Run}/settings.json --output {Run}/data/dataset_info.json' }
    @{ Name = 'base'; Script = 'make_base.py'; Inputs = '{Run}/catalog.json {Run}/settings.json'; Needs = ''; Outputs = '{Run}/base/.done'
       Arguments = '--settings {Run}/settings.json --catalog {Run}/catalog.json --output {Run}/base' }
    @{ Name = 'preflight sft'; Script = 'preflight.py'; Inputs = '{Run}/data/sft.jsonl {Run}/data/sft_eval.jsonl {Run}/audit/sft.json {Run}/base/.done {Run}/settings.json'; Needs = '{Run}/data/dataset_info.json'; Outputs = '{Run}/preflight/sft.json'
       Arguments = '--stage sft --settings {Run}/settings.json --data-dir {Run}/data --model {Run}/base --output {Run}/preflight/sft.json' }
    @{ Name = 'preflight dpo'; Script = 'preflight.py'; Inputs = '{Run}/data/dpo.jsonl {Run}/data/dpo_eval.jsonl {Run}/audit/dpo.json {Run}/base/.done {Run}/settings.json'; Needs = '{Run}/data/dataset_info.json'; Outputs = '{Run}/preflight/dpo.json'
       Arguments = '--stage dpo --settings {Run}/settings.json --data-dir {Run}/data --model {Run}/base --output {Run}/preflight/dpo.json' }
    @{ Name = 'preflight kto'; Script = 'preflight.py'; Inputs = '{Run}/data/kto.jsonl {Run}/data/kto_eval.jsonl {Run}/audit/kto.json {Run}/base/.done {Run}/settings.json'; Needs = '{Run}/data/dataset_info.json'; Outputs = '{Run}/preflight/kto.json'
       Arguments = '--stage kto --settings {Run}/settings.json --data-dir {Run}/data --model {Run}/base --output {Run}/preflight/kto.json' }
    @{ Name = 'exam base'; Script = 'run_validation.py'; Inputs = '{Run}/base/.done {Suite} {Run}/catalog.json {Run}/settings.json'; Needs = ''; Outputs = '{Run}/exam/base.json'
       Arguments = '--model {Run}/base --also-mode schema --suite {Suite} --catalog {Run}/catalog.json --settings {Run}/settings.json --output {Run}/exam/base.json' }
    @{ Name = 'train sft'; Script = 'train_stage.py'; Inputs = '{Run}/base/.done {Run}/preflight/sft.json {Run}/data/sft.jsonl {Run}/data/sft_eval.jsonl {Run}/settings.json'; Needs = ''; Outputs = '{Run}/saves/sft/.done'
       Arguments = 'sft --settings {Run}/settings.json --run-dir {Run} --base {Run}/base {ChooseOption}' }
    @{ Name = 'exam sft'; Script = 'run_validation.py'; Inputs = '{Run}/saves/sft/.done {Suite} {Run}/catalog.json {Run}/settings.json'; Needs = ''; Outputs = '{Run}/exam/sft.json'
       Arguments = '--model {Run}/saves/sft/merged --suite {Suite} --catalog {Run}/catalog.json --settings {Run}/settings.json --output {Run}/exam/sft.json' }
    @{ Name = 'gate sft'; Script = 'compare_checkpoints.py'; Inputs = '{Run}/exam/base.json {Run}/exam/sft.json {Run}/settings.json'; Needs = ''; Outputs = '{Run}/gates/sft.json'
       Arguments = '{Run}/exam/base.json {Run}/exam/sft.json --base {Run}/exam/base.json --settings {Run}/settings.json --output {Run}/gates/sft.json' }
    @{ Name = 'train dpo'; Script = 'train_stage.py'; Inputs = '{Run}/gates/sft.json {Run}/preflight/dpo.json {Run}/data/dpo.jsonl {Run}/data/dpo_eval.jsonl {Run}/settings.json'; Needs = ''; Outputs = '{Run}/saves/dpo/.done'
       Arguments = 'dpo --settings {Run}/settings.json --run-dir {Run} --base {Run}/gates/sft.json {ChooseOption}' }
    @{ Name = 'exam dpo'; Script = 'run_validation.py'; Inputs = '{Run}/saves/dpo/.done {Suite} {Run}/catalog.json {Run}/settings.json'; Needs = ''; Outputs = '{Run}/exam/dpo.json'
       Arguments = '--model {Run}/saves/dpo/merged --suite {Suite} --catalog {Run}/catalog.json --settings {Run}/settings.json --output {Run}/exam/dpo.json' }
    @{ Name = 'gate dpo'; Script = 'compare_checkpoints.py'; Inputs = '{Run}/gates/sft.json {Run}/exam/dpo.json {Run}/exam/base.json {Run}/settings.json'; Needs = ''; Outputs = '{Run}/gates/dpo.json'
       Arguments = '{Run}/gates/sft.json {Run}/exam/dpo.json --base {Run}/exam/base.json --settings {Run}/settings.json --output {Run}/gates/dpo.json' }
    @{ Name = 'train kto'; Script = 'train_stage.py'; Inputs = '{Run}/gates/dpo.json {Run}/preflight/kto.json {Run}/data/kto.jsonl {Run}/data/kto_eval.jsonl {Run}/settings.json'; Needs = ''; Outputs = '{Run}/saves/kto/.done'
       Arguments = 'kto --settings {Run}/settings.json --run-dir {Run} --base {Run}/gates/dpo.json {ChooseOption}' }
    @{ Name = 'exam kto'; Script = 'run_validation.py'; Inputs = '{Run}/saves/kto/.done {Suite} {Run}/catalog.json {Run}/settings.json'; Needs = ''; Outputs = '{Run}/exam/kto.json'
       Arguments = '--model {Run}/saves/kto/merged --suite {Suite} --catalog {Run}/catalog.json --settings {Run}/settings.json --output {Run}/exam/kto.json' }
    @{ Name = 'gate kto'; Script = 'compare_checkpoints.py'; Inputs = '{Run}/gates/dpo.json {Run}/exam/kto.json {Run}/exam/base.json {Run}/settings.json'; Needs = ''; Outputs = '{Run}/gates/kto.json'
       Arguments = '{Run}/gates/dpo.json {Run}/exam/kto.json --base {Run}/exam/base.json --settings {Run}/settings.json --output {Run}/gates/kto.json' }
    @{ Name = 'export'; Script = 'export_model.py'; Inputs = '{Run}/gates/kto.json {Suite} {Run}/catalog.json {Run}/settings.json'; Needs = ''; Outputs = '{Run}/export/.done'
       Arguments = '--run-dir {Run} --settings {Run}/settings.json --catalog {Run}/catalog.json --output {Run}/export' }
    @{ Name = 'report'; Script = 'build_report.py'; Inputs = '{Run}/export/.done {Run}/gates/sft.json {Run}/gates/dpo.json {Run}/gates/kto.json {Run}/audit/sft.json {Run}/audit/dpo.json {Run}/audit/kto.json {Run}/exam/base.json {Run}/exam/sft.json {Run}/exam/dpo.json {Run}/exam/kto.json {Run}/settings.json'; Needs = ''; Outputs = '{Run}/report.html {Run}/metrics.json'
       Arguments = '--run-dir {Run} --settings {Run}/settings.json --output {Run}/report.html' }
)

# The step that a name of -StopAfter ends with.
$LastStep = @{ data = 'register'; baseline = 'exam base'; sft = 'gate sft'; dpo = 'gate dpo'; kto = 'gate kto' }

function Invoke-Native {
    # Runs a program; a failure is an error with its exit code.
    param([string]$Program, [string[]]$Words)
    & $Program @Words
    if ($LASTEXITCODE -ne 0) {
        $script:ExitCode = $LASTEXITCODE
        throw "$Program $($Words[0]) ended with exit code $LASTEXITCODE"
    }
}

function Get-VenvPython {
    param([string]$Folder)
    if ($OnWindows) { return (Join-Path $Folder 'Scripts\python.exe') }
    return (Join-Path $Folder 'bin/python')
}

function Get-DefaultProfile {
    # By the memory of the largest GPU, in MiB; without one: cpu.
    $memory = 0
    if (Get-Command 'nvidia-smi' -ErrorAction SilentlyContinue) {
        $lines = & nvidia-smi '--query-gpu=memory.total' '--format=csv,noheader,nounits'
        foreach ($line in @($lines)) {
            if ("$line" -match '^\s*(\d+)') { $memory = [Math]::Max($memory, [int]$Matches[1]) }
        }
    }
    if ($memory -ge 40000) { return 'a6000' }
    if ($memory -ge 20000) { return 'gpu24' }
    return 'cpu'
}

function Get-DefaultDatabase {
    # A file with the name of the source, that of Vista, or the one without house rules.
    param([string]$Name)
    $databases = 'automation/configs/databases'
    $own = "$databases/$($Name.Replace('-', '')).yaml"
    if (Test-Path -LiteralPath $own) { return $own }
    foreach ($mark in @('Viewpoint_Database', '_Metadata', '_MetadataV2')) {
        if (Test-Path -LiteralPath "$Source/$mark" -PathType Container) { return "$databases/vista.yaml" }
    }
    return "$databases/generic.yaml"
}

function Find-Python {
    # A Python of 3.11 or newer with its venv module.
    foreach ($name in @('python3', 'python', 'py')) {
        if (Get-Command $name -ErrorAction SilentlyContinue) {
            $null = & $name -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))'
            if ($LASTEXITCODE -eq 0) { return $name }
        }
    }
    throw 'no Python 3.11 or newer with its venv module found; install it from https://www.python.org/downloads/'
}

function Assert-Parameters {
    # Mistakes that should not wait for the packages.
    $stops = @('data', 'baseline', 'sft', 'dpo', 'kto')
    if (($StopAfter -ne '') -and ($stops -notcontains $StopAfter)) {
        throw "StopAfter=$($StopAfter): no such stop; there are $($stops -join ', ')"
    }
    $names = @(Get-ChildItem -Path 'automation/configs/profiles' -Filter '*.yaml' | ForEach-Object { $_.BaseName } | Where-Object { $_ -notlike '_*' } | Sort-Object)
    if ($names -notcontains $Profile) {
        throw "Profile=$($Profile): no such profile; there are $($names -join ', ')"
    }
    if ($Source.StartsWith('mssql://') -and $Source.Contains('@')) {
        throw 'Source: no user and no password in it; set VGPT2_SQL_USER and VGPT2_SQL_PASSWORD in the environment'
    }
    if (-not $Source.StartsWith('mssql://') -and -not (Test-Path -LiteralPath $Source)) {
        throw "Source=$($Source): no such folder; give the folder that holds the database's sources"
    }
    if (($Scripts -ne '') -and -not (Test-Path -LiteralPath $Scripts)) {
        throw "Scripts=$($Scripts): no such folder; give the folder that holds the database's scripts"
    }
    if (($Extra -ne '') -and -not (Test-Path -LiteralPath $Extra -PathType Container)) {
        throw "Extra=$($Extra): no such folder; give a folder with .json or .jsonl files"
    }
}

function Get-LockHash {
    # The first 12 hex digits of the SHA-256 of the lock files, one after the other.
    param([string[]]$Locks)
    $bytes = New-Object 'System.Collections.Generic.List[byte]'
    foreach ($lock in $Locks) { $bytes.AddRange([System.IO.File]::ReadAllBytes((Join-Path $PSScriptRoot $lock))) }
    $sha = [System.Security.Cryptography.SHA256]::Create()
    $hex = -join ($sha.ComputeHash($bytes.ToArray()) | ForEach-Object { $_.ToString('x2') })
    return $hex.Substring(0, 12)
}

function Install-Packages {
    # The virtual environment, keyed by the lock file, whole or not at all: .done is written last.
    param([string]$Folder, [string[]]$Locks)
    $done = Join-Path $Folder '.done'
    if (-not (Test-Path -LiteralPath $done)) {
        Write-Host "setup: packages into $Folder (about 8 GB, once a machine)"
        if (Test-Path -LiteralPath $Folder) { Remove-Item -LiteralPath $Folder -Recurse -Force }
        Invoke-Native (Find-Python) @('-m', 'venv', $Folder)
        foreach ($lock in $Locks) {
            Invoke-Native (Get-VenvPython $Folder) @('-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', '--quiet', '--require-hashes', '-r', $lock)
        }
        $null = New-Item -ItemType File -Path $done
    }
    if (-not (Test-Path -LiteralPath '.venv')) {
        $kind = 'SymbolicLink'
        if ($OnWindows) { $kind = 'Junction' }
        $null = New-Item -ItemType $kind -Path '.venv' -Target $Folder
    }
}

function Expand-Words {
    # The words of a text of the table, with every {Name} replaced.
    param([string]$Text)
    $words = @()
    foreach ($word in ($Text -split ' ')) {
        if ($word -eq '') { continue }
        if ($word -match '^\{(\w+)\}$') {
            $words += @($Values[$Matches[1]])
            continue
        }
        $words += $word.Replace('{Run}', $Values['Run'][0])
    }
    return , [string[]]$words
}

function Get-Age {
    param([string]$Path)
    return (Get-Item -LiteralPath $Path -Force).LastWriteTimeUtc
}

function Get-Reason {
    # Why a step must run; an empty text if it is up to date.
    param([string[]]$Inputs, [string[]]$Outputs)
    foreach ($output in $Outputs) {
        if (-not (Test-Path -LiteralPath $output)) { return "Missing output: $output" }
    }
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
    param([string[]]$Outputs, [DateTime]$Since)
    foreach ($output in $Outputs) {
        if (-not (Test-Path -LiteralPath $output -PathType Leaf)) { continue }
        if ((Get-Age $output) -ge $Since) { Remove-Item -LiteralPath $output -Force }
    }
}

function Invoke-Step {
    param([hashtable]$Step, [string[]]$Outputs)
    $words = @("scripts/$($Step.Script)") + (Expand-Words $Step.Arguments)
    $since = [DateTime]::UtcNow
    try {
        Invoke-Native $Python $words
    } catch {
        Remove-Failed $Outputs $since
        throw
    }
    foreach ($output in $Outputs) {
        if (-not (Test-Path -LiteralPath $output)) { throw "Missing output: $output after step $($Step.Name)" }
    }
}

try {
    # ---- What follows from the parameters ----

    if ($Profile -eq '') { $Profile = Get-DefaultProfile }
    Assert-Parameters
    $SourceName = (Split-Path -Leaf $Source) -replace '\.(sql|dacpac|bacpac)$', '' -replace '[^A-Za-z0-9._]+', '-'
    # A database without settings of its own is recognised by its tables, when the catalog is read.
    $ByTables = ($Database -eq '') -and -not (Test-Path -LiteralPath "automation/configs/databases/$($SourceName.Replace('-', '')).yaml")
    if ($Database -eq '') { $Database = Get-DefaultDatabase $SourceName }
    # A bare name is looked up among the project's own.
    $OwnDatabase = "automation/configs/databases/$Database"
    if (-not (Test-Path -LiteralPath $Database) -and (Test-Path -LiteralPath $OwnDatabase)) { $Database = $OwnDatabase }
    if ($Run -eq '') { $Run = "$SourceName-$Profile" }
    # A live server, 4-bit weights and DeepSpeed need more packages.
    $Locks = @('requirements.txt')
    if ($Source.StartsWith('mssql://')) { $Locks += 'requirements-mssql.txt' }
    $ProfileFile = "automation/configs/profiles/$Profile.yaml"
    if ((Test-Path -LiteralPath $ProfileFile) -and (Select-String -LiteralPath $ProfileFile -Pattern '^[^#]*(quantization_bit|deepspeed)' -Quiet)) {
        $Locks += 'requirements-gpu.txt'
    }
    if ($Venv -eq '') {
        $cache = Join-Path $HOME '.cache'
        if ($OnWindows) { $cache = $env:LOCALAPPDATA }
        if ($env:XDG_CACHE_HOME) { $cache = $env:XDG_CACHE_HOME }
        $hash = Get-LockHash $Locks
        $Venv = Join-Path (Join-Path $cache 'vgpt2') "venv-$hash"
    }
    if ($Python -eq '') {
        if ($PSCmdlet.ShouldProcess($Venv, 'setup')) { Install-Packages $Venv $Locks }
        $Python = Get-VenvPython $Venv
    }

    $Folder = "$Runs/$Run"
    $SuiteName = 'full'
    foreach ($file in @('_defaults', $Profile)) {
        $path = "automation/configs/profiles/$file.yaml"
        if (-not (Test-Path -LiteralPath $path)) { continue }
        foreach ($line in (Get-Content -LiteralPath $path)) {
            if ($line -match '^[^#]*\bsuite: *(quick|full)') { $SuiteName = $Matches[1] }
        }
    }
    $Curated = @()
    if (Test-Path -LiteralPath $Database) {
        foreach ($line in (Get-Content -LiteralPath $Database)) {
            if (($line -match '^curated_suite: *([^ #]+)') -and (Test-Path -LiteralPath $Matches[1])) { $Curated = @($Matches[1]) }
        }
    }
    $ScriptsOption = @()
    if ($Scripts -ne '') { $ScriptsOption = @('--scripts', $Scripts) }
    if ($DatabaseName -ne '') { $ScriptsOption += @('--database-name', $DatabaseName) }
    if ($ByTables) { $ScriptsOption += @('--by-tables') }
    $UnreadOption = @()
    if ($AllowUnread) { $UnreadOption = @('--allow-unread') }
    $ChooseOption = @()
    if ($ChooseCheckpoint) { $ChooseOption = @('--choose-checkpoint') }
    $TeacherOption = @()
    if (($Teacher -ne '') -or ($TeacherModel -ne '')) { $TeacherOption = @('--teacher', $Teacher, '--teacher-model', $TeacherModel) }
    $ExtraOption = @()
    $ExtraFiles = @()
    if ($Extra -ne '') {
        $ExtraOption = @('--extra', $Extra)
        $ExtraFiles = @(Get-ChildItem -LiteralPath $Extra -File | ForEach-Object { $_.FullName })
    }
    $Values = @{
        Run = @($Folder); Source = @($Source); Database = @($Database); Suite = @("$Folder/suite/$SuiteName.jsonl")
        Curated = $Curated; ScriptsOption = $ScriptsOption; UnreadOption = $UnreadOption; ChooseOption = $ChooseOption; TeacherOption = $TeacherOption; ExtraOption = $ExtraOption; ExtraFiles = $ExtraFiles
    }

    # ---- The loop ----

    $Planned = New-Object 'System.Collections.Generic.HashSet[string]'
    $Prepare = @('scripts/prepare_run.py', '--profile', $Profile, '--source', $Source, '--database', $Database, '--run', $Run) + $ScriptsOption + $ExtraOption + $TeacherOption
    if ($Seed -ne '') { $Prepare += @('--seed', $Seed) }
    $Prepare += @('--output', "$Folder/settings.json")
    if ($PSCmdlet.ShouldProcess("$Folder/settings.json", 'prepare')) {
        Invoke-Native $Python $Prepare
    } else {
        foreach ($name in @('settings.json', 'source.stamp')) {
            if (-not (Test-Path -LiteralPath "$Folder/$name")) { $null = $Planned.Add("$Folder/$name") }
        }
    }

    foreach ($Step in $Steps) {
        $inputs = Expand-Words $Step.Inputs
        $outputs = Expand-Words $Step.Outputs
        foreach ($path in ($inputs + (Expand-Words $Step.Needs))) {
            if (-not ((Test-Path -LiteralPath $path) -or $Planned.Contains($path))) {
                throw "Missing input: $path for step $($Step.Name)"
            }
        }
        $reason = Get-Reason $inputs $outputs
        if ($reason -eq '') {
            Write-Host "Up to date: $($Step.Name)"
        } else {
            Write-Host "$reason -> $($Step.Name)"
            if ($PSCmdlet.ShouldProcess($Step.Name, "python scripts/$($Step.Script)")) {
                Invoke-Step $Step $outputs
            } else {
                foreach ($output in $outputs) { $null = $Planned.Add($output) }
            }
        }
        if (($StopAfter -ne '') -and ($Step.Name -eq $LastStep[$StopAfter])) { break }
    }
    Write-Host "$Folder is up to date: open $Folder/report.html"
} catch {
    # A mistake is one line, as from the scripts.
    [Console]::Error.WriteLine("error: $($_.Exception.Message)")
    exit $script:ExitCode
}
