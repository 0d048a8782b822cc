metadata description = 'The vault for the keys that the commands for agents are signed with. Whoever administers puts them there: no template sees them.'

import * as types from 'types.bicep'

param name string
param location string
param tags types.tags

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enableSoftDelete: true
    enablePurgeProtection: true
  }
}
