using System.Buffers.Text;
using System.Reflection;
using System.Text.Json.Nodes;
using Azure.Core;

namespace Ccr.Hosting;

/// <summary>Finds out who a person is, for the audit record: by the credential that the ledger is opened with, not by the computer's user alone.</summary>
public static class OperatorIdentity
{
    /// <summary>What a token for Azure Table storage is asked for (Azure Storage documentation, authorize with Microsoft Entra ID).</summary>
    private static readonly string[] StorageScope = ["https://storage.azure.com/.default"];

    /// <summary>Who opens the ledger.</summary>
    /// <param name="ledger">Which one, and with what.</param>
    /// <param name="via">The program: <c>command line</c> or <c>console</c>.</param>
    /// <param name="identity">What signs in to Entra ID.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<Person> FindAsync(LedgerStoreOptions ledger, string via, TokenCredential identity, CancellationToken cancellationToken)
    {
        if (ledger.Endpoint is null) return OfComputer(ledger.ConnectionString is { Length: > 0 } ? "key" : "file", via);

        var token = await identity.GetTokenAsync(new TokenRequestContext(StorageScope), cancellationToken);
        return OfToken(token.Token, via);
    }

    /// <summary>The computer's user, where the credential names nobody.</summary>
    public static Person OfComputer(string credential, string via) => new(Environment.UserName, credential, via)
    {
        User = Environment.UserName,
        Host = Environment.MachineName,
        Version = Assembly.GetEntryAssembly()?.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion,
    };

    /// <summary>
    /// Who an access token of Entra ID is for, by its claims (Microsoft identity platform, access token claims). It is our own, and not checked.
    /// </summary>
    internal static Person OfToken(string token, string via)
    {
        var computer = OfComputer("entra", via);
        if (token.Split('.') is not [_, var payload, ..] || !Base64Url.IsValid(payload)) return computer;

        var claims = ReadClaims(Base64Url.DecodeFromChars(payload));
        return computer with
        {
            Name = Claim("upn") ?? Claim("preferred_username") ?? Claim("unique_name") ?? Claim("appid") ?? Claim("oid") ?? computer.Name,
            TenantId = Claim("tid"),
            ObjectId = Claim("oid"),
        };

        string? Claim(string name) => claims?[name]?.GetValueKind() == JsonValueKind.String ? claims[name]!.GetValue<string>() : null;
    }

    private static JsonObject? ReadClaims(byte[] json)
    {
        try
        {
            return JsonNode.Parse(json) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
