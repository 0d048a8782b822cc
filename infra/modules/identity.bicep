metadata description = 'The identity that the function app acts as.'

import * as types from 'types.bicep'

param name string
param location string
param tags types.tags

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: name
  location: location
  tags: tags
}

output id string = identity.id
output clientId string = identity.properties.clientId
