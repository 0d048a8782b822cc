// One site with an agent, on Flex Consumption, and nothing more.
using '../main.bicep'

param environmentName = 'test'
param location = 'westeurope'
param hosting = 'FlexConsumption'
param configuration = loadJsonContent('agent.ccr.json')
