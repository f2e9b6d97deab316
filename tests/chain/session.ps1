# Runs the calls that tests/chain/session.py writes, one a line, in one session; answers each with its exit code.
param([string]$Calls, [string]$Answers)

$reader = New-Object System.IO.StreamReader $Calls
$writer = New-Object System.IO.StreamWriter (New-Object System.IO.FileStream $Answers, 'Open', 'Write')
$writer.AutoFlush = $true
while ($null -ne ($line = $reader.ReadLine())) {
    $call = ConvertFrom-Json $line -AsHashtable
    $wanted = $call.environment
    $there = [Environment]::GetEnvironmentVariables()
    foreach ($name in @($there.Keys)) {
        if (-not $wanted.ContainsKey($name)) { Remove-Item -LiteralPath "Env:$name" }
    }
    foreach ($name in $wanted.Keys) {
        if ($there[$name] -cne $wanted[$name]) { [Environment]::SetEnvironmentVariable($name, $wanted[$name]) }
    }
    $global:Well = $false
    $code = 1
    try {
        # An `exit` ends the script that says it, not this one.
        & ([scriptblock]::Create("$($call.command)`n`$global:Well = `$?"))
        $code = if ($global:Well) { 0 } else { $LASTEXITCODE }
    } catch {
        [Console]::Error.WriteLine("$_")
    }
    $writer.WriteLine($code)
}
