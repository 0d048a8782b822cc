metadata name = 'CcrFunctions'
metadata description = 'Everything in Azure: Service Bus, function app, ledger, identities, networks, alerts. README.md says how to deploy it.'

targetScope = 'subscription'

import * as types from 'modules/types.bicep'

@description('The name of this installation; part of every name. Where a name may not have an underscore or a period, it becomes a hyphen.')
@minLength(2)
@maxLength(20)
param environmentName string

@description('The Azure region.')
param location string

@description('FlexConsumption: Linux; nothing runs while there is nothing to do. ElasticPremium, which is on Windows here: for sites with the transport Direct behind hybrid connections of App Service, which work on Windows only.')
param hosting 'FlexConsumption' | 'ElasticPremium'

@description('The whole configuration of the job: loadJsonContent(\'ccr.json\'). It reaches the app as it is. Keys and passwords do not belong in it.')
param configuration types.configuration

@description('Further app settings, for example references to passwords in the vault. A setting has precedence over the configuration.')
param settings types.settings = {}

@description('How many instances may submit requests at once. They share what the configuration lets one management point have (Ccr:Rate:MaxConcurrent).')
@minValue(1)
@maxValue(20)
param maxInstances int = 1

@description('Flex Consumption: instances that always run and are paid for. One for http answers webhooks without the seconds of a cold start.')
param alwaysReady types.alwaysReady[] = []

@description('Flex Consumption: the memory of an instance in MB. 512 is enough for the job itself; 2048, the platform\'s own default, leaves room for a burst of events.')
param instanceMemory 512 | 2048 | 4096 = 2048

@description('Flex Consumption: how many webhooks one instance takes at a time. Each only puts an event on a queue.')
@minValue(1)
@maxValue(1000)
param webhooksPerInstance int = 100

@description('Public: no network. Integrated: the app is in a virtual network, so that it reaches what a VPN or ExpressRoute leads to. Private: Service Bus (Premium), storage and vault have private endpoints there as well, and nothing public.')
param network 'Public' | 'Integrated' | 'Private' = 'Public'

@description('Subnets of a network of yours, for example one that a gateway is in. Without, a network is made.')
param subnets types.subnets?

@description('The addresses of the network that is made; a /24 is enough. It must not overlap with networks that it is to be peered with.')
param addressPrefix string = '10.68.0.0/24'

@description('How the app reaches sites with the transport Direct: through hybrid connections of App Service (Windows), or over the network.')
param directSites 'HybridConnections' | 'Network' = network == 'Public' ? 'HybridConnections' : 'Network'

@description('Systems that send events to ccr-requests: each gets the role Data Sender on that queue, and nothing else.')
param eventSources types.principal[] = []

@description('The agents of sites with the transport Relay or Agent; the name is the key of the site.')
param agents types.principal[] = []

@description('People who look on, best as groups of Entra ID: results, ledger, telemetry.')
param readers types.principal[] = []

@description('People who operate it, best as groups of Entra ID: also pause, release, redrive and send events.')
param operators types.principal[] = []

@description('The name of the package of an app on Elastic Premium, once it is in the container packages. Until then the app is deployed stopped.')
param package string = ''

@description('Recovers the vault that an earlier installation of this name left behind. A deleted vault keeps its name for 90 days.')
param recoverVault bool = false

@description('The app registration of the webhook. Without it the webhook takes function keys.')
param webhook types.webhookRegistration?

@description('Example: an Event Grid topic whose CloudEvents go to ccr-requests.')
param withEventGrid bool = false

@description('Example: an action group for Azure Monitor alerts that calls the webhook; needs webhook.')
param withAzureMonitor bool = false

@description('The Log Analytics workspace with the heartbeats of clients: a sample rule there finds the silent ones. Needs withAzureMonitor.')
param heartbeatWorkspaceId string?

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
var prefix = 'ccr-${toLower(replace(replace(environmentName, '_', '-'), '.', '-'))}'
var names = {
  logs: '${prefix}-logs'
  insights: '${prefix}-insights'
  app: '${prefix}-app-${suffix}'
  appIdentity: '${prefix}-app'
  eventGridIdentity: '${prefix}-event-grid'
  network: '${prefix}-network'
  serviceBus: '${prefix}-${suffix}'
  relay: '${prefix}-relay-${suffix}'
  eventGrid: '${prefix}-events-${suffix}'
  storage: 'ccr${suffix}'
  vault: 'ccr-${suffix}'
}

// ---- What the configuration says of sites

var sites = map(items(configuration.Ccr.Sites), site => {
  key: site.key
  transport: site.value.?Transport ?? 'Direct'
  isSigned: (site.value.?Transport ?? 'Direct') == 'Relay' || !(site.value.?AllowUnsigned ?? false)
  addresses: concat(
    map(site.value.?ManagementPoints ?? [], point => point.Address),
    contains(site.value, 'AdminService') ? [site.value.AdminService!.Address] : []
  )
})
var agentSites = map(filter(sites, site => site.transport == 'Agent'), site => site.key)
var relaySites = map(filter(sites, site => site.transport == 'Relay'), site => site.key)
var signedSites = map(filter(sites, site => site.transport != 'Direct' && site.isSigned), site => site.key)

// An address is scheme://host or scheme://host:port, which the app checks.
var directPoints = flatten(map(
  filter(sites, site => site.transport == 'Direct'),
  site => map(site.addresses, address => {
    host: split(split(address, '//')[1], ':')[0]
    port: int(split(replace(split(address, '//')[1], '/', ''), ':')[?1] ?? (startsWith(address, 'https') ? '443' : '80'))
  })
))
var connectedPoints = directSites == 'HybridConnections' ? directPoints : []

// ---- What is refused. Each is one sentence that says what to write instead

var strangers = filter(map(agents, agent => agent.name), name => !contains(concat(agentSites, relaySites), name))
var knownAgents = empty(strangers)
  ? agents
  : fail('The parameter agents names ${join(strangers, ', ')}, but no site with the transport Relay or Agent has that key')
var hostingFits = hosting == 'ElasticPremium' || empty(connectedPoints)
  ? hosting
  : fail('A site with the transport Direct needs hosting ElasticPremium (Windows), since hybrid connections of App Service do not work on Linux, and so not on Flex Consumption: choose it, or give the app a network (network Integrated), or give the site the transport Relay or Agent')
var directFits = network == 'Public' && directSites == 'Network' && !empty(directPoints)
  ? fail('directSites is Network, but network is Public: choose Integrated or Private, so that there is a network that leads to the sites')
  : directSites
var heartbeatFits = heartbeatWorkspaceId != null && !withAzureMonitor
  ? fail('heartbeatWorkspaceId needs withAzureMonitor, since its rule calls that action group')
  : heartbeatWorkspaceId

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

module madeNetwork 'modules/network.bicep' = if (network != 'Public' && subnets == null) {
  scope: group
  params: {
    name: names.network
    location: location
    tags: allTags
    hosting: hosting
    addressPrefix: addressPrefix
  }
}

module serviceBus 'modules/service-bus.bicep' = {
  scope: group
  params: { name: names.serviceBus, location: location, tags: allTags, agentSites: agentSites, isPrivate: network == 'Private' }
}

module relay 'modules/relay.bicep' = if (!empty(relaySites)) {
  scope: group
  params: { name: names.relay, location: location, tags: allTags, sites: relaySites }
}

module storage 'modules/storage.bicep' = {
  scope: group
  params: { name: names.storage, location: location, tags: allTags, isPrivate: network == 'Private' }
}

module vault 'modules/key-vault.bicep' = {
  scope: group
  params: { name: names.vault, location: location, tags: allTags, recover: recoverVault, isPrivate: network == 'Private' }
}

module endpoints 'modules/private-endpoints.bicep' = if (network == 'Private') {
  scope: group
  params: {
    prefix: prefix
    location: location
    tags: allTags
    subnetId: subnets.?endpointSubnetId ?? madeNetwork.?outputs.endpointSubnetId ?? ''
    networkId: subnets.?networkId ?? madeNetwork.?outputs.networkId ?? ''
    serviceBusNamespaceId: serviceBus.outputs.namespaceId
    storageAccountId: storage.outputs.accountId
    vaultId: vault.outputs.id
  }
}

module rbac 'modules/rbac.bicep' = {
  scope: group
  dependsOn: [serviceBus, relay, storage, monitoring, appIdentity, eventGridIdentity, vault]
  params: {
    serviceBusNamespaceName: names.serviceBus
    relayNamespaceName: names.relay
    storageAccountName: names.storage
    vaultName: names.vault
    componentName: names.insights
    workspaceName: names.logs
    appIdentityName: names.appIdentity
    eventGridIdentityName: withEventGrid ? names.eventGridIdentity : null
    agentSites: agentSites
    relaySites: relaySites
    eventSources: eventSources
    agents: knownAgents
    readers: readers
    operators: operators
    deployerId: deployer().objectId
  }
}

module app 'modules/function-app.bicep' = {
  scope: group
  // The host reads its blobs and queues as soon as it starts.
  dependsOn: [rbac, endpoints]
  params: {
    planName: '${prefix}-plan'
    name: names.app
    location: location
    tags: allTags
    hosting: hostingFits
    maxInstances: maxInstances
    alwaysReady: alwaysReady
    instanceMemory: instanceMemory
    webhooksPerInstance: webhooksPerInstance
    subnetId: network == 'Public' ? null : (subnets.?appSubnetId ?? madeNetwork.?outputs.appSubnetId)
    package: package
    identityId: appIdentity.outputs.id
    identityClientId: appIdentity.outputs.clientId
    serviceBusHostName: serviceBus.outputs.hostName
    storageAccountName: names.storage
    blobEndpoint: storage.outputs.blobEndpoint
    packagesContainer: storage.outputs.packagesContainer
    tableEndpoint: storage.outputs.tableEndpoint
    ledgerTable: storage.outputs.ledgerTable
    componentName: names.insights
    configuration: configuration
    settings: settings
    relaySites: relaySites
    relayHostName: relay.?outputs.hostName
    vaultName: names.vault
    signedSites: signedSites
    webhook: webhook
  }
}

module hybridConnections 'modules/hybrid-connections.bicep' = if (directFits == 'HybridConnections' && !empty(connectedPoints)) {
  scope: group
  dependsOn: [app]
  params: {
    namespaceName: '${prefix}-hcm-${suffix}'
    location: location
    tags: allTags
    appName: names.app
    managementPoints: connectedPoints
  }
}

module eventGrid 'modules/event-grid.bicep' = if (withEventGrid) {
  scope: group
  dependsOn: [rbac]
  params: {
    name: names.eventGrid
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
    prefix: prefix
    location: location
    tags: allTags
    appHostName: app.outputs.hostName
    webhook: webhook!
    heartbeatWorkspaceId: heartbeatFits
  }
}

module diagnostics 'modules/diagnostics.bicep' = {
  scope: group
  dependsOn: [serviceBus, relay, storage, vault, app, hybridConnections, eventGrid]
  params: {
    workspaceName: names.logs
    serviceBusNamespaceName: names.serviceBus
    relayNamespaceNames: concat(
      empty(relaySites) ? [] : [names.relay],
      empty(connectedPoints) ? [] : ['${prefix}-hcm-${suffix}']
    )
    storageAccountName: names.storage
    vaultName: names.vault
    appName: names.app
    eventGridTopicName: withEventGrid ? names.eventGrid : null
    networkName: network != 'Public' && subnets == null ? names.network : null
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
output FUNCTION_APP_ID string = app.outputs.id
output FUNCTION_APP_HOST string = app.outputs.hostName
output STORAGE_ACCOUNT string = names.storage
output LEDGER_ENDPOINT string = storage.outputs.tableEndpoint
output PACKAGES_CONTAINER string = storage.outputs.packagesContainer
output KEY_VAULT string = names.vault
@description('The sites whose keys must be in the vault, each as ccr-agent-<key>, with spaces between.')
output SIGNED_SITES string = join(signedSites, ' ')
output EVENT_GRID_ENDPOINT string = eventGrid.?outputs.endpoint ?? ''
output ACTION_GROUP string = azureMonitor.?outputs.id ?? ''
