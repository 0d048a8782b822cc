metadata description = 'Example: an Event Grid topic for CloudEvents whose events go to ccr-requests. Give whoever publishes the role EventGrid Data Sender on it.'

import * as types from 'types.bicep'

param name string
param location string
param tags types.tags
param identityId string
param requestsQueueId string
param storageAccountId string
param undeliverableContainer string

resource topic 'Microsoft.EventGrid/topics@2025-02-15' = {
  name: name
  location: location
  tags: tags
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {} }
  }
  properties: {
    inputSchema: 'CloudEventSchemaV1_0'
    disableLocalAuth: true
    minimumTlsVersionAllowed: '1.2'
  }

  resource toRequests 'eventSubscriptions' = {
    name: 'ccr-requests'
    properties: {
      eventDeliverySchema: 'CloudEventSchemaV1_0'
      deliveryWithResourceIdentity: {
        identity: { type: 'UserAssigned', userAssignedIdentity: identityId }
        destination: {
          endpointType: 'ServiceBusQueue'
          properties: { resourceId: requestsQueueId }
        }
      }
      deadLetterWithResourceIdentity: {
        identity: { type: 'UserAssigned', userAssignedIdentity: identityId }
        deadLetterDestination: {
          endpointType: 'StorageBlob'
          properties: { resourceId: storageAccountId, blobContainerName: undeliverableContainer }
        }
      }
      retryPolicy: { eventTimeToLiveInMinutes: 1440, maxDeliveryAttempts: 30 }
    }
  }
}

output endpoint string = topic.properties.endpoint
