// One Configuration Manager site behind a VPN or ExpressRoute, on Flex Consumption, with private endpoints for everything that can have one.
using '../main.bicep'

param environmentName = 'test'
param location = 'westeurope'
param hosting = 'FlexConsumption'
param configuration = loadJsonContent('private.ccr.json')
param network = 'Private'
param addressPrefix = '10.68.4.0/24'
param maxInstances = 2
param alwaysReady = [{ name: 'http', instanceCount: 1 }]
