metadata description = 'The shapes of the parameters that main.bicep hands to the modules.'

@description('One management point. A hybrid connection of App Service needs a DNS name in the address, not an IP address.')
type managementPoint = {
  Address: string
}

@description('What deployments need to know of a site; the app checks all the rest.')
type configuredSite = {
  Transport: ('Direct' | 'Relay' | 'Agent')?

  @description('In order of preference.')
  ManagementPoints: managementPoint[]?

  AdminService: managementPoint?
  AllowUnsigned: bool?
}

@export()
@description('The file ccr.json. Only its section Ccr is deployed. Sites are by key here; the list form is for app settings.')
type configuration = {
  Ccr: {
    DefaultSite: string?
    DefaultDomain: string?
    Rate: { MaxConcurrent: int? }?
    Sites: { *: configuredSite }
  }
}

@export()
@description('Where a hybrid connection of App Service leads.')
type endpoint = {
  host: string
  port: int
}

@export()
@description('App settings by name.')
type settings = { *: string }

@export()
@description('Instances that always run: for all webhooks together (http), or for one function (function:ReinstallRequested).')
type alwaysReady = {
  name: string

  @minValue(1)
  instanceCount: int
}

@export()
@description('A subnet of yours for the app, and one for private endpoints. The first is delegated: to Microsoft.App/environments for Flex Consumption, to Microsoft.Web/serverFarms for Elastic Premium.')
type subnets = {
  appSubnetId: string
  endpointSubnetId: string

  @description('The network that private DNS zones are linked to.')
  networkId: string
}

@export()
@description('Somebody who gets a role.')
type principal = {
  @description('Who that is, for the reader of the role assignment; for an agent, the key of its site.')
  name: string

  @description('The object id in Entra ID.')
  principalId: string

  principalType: 'ServicePrincipal' | 'Group' | 'User'
}

@export()
@description('The app registration that callers of the webhook ask for a token, for example an Azure Monitor action group. It has the app role Events.Send and requires its assignment (README.md).')
type webhookRegistration = {
  @description('Its application (client) id.')
  clientId: string

  @description('The object id of its enterprise application, the service principal.')
  objectId: string

  @description('Its identifier URI, for example api://ccr.')
  identifierUri: string
}

@export()
type tags = { *: string }
