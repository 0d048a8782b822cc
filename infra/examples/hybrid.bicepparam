// Sites with each transport behind Elastic Premium on Windows, with everything that can be switched on.
using '../main.bicep'

param environmentName = 'test'
param location = 'westeurope'
param hosting = 'ElasticPremium'
param configuration = loadJsonContent('hybrid.ccr.json')
param settings = {
  Ccr__Sites__plant__ManagementPoints__0__Password: '@Microsoft.KeyVault(VaultName=corp-secrets;SecretName=ccr-push)'
}
param package = 'ccr-functions.zip'
param eventSources = [
  { name: 'cmdb', principalId: '00000000-0000-0000-0000-0000000000c1', principalType: 'ServicePrincipal' }
]
param agents = [
  { name: 'hq', principalId: '00000000-0000-0000-0000-0000000000a1', principalType: 'ServicePrincipal' }
  { name: 'branch-east', principalId: '00000000-0000-0000-0000-0000000000a2', principalType: 'ServicePrincipal' }
]
param readers = [
  { name: 'Service desk', principalId: '00000000-0000-0000-0000-0000000000d1', principalType: 'Group' }
]
param operators = [
  { name: 'Client operators', principalId: '00000000-0000-0000-0000-0000000000d2', principalType: 'Group' }
]
param webhook = {
  clientId: '00000000-0000-0000-0000-0000000000b1'
  objectId: '00000000-0000-0000-0000-0000000000b2'
  identifierUri: 'api://ccr'
}
param withEventGrid = true
param withAzureMonitor = true
param heartbeatWorkspaceId = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/clients/providers/Microsoft.OperationalInsights/workspaces/clients'
param alertEmails = ['operators@corp.example']
