// Sites with each transport behind Elastic Premium on Windows, with everything that can be switched on.
using '../main.bicep'

param environmentName = 'test'
param location = 'westeurope'
param hosting = 'ElasticPremium'
param defaultDomain = 'CORP'
param defaultSite = 'hq'
param sites = [
  {
    key: 'hq'
    transport: 'Agent'
    managementPoints: [{ host: 'mp01.corp.example', port: 80, scheme: 'http' }]
  }
  {
    key: 'plant'
    transport: 'Direct'
    managementPoints: [
      { host: 'mp02.corp.example', port: 443, scheme: 'https' }
      { host: 'mp03.corp.example', port: 80, scheme: 'http' }
    ]
  }
  { key: 'branch', transport: 'Relay' }
]
param eventSources = [
  { name: 'cmdb', principalId: '00000000-0000-0000-0000-0000000000c1', principalType: 'ServicePrincipal' }
]
param agents = [
  { name: 'hq', principalId: '00000000-0000-0000-0000-0000000000a1', principalType: 'ServicePrincipal' }
  { name: 'branch', principalId: '00000000-0000-0000-0000-0000000000a2', principalType: 'ServicePrincipal' }
]
param deployer = { name: 'pipeline', principalId: '00000000-0000-0000-0000-0000000000d1', principalType: 'ServicePrincipal' }
param webhook = {
  clientId: '00000000-0000-0000-0000-0000000000b1'
  objectId: '00000000-0000-0000-0000-0000000000b2'
  identifierUri: 'api://ccr'
}
param withEventGrid = true
param withAzureMonitor = true
param alertEmails = ['operators@corp.example']
