metadata description = 'The storage account: the host\'s own blobs, the deployed package, and the table of the ledger.'

import * as types from 'types.bicep'

param name string
param location string
param tags types.tags

@description('Whether it is reached by private endpoints only. Event Grid, which keeps what it could not deliver, is let in as a trusted service.')
param isPrivate bool

resource account 'Microsoft.Storage/storageAccounts@2026-06-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: 'Standard_ZRS' }
  properties: {
    allowBlobPublicAccess: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
    networkAcls: isPrivate ? { defaultAction: 'Deny', bypass: 'AzureServices' } : null
  }

  resource blobs 'blobServices' = {
    name: 'default'

    resource packages 'containers' = {
      name: 'packages'
    }

    resource undeliverable 'containers' = {
      name: 'event-grid-undeliverable'
    }
  }

  resource tables 'tableServices' = {
    name: 'default'

    resource ledger 'tables' = {
      name: 'ccrledger'
    }
  }
}

output accountId string = account.id
output blobEndpoint string = account.properties.primaryEndpoints.blob
output tableEndpoint string = account.properties.primaryEndpoints.table
output packagesContainer string = account::blobs::packages.name
output undeliverableContainer string = account::blobs::undeliverable.name
output ledgerTable string = account::tables::ledger.name
