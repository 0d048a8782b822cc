metadata description = 'The function app, on Flex Consumption (Linux) or Elastic Premium (Windows), and its settings.'

import * as types from 'types.bicep'

param planName string
param name string
param location string
param tags types.tags

param hosting 'FlexConsumption' | 'ElasticPremium'
param maxInstances int
param alwaysReady types.alwaysReady[]
param instanceMemory int
param webhooksPerInstance int

@description('The subnet that the app reaches other things through, if any.')
param subnetId string?

@description('Elastic Premium: the blob with the package; empty while there is none.')
param package string

param identityId string
param identityClientId string
param serviceBusHostName string
param storageAccountName string
param blobEndpoint string
param packagesContainer string
param tableEndpoint string
param ledgerTable string
param componentName string
param configuration types.configuration
param settings types.settings

@description('The keys of the sites behind a relay, and the relay.')
param relaySites string[]
param relayHostName string?

@description('The vault with the keys ccr-agent-<site>.')
param vaultName string

@description('The keys of the sites whose commands and submissions are signed.')
param signedSites string[]
param webhook types.webhookRegistration?

var isFlex = hosting == 'FlexConsumption'

resource component 'Microsoft.Insights/components@2020-02-02' existing = {
  name: componentName
}

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: planName
  location: location
  tags: tags
  kind: isFlex ? 'functionapp' : 'elastic'
  sku: isFlex ? { name: 'FC1', tier: 'FlexConsumption' } : { name: 'EP1', tier: 'ElasticPremium' }
  properties: {
    // True means Linux, the only system of Flex Consumption. Hybrid connections of App Service work on Windows only, so Elastic Premium is Windows.
    reserved: isFlex
    maximumElasticWorkerCount: isFlex ? null : maxInstances
  }
}

resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': 'functions' })
  kind: isFlex ? 'functionapp,linux' : 'functionapp'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    // On Elastic Premium an app whose package is not there yet would fail to start again and again; so it is stopped until the parameter names it.
    enabled: isFlex || !empty(package)
    virtualNetworkSubnetId: subnetId
    // All of it goes through the network: private endpoints, references to the vault, the package, and sites behind a VPN. Flex Consumption does so
    // by itself.
    outboundVnetRouting: isFlex || subnetId == null ? null : { allTraffic: true }
    keyVaultReferenceIdentity: identityId
    siteConfig: {
      ftpsState: 'Disabled'
      minTlsVersion: '1.2'
      netFrameworkVersion: isFlex ? null : 'v10.0'
      use32BitWorkerProcess: isFlex ? null : false
      functionAppScaleLimit: isFlex ? null : maxInstances
      minimumElasticInstanceCount: isFlex ? null : 1
      healthCheckPath: isFlex ? null : '/api/health'
    }
    functionAppConfig: isFlex
      ? {
          runtime: { name: 'dotnet-isolated', version: '10.0' }
          scaleAndConcurrency: {
            instanceMemoryMB: instanceMemory
            // Of instances on demand, for each function by itself (all webhooks together count as one).
            maximumInstanceCount: maxInstances
            alwaysReady: alwaysReady
            triggers: { http: { perInstanceConcurrency: webhooksPerInstance } }
          }
          deployment: {
            storage: {
              type: 'blobContainer'
              value: '${blobEndpoint}${packagesContainer}'
              authentication: {
                type: 'UserAssignedIdentity'
                userAssignedIdentityResourceId: identityId
              }
            }
          }
        }
      : null
  }

  resource noFtpPassword 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: { allow: false }
  }

  resource noDeploymentPassword 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: { allow: false }
  }

  resource appSettings 'config' = {
    name: 'appsettings'
    properties: union(soundSettings, ownSettings)
  }

  // With this every caller but the health probe needs a token; without it the webhook takes function keys.
  resource authentication 'config' = if (webhook != null) {
    name: 'authsettingsV2'
    properties: {
      globalValidation: {
        requireAuthentication: true
        unauthenticatedClientAction: 'Return401'
        excludedPaths: ['/api/health']
      }
      identityProviders: {
        azureActiveDirectory: {
          enabled: true
          registration: {
            clientId: webhook!.clientId
            openIdIssuer: '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
          }
          validation: {
            allowedAudiences: [webhook!.identifierUri, webhook!.clientId]
          }
        }
      }
    }
  }
}

var hostSettings = {
  APPLICATIONINSIGHTS_CONNECTION_STRING: component.properties.ConnectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
  AzureWebJobsStorage__accountName: storageAccountName
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identityClientId
}

// Elastic Premium without a file share, which would need a key: the package is run from its blob.
var premiumSettings = {
  FUNCTIONS_EXTENSION_VERSION: '~4'
  FUNCTIONS_WORKER_RUNTIME: 'dotnet-isolated'
  ...empty(package)
    ? {}
    : {
        WEBSITE_RUN_FROM_PACKAGE: '${blobEndpoint}${packagesContainer}/${package}'
        WEBSITE_RUN_FROM_PACKAGE_BLOB_MI_RESOURCE_ID: identityId
      }
}

// The configuration goes as one value in Base64, since App Service takes only some characters in names and, on Linux, wants others in values escaped.
var text = string({ Ccr: configuration.Ccr })
var secrets = filter(
  ['"SigningKeys"', '"Password"', '"ClientCertificatePassword"', 'SharedAccessKey'],
  each => contains(toLower(string(configuration)), toLower(each))
)
var soundText = !empty(secrets)
  ? fail('The configuration holds ${join(secrets, ', ')}, and parameters of a deployment can be read: put the key of a site into the vault as ccr-agent-<site>, a password as a secret that a setting refers to, and take them out of the file')
  : length(base64(text)) > 32000
      ? fail('The configuration is ${length(base64(text))} characters in Base64, but an app setting may have 32,000 at most: write what is alike for many sites once, or leave out what is the default')
      : text

// How many instances take events at once: those on demand, and those that are always ready for it.
var submitters = isFlex
  ? maxInstances + reduce(filter(alwaysReady, each => each.name == 'function:ReinstallRequested'), 0, (sum, each) => sum + each.instanceCount)
  : maxInstances

var ccrSettings = {
  ServiceBus__fullyQualifiedNamespace: serviceBusHostName
  ServiceBus__credential: 'managedidentity'
  ServiceBus__clientId: identityClientId
  Ledger__Endpoint: tableEndpoint
  Ledger__Table: ledgerTable
  Ledger__ClientId: identityClientId
  CCR_CONFIGURATION: base64(soundText)
  Ccr__Rate__MaxConcurrent: string(max(1, (configuration.Ccr.?Rate.?MaxConcurrent ?? 10) / submitters))
}

// What only the deployment knows of a site. Its key is a value, since it may have a hyphen, which the name of a setting may not.
var known = union(relaySites, signedSites)
var siteSettings = toObject(
  flatten(map(
    known,
    (site, i) =>
      concat(
        [{ name: 'Ccr__Sites__${i}__Key', value: site }],
        contains(relaySites, site)
          ? [
              { name: 'Ccr__Sites__${i}__Relay__Endpoint', value: 'https://${relayHostName!}/${site}' }
              { name: 'Ccr__Sites__${i}__Relay__ClientId', value: identityClientId }
            ]
          : [],
        contains(signedSites, site)
          ? [
              {
                name: 'Ccr__Sites__${i}__SigningKeys__0'
                value: '@Microsoft.KeyVault(VaultName=${vaultName};SecretName=ccr-agent-${site})'
              }
            ]
          : []
      )
  )),
  setting => setting.name,
  setting => setting.value
)

var ownSettings = union(hostSettings, isFlex ? {} : premiumSettings, ccrSettings, siteSettings)

// ---- Settings of somebody's own: nothing that App Service would change, and nothing that is set here

var taken = filter(objectKeys(settings), name => contains(ownSettings, name))
var characters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_${isFlex ? '' : '.'}'
var illegal = filter(objectKeys(settings), name =>
  !empty(filter(range(0, length(name)), i => !contains(characters, substring(name, i, 1)))))
var soundSettings = !empty(taken)
  ? fail('The parameter settings has ${join(taken, ', ')}, which the deployment sets itself: leave it out, or change the parameter that it comes from')
  : !empty(illegal)
      ? fail('The parameter settings has ${join(illegal, ', ')}, but App Service takes only letters, digits and underscores in a name (on Windows periods, too): write such a key into the configuration, or as a value, for example Ccr__Events__DnsSuffixes__0__Suffix with Ccr__Events__DnsSuffixes__0__Domain, or Ccr__Sites__100__Key')
      : settings

output id string = app.id
output hostName string = app.properties.defaultHostName
