# The same as keys.sh, for Windows.
param([string] $Site)
$ErrorActionPreference = 'Stop'

# A role that was just given counts some minutes later.
function Invoke-Patiently([scriptblock] $Command) {
    foreach ($attempt in 1..20) {
        $output = & $Command
        if ($LASTEXITCODE -eq 0) { return $output }
        Start-Sleep -Seconds 15
    }
    throw "The vault $env:KEY_VAULT does not let you in. With the parameter network Private, run this where its private endpoint is reached."
}

function Set-Key([string] $Of) {
    $bytes = [byte[]]::new(32)
    [System.Security.Cryptography.RandomNumberGenerator]::Fill($bytes)
    $key = [Convert]::ToBase64String($bytes)
    Invoke-Patiently { az keyvault secret set --vault-name $env:KEY_VAULT --name "ccr-agent-$Of" --value $key --output none }
    "The site $Of has a new key. Its agents need it, too: az keyvault secret show --vault-name $env:KEY_VAULT --name ccr-agent-$Of --query value --output tsv"
}

if ($Site) { Set-Key $Site }
elseif ($env:SIGNED_SITES) {
    $names = @(Invoke-Patiently { az keyvault secret list --vault-name $env:KEY_VAULT --query "[].name" --output tsv })
    foreach ($each in $env:SIGNED_SITES.Split(' ')) { if ("ccr-agent-$each" -notin $names) { Set-Key $each } }
}

az rest --method post --url "$($env:FUNCTION_APP_ID)/config/configreferences/appsettings/refresh?api-version=2022-03-01" --output none
if ($LASTEXITCODE -ne 0) { throw "The app $env:FUNCTION_APP was not told to read the vault once more." }
az functionapp restart --name $env:FUNCTION_APP --resource-group $env:RESOURCE_GROUP
"The app $env:FUNCTION_APP reads its keys from the vault once more."
