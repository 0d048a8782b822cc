metadata description = 'Private endpoints for Service Bus, storage and vault, each with the DNS zone by which the app finds it.'

import * as types from 'types.bicep'

param prefix string
param location string
param tags types.tags
param subnetId string
param networkId string
param serviceBusNamespaceId string
param storageAccountId string
param vaultId string

// The host uses blobs and queues of its storage account, the ledger is a table.
var endpoints = [
  { name: 'service-bus', target: serviceBusNamespaceId, part: 'namespace', zone: 'privatelink.servicebus.windows.net' }
  { name: 'blob', target: storageAccountId, part: 'blob', zone: 'privatelink.blob.${environment().suffixes.storage}' }
  { name: 'queue', target: storageAccountId, part: 'queue', zone: 'privatelink.queue.${environment().suffixes.storage}' }
  { name: 'table', target: storageAccountId, part: 'table', zone: 'privatelink.table.${environment().suffixes.storage}' }
  { name: 'vault', target: vaultId, part: 'vault', zone: 'privatelink.vaultcore.azure.net' }
]

resource zones 'Microsoft.Network/privateDnsZones@2024-06-01' = [
  for each in endpoints: {
    name: each.zone
    location: 'global'
    tags: tags
  }
]

resource links 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [
  for (each, i) in endpoints: {
    parent: zones[i]
    name: prefix
    location: 'global'
    tags: tags
    properties: { registrationEnabled: false, virtualNetwork: { id: networkId } }
  }
]

resource privateEndpoints 'Microsoft.Network/privateEndpoints@2025-05-01' = [
  for each in endpoints: {
    name: '${prefix}-${each.name}'
    location: location
    tags: tags
    properties: {
      subnet: { id: subnetId }
      privateLinkServiceConnections: [
        // The ids are parameters, which the linter does not see through the list above.
        #disable-next-line use-resource-id-functions
        { name: each.name, properties: { privateLinkServiceId: each.target, groupIds: [each.part] } }
      ]
    }
  }
]

resource records 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2025-05-01' = [
  for (each, i) in endpoints: {
    parent: privateEndpoints[i]
    name: 'default'
    properties: { privateDnsZoneConfigs: [{ name: each.name, properties: { privateDnsZoneId: zones[i].id } }] }
  }
]
