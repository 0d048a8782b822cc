metadata description = 'The shapes of the parameters that main.bicep hands to the modules.'

@export()
@description('One management point, as the function app or an agent reaches it.')
type managementPoint = {
  @description('Its DNS name; a hybrid connection needs a name, not an address.')
  host: string

  @description('Its TCP port.')
  @minValue(1)
  @maxValue(65535)
  port: int

  @description('Whether it is spoken to over TLS.')
  scheme: 'http' | 'https'
}

@description('The key by which an event may choose the site: letters, digits, hyphens.')
@minLength(1)
@maxLength(32)
type siteKey = string

@description('The function app itself reaches the management points, through hybrid connections of App Service. Needs hosting ElasticPremium.')
type directSite = {
  key: siteKey
  transport: 'Direct'

  @description('In order of preference.')
  @minLength(1)
  managementPoints: managementPoint[]
}

@description('The function app asks the agent on the inside through a hybrid connection of our own. Only the agent knows the management points.')
@sealed()
type relaySite = {
  key: siteKey
  transport: 'Relay'
}

@description('The function app puts commands on a queue, and the agent on the inside takes them.')
type agentSite = {
  key: siteKey
  transport: 'Agent'

  @description('In order of preference.')
  @minLength(1)
  managementPoints: managementPoint[]
}

@export()
@description('A site, and how it is reached.')
@discriminator('transport')
type site = directSite | relaySite | agentSite

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
