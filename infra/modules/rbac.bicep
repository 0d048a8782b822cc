metadata description = 'Every role assignment of the system: who may do what, and on which entity.'

import * as types from 'types.bicep'

param serviceBusNamespaceName string
param relayNamespaceName string
param storageAccountName string
param componentName string

param workspaceName string

@description('The vault with the signing keys of the agents\' sites.')
param vaultName string

@description('The sites whose agent takes commands from a queue.')
param agentSites string[]

@description('The sites whose agent listens at a relay.')
param relaySites string[]

@description('The identity of the function app.')
param appIdentityName string

@description('Systems that send events, each its own.')
param eventSources types.principal[]

@description('The agents; the name is the key of the site.')
param agents types.principal[]

@description('People who look on.')
param readers types.principal[]

@description('People who operate it.')
param operators types.principal[]

@description('The object id of whoever deploys: a person, or a pipeline.')
param deployerId string

@description('The identity of the Event Grid topic, if there is one.')
param eventGridIdentityName string?

@description('The ids of the built-in roles: https://learn.microsoft.com/azure/role-based-access-control/built-in-roles')
var roles = {
  serviceBusDataReceiver: '4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0'
  serviceBusDataSender: '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39'
  storageBlobDataContributor: 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'
  storageBlobDataOwner: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
  storageTableDataReader: '76199698-9eea-4c19-bc75-cec21354c6b6'
  storageTableDataContributor: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
  azureRelaySender: '26baccc8-eea7-41f1-98f4-1762cc7f685d'
  azureRelayListener: '26e0b698-aa6d-4085-9386-aadae190014d'
  keyVaultSecretsOfficer: 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7'
  keyVaultSecretsUser: '4633458b-17de-408a-b874-0445c86b69e6'
  logAnalyticsReader: '73c42c96-874c-492b-b04d-ab87d138a893'
  monitoringMetricsPublisher: '3913510d-42f4-4e42-8a64-420c390055eb'
}

resource appIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: appIdentityName
}

resource eventGridIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = if (eventGridIdentityName != null) {
  name: eventGridIdentityName!
}

resource namespace 'Microsoft.ServiceBus/namespaces@2026-01-01' existing = {
  name: serviceBusNamespaceName

  resource requests 'queues' existing = { name: 'ccr-requests' }
  resource verifications 'queues' existing = { name: 'ccr-verifications' }
  resource undelivered 'queues' existing = { name: 'ccr-agent-undelivered' }
  resource agentQueues 'queues' existing = [for site in agentSites: { name: 'ccr-agent-${site}' }]
  resource results 'topics' existing = {
    name: 'ccr-results'
    resource ledger 'subscriptions' existing = { name: 'ledger' }
    resource watch 'subscriptions' existing = { name: 'watch' }
  }
}

resource relay 'Microsoft.Relay/namespaces@2026-01-01' existing = {
  name: relayNamespaceName

  resource connections 'hybridConnections' existing = [for site in relaySites: { name: site }]
}

resource storage 'Microsoft.Storage/storageAccounts@2026-06-01' existing = {
  name: storageAccountName

  resource blobs 'blobServices' existing = {
    name: 'default'
    resource packages 'containers' existing = { name: 'packages' }
    resource undeliverable 'containers' existing = { name: 'event-grid-undeliverable' }
  }

  resource tables 'tableServices' existing = {
    name: 'default'
    resource ledger 'tables' existing = { name: 'ccrledger' }
  }
}

resource workspace 'Microsoft.OperationalInsights/workspaces@2026-03-01' existing = {
  name: workspaceName
}

resource component 'Microsoft.Insights/components@2020-02-02' existing = {
  name: componentName
}

// ---- The function app takes events, looks that are due, undelivered commands and agents' results ...

resource appReceivesRequests 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(namespace::requests.id, appIdentity.id, roles.serviceBusDataReceiver)
  scope: namespace::requests
  properties: {
    description: 'The function app takes events, and looks at dead ones'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.serviceBusDataReceiver)
    principalId: appIdentity.properties.principalId
    principalType: 'ServicePrincipal'
  }
}

resource appReceivesVerifications 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(namespace::verifications.id, appIdentity.id, roles.serviceBusDataReceiver)
  scope: namespace::verifications
  properties: {
    description: 'The function app looks whether pushed clients are back'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.serviceBusDataReceiver)
    principalId: appIdentity.properties.principalId
    principalType: 'ServicePrincipal'
  }
}

resource appReceivesUndelivered 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(namespace::undelivered.id, appIdentity.id, roles.serviceBusDataReceiver)
  scope: namespace::undelivered
  properties: {
    description: 'The function app answers commands that no agent carried out'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.serviceBusDataReceiver)
    principalId: appIdentity.properties.principalId
    principalType: 'ServicePrincipal'
  }
}

resource appReceivesAgentResults 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(namespace::results::ledger.id, appIdentity.id, roles.serviceBusDataReceiver)
  scope: namespace::results::ledger
  properties: {
    description: 'The function app brings agents\' results home'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.serviceBusDataReceiver)
    principalId: appIdentity.properties.principalId
    principalType: 'ServicePrincipal'
  }
}

resource appExpiresWatch 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(namespace::results::watch.id, appIdentity.id, roles.serviceBusDataReceiver)
  scope: namespace::results::watch
  properties: {
    description: 'The function app has the broker drop what nobody watched, and looks at results to notice other ledgers'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.serviceBusDataReceiver)
    principalId: appIdentity.properties.principalId
    principalType: 'ServicePrincipal'
  }
}

// ---- ... sends itself what must wait, looks for later and what came over HTTP, publishes results, and hands out commands

resource appSendsRequests 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(namespace::requests.id, appIdentity.id, roles.serviceBusDataSender)
  scope: namespace::requests
  properties: {
    description: 'The function app schedules what must wait, and puts events from the webhook on the queue'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.serviceBusDataSender)
    principalId: appIdentity.properties.principalId
    principalType: 'ServicePrincipal'
  }
}

resource appSendsVerifications 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(namespace::verifications.id, appIdentity.id, roles.serviceBusDataSender)
  scope: namespace::verifications
  properties: {
    description: 'The function app schedules when to look for a pushed client'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.serviceBusDataSender)
    principalId: appIdentity.properties.principalId
    principalType: 'ServicePrincipal'
  }
}

resource appSendsResults 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(namespace::results.id, appIdentity.id, roles.serviceBusDataSender)
  scope: namespace::results
  properties: {
    description: 'The function app publishes results'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.serviceBusDataSender)
    principalId: appIdentity.properties.principalId
    principalType: 'ServicePrincipal'
  }
}

resource appSendsCommands 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (site, i) in agentSites: {
    name: guid(namespace::agentQueues[i].id, appIdentity.id, roles.serviceBusDataSender)
    scope: namespace::agentQueues[i]
    properties: {
      description: 'The function app hands commands to the agent of ${site}'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.serviceBusDataSender)
      principalId: appIdentity.properties.principalId
      principalType: 'ServicePrincipal'
    }
  }
]

resource appSendsToAgents 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (site, i) in relaySites: {
    name: guid(relay::connections[i].id, appIdentity.id, roles.azureRelaySender)
    scope: relay::connections[i]
    properties: {
      description: 'The function app sends submissions to the agent of ${site}'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.azureRelaySender)
      principalId: appIdentity.properties.principalId
      principalType: 'ServicePrincipal'
    }
  }
]

// ---- It keeps the ledger and reports about itself. The host's own blobs ask for Data Owner, by its documentation

resource appKeepsHostBlobs 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(storage.id, appIdentity.id, roles.storageBlobDataOwner)
  scope: storage
  properties: {
    description: 'The functions host keeps its locks and keys (AzureWebJobsStorage), and reads the package'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.storageBlobDataOwner)
    principalId: appIdentity.properties.principalId
    principalType: 'ServicePrincipal'
  }
}

resource appKeepsLedger 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(storage::tables::ledger.id, appIdentity.id, roles.storageTableDataContributor)
  scope: storage::tables::ledger
  properties: {
    description: 'The function app keeps the ledger'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.storageTableDataContributor)
    principalId: appIdentity.properties.principalId
    principalType: 'ServicePrincipal'
  }
}

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' existing = {
  name: vaultName
}

resource appReadsSigningKeys 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, appIdentity.id, roles.keyVaultSecretsUser)
  scope: vault
  properties: {
    description: 'The function app signs commands for agents'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.keyVaultSecretsUser)
    principalId: appIdentity.properties.principalId
    principalType: 'ServicePrincipal'
  }
}

resource appPublishesTelemetry 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(component.id, appIdentity.id, roles.monitoringMetricsPublisher)
  scope: component
  properties: {
    description: 'The function app writes logs, traces and metrics'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.monitoringMetricsPublisher)
    principalId: appIdentity.properties.principalId
    principalType: 'ServicePrincipal'
  }
}

// ---- Event sources only send. Agents only take their own commands and send results, or listen at their own relay

resource sourcesSend 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for source in eventSources: {
    name: guid(namespace::requests.id, source.principalId, roles.serviceBusDataSender)
    scope: namespace::requests
    properties: {
      description: 'Events from ${source.name}'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.serviceBusDataSender)
      principalId: source.principalId
      principalType: source.principalType
    }
  }
]

resource eventGridSends 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (eventGridIdentityName != null) {
  name: guid(namespace::requests.id, eventGridIdentity.id, roles.serviceBusDataSender)
  scope: namespace::requests
  properties: {
    description: 'Events from the Event Grid topic'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.serviceBusDataSender)
    principalId: eventGridIdentity!.properties.principalId
    principalType: 'ServicePrincipal'
  }
}

resource eventGridKeepsUndeliverable 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (eventGridIdentityName != null) {
  name: guid(storage::blobs::undeliverable.id, eventGridIdentity.id, roles.storageBlobDataContributor)
  scope: storage::blobs::undeliverable
  properties: {
    description: 'Events that Event Grid could not deliver'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.storageBlobDataContributor)
    principalId: eventGridIdentity!.properties.principalId
    principalType: 'ServicePrincipal'
  }
}

var queueAgents = filter(agents, agent => contains(agentSites, agent.name))
var relayAgents = filter(agents, agent => contains(relaySites, agent.name))

resource agentQueues 'Microsoft.ServiceBus/namespaces/queues@2026-01-01' existing = [
  for agent in queueAgents: {
    parent: namespace
    name: 'ccr-agent-${agent.name}'
  }
]

resource agentsReceive 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (agent, i) in queueAgents: {
    name: guid(agentQueues[i].id, agent.principalId, roles.serviceBusDataReceiver)
    scope: agentQueues[i]
    properties: {
      description: 'The agent of ${agent.name} takes its commands'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.serviceBusDataReceiver)
      principalId: agent.principalId
      principalType: agent.principalType
    }
  }
]

resource agentsSend 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for agent in queueAgents: {
    name: guid(namespace::results.id, agent.principalId, roles.serviceBusDataSender)
    scope: namespace::results
    properties: {
      description: 'The agent of ${agent.name} publishes results'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.serviceBusDataSender)
      principalId: agent.principalId
      principalType: agent.principalType
    }
  }
]

resource agentConnections 'Microsoft.Relay/namespaces/hybridConnections@2026-01-01' existing = [
  for agent in relayAgents: {
    parent: relay
    name: agent.name
  }
]

resource agentsListen 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (agent, i) in relayAgents: {
    name: guid(agentConnections[i].id, agent.principalId, roles.azureRelayListener)
    scope: agentConnections[i]
    properties: {
      description: 'The agent of ${agent.name} listens for its submissions'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.azureRelayListener)
      principalId: agent.principalId
      principalType: agent.principalType
    }
  }
]

// ---- Whoever deploys uploads packages and puts keys into the vault. Without the type of principal, since it may be a person or a pipeline

resource deployerUploads 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(storage::blobs::packages.id, deployerId, roles.storageBlobDataContributor)
  scope: storage::blobs::packages
  properties: {
    description: 'Whoever deploys uploads packages'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.storageBlobDataContributor)
    principalId: deployerId
  }
}

resource deployerSetsKeys 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, deployerId, roles.keyVaultSecretsOfficer)
  scope: vault
  properties: {
    description: 'Whoever deploys puts the keys of sites into the vault'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.keyVaultSecretsOfficer)
    principalId: deployerId
  }
}

// ---- People. Operators look on as well; what a role lets a person do beyond the words here, SECURITY.md says

var onlookers = union(readers, operators)

resource onlookersWatch 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for each in onlookers: {
    name: guid(namespace::results::watch.id, each.principalId, roles.serviceBusDataReceiver)
    scope: namespace::results::watch
    properties: {
      description: '${each.name} looks at results'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.serviceBusDataReceiver)
      principalId: each.principalId
      principalType: each.principalType
    }
  }
]

resource onlookersQuery 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for each in onlookers: {
    name: guid(workspace.id, each.principalId, roles.logAnalyticsReader)
    scope: workspace
    properties: {
      description: '${each.name} asks for telemetry'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.logAnalyticsReader)
      principalId: each.principalId
      principalType: each.principalType
    }
  }
]

resource readersRead 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for each in readers: {
    name: guid(storage::tables::ledger.id, each.principalId, roles.storageTableDataReader)
    scope: storage::tables::ledger
    properties: {
      description: '${each.name} reads the ledger'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.storageTableDataReader)
      principalId: each.principalId
      principalType: each.principalType
    }
  }
]

resource operatorsWrite 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for each in operators: {
    name: guid(storage::tables::ledger.id, each.principalId, roles.storageTableDataContributor)
    scope: storage::tables::ledger
    properties: {
      description: '${each.name} pauses, brakes and releases, which the ledger keeps'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.storageTableDataContributor)
      principalId: each.principalId
      principalType: each.principalType
    }
  }
]

resource operatorsSend 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for each in operators: {
    name: guid(namespace::requests.id, each.principalId, roles.serviceBusDataSender)
    scope: namespace::requests
    properties: {
      description: '${each.name} sends events, and dead ones once more'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.serviceBusDataSender)
      principalId: each.principalId
      principalType: each.principalType
    }
  }
]

resource operatorsTakeDeadEvents 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for each in operators: {
    name: guid(namespace::requests.id, each.principalId, roles.serviceBusDataReceiver)
    scope: namespace::requests
    properties: {
      description: '${each.name} looks at waiting and dead events, and takes the dead ones'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.serviceBusDataReceiver)
      principalId: each.principalId
      principalType: each.principalType
    }
  }
]

resource operatorsSeeLooks 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for each in operators: {
    name: guid(namespace::verifications.id, each.principalId, roles.serviceBusDataReceiver)
    scope: namespace::verifications
    properties: {
      description: '${each.name} looks at looks that are due, and dead ones'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.serviceBusDataReceiver)
      principalId: each.principalId
      principalType: each.principalType
    }
  }
]

resource operatorsSeeUndelivered 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for each in operators: {
    name: guid(namespace::undelivered.id, each.principalId, roles.serviceBusDataReceiver)
    scope: namespace::undelivered
    properties: {
      description: '${each.name} looks at undelivered commands, and dead ones'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.serviceBusDataReceiver)
      principalId: each.principalId
      principalType: each.principalType
    }
  }
]

resource operatorsSeeAgentResults 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for each in operators: {
    name: guid(namespace::results::ledger.id, each.principalId, roles.serviceBusDataReceiver)
    scope: namespace::results::ledger
    properties: {
      description: '${each.name} looks at agents\' results, and dead ones'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.serviceBusDataReceiver)
      principalId: each.principalId
      principalType: each.principalType
    }
  }
]

resource operatorsSendLooks 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for each in operators: {
    name: guid(namespace::verifications.id, each.principalId, roles.serviceBusDataSender)
    scope: namespace::verifications
    properties: {
      description: '${each.name} sends dead looks once more'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.serviceBusDataSender)
      principalId: each.principalId
      principalType: each.principalType
    }
  }
]

resource operatorsSendUndelivered 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for each in operators: {
    name: guid(namespace::undelivered.id, each.principalId, roles.serviceBusDataSender)
    scope: namespace::undelivered
    properties: {
      description: '${each.name} sends dead undelivered commands once more'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.serviceBusDataSender)
      principalId: each.principalId
      principalType: each.principalType
    }
  }
]

resource operatorsSendAgentResults 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for each in operators: {
    name: guid(namespace::results.id, each.principalId, roles.serviceBusDataSender)
    scope: namespace::results
    properties: {
      description: '${each.name} sends dead agents\' results once more'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.serviceBusDataSender)
      principalId: each.principalId
      principalType: each.principalType
    }
  }
]
