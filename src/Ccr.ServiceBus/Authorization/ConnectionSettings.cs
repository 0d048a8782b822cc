namespace Ccr.ServiceBus.Authorization;

/// <summary>Who asks: one of the three ways to authorise.</summary>
internal abstract record Credential;

/// <summary>A shared access policy's name and key.</summary>
internal sealed record SharedKeyCredential(string Name, string Key) : Credential;

/// <summary>A ready-made shared access signature, which nobody here can renew.</summary>
internal sealed record SignatureCredential(string Signature) : Credential;

/// <summary>An identity known to Entra ID.</summary>
internal sealed record EntraCredential : Credential;

/// <summary>What one connection setting says: where, over TLS or not, and as whom.</summary>
/// <param name="Host">The namespace's host name.</param>
/// <param name="Port">The port, if the setting names one.</param>
/// <param name="IsEmulator">Whether to speak plain AMQP to a development emulator.</param>
/// <param name="Credential">Who asks.</param>
internal sealed record ConnectionSettings(string Host, int? Port, bool IsEmulator, Credential Credential)
{
    /// <summary>The host, with the port if one was named: the authority of token audiences and log lines.</summary>
    public string Authority => Port is { } port ? $"{Host}:{port}" : Host;

    /// <summary>Reads a connection setting and adds what is wrong with it to <paramref name="faults"/>.</summary>
    /// <returns>The settings, or null if there are faults. No fault text repeats a value: it could be a secret.</returns>
    public static ConnectionSettings? Read(string connection, List<string> faults)
    {
        if (string.IsNullOrWhiteSpace(connection))
        {
            faults.Add("CCR5401: Connection is empty. Write a connection string or the host name of a namespace.");
            return null;
        }

        return connection.Contains('=', StringComparison.Ordinal)
            ? ReadConnectionString(connection, faults)
            : ReadHostName(connection.Trim(), faults);
    }

    private static ConnectionSettings? ReadHostName(string text, List<string> faults)
    {
        var address = text.Contains("://", StringComparison.Ordinal) ? text : $"sb://{text}";
        if (ReadEndpoint(address) is { } endpoint)
            return new(endpoint.Host, endpoint.Port, IsEmulator: false, new EntraCredential());
        faults.Add("CCR5403: Connection is neither a connection string nor a host name. Write " +
            "'Endpoint=sb://…;SharedAccessKeyName=…;SharedAccessKey=…' or 'contoso.servicebus.windows.net'.");
        return null;
    }

    private static ConnectionSettings? ReadConnectionString(string text, List<string> faults)
    {
        var before = faults.Count;
        var parts = ReadParts(text, faults);
        var endpoint = ReadEndpoint(parts.GetValueOrDefault("Endpoint"));
        if (endpoint is null)
            faults.Add("CCR5403: Connection has no usable Endpoint. Write Endpoint=sb://<namespace host name>/.");

        var isEmulator = false;
        if (parts.TryGetValue("UseDevelopmentEmulator", out var emulator) && !bool.TryParse(emulator, out isEmulator))
            faults.Add("CCR5402: UseDevelopmentEmulator in Connection must be true or false.");

        var credential = ReadCredential(parts, faults);
        return faults.Count == before && endpoint is not null && credential is not null
            ? new(endpoint.Value.Host, endpoint.Value.Port, isEmulator, credential)
            : null;
    }

    private static Dictionary<string, string> ReadParts(string text, List<string> faults)
    {
        Dictionary<string, string> parts = new(StringComparer.OrdinalIgnoreCase);
        foreach (var part in text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var split = part.IndexOf('=', StringComparison.Ordinal);
            if (split < 1)
                faults.Add("CCR5402: Connection has a part without '='. Parts are Name=Value, separated by semicolons.");
            else if (!parts.TryAdd(part[..split].Trim(), part[(split + 1)..].Trim()))
                faults.Add($"CCR5402: Connection says {part[..split].Trim()} twice. Keep one.");
        }

        return parts;
    }

    private static Credential? ReadCredential(Dictionary<string, string> parts, List<string> faults)
    {
        var name = parts.GetValueOrDefault("SharedAccessKeyName", "");
        var key = parts.GetValueOrDefault("SharedAccessKey", "");
        var signature = parts.GetValueOrDefault("SharedAccessSignature", "");

        if (signature.Length > 0 && key.Length == 0)
            return new SignatureCredential(signature);
        if (name.Length > 0 && key.Length > 0 && signature.Length == 0)
            return new SharedKeyCredential(name, key);
        faults.Add("CCR5404: Connection must have SharedAccessKeyName and SharedAccessKey, or SharedAccessSignature, not " +
            "both. For Entra ID write only the namespace's host name.");
        return null;
    }

    private static (string Host, int? Port)? ReadEndpoint(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "sb" or "amqp" or "amqps" or "https"
            && uri.Host.Length > 0 && uri.UserInfo.Length == 0 && uri.AbsolutePath is "/" or ""
            ? (uri.Host, uri.IsDefaultPort || uri.Port <= 0 ? null : uri.Port)
            : null;
}
