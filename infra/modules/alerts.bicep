metadata description = 'What an operator is woken for.'

import * as types from 'types.bicep'

param location string
param tags types.tags
param prefix string
param componentId string
param serviceBusNamespaceId string

@description('Who gets a mail; nobody makes alerts that are only seen in the portal.')
param emails string[]

@description('How old the oldest waiting event may get.')
param oldestMessageMinutes int

@description('The share of results in percent that may be Failed or Indeterminate.')
param failurePercent int

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

resource deadLetters 'Microsoft.Insights/metricAlerts@2026-01-01' = {
  name: '${prefix}-dead-letters'
  location: 'global'
  tags: tags
  properties: {
    description: 'Messages were dead-lettered. "ccr dead-letters list" shows them with reason and remedy.'
    severity: 2
    enabled: true
    scopes: [serviceBusNamespaceId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT5M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          name: 'dead-letters'
          criterionType: 'StaticThresholdCriterion'
          metricName: 'DeadletteredMessages'
          timeAggregation: 'Maximum'
          operator: 'GreaterThan'
          threshold: 0
          dimensions: [{ name: 'EntityName', operator: 'Include', values: ['*'] }]
        }
      ]
    }
    actions: [{ actionGroupId: operators.id }]
  }
}

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
