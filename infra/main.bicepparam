// What "azd provision" deploys: one site whose agent listens at a relay. Change the site to yours; examples/ has other forms.
using 'main.bicep'

param environmentName = readEnvironmentVariable('AZURE_ENV_NAME')
param location = readEnvironmentVariable('AZURE_LOCATION')
param hosting = 'FlexConsumption'
param defaultDomain = 'CORP'
param sites = [
  { key: 'hq', transport: 'Relay' }
]
// azd env set CCR_AGENT_PRINCIPAL_ID <the object id of the agent's identity>
param agents = empty(readEnvironmentVariable('CCR_AGENT_PRINCIPAL_ID', ''))
  ? []
  : [{ name: 'hq', principalId: readEnvironmentVariable('CCR_AGENT_PRINCIPAL_ID', ''), principalType: 'ServicePrincipal' }]
