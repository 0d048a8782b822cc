metadata name = 'CcrFunctions'
metadata description = 'Everything in Azure: Service Bus, function app, ledger, identities, hybrid connections, alerts. README.md says how to deploy it.'

targetScope = 'subscription'

import * as types from 'modules/types.bicep'

@description('The name of this installation; part of every name.')
@minLength(2)
@maxLength(20)
param environmentName string

@description('The Azure region.')
param location string

@description('FlexConsumption: agents on the inside reach the management points; nothing runs while there is nothing to do. ElasticPremium, which is on Windows here: for sites with the transport Direct, since hybrid connections of App Service work on Windows only.')
param hosting 'FlexConsumption' | 'ElasticPremium'

@description('The sites, and how they are reached.')
@minLength(1)
param sites types.site[]

@description('The site of machines whose event names none.')
param defaultSite string = sites[0].key

@description('The NetBIOS domain of machines whose event names none.')
param defaultDomain string

@description('How many requests may be on their way to one management point at once, over all instances. A site works on 10 at a time.')
@minValue(1)
@maxValue(200)
param maxConcurrentRequests int = 10

@description('How many instances of the app may run; they share maxConcurrentRequests. More than one is for availability, not for speed.')
@minValue(1)
@maxValue(20)
param maxInstances int = 2

@description('Systems that send events to ccr-requests: each gets the role Data Sender on that queue, and nothing else.')
param eventSources types.principal[] = []

@description('The agents of sites with the transport Relay or Agent; the name is the key of the site.')
param agents types.principal[] = []

@description('Whether commands for sites with the transport Agent and their results are signed, each site\'s with a key of its own out of a key vault. Without, the right to send to an agent\'s queue is enough to have a machine pushed, and the app warns at every start. What goes through a relay is always signed.')
param signAgentCommands bool = true

@description('Whoever uploads the package of an app on Elastic Premium.')
param deployer types.principal?

@description('The app registration of the webhook. Without it the webhook takes function keys.')
param webhook types.webhookRegistration?

@description('Example: an Event Grid topic whose CloudEvents go to ccr-requests.')
param withEventGrid bool = false

@description('Example: an action group for Azure Monitor alerts that calls the webhook; needs webhook.')
param withAzureMonitor bool = false

@description('Who gets a mail from the alerts.')
param alertEmails string[] = []

@description('How many minutes the oldest event may wait before there is an alert.')
@minValue(5)
param oldestMessageMinutes int = 15

@description('The share of Failed and Indeterminate results in percent, above which there is an alert.')
@minValue(1)
@maxValue(100)
param failurePercent int = 20

@description('The share of a site\'s pushes over a day in percent, whose clients did not come back, above which there is an alert. It takes at least 5 pushes.')
@minValue(1)
@maxValue(100)
param notVerifiedPercent int = 20

@description('How many days logs, traces and metrics are kept.')
@minValue(30)
@maxValue(730)
param retentionInDays int = 90

param tags types.tags = {}

var allTags = union(tags, { 'azd-env-name': environmentName })
var suffix = take(uniqueString(subscription().id, environmentName, location), 8)
var prefix = 'ccr-${environmentName}'
var names = {
  logs: '${prefix}-logs'
  insights: '${prefix}-insights'
  app: '${prefix}-app-${suffix}'
  appIdentity: '${prefix}-app'
  eventGridIdentity: '${prefix}-event-grid'
  serviceBus: '${prefix}-${suffix}'
  relay: '${prefix}-relay-${suffix}'
  storage: 'ccr${suffix}'
  vault: 'ccr-${suffix}'
}
var agentSites = map(filter(sites, site => site.transport == 'Agent'), site => site.key)
var relaySites = map(filter(sites, site => site.transport == 'Relay'), site => site.key)
var signedSites = concat(relaySites, signAgentCommands ? agentSites : [])
var signs = !empty(signedSites)
var strangers = filter(map(agents, agent => agent.name), name => !contains(concat(agentSites, relaySites), name))
var knownAgents = empty(strangers)
  ? agents
  : fail('The parameter agents names ${join(strangers, ', ')}, but no site with the transport Relay or Agent has that key')
var directPoints = flatten(map(filter(sites, site => site.transport == 'Direct'), site => site.?managementPoints ?? []))
var hostingFits = hosting == 'ElasticPremium' || empty(directPoints)
  ? hosting
  : fail('A site with the transport Direct needs hosting ElasticPremium (Windows), since hybrid connections of App Service do not work on Linux, and so not on Flex Consumption: choose it, or give the site the transport Relay or Agent')

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: 'rg-${prefix}'
  location: location
  tags: allTags
}

module monitoring 'modules/monitoring.bicep' = {
  scope: group
  params: {
    workspaceName: names.logs
    componentName: names.insights
    location: location
    tags: allTags
    retentionInDays: retentionInDays
  }
}

module appIdentity 'modules/identity.bicep' = {
  scope: group
  params: { name: names.appIdentity, location: location, tags: allTags }
}

module eventGridIdentity 'modules/identity.bicep' = if (withEventGrid) {
  scope: group
  params: { name: names.eventGridIdentity, location: location, tags: allTags }
}

module serviceBus 'modules/service-bus.bicep' = {
  scope: group
  params: { name: names.serviceBus, location: location, tags: allTags, agentSites: agentSites }
}

module relay 'modules/relay.bicep' = if (!empty(relaySites)) {
  scope: group
  params: { name: names.relay, location: location, tags: allTags, sites: relaySites }
}

module storage 'modules/storage.bicep' = {
  scope: group
  params: { name: names.storage, location: location, tags: allTags }
}

module vault 'modules/key-vault.bicep' = if (signs) {
  scope: group
  params: { name: names.vault, location: location, tags: allTags }
}

module rbac 'modules/rbac.bicep' = {
  scope: group
  dependsOn: [serviceBus, relay, storage, monitoring, appIdentity, eventGridIdentity, vault]
  params: {
    serviceBusNamespaceName: names.serviceBus
    relayNamespaceName: names.relay
    storageAccountName: names.storage
    vaultName: signs ? names.vault : null
    componentName: names.insights
    appIdentityName: names.appIdentity
    eventGridIdentityName: withEventGrid ? names.eventGridIdentity : null
    agentSites: agentSites
    relaySites: relaySites
    eventSources: eventSources
    agents: knownAgents
    deployer: deployer
  }
}

module app 'modules/function-app.bicep' = {
  scope: group
  // The host reads its blobs and queues as soon as it starts.
  dependsOn: [rbac]
  params: {
    planName: '${prefix}-plan'
    name: names.app
    location: location
    tags: allTags
    hosting: hostingFits
    maxInstances: maxInstances
    maxConcurrentRequests: maxConcurrentRequests
    identityId: appIdentity.outputs.id
    identityClientId: appIdentity.outputs.clientId
    serviceBusHostName: serviceBus.outputs.hostName
    storageAccountName: names.storage
    blobEndpoint: storage.outputs.blobEndpoint
    packagesContainer: storage.outputs.packagesContainer
    tableEndpoint: storage.outputs.tableEndpoint
    ledgerTable: storage.outputs.ledgerTable
    componentName: names.insights
    sites: sites
    relayHostName: relay.?outputs.hostName
    signingVault: names.vault
    signedSites: signedSites
    defaultSite: defaultSite
    defaultDomain: defaultDomain
    webhook: webhook
  }
}

module hybridConnections 'modules/hybrid-connections.bicep' = if (!empty(directPoints)) {
  scope: group
  dependsOn: [app]
  params: {
    namespaceName: '${prefix}-hcm-${suffix}'
    location: location
    tags: allTags
    appName: names.app
    managementPoints: directPoints
  }
}

module eventGrid 'modules/event-grid.bicep' = if (withEventGrid) {
  scope: group
  dependsOn: [rbac]
  params: {
    name: '${prefix}-events-${suffix}'
    location: location
    tags: allTags
    identityId: eventGridIdentity!.outputs.id
    requestsQueueId: serviceBus.outputs.requestsQueueId
    storageAccountId: storage.outputs.accountId
    undeliverableContainer: storage.outputs.undeliverableContainer
  }
}

module azureMonitor 'modules/azure-monitor.bicep' = if (withAzureMonitor) {
  scope: group
  params: {
    name: '${prefix}-reinstall'
    tags: allTags
    appHostName: app.outputs.hostName
    webhook: webhook!
  }
}

module alerts 'modules/alerts.bicep' = {
  scope: group
  params: {
    location: location
    tags: allTags
    prefix: prefix
    componentId: monitoring.outputs.componentId
    serviceBusNamespaceId: serviceBus.outputs.namespaceId
    relayNamespaceId: relay.?outputs.namespaceId
    relaySites: relaySites
    emails: alertEmails
    oldestMessageMinutes: oldestMessageMinutes
    failurePercent: failurePercent
    notVerifiedPercent: notVerifiedPercent
  }
}

module workbook 'modules/workbook.bicep' = {
  scope: group
  dependsOn: [monitoring]
  params: { location: location, tags: allTags, componentName: names.insights }
}

@description('For ccr send, ccr watch and ccr process: --connection.')
output SERVICE_BUS_HOST string = serviceBus.outputs.hostName
@description('For the agents of sites with the transport Relay: Ccr__Sites__<key>__Relay__Endpoint is https://<RELAY_HOST>/<key>.')
output RELAY_HOST string = relay.?outputs.hostName ?? ''
output RESOURCE_GROUP string = group.name
output FUNCTION_APP string = names.app
output FUNCTION_APP_HOST string = app.outputs.hostName
output STORAGE_ACCOUNT string = names.storage
output PACKAGES_CONTAINER string = storage.outputs.packagesContainer
output KEY_VAULT string = signs ? names.vault : ''
output EVENT_GRID_ENDPOINT string = eventGrid.?outputs.endpoint ?? ''
output ACTION_GROUP string = azureMonitor.?outputs.id ?? ''
