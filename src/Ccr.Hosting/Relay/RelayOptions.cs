namespace Ccr.Hosting.Relay;

/// <summary>One hybrid connection of Azure Relay, who asks, and how long to wait. The listener and the sender have the same options.</summary>
public sealed class RelayOptions
{
    private const string Example = "https://contoso.servicebus.windows.net/hq";

    /// <summary>
    /// The address of the hybrid connection, for example <c>https://contoso.servicebus.windows.net/hq</c>. Required. <c>http</c> is taken for a loopback
    /// address only, which is where the embedded relay is.
    /// </summary>
    public Uri? Endpoint { get; set; }

    /// <summary>The name of a shared access key. Default: none, which means Entra ID.</summary>
    public string? KeyName { get; set; }

    /// <summary>The shared access key of that name. Both or neither.</summary>
    public string? Key { get; set; }

    /// <summary>The client id of a user-assigned managed identity. Default: none, so that Entra ID takes whatever identity is there.</summary>
    public string? ClientId { get; set; }

    /// <summary>
    /// The HTTP proxy, for example <c>http://proxy.corp:3128</c>; a user name and password in it are used, else the credentials of the account that runs
    /// the process. Default: none, not even the system's.
    /// </summary>
    public Uri? Proxy { get; set; }

    /// <summary>A PEM file with further certificate authorities to trust. Default: only the machine's own.</summary>
    public string? TrustedCaFile { get; set; }

    /// <summary>
    /// How long opening a connection may take, and the answer to a ping. Default 20 s; 1 s to 2 min. Shorter finds a dead relay sooner, and gives up on
    /// a slow one.
    /// </summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// How long a sender waits for the answer. Default 65 s, since the relay itself gives up after 60 s and says so; 1 s to 5 min. Shorter leaves more
    /// requests of which nobody knows what became of them.
    /// </summary>
    public TimeSpan AnswerTimeout { get; set; } = TimeSpan.FromSeconds(65);

    /// <summary>
    /// The time between two pings on the listener's control channel. Default 3.5 min, as Microsoft's client has it; 1 s to 10 min. Longer may let a
    /// firewall forget the connection.
    /// </summary>
    public TimeSpan KeepAlive { get; set; } = TimeSpan.FromMinutes(3.5);

    /// <summary>
    /// How long a token made of a key is good for. Default 60 min; 5 min to 1 day. It is renewed when a quarter of its time is left. How long a token of
    /// Entra ID is good for, Entra ID says.
    /// </summary>
    public TimeSpan TokenLife { get; set; } = TimeSpan.FromMinutes(60);

    /// <summary>The largest body of a request that a listener takes, in bytes. Default 256 KiB; 1 KiB to 16 MiB. A larger one is answered with 413.</summary>
    public int MaxRequestBytes { get; set; } = 256 * 1024;

    /// <summary>The largest answer that a sender reads, in bytes. Default 256 KiB; 1 KiB to 16 MiB.</summary>
    public int MaxAnswerBytes { get; set; } = 256 * 1024;

    /// <summary>How many requests a listener has in hand at a time. Default 64; 1 to 1,000. Beyond it, a request is answered with 429.</summary>
    public int MaxInFlight { get; set; } = 64;

    /// <summary>Who asks, in words for people: the name of the key, or Entra ID.</summary>
    public string Identity => KeyName is not null ? $"the key {KeyName}" : ClientId is null ? "Entra ID" : $"Entra ID, client id {ClientId}";

    /// <summary>The name of the hybrid connection, as it stands in addresses.</summary>
    internal string Path => Endpoint!.AbsolutePath.Trim('/');

    /// <summary>The host and the hybrid connection, for people.</summary>
    internal string Name => $"{Endpoint!.Authority}/{Path}";

    /// <summary>Every fault, with its key below the one given and what to write instead; no text repeats a value that could be a secret.</summary>
    public IEnumerable<ConfigurationFault> FindFaults(string key) =>
        [.. FindEndpointFaults(key), .. FindIdentityFaults(key), .. FindWayFaults(key), .. FindRangeFaults(key)];

    private IEnumerable<ConfigurationFault> FindEndpointFaults(string key)
    {
        if (Endpoint is null)
        {
            yield return key.Fault(nameof(Endpoint), $"is missing: write the hybrid connection's address, for example {Example}.");
        }
        else if (!Endpoint.IsAbsoluteUri || Endpoint.Scheme is not ("https" or "http") || Path.Length == 0
            || Endpoint.Query.Length + Endpoint.Fragment.Length + Endpoint.UserInfo.Length > 0)
        {
            yield return key.Fault(nameof(Endpoint), $": this is not the address of a hybrid connection; write host and name, for example {Example}.");
        }
        else if (Endpoint.Scheme == "http" && !Endpoint.IsLoopback)
        {
            yield return key.Fault(nameof(Endpoint), ": http is taken for this machine only; write https, or nothing would protect the token.");
        }
    }

    private IEnumerable<ConfigurationFault> FindIdentityFaults(string key)
    {
        if (string.IsNullOrWhiteSpace(KeyName) != string.IsNullOrWhiteSpace(Key))
            yield return key.Fault(nameof(KeyName), ": only one of name and key is there; write both, or neither for Entra ID.");
        if (ClientId is not null && KeyName is not null)
            yield return key.Fault(nameof(ClientId), "has no meaning beside a key: leave out one of them.");
    }

    private IEnumerable<ConfigurationFault> FindWayFaults(string key)
    {
        if (Proxy is not null && !(Proxy.IsAbsoluteUri && Proxy.Scheme is "http" or "https"))
            yield return key.Fault(nameof(Proxy), ": this is not a proxy; write an address such as http://proxy.corp:3128.");
        if (TrustedCaFile is not null && ServerTrust.FindFault(TrustedCaFile) is { } unreadable)
            yield return key.Fault(nameof(TrustedCaFile), $": {unreadable} Name one with certificates.");
    }

    private IEnumerable<ConfigurationFault> FindRangeFaults(string key)
    {
        (string Name, TimeSpan Value, TimeSpan Least, TimeSpan Most)[] times =
        [
            (nameof(ConnectTimeout), ConnectTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(2)),
            (nameof(AnswerTimeout), AnswerTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5)),
            (nameof(KeepAlive), KeepAlive, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10)),
            (nameof(TokenLife), TokenLife, TimeSpan.FromMinutes(5), TimeSpan.FromDays(1)),
        ];
        (string Name, int Value, int Least, int Most)[] numbers =
        [
            (nameof(MaxRequestBytes), MaxRequestBytes, 1024, 16 * 1024 * 1024),
            (nameof(MaxAnswerBytes), MaxAnswerBytes, 1024, 16 * 1024 * 1024),
            (nameof(MaxInFlight), MaxInFlight, 1, 1000),
        ];
        return times.Where(time => time.Value < time.Least || time.Value > time.Most)
            .Select(time => key.Fault(time.Name, $"is {time.Value:c}: write a time from {time.Least:c} to {time.Most:c}."))
            .Concat(numbers.Where(number => number.Value < number.Least || number.Value > number.Most)
                .Select(number => key.Fault(number.Name, $"is {number.Value}: write a number from {number.Least} to {number.Most}.")));
    }
}
