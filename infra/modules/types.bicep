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

@export()
@description('A site: management points in order of preference, and how they are reached.')
type site = {
  @description('The key by which an event may choose the site: letters, digits, hyphens.')
  @minLength(1)
  @maxLength(32)
  key: string

  @description('Direct: the function app reaches the management points itself, through hybrid connections of App Service; needs hosting ElasticPremium. Relay: it asks the agent on the inside through a hybrid connection of our own. Agent: it puts a command on a queue, and the agent takes it.')
  transport: 'Direct' | 'Relay' | 'Agent'

  @minLength(1)
  managementPoints: managementPoint[]
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
