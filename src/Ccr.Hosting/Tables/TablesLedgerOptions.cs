using Azure.Core;

namespace Ccr.Hosting.Tables;

/// <summary>Which table of which storage account holds the ledger.</summary>
public sealed class TablesLedgerOptions
{
    /// <summary>
    /// The account's table endpoint, <c>https://account.table.core.windows.net</c>, reached with an identity. This or <see cref="ConnectionString"/> is
    /// required.
    /// </summary>
    public Uri? Endpoint { get; set; }

    /// <summary>A connection string with its key: for Azurite, or where identities cannot be had.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>The table, made if it does not exist; default <c>ccrledger</c>.</summary>
    public string Table { get; set; } = "ccrledger";

    /// <summary>Every fault, each with its key and with what to write instead.</summary>
    public IEnumerable<ConfigurationFault> FindFaults(string key)
    {
        if (Endpoint is null == ConnectionString is null)
        {
            yield return key.Fault($"needs exactly one of {nameof(Endpoint)} and {nameof(ConnectionString)}: write {key}:{nameof(Endpoint)} = " +
                "https://account.table.core.windows.net to use an identity.");
        }

        if (Endpoint is { } endpoint && (!endpoint.IsAbsoluteUri || endpoint.Scheme != Uri.UriSchemeHttps || endpoint.Query.Length > 0))
            yield return key.Fault(nameof(Endpoint), "cannot be used: write the table endpoint alone, for example https://account.table.core.windows.net.");
        if (ConnectionString is not null && !IsReadable(ConnectionString))
        {
            yield return key.Fault(nameof(ConnectionString),
                "cannot be read: write UseDevelopmentStorage=true for Azurite, or the connection string of a storage account as the portal shows it.");
        }

        if (Table.Length is < 3 or > 63 || !Table.All(char.IsAsciiLetterOrDigit) || char.IsAsciiDigit(Table[0]))
            yield return key.Fault(nameof(Table), "is no table name: write 3 to 63 letters and digits, a letter first, for example ccrledger.");
    }

    /// <summary>Makes the client of the table.</summary>
    /// <param name="identity">What to sign in to <see cref="Endpoint"/> with.</param>
    public TableClient Connect(TokenCredential identity)
    {
        // Three short tries: a message is locked meanwhile, and comes back if this is in vain.
        var client = new TableClientOptions
        {
            Retry = { MaxRetries = 2, Delay = TimeSpan.FromMilliseconds(200), MaxDelay = TimeSpan.FromSeconds(2), NetworkTimeout = TimeSpan.FromSeconds(10) },
        };
        return Endpoint is { } endpoint ? new TableClient(endpoint, Table, identity, client) : new TableClient(ConnectionString, Table, client);
    }

    private static bool IsReadable(string connectionString)
    {
        try
        {
            _ = new TableServiceClient(connectionString);
            return true;
        }
        catch (Exception fault) when (fault is FormatException or InvalidOperationException or ArgumentException)
        {
            return false;
        }
    }
}
