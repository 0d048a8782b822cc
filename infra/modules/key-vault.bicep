metadata description = 'The vault for the keys that commands and submissions for agents are signed with. Whoever administers puts them there: no template sees them.'

import * as types from 'types.bicep'

param name string
param location string
param tags types.tags

@description('Whether this vault was deleted and is to come back with its keys. A vault that is protected against purging keeps its name for 90 days.')
param recover bool

param isPrivate bool

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    createMode: recover ? 'recover' : 'default'
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enableSoftDelete: true
    enablePurgeProtection: true
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
  }
}

output id string = vault.id
