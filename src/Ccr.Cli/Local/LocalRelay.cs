using System.Security.Cryptography;
using Ccr.Core;
using Ccr.Core.Sites;
using Ccr.EmbeddedRelay;
using Ccr.Hosting.Relay;

namespace Ccr.Cli.Local;

/// <summary>The embedded relay of a run, with a hybrid connection for each site.</summary>
internal sealed class LocalRelay : IAsyncDisposable
{
    private const string KeyName = "local";
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromMilliseconds(20);

    private readonly EmbeddedRelayServer _server;
    private readonly string _key;
    private readonly IReadOnlyList<string> _sites;
    private readonly TimeProvider _time;

    private LocalRelay(EmbeddedRelayServer server, string key, IReadOnlyList<string> sites, TimeProvider time) =>
        (_server, _key, _sites, _time) = (server, key, sites, time);

    /// <summary>Its address.</summary>
    public Uri Address => _server.Address;

    /// <summary>The settings of the sites' hybrid connections.</summary>
    public IEnumerable<KeyValuePair<string, string?>> Settings => _sites.SelectMany(site =>
    {
        var section = $"{CcrOptions.Section}:{nameof(CcrOptions.Sites)}:{site}:{nameof(SiteOptions.Relay)}";
        return new[]
        {
            KeyValuePair.Create<string, string?>($"{section}:{nameof(RelayOptions.Endpoint)}", _server.EndpointOf(site).ToString()),
            KeyValuePair.Create<string, string?>($"{section}:{nameof(RelayOptions.KeyName)}", KeyName),
            KeyValuePair.Create<string, string?>($"{section}:{nameof(RelayOptions.Key)}", _key),
        };
    });

    public static async Task<LocalRelay> StartAsync(IReadOnlyList<string> sites, TimeProvider time, CancellationToken stop)
    {
        var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        var options = new EmbeddedRelayOptions { Connections = sites, Keys = [new EmbeddedRelayKey(KeyName, key)], TimeProvider = time };
        return new LocalRelay(await Parts.StartRelayAsync(options, stop), key, sites, time);
    }

    /// <summary>Waits until somebody listens for each site.</summary>
    public async Task UntilHeardAsync(CancellationToken stop)
    {
        while (_sites.Any(site => _server.CountListeners(site) == 0)) await Task.Delay(LookAgainAfter, _time, stop);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
