// One site with an agent, on Flex Consumption, and nothing more.
using '../main.bicep'

param environmentName = 'test'
param location = 'westeurope'
param hosting = 'FlexConsumption'
param defaultDomain = 'CORP'
param sites = [
  {
    key: 'hq'
    transport: 'Agent'
    managementPoints: [{ host: 'mp01.corp.example', port: 80, scheme: 'http' }]
  }
]
