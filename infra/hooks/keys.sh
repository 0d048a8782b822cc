#!/bin/sh
# After azd provision, and to change a key (keys.sh SITE): makes the signing keys that are missing in the vault, and has the app read them.
# App Service keeps what a reference to the vault led to for up to a day, even nothing at all. So a restart alone does not help: it is told to look again.
set -eu

# A role that was just given counts some minutes later.
patiently() {
    attempt=1
    until "$@"; do
        if [ "$attempt" -ge "${CCR_ATTEMPTS:-20}" ]; then
            echo "The vault $KEY_VAULT does not let you in. With the parameter network Private, run this where its private endpoint is reached." >&2
            exit 1
        fi
        attempt=$((attempt + 1))
        sleep "${CCR_PAUSE:-15}"
    done
}

list_keys() { names=$(az keyvault secret list --vault-name "$KEY_VAULT" --query "[].name" --output tsv); }

set_key() {
    patiently az keyvault secret set --vault-name "$KEY_VAULT" --name "ccr-agent-$1" --value "$(openssl rand -base64 32)" --output none
    echo "The site $1 has a new key. Its agents need it, too: az keyvault secret show --vault-name $KEY_VAULT --name ccr-agent-$1 --query value --output tsv"
}

if [ "$#" -gt 0 ]; then
    set_key "$1"
elif [ -n "${SIGNED_SITES:-}" ]; then
    patiently list_keys
    for site in $SIGNED_SITES; do
        echo "$names" | grep -qx "ccr-agent-$site" || set_key "$site"
    done
fi

az rest --method post --url "$FUNCTION_APP_ID/config/configreferences/appsettings/refresh?api-version=2022-03-01" --output none
az functionapp restart --name "$FUNCTION_APP" --resource-group "$RESOURCE_GROUP"
echo "The app $FUNCTION_APP reads its keys from the vault once more."
