using System.Buffers.Text;
using System.Text;
using Azure.Core;
using Ccr.Core.Ledger;

namespace Ccr.Hosting.Tests;

/// <summary>Who stands in the audit record.</summary>
public sealed class OperatorIdentityTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("""{"tid":"t1","oid":"o1","upn":"eva@corp.example","appid":"a1"}""", "eva@corp.example")]
    [InlineData("""{"tid":"t1","oid":"o1","appid":"a1"}""", "a1")]
    [InlineData("""{"tid":"t1","oid":"o1"}""", "o1")]
    public async Task Find_TableWithAnIdentity_IsWhoTheTokenIsFor(string claims, string expected)
    {
        var person = await FindAsync($"e30.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}.c2ln");

        Assert.Equal((expected, "entra", "t1", "o1"), (person.Name, person.Credential, person.TenantId, person.ObjectId));
        Assert.Equal((Environment.UserName, Environment.MachineName), (person.User, person.Host));
    }

    /// <summary>Such a token is opaque by its documentation; that we cannot read it stops nobody.</summary>
    [Theory]
    [InlineData("opaque")]
    [InlineData("a.!!.c")]
    [InlineData("a.bm8ganNvbg.c")]
    [InlineData("a.WzFd.c")]
    public async Task Find_TokenCannotBeRead_IsTheComputersUser(string token) => Assert.Equal(Environment.UserName, (await FindAsync(token)).Name);

    [Theory]
    [InlineData(null, "/var/ledger.db", "file")]
    [InlineData("UseDevelopmentStorage=true", null, "key")]
    public async Task Find_LedgerWithoutAnIdentity_IsTheComputersUserAndSaysByWhat(string? connectionString, string? path, string expected)
    {
        var options = new LedgerStoreOptions { ConnectionString = connectionString, Path = path };

        var person = await OperatorIdentity.FindAsync(options, "command line", new KnownToken(""), Stop);

        Assert.Equal((Environment.UserName, expected, "command line"), (person.Name, person.Credential, person.Via));
    }

    private static async Task<Person> FindAsync(string token) => await OperatorIdentity.FindAsync(
        new LedgerStoreOptions { Endpoint = new Uri("https://account.table.example") }, "command line", new KnownToken(token), Stop);

    private sealed class KnownToken(string token) : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            new(token, DateTimeOffset.MaxValue);

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            ValueTask.FromResult(GetToken(requestContext, cancellationToken));
    }
}
