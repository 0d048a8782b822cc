using Azure.Data.Tables;
using Ccr.Core.Ledger;
using Ccr.Hosting.Tables;

namespace Ccr.Hosting.Tests.Ledger;

public sealed class TablesLedgerStoreTests(Azurite azurite) : LedgerStoreContract, IAsyncLifetime
{
    private TableClient? _table;
    private TablesLedgerStore? _store;

    protected override IOperatorLedger Store => _store!;

    /// <summary>Each takes some ten milliseconds of Azurite's, so all of them are run when they are asked for.</summary>
    protected override int Races => Environment.GetEnvironmentVariable("CCR_ALL_RACES") == "1" ? base.Races : 300;

    public async ValueTask InitializeAsync()
    {
        _table = Connect(await azurite.StartAsync(Cancelled), $"t{Guid.NewGuid():N}");
        _store = TablesLedgerStore.Open(_table);
    }

    [Fact(Timeout = 300_000)]
    public async Task Open_TableExists_HasWhatWasWritten()
    {
        var read = await Store.ReadAsync("CORP\\PC01", "r1", Cancelled);
        var written = await Store.TryWriteAsync(read, new MachineRecord("CORP\\PC01") { Claim = new Claim("r1", Some.Time) }, Some.Result("r1"), Cancelled);

        var again = TablesLedgerStore.Open(_table!);

        Assert.Equal(written, await again.ReadAsync("CORP\\PC01", "r1", Cancelled));
    }

    [Fact(Timeout = 300_000)]
    public async Task TryWrite_OwnWriteArrivedButItsAnswerWasLost_IsKnownAsOwn()
    {
        var lossy = TablesLedgerStore.Open(Connect(await azurite.StartAsync(Cancelled), _table!.Name, new LoseFirstAnswer()));
        var read = await lossy.ReadAsync("CORP\\PC01", "r1", Cancelled);

        var written = await lossy.TryWriteAsync(read, new MachineRecord("CORP\\PC01") { Claim = new Claim("r1", Some.Time) }, null, Cancelled);

        Assert.NotNull(written);
        Assert.Equal(written, await Store.ReadAsync("CORP\\PC01", "r1", Cancelled));
    }

    [Fact(Timeout = 300_000)]
    public void Open_NobodyListens_SaysWhichAccount()
    {
        var options = new TablesLedgerOptions
        {
            ConnectionString = "DefaultEndpointsProtocol=http;AccountName=nobody;AccountKey=a2V5;TableEndpoint=http://127.0.0.1:1/nobody;",
        };

        var fault = Assert.Throws<LedgerException>(() => TablesLedgerStore.Open(options.Connect(null!)));

        Assert.Equal(LedgerReasons.CannotOpen, fault.Reason);
        Assert.Contains("nobody", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("a2V5", fault.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 300_000)]
    public async Task TryWrite_KeyIsWrong_SaysWhichRoleIsNeeded()
    {
        var connection = (await azurite.StartAsync(Cancelled)).Replace("Eby8vdM0", "AAAAAAAA", StringComparison.Ordinal);

        var fault = Assert.Throws<LedgerException>(() => TablesLedgerStore.Open(Connect(connection, "t123")));

        Assert.Contains("Storage Table Data Contributor", fault.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 300_000)]
    public async Task ReadTime_Service_TellsItsOwn()
    {
        var told = await Store.ReadTimeAsync(Cancelled);

        // Azurite has this computer's clock.
        Assert.InRange(told!.Value, TimeProvider.System.GetUtcNow().AddHours(-1), TimeProvider.System.GetUtcNow().AddHours(1));
    }

    [Theory]
    [InlineData(null, null, "ccrledger", "exactly one of")]
    [InlineData("http://account.table.core.windows.net", null, "ccrledger", "https://account")]
    [InlineData(null, "UseDevelopmentStorage=true", "1-ledger", "3 to 63 letters")]
    [InlineData(null, "AccountName=a;AccountKey=secret", "ccrledger", "ConnectionString cannot be read")]
    public void FindFaults_SomethingWrong_SaysWhatToWrite(string? endpoint, string? connectionString, string table, string expected)
    {
        var options = new TablesLedgerOptions { Endpoint = endpoint is null ? null : new Uri(endpoint), ConnectionString = connectionString, Table = table };

        Assert.Contains(expected, Assert.Single(options.FindFaults("Ccr:Ledger:Tables")).ToString(), StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static TableClient Connect(string connection, string table, DelegatingHandler? handler = null)
    {
        if (handler is null) return new TablesLedgerOptions { ConnectionString = connection, Table = table }.Connect(null!);

        handler.InnerHandler = new HttpClientHandler();
        return new TableClient(connection, table, new TableClientOptions { Transport = new Azure.Core.Pipeline.HttpClientTransport(new HttpClient(handler)) });
    }

    /// <summary>A network that delivers everything, and loses the first answer to a batch.</summary>
    private sealed class LoseFirstAnswer : DelegatingHandler
    {
        private int _lost;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            var isBatch = request.RequestUri!.AbsolutePath.EndsWith("$batch", StringComparison.Ordinal);
            return isBatch && Interlocked.Exchange(ref _lost, 1) == 0 ? throw new HttpRequestException("the answer was lost") : response;
        }
    }
}
