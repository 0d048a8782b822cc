using Azure.Core;
using Ccr.Hosting.Sqlite;
using Ccr.Hosting.Tables;

namespace Ccr.Hosting;

/// <summary>Where the ledger is kept: the section <c>Ledger</c>. Exactly one place must be named.</summary>
public sealed class LedgerStoreOptions
{
    /// <summary>The name of the section.</summary>
    public const string Section = "Ledger";

    /// <summary>A file of this computer (SQLite), made if it does not exist: for hosts that run on one computer.</summary>
    public string? Path { get; set; }

    /// <summary>The table endpoint of a storage account, <c>https://account.table.core.windows.net</c>, signed in to with an identity.</summary>
    public Uri? Endpoint { get; set; }

    /// <summary>A storage account's connection string with its key: for Azurite, or where identities cannot be had.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>The table of <see cref="Endpoint"/> or <see cref="ConnectionString"/>, made if it does not exist; default <c>ccrledger</c>.</summary>
    public string Table { get; set; } = new TablesLedgerOptions().Table;

    /// <summary>The client id of the user-assigned managed identity for <see cref="Endpoint"/>; default: whatever identity is there.</summary>
    public string? ClientId { get; set; }

    /// <summary>Keeps the ledger for as long as the process lives, default false: what it knows of cool-downs ends with it. For tests.</summary>
    public bool InMemory { get; set; }

    /// <summary>
    /// Lets processors of this computer take from one namespace with a file each, default false. Neither of them knows what the other has pushed, so
    /// that a machine may be pushed by both; for namespaces whose processors serve different machines.
    /// </summary>
    public bool AllowOthers { get; set; }

    private TablesLedgerOptions Tables => new() { Endpoint = Endpoint, ConnectionString = IsSet(ConnectionString) ? ConnectionString : null, Table = Table };

    /// <summary>Every fault, each with its key and with what to write instead.</summary>
    /// <param name="isScaledOut">Whether other instances on other computers do the same work.</param>
    public IEnumerable<ConfigurationFault> FindFaults(bool isScaledOut)
    {
        var places = PlacesThatAreSet().ToList();
        if (places.Count == 0)
        {
            yield return Section.Fault($"is not configured, and without a ledger nobody knows which machines were pushed: write {Section}:{nameof(Endpoint)} " +
                $"= https://account.table.core.windows.net (Azure Table storage, with an identity), {Section}:{nameof(ConnectionString)} (the same, with a " +
                $"key) or {Section}:{nameof(Path)} (a file of this computer).");
        }

        if (places.Count > 1)
            yield return ConfigurationFault.Of(Section, $"names {places.Count} places ({string.Join(", ", places)}): write one of them.");
        if (isScaledOut && places is [nameof(Path) or nameof(InMemory)])
        {
            yield return Section.Fault($"{places[0]}", $"is no ledger that instances in Azure can share: write {Section}:{nameof(Endpoint)} = " +
                "https://account.table.core.windows.net.");
        }

        if (places is [nameof(Endpoint) or nameof(ConnectionString)])
        {
            foreach (var fault in Tables.FindFaults(Section)) yield return fault;
        }
    }

    /// <summary>Opens the ledger, and makes a new one where there is none.</summary>
    /// <exception cref="LedgerException">It cannot be reached or opened, is damaged, or is something else.</exception>
    public IOperatorLedger Open()
    {
        if (InMemory) return new InMemoryLedgerStore();
        if (IsSet(Path)) return SqliteLedgerStore.Open(Path!);
        return TablesLedgerStore.Open(Tables.Connect(CreateIdentity()));
    }

    /// <summary>Makes what signs in to <see cref="Endpoint"/>.</summary>
    public TokenCredential CreateIdentity() =>
        new DefaultAzureCredential(new DefaultAzureCredentialOptions { ManagedIdentityClientId = IsSet(ClientId) ? ClientId : null });

    private static bool IsSet(string? value) => !string.IsNullOrEmpty(value);

    private IEnumerable<string> PlacesThatAreSet()
    {
        if (IsSet(Path)) yield return nameof(Path);
        if (Endpoint is not null) yield return nameof(Endpoint);
        if (IsSet(ConnectionString)) yield return nameof(ConnectionString);
        if (InMemory) yield return nameof(InMemory);
    }
}
