metadata description = 'The function app, on Flex Consumption (Linux) or Elastic Premium (Windows), and its settings.'

import * as types from 'types.bicep'

param planName string
param name string
param location string
param tags types.tags

param hosting 'FlexConsumption' | 'ElasticPremium'
param maxInstances int
param maxConcurrentRequests int

param identityId string
param identityClientId string
param serviceBusHostName string
param storageAccountName string
param blobEndpoint string
param packagesContainer string
param tableEndpoint string
param ledgerTable string
param componentName string

param sites types.site[]

@description('The relay of the sites with the transport Relay, if there are any.')
param relayHostName string?

@description('The vault with the keys ccr-agent-<site>.')
param signingVault string

@description('The keys of the sites whose commands and submissions are signed.')
param signedSites string[]
param defaultSite string
param defaultDomain string
param webhook types.webhookRegistration?

var isFlex = hosting == 'FlexConsumption'

// Flex Consumption takes no smaller maximum than 40. It only ever serves agents, and those hold the rate themselves.
var smallestFlexMaximum = 40

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
            instanceMemoryMB: 2048
            maximumInstanceCount: max(smallestFlexMaximum, maxInstances)
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

  resource settings 'config' = {
    name: 'appsettings'
    properties: union(hostSettings, isFlex ? {} : premiumSettings, ccrSettings, siteSettings)
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
  WEBSITE_RUN_FROM_PACKAGE: '${blobEndpoint}${packagesContainer}/ccr-functions.zip'
  WEBSITE_RUN_FROM_PACKAGE_BLOB_MI_RESOURCE_ID: identityId
}

var ccrSettings = {
  ServiceBus__fullyQualifiedNamespace: serviceBusHostName
  ServiceBus__credential: 'managedidentity'
  ServiceBus__clientId: identityClientId
  Ledger__Endpoint: tableEndpoint
  Ledger__Table: ledgerTable
  Ledger__ClientId: identityClientId
  Ccr__DefaultSite: defaultSite
  Ccr__DefaultDomain: defaultDomain
  Ccr__Rate__MaxConcurrent: string(max(1, maxConcurrentRequests / maxInstances))
}

var siteSettings = toObject(
  flatten(map(
    sites,
    site =>
      concat(
        [{ name: 'Ccr__Sites__${site.key}__Transport', value: string(site.transport) }],
        map(site.?managementPoints ?? [], (point, i) => {
          name: 'Ccr__Sites__${site.key}__ManagementPoints__${i}__Address'
          value: '${point.scheme}://${point.host}:${point.port}'
        }),
        site.transport == 'Relay'
          ? [
              { name: 'Ccr__Sites__${site.key}__Relay__Endpoint', value: 'https://${relayHostName!}/${site.key}' }
              { name: 'Ccr__Sites__${site.key}__Relay__ClientId', value: identityClientId }
            ]
          : [],
        contains(signedSites, site.key)
          ? [
              {
                name: 'Ccr__Sites__${site.key}__SigningKeys__0'
                value: '@Microsoft.KeyVault(VaultName=${signingVault};SecretName=ccr-agent-${site.key})'
              }
            ]
          : [],
        site.transport == 'Agent' && !contains(signedSites, site.key)
          ? [{ name: 'Ccr__Sites__${site.key}__AllowUnsigned', value: 'true' }]
          : []
      )
  )),
  setting => setting.name,
  setting => setting.value
)

output hostName string = app.properties.defaultHostName
