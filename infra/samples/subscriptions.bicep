metadata description = 'The subscriptions of the samples. A test holds them equal to Config.json.'

@description('The namespace that main.bicep made.')
param namespaceName string

// A new subscription has the rule $Default, which lets everything in; so the first rule of each takes its place.
// Correlation filters, one rule for each outcome: any of them lets a message in, once. What an agent tells the processor has no outcome.
var finals = [
  'Accepted'
  'Suppressed'
  'Ignored'
  'Rejected'
  'Failed'
  'Indeterminate'
  'DryRun'
  'Verified'
  'NotVerified'
  'Unknown'
]

// A message waits as long as somebody may need to repair what it is for.
var settings = {
  deadLetteringOnMessageExpiration: true
  defaultMessageTimeToLive: 'P14D'
  lockDuration: 'PT1M'
  maxDeliveryCount: 10
}

resource namespace 'Microsoft.ServiceBus/namespaces@2026-01-01' existing = {
  name: namespaceName

  resource results 'topics' existing = {
    name: 'ccr-results'
  }
}

resource servicenow 'Microsoft.ServiceBus/namespaces/topics/subscriptions@2026-01-01' = {
  parent: namespace::results
  name: 'servicenow'
  properties: settings

  resource verified 'rules' = {
    name: '$Default'
    properties: {
      filterType: 'CorrelationFilter'
      correlationFilter: { properties: { outcome: 'Verified', source: 'servicenow-event' } }
    }
  }
}

resource webhook 'Microsoft.ServiceBus/namespaces/topics/subscriptions@2026-01-01' = {
  parent: namespace::results
  name: 'webhook'
  properties: settings
}

resource webhookRules 'Microsoft.ServiceBus/namespaces/topics/subscriptions/rules@2026-01-01' = [
  for (outcome, i) in finals: {
    parent: webhook
    name: i == 0 ? '$Default' : outcome
    properties: {
      filterType: 'CorrelationFilter'
      correlationFilter: { properties: { outcome: outcome } }
    }
  }
]
