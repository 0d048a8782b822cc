// One site whose agent listens at a relay, on Flex Consumption, and nothing more.
using '../main.bicep'

param environmentName = 'test'
param location = 'westeurope'
param hosting = 'FlexConsumption'
param configuration = loadJsonContent('relay.ccr.json')
param agents = [
  { name: 'hq', principalId: '00000000-0000-0000-0000-0000000000a1', principalType: 'ServicePrincipal' }
]
