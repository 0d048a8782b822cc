metadata description = 'Resource logs of everything that has any, in the workspace of the installation. Metrics are kept by Azure Monitor anyway.'

param workspaceName string
param serviceBusNamespaceName string
param relayNamespaceNames string[]
param storageAccountName string
param vaultName string
param appName string
param eventGridTopicName string?
param networkName string?

var settings = {
  workspaceId: workspace.id
  logs: [{ categoryGroup: 'allLogs', enabled: true }]
}

resource workspace 'Microsoft.OperationalInsights/workspaces@2026-03-01' existing = {
  name: workspaceName
}

resource namespace 'Microsoft.ServiceBus/namespaces@2026-01-01' existing = {
  name: serviceBusNamespaceName
}

resource ofServiceBus 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'ccr'
  scope: namespace
  properties: settings
}

resource relays 'Microsoft.Relay/namespaces@2026-01-01' existing = [for name in relayNamespaceNames: { name: name }]

resource ofRelays 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = [
  for (name, i) in relayNamespaceNames: {
    name: 'ccr'
    scope: relays[i]
    properties: settings
  }
]

resource storage 'Microsoft.Storage/storageAccounts@2026-06-01' existing = {
  name: storageAccountName

  resource blobs 'blobServices' existing = { name: 'default' }
  resource queues 'queueServices' existing = { name: 'default' }
  resource tables 'tableServices' existing = { name: 'default' }
}

resource ofBlobs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'ccr'
  scope: storage::blobs
  properties: settings
}

resource ofQueues 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'ccr'
  scope: storage::queues
  properties: settings
}

resource ofTables 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'ccr'
  scope: storage::tables
  properties: settings
}

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' existing = {
  name: vaultName
}

resource ofVault 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'ccr'
  scope: vault
  properties: settings
}

resource app 'Microsoft.Web/sites@2025-03-01' existing = {
  name: appName
}

resource ofApp 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'ccr'
  scope: app
  properties: settings
}

resource topic 'Microsoft.EventGrid/topics@2025-02-15' existing = if (eventGridTopicName != null) {
  name: eventGridTopicName!
}

resource ofTopic 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = if (eventGridTopicName != null) {
  name: 'ccr'
  scope: topic
  properties: settings
}

resource network 'Microsoft.Network/virtualNetworks@2025-05-01' existing = if (networkName != null) {
  name: networkName!
}

resource ofNetwork 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = if (networkName != null) {
  name: 'ccr'
  scope: network
  properties: settings
}
