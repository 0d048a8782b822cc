metadata description = 'A hybrid connection for each site with the transport Relay: its agent listens, the app sends, both with Entra ID. On any plan.'

import * as types from 'types.bicep'

param name string
param location string
param tags types.tags

@description('The keys of the sites; each gets a hybrid connection of that name.')
param sites string[]

// The type has no disableLocalAuth. So the root key that Azure makes stays, but nobody learns it: nothing here makes a rule, lists a key or outputs one.
resource namespace 'Microsoft.Relay/namespaces@2026-01-01' = {
  name: name
  location: location
  tags: tags
  sku: { name: 'Standard', tier: 'Standard' }
}

resource connections 'Microsoft.Relay/namespaces/hybridConnections@2026-01-01' = [
  for site in sites: {
    parent: namespace
    name: site
    properties: { requiresClientAuthorization: true }
  }
]

output namespaceId string = namespace.id
// https://name.servicebus.windows.net:443/ without scheme and port
output hostName string = split(split(namespace.properties.serviceBusEndpoint, '//')[1], ':')[0]
