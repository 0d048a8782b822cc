metadata description = 'The Service Bus namespace and its entities. A test holds these equal to service-bus/Config.json.'

import * as types from 'types.bicep'

param name string
param location string
param tags types.tags

@description('The keys of the sites that an agent serves; each gets a queue.')
param agentSites string[]

@description('Whether it is reached by private endpoints only, which needs Premium. Agents of sites with the transport Agent must reach them, too.')
param isPrivate bool

// The emulator keeps nothing longer than an hour; here a message may wait as long as somebody may need to repair something.
var timeToLive = 'P14D'

resource namespace 'Microsoft.ServiceBus/namespaces@2026-01-01' = {
  name: name
  location: location
  tags: tags
  sku: isPrivate ? { name: 'Premium', tier: 'Premium', capacity: 1 } : { name: 'Standard', tier: 'Standard' }
  properties: {
    disableLocalAuth: true
    minimumTlsVersion: '1.2'
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
  }
}

// With private endpoints Event Grid comes in as a trusted service.
resource trusted 'Microsoft.ServiceBus/namespaces/networkRuleSets@2026-01-01' = if (isPrivate) {
  parent: namespace
  name: 'default'
  properties: { defaultAction: 'Deny', publicNetworkAccess: 'Disabled', trustedServiceAccessEnabled: true }
}

resource requests 'Microsoft.ServiceBus/namespaces/queues@2026-01-01' = {
  parent: namespace
  name: 'ccr-requests'
  properties: {
    deadLetteringOnMessageExpiration: true
    defaultMessageTimeToLive: timeToLive
    lockDuration: 'PT1M'
    maxDeliveryCount: 10
  }
}

resource undelivered 'Microsoft.ServiceBus/namespaces/queues@2026-01-01' = {
  parent: namespace
  name: 'ccr-agent-undelivered'
  properties: {
    // A command keeps its own time to live when it is forwarded here. If it ends here too before anybody looks, the request
    // ends as indeterminate: the processor looks at it again when the agents' time is over.
    deadLetteringOnMessageExpiration: true
    defaultMessageTimeToLive: timeToLive
    lockDuration: 'PT1M'
    maxDeliveryCount: 10
  }
}

// What becomes of a push is looked for over a week, by one scheduled message after the other. Each has an id of its own, and after a crash it is sent
// again under that id. A look that fails is tried again for long: the broker is to give it up last, since nobody else would look for that machine.
resource verifications 'Microsoft.ServiceBus/namespaces/queues@2026-01-01' = {
  parent: namespace
  name: 'ccr-verifications'
  properties: {
    deadLetteringOnMessageExpiration: true
    defaultMessageTimeToLive: timeToLive
    lockDuration: 'PT1M'
    maxDeliveryCount: 100
    requiresDuplicateDetection: true
    duplicateDetectionHistoryTimeWindow: 'P1D'
  }
}

resource agents 'Microsoft.ServiceBus/namespaces/queues@2026-01-01' = [
  for site in agentSites: {
    parent: namespace
    name: 'ccr-agent-${site}'
    properties: {
      deadLetteringOnMessageExpiration: true
      defaultMessageTimeToLive: timeToLive
      lockDuration: 'PT1M'
      maxDeliveryCount: 10
      // A command lives six days at the most (Ccr:Submissions:DispatchFor), and as long as it lives nobody can send it a second time: its
      // message id is its request's id. Seven days is the most that Service Bus knows, and the emulator knows five minutes.
      requiresDuplicateDetection: true
      duplicateDetectionHistoryTimeWindow: 'P7D'
      forwardDeadLetteredMessagesTo: undelivered.name
    }
  }
]

resource results 'Microsoft.ServiceBus/namespaces/topics@2026-01-01' = {
  parent: namespace
  name: 'ccr-results'
  properties: {
    defaultMessageTimeToLive: timeToLive
    requiresDuplicateDetection: true
    duplicateDetectionHistoryTimeWindow: 'PT5M'
  }

  resource ledger 'subscriptions' = {
    name: 'ledger'
    properties: {
      deadLetteringOnMessageExpiration: true
      defaultMessageTimeToLive: timeToLive
      lockDuration: 'PT1M'
      maxDeliveryCount: 10
    }

    // A new subscription has a rule of this name that lets everything through; so the one rule takes its place.
    resource fromAgents 'rules' = {
      name: '$Default'
      properties: {
        filterType: 'CorrelationFilter'
        correlationFilter: { properties: { via: 'agent' } }
      }
    }
  }

  // For people who look on: what nobody watched in an hour goes. The app receives from it now and then, since nothing expires without a receiver.
  resource watch 'subscriptions' = {
    name: 'watch'
    properties: {
      defaultMessageTimeToLive: 'PT1H'
      lockDuration: 'PT1M'
      maxDeliveryCount: 10
    }
  }
}

output namespaceId string = namespace.id
output requestsQueueId string = requests.id
// https://name.servicebus.windows.net:443/ without scheme and port
output hostName string = split(split(namespace.properties.serviceBusEndpoint, '//')[1], ':')[0]
