# -Container: the same target in the image of docker/Dockerfile. Dot-sourced by run_pipeline.ps1, whose variables it reads.
# The runs and the hub's cache are volumes of Docker: files of Windows are slow from WSL 2, and cannot be locked there.
# What else is given by a path is mounted below /given, for reading alone where nothing is written to it.

$Root = Split-Path $PSScriptRoot
$Image = 'vgpt2'
# Of the environment, by name alone: values would stand in the list of processes.
$HandedOn = @('HF_TOKEN', 'HF_ENDPOINT', 'HF_HUB_OFFLINE', 'VGPT2_API_KEY', 'VGPT2_SERVE_KEY',
    'VGPT2_SERVE_GUARD', 'VGPT2_SERVE_ALIAS', 'VGPT2_SERVE_CORS', 'VGPT2_SERVE_ALLOW_HOST', 'VGPT2_SERVE_QUEUE',
    'VGPT2_SERVE_TOGETHER', 'VGPT2_SERVE_SECONDS', 'VGPT2_SERVE_GRACE')
# Parameters that say something to this script, or something else to the container.
$NotHandedOn = @('Target', 'Container', 'Runs', 'Python', 'Venv', 'TorchIndex', 'Address')
$Mounts = New-Object 'System.Collections.Generic.List[string]'

function Get-MakeName {
    # StopAfter as make says it: STOP_AFTER.
    param([string]$Name)
    return ($Name -creplace '(?<=[a-z])(?=[A-Z])', '_').ToUpperInvariant()
}

function Add-Mount {
    # A file or folder of this machine as the container sees it.
    param([string]$From, [string]$At, [bool]$Writable)
    if ($From -match '[,"]') { throw "$($From): Docker cannot mount a path with a comma or a quote; give one without" }
    $mount = "type=bind,source=$From,target=$At"
    if (-not $Writable) { $mount += ',readonly' }
    $Mounts.Add($mount)
}

function Get-Whole {
    # A path with drive and folder; run_pipeline.ps1 has made those of the user whole, or relative to the project.
    param([string]$Path)
    if (-not [System.IO.Path]::IsPathRooted($Path)) { $Path = Join-Path $Root $Path }
    return [System.IO.Path]::GetFullPath($Path)
}

function Get-WithinProject {
    # The path below the project's folder as make has it there; empty where it lies elsewhere.
    param([string]$Whole)
    $begin = $Root + [System.IO.Path]::DirectorySeparatorChar
    $case = [System.StringComparison]::Ordinal
    if ($OnWindows) { $case = [System.StringComparison]::OrdinalIgnoreCase }
    if (-not $Whole.StartsWith($begin, $case)) { return '' }
    return $Whole.Substring($begin.Length).Replace('\', '/')
}

function Get-Given {
    # A path that was given as the container has it, mounted where the image does not hold it.
    param([string]$Name, [string]$Path)
    if (($Path -eq '') -or ($Path -match '^[A-Za-z][A-Za-z0-9+.-]+://')) { return $Path }
    $written = (@('To', 'Push') -contains $Name) -or (($Name -eq 'Log') -and (@('serve', 'chat') -ccontains $Target))
    $whole = Get-Whole $Path
    $within = Get-WithinProject $whole
    # runs/ is the volume; what else lies in the project is copied into the image.
    if ($within.StartsWith('runs/') -or (($within -ne '') -and -not $written)) { return $within }
    $leaf = (Split-Path -Leaf $whole) -replace '[:\\/]', ''
    $at = "/given/$($Name.ToLowerInvariant())"
    if (-not $written -and -not (Test-Path -LiteralPath $whole)) { throw "$Name=$($Path): no such file or folder" }
    if ($Name -eq 'Log' -and $written) {
        $folder = Split-Path $whole
        if (-not (Test-Path -LiteralPath $folder -PathType Container)) { throw "$Name=$($Path): no such folder: $folder" }
        Add-Mount $folder $at $true
    } else {
        if ($written -and -not $Looking) { $null = New-Item -ItemType Directory -Force -Path $whole }
        Add-Mount $whole "$at/$leaf" $written
    }
    return "$at/$leaf"
}

function Get-MakeWords {
    # What was given, as make takes it: NAME=value.
    $words = @($Target)
    foreach ($name in $ParameterNames) {
        if (-not $Given.ContainsKey($name) -or ($NotHandedOn -contains $name)) { continue }
        $value = "$($Given[$name])"
        if ($Given[$name] -is [switch]) {
            if (-not $Given[$name]) { continue }
            $value = '1'
        } elseif ($name -eq 'Database') {
            $path = Resolve-UserPath $value
            # A bare name is one of the project's own.
            if (Test-Path -LiteralPath $path) { $value = Get-Given $name $path }
        } elseif (@('Model', 'Examine') -contains $name) {
            $path = Resolve-UserPath $value
            if (($value -match '[\\/]') -and (Test-Path -LiteralPath $path)) { $value = Get-Given $name $path }
        } elseif ($PathParameters -contains $name) {
            $value = Get-Given $name (Get-Variable -Name $name -ValueOnly)
        }
        $words += "$(Get-MakeName $name)=$value"
    }
    return , [string[]]$words
}

function Get-DockerWords {
    # The arguments of docker run, up to the image.
    $words = @('run', '--rm', '--ipc=host', '--stop-timeout', '300')
    if (-not [Console]::IsInputRedirected) {
        $words += '-i'
        if (-not [Console]::IsOutputRedirected) { $words += '-t' }
    }
    # Docker refuses this where there is none.
    if ((Get-GpuMemory) -gt 0) { $words += @('--gpus', 'all') }
    if ($Given.ContainsKey('Runs')) { Add-Mount (Get-Whole $Runs) '/app/runs' $true }
    else { $words += @('--mount', 'type=volume,source=vgpt2-runs,target=/app/runs') }
    $words += @('--mount', 'type=volume,source=vgpt2-hub,target=/cache/huggingface')
    foreach ($mount in $Mounts) { $words += @('--mount', $mount) }
    foreach ($name in $HandedOn) {
        if ([Environment]::GetEnvironmentVariable($name)) { $words += @('-e', $name) }
    }
    # Within it listens on all addresses; from outside on the one that was asked for.
    if (@('serve', 'watch') -ccontains $Target) { $words += @('-p', "$($Address):$($Port):$Port") }
    return , [string[]]$words
}

function Assert-InContainer {
    # What cannot be, before an image is built.
    foreach ($name in @('Python', 'Venv', 'TorchIndex')) {
        if ($Given.ContainsKey($name)) { throw "$($name): the image has packages of its own; leave -$name or -Container out" }
    }
    if ($TargetNeeds.ContainsKey($Target) -and ($TargetNeeds[$Target] -eq 'tests')) { throw "Target=$($Target): the image has no tests; leave -Container out" }
    if (@('setup', 'lock') -ccontains $Target) { throw "Target=$($Target): nothing for the image; leave -Container out" }
    if ($Source.StartsWith('mssql://')) { throw "Source=$($Source): the image has no driver for a live server; give a .dacpac of it, or leave -Container out" }
    if (-not (Test-Program 'docker')) { throw 'docker: no such program; install Docker Desktop with WSL 2 (docs/windows.md), or leave -Container out' }
}

function Invoke-Container {
    # Builds the image, which takes a moment where nothing has changed, and runs make in it.
    Assert-InContainer
    $make = Get-MakeWords
    if ($Given.ContainsKey('Runs') -and -not $Looking) { $null = New-Item -ItemType Directory -Force -Path $Runs }
    $build = @('build', '-f', 'docker/Dockerfile', '-t', $Image, '.')
    $run = (Get-DockerWords) + @($Image) + $make
    if ($Looking) {
        foreach ($words in @($build, $run)) { Write-Host "What if: docker $($words -join ' ')" }
        return
    }
    Invoke-Native 'docker' $build
    Invoke-Native 'docker' $run
    if ((@('all', 'report') -ccontains $Target) -and -not $Given.ContainsKey('Runs')) {
        Write-Host 'container: the run is in the volume vgpt2-runs; docs/windows.md shows how its report and model come out'
    }
}
