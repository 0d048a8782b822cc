metadata description = 'Example: an action group that sends alerts to the webhook with a token of Entra ID, and a rule that finds silent clients.'

import * as types from 'types.bicep'

param prefix string
param location string
param tags types.tags
param appHostName string
param webhook types.webhookRegistration

@description('The workspace with the heartbeats of the clients, if there is one.')
param heartbeatWorkspaceId string?

resource actionGroup 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: '${prefix}-reinstall'
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

// One alert for each computer, since the dimension splits it: the event names just one machine. A computer that was never heard is not found, and one
// that was silent for two days is not looked for any more: by then its machine is off, or gone.
resource silentClients 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = if (heartbeatWorkspaceId != null) {
  name: '${prefix}-silent-clients'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    description: 'A computer has sent no heartbeat for an hour.'
    severity: 3
    enabled: true
    scopes: [heartbeatWorkspaceId!]
    evaluationFrequency: 'PT15M'
    windowSize: 'PT1H'
    overrideQueryTimeRange: 'P2D'
    autoMitigate: false
    muteActionsDuration: 'P1D'
    criteria: {
      allOf: [
        {
          query: 'Heartbeat | where OSType == "Windows" | summarize last = max(TimeGenerated) by Computer | where last < ago(1h)'
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: 0
          dimensions: [{ name: 'Computer', operator: 'Include', values: ['*'] }]
        }
      ]
    }
    actions: { actionGroups: [actionGroup.id] }
  }
}

output id string = actionGroup.id
