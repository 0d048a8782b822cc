metadata description = 'What an operator is woken for.'

import * as types from 'types.bicep'

param location string
param tags types.tags
param prefix string
param componentId string
param serviceBusNamespaceId string

@description('The relay of the sites with the transport Relay, if there are any.')
param relayNamespaceId string?

@description('Those sites; each has a hybrid connection of its name.')
param relaySites string[]

@description('Who gets a mail; nobody makes alerts that are only seen in the portal.')
param emails string[]

@description('How old the oldest waiting event may get.')
param oldestMessageMinutes int

@description('The share of results in percent that may be Failed or Indeterminate.')
param failurePercent int

@description('The share of pushes in percent, per site and day, whose clients may not come back.')
param notVerifiedPercent int

resource operators 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: '${prefix}-operators'
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'ccr-ops'
    emailReceivers: [for email in emails: { name: email, emailAddress: email, useCommonAlertSchema: true }]
  }
}

var deadLetters = {
  name: 'dead-letters'
  description: 'Messages were dead-lettered. "ccr dead-letters list" shows them with reason and remedy.'
  severity: 2
  window: 'PT5M'
  scope: serviceBusNamespaceId
  metric: 'DeadletteredMessages'
  aggregation: 'Maximum'
  operator: 'GreaterThan'
  threshold: 0
  entities: ['*']
}

// A topic that is full takes no result any more. A subscription that nobody reads fills it: one of somebody's own, or watch while the app is away.
var topicSize = {
  name: 'topic-size'
  description: 'The results topic is half full (512 MB). Find the subscription that nobody reads, and read or delete it: a full topic takes no result any more.'
  severity: 2
  window: 'PT15M'
  scope: serviceBusNamespaceId
  metric: 'Size'
  aggregation: 'Average'
  operator: 'GreaterThan'
  threshold: 512 * 1024 * 1024
  entities: ['ccr-results']
}

// ActiveListeners says how many listen at a moment, ListenerConnections-* only who came or was refused. Without values nothing is
// compared: if the relay reports nothing for a connection that nobody listens at, the next submission that fails is what raises an alert.
var relayMetrics = [
  {
    name: 'relay-no-listener'
    description: 'For 15 minutes nobody listens for submissions: the agent of the site does not run, cannot get out, or may not listen.'
    severity: 1
    window: 'PT15M'
    metric: 'ActiveListeners'
    operator: 'LessThan'
    threshold: 1
  }
  {
    name: 'relay-refused'
    description: 'The relay refused submissions: the app has no right to send, there is no such hybrid connection, or nobody listens. "ccr check" tells which.'
    severity: 2
    window: 'PT5M'
    metric: 'SenderConnections-ClientError'
    operator: 'GreaterThan'
    threshold: 0
  }
  {
    name: 'relay-failed'
    description: 'The relay answered submissions with 5xx: nobody listened, the agent did not answer in time, or the relay has a fault.'
    severity: 2
    window: 'PT5M'
    metric: 'SenderConnections-ServerError'
    operator: 'GreaterThan'
    threshold: 0
  }
]

var relayAlerts = [
  for each in relayMetrics: {
    ...each
    scope: relayNamespaceId ?? ''
    aggregation: 'Total'
    // Named, since "*" knows only what reported something lately. In both forms, since a metric may tell names in lower case.
    entities: union(relaySites, map(relaySites, site => toLower(site)))
  }
]

var metrics = concat([deadLetters, topicSize], empty(relaySites) ? [] : relayAlerts)

resource metricAlerts 'Microsoft.Insights/metricAlerts@2026-01-01' = [
  for each in metrics: {
    name: '${prefix}-${each.name}'
    location: 'global'
    tags: tags
    properties: {
      description: each.description
      severity: each.severity
      enabled: true
      scopes: [each.scope]
      evaluationFrequency: 'PT5M'
      windowSize: each.window
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
        allOf: [
          {
            name: each.name
            criterionType: 'StaticThresholdCriterion'
            metricName: each.metric
            timeAggregation: each.aggregation
            operator: each.operator
            threshold: each.threshold
            dimensions: [{ name: 'EntityName', operator: 'Include', values: each.entities }]
          }
        ]
      }
      actions: [{ actionGroupId: operators.id }]
    }
  }
]

var queries = [
  {
    name: 'oldest-message'
    description: 'The oldest event waits for too long: nothing takes events from ccr-requests, or too slowly.'
    severity: 2
    window: 'PT15M'
    query: 'customMetrics | where name == "ccr.requests.oldest_age" | summarize age = max(valueMax) | where age > ${oldestMessageMinutes * 60}'
  }
  {
    name: 'failure-share'
    description: 'Too many results are Failed or Indeterminate: see the workbook for the management point and the reason.'
    severity: 2
    window: 'PT1H'
    query: 'customMetrics | where name == "ccr.results" | extend outcome = tostring(customDimensions.outcome) | summarize bad = sumif(valueSum, outcome in ("Failed", "Indeterminate")), all = sum(valueSum) | where all >= 5 and 100.0 * bad / all > ${failurePercent}'
  }
  {
    name: 'no-results'
    description: 'Events came in and no result went out.'
    severity: 1
    window: 'PT1H'
    query: 'customMetrics | where name in ("ccr.events", "ccr.results") | summarize events = sumif(valueSum, name == "ccr.events"), results = sumif(valueSum, name == "ccr.results") | where events > 0 and results == 0'
  }
  {
    name: 'not-verified'
    description: 'Pushes do not bring clients back: over a day, too many of a site\'s pushed machines were not seen again. See the workbook for the site, and "ccr history" for what a machine\'s push failed with.'
    severity: 2
    window: 'P1D'
    query: 'customMetrics | where name == "ccr.verifications" | extend site = tostring(customDimensions.site), outcome = tostring(customDimensions.outcome) | where outcome in ("Verified", "NotVerified", "Unknown") | summarize gone = sumif(valueSum, outcome == "NotVerified"), all = sum(valueSum) by site | where all >= 5 and 100.0 * gone / all > ${notVerifiedPercent}'
  }
]

resource queryAlerts 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = [
  for each in queries: {
    name: '${prefix}-${each.name}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      description: each.description
      severity: each.severity
      enabled: true
      scopes: [componentId]
      evaluationFrequency: 'PT5M'
      windowSize: each.window
      autoMitigate: true
      // The tables are empty until the app has run for the first time.
      skipQueryValidation: true
      criteria: {
        allOf: [{ query: each.query, timeAggregation: 'Count', operator: 'GreaterThan', threshold: 0 }]
      }
      actions: { actionGroups: [operators.id] }
    }
  }
]
