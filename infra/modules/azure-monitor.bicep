metadata description = 'Example: an action group that sends alerts to the webhook with a token of Entra ID. Name it in the alert rules that find broken clients.'

import * as types from 'types.bicep'

param name string
param tags types.tags
param appHostName string
param webhook types.webhookRegistration

resource actionGroup 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: name
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'ccr-reinst'
    webhookReceivers: [
      {
        name: 'ccr-requests'
        serviceUri: 'https://${appHostName}/api/entra/events/azure-monitor'
        useCommonAlertSchema: true
        useAadAuth: true
        objectId: webhook.objectId
        identifierUri: webhook.identifierUri
        tenantId: tenant().tenantId
      }
    ]
  }
}

output id string = actionGroup.id
