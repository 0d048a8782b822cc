// What "azd provision" deploys: the configuration in ccr.json beside this file. examples/ has other forms.
using 'main.bicep'

param environmentName = readEnvironmentVariable('AZURE_ENV_NAME')
param location = readEnvironmentVariable('AZURE_LOCATION')
param hosting = 'FlexConsumption'
param configuration = loadJsonContent('ccr.json')
// azd env set CCR_AGENT_PRINCIPAL_ID <the object id of the agent's identity>
param agents = empty(readEnvironmentVariable('CCR_AGENT_PRINCIPAL_ID', ''))
  ? []
  : [{ name: 'hq', principalId: readEnvironmentVariable('CCR_AGENT_PRINCIPAL_ID', ''), principalType: 'ServicePrincipal' }]
// azd env set CCR_OPERATORS_GROUP_ID <the object id of the group of those who operate it>
param operators = empty(readEnvironmentVariable('CCR_OPERATORS_GROUP_ID', ''))
  ? []
  : [{ name: 'Operators', principalId: readEnvironmentVariable('CCR_OPERATORS_GROUP_ID', ''), principalType: 'Group' }]
// azd env set CCR_PACKAGE ccr-functions.zip, once it is uploaded; for Elastic Premium only
param package = readEnvironmentVariable('CCR_PACKAGE', '')
// azd env set CCR_RECOVER_VAULT true, after azd down
param recoverVault = bool(readEnvironmentVariable('CCR_RECOVER_VAULT', 'false'))
