using Ccr.Core.Sites;

namespace Ccr.Cli.Init;

/// <summary>How a site makes its CCRs.</summary>
internal enum InitMethod
{
    ManagementPoint,
    AdminService,
    FileDrop,
}

/// <summary>What <c>ccr init</c> must know.</summary>
/// <param name="Transport">How requests travel to the sites.</param>
/// <param name="Method">How these make their CCRs.</param>
/// <param name="Sites">The key of each, and the address of its management point or AdminService.</param>
/// <param name="Domains">The NetBIOS domains whose machines may be pushed; the first is that of events that name none.</param>
/// <param name="Connection">A Service Bus connection string, or the host name of a namespace.</param>
internal sealed record InitAnswers(
    SiteTransport Transport, InitMethod Method, IReadOnlyList<KeyValuePair<string, string>> Sites, IReadOnlyList<string> Domains, string Connection)
{
    /// <summary>The host name of the relay's namespace; each site has a hybrid connection of its own name there.</summary>
    public string? RelayHost { get; init; }

    /// <summary>The folder of an agent's journal.</summary>
    public string? AgentData { get; init; }

    /// <summary>The inbox that an agent writes files into.</summary>
    public string? Inbox { get; init; }
}
