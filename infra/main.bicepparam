// What "azd provision" deploys. Change the sites to yours; examples/ has other forms.
using 'main.bicep'

param environmentName = readEnvironmentVariable('AZURE_ENV_NAME')
param location = readEnvironmentVariable('AZURE_LOCATION')
param hosting = 'ElasticPremium'
param defaultDomain = 'CORP'
param sites = [
  {
    key: 'hq'
    transport: 'Direct'
    managementPoints: [{ host: 'mp01.corp.example', port: 80, scheme: 'http' }]
  }
]
param deployer = empty(readEnvironmentVariable('AZURE_PRINCIPAL_ID', ''))
  ? null
  : { name: 'azd', principalId: readEnvironmentVariable('AZURE_PRINCIPAL_ID', ''), principalType: 'User' }
