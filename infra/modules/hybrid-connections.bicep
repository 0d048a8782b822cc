metadata description = 'Hybrid connections of App Service to the management points of Direct sites. The app must run on Windows; the Hybrid Connection Manager listens.'

import * as types from 'types.bicep'

param namespaceName string
param location string
param tags types.tags
param appName string
param managementPoints types.endpoint[]

var endpoints = union(map(managementPoints, point => '${point.host}:${point.port}'), [])

// App Service and the Hybrid Connection Manager know no other authentication here than keys; they never leave Azure.
resource namespace 'Microsoft.Relay/namespaces@2026-01-01' = {
  name: namespaceName
  location: location
  tags: tags
  sku: { name: 'Standard', tier: 'Standard' }
}

resource connections 'Microsoft.Relay/namespaces/hybridConnections@2026-01-01' = [
  for endpoint in endpoints: {
    parent: namespace
    name: replace(replace(endpoint, '.', '-'), ':', '-')
    properties: {
      requiresClientAuthorization: true
      userMetadata: string([{ key: 'endpoint', value: endpoint }])
    }
  }
]

resource senders 'Microsoft.Relay/namespaces/hybridConnections/authorizationRules@2026-01-01' = [
  for (endpoint, i) in endpoints: {
    parent: connections[i]
    name: 'defaultSender'
    properties: { rights: ['Send'] }
  }
]

resource listeners 'Microsoft.Relay/namespaces/hybridConnections/authorizationRules@2026-01-01' = [
  for (endpoint, i) in endpoints: {
    parent: connections[i]
    name: 'defaultListener'
    properties: { rights: ['Listen'] }
  }
]

resource attachments 'Microsoft.Web/sites/hybridConnectionNamespaces/relays@2025-03-01' = [
  for (endpoint, i) in endpoints: {
    name: '${appName}/${namespace.name}/${connections[i].name}'
    properties: {
      serviceBusNamespace: namespace.name
      relayName: connections[i].name
      relayArmUri: connections[i].id
      hostname: split(endpoint, ':')[0]
      port: int(split(endpoint, ':')[1])
      sendKeyName: senders[i].name
      sendKeyValue: senders[i].listKeys().primaryKey
    }
  }
]
