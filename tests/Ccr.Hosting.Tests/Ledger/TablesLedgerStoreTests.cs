using Azure.Data.Tables;
using Ccr.Core.Ledger;
using Ccr.Hosting.Tables;
using Microsoft.Extensions.Time.Testing;

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
    public async Task TryWrite_UnreadAndTheMachineIsKnown_WritesNothing()
    {
        var known = await Store.TryWriteAsync(await Store.ReadAsync(Machine, "r0", Cancelled), new MachineRecord(Machine), null, Cancelled);

        Assert.Null(await Store.TryWriteAsync(LedgerState.Unread(Machine), Claimed, null, Cancelled));
        Assert.Equal(known, await Store.ReadAsync(Machine, "r1", Cancelled));
    }

    [Fact(Timeout = 300_000)]
    public async Task TryWrite_UnreadAndTheRequestHasAResult_TakesItsClaimBack()
    {
        await Store.TryWriteAsync(await Store.ReadAsync(Machine, "r1", Cancelled), null, Some.Result("r1"), Cancelled);

        Assert.Null(await Store.TryWriteAsync(LedgerState.Unread(Machine), Claimed, null, Cancelled));
        Assert.Null((await Store.ReadAsync(Machine, "r1", Cancelled)).Machine);
    }

    [Fact(Timeout = 300_000)]
    public async Task TryWrite_UnreadAndNobodyCanSayWhetherThereIsAResult_TakesItsClaimBack()
    {
        var half = TablesLedgerStore.Open(Connect(await azurite.StartAsync(Cancelled), _table!.Name, new LoseQuestionsForResults()));

        await Assert.ThrowsAsync<LedgerException>(() => half.TryWriteAsync(LedgerState.Unread(Machine), Claimed, null, Cancelled).AsTask());

        Assert.Null((await Store.ReadAsync(Machine, "r1", Cancelled)).Machine);
    }

    [Fact(Timeout = 300_000)]
    public async Task TryWrite_TwoProcessorsUnreadAndOneThatReads_OneWinsInEveryRace()
    {
        TablesLedgerStore[] stores = [_store!, TablesLedgerStore.Open(_table!), TablesLedgerStore.Open(_table!)];
        for (var race = 0; race < Races / 3; race++)
        {
            var key = $"CORP\\RACE{race}";
            var won = await Task.WhenAll(stores.Select((store, number) => Task.Run(
                async () =>
                {
                    var basis = number < 2 ? LedgerState.Unread(key) : await store.ReadAsync(key, $"r{number}", Cancelled);
                    return basis.Machine is null
                        && await store.TryWriteAsync(basis, new MachineRecord(key) { Claim = new Claim($"r{number}", Some.Time) }, null, Cancelled) is not null;
                },
                Cancelled)));

            Assert.Single(won, true);
        }
    }

    [Fact(Timeout = 300_000)]
    public async Task TryClaim_Unread_IsTheClaimThatIsRead()
    {
        var claimed = await Store.TryClaimAsync(LedgerState.Unread(Machine), Claimed, Sighting("PC01", Some.Time), _ => true, Cancelled);

        Assert.Equal(await Store.ReadAsync(Machine, "r1", Cancelled), claimed.State);
    }

    [Fact(Timeout = 300_000)]
    public async Task TryClaim_UnreadAndTheRuleHoldsIt_TakesItsClaimBackAndLeavesTheNote()
    {
        var held = await Store.TryClaimAsync(LedgerState.Unread(Machine), Claimed, Sighting("PC01", Some.Time), _ => false, Cancelled);

        Assert.Null(held.State);
        Assert.Null((await Store.ReadAsync(Machine, "r1", Cancelled)).Machine);
        Assert.False((await SightAsync("PC02", Some.Time, limit: 1)).IsWithinLimit);
    }

    [Fact(Timeout = 300_000)]
    public async Task TryClaim_UnreadAndTheMachineIsKnown_NotesNothing()
    {
        await Store.TryWriteAsync(await Store.ReadAsync(Machine, "r0", Cancelled), new MachineRecord(Machine), null, Cancelled);

        var refused = await Store.TryClaimAsync(LedgerState.Unread(Machine), Claimed, Sighting("PC01", Some.Time), _ => true, Cancelled);

        Assert.Null(refused.State);
        Assert.True((await SightAsync("PC02", Some.Time, limit: 1)).IsWithinLimit);
    }

    [Fact(Timeout = 300_000)]
    public async Task TryClaim_TwoProcessorsInTurn_AllUpToTheLimitPassAndNoneAboveIt()
    {
        const int Limit = 100;
        var stores = new[] { _store!, TablesLedgerStore.Open(_table!) };
        for (var number = 0; number < Limit; number++)
            Assert.True((await SightAsync(stores[number % 2], number, Limit)).IsWithinLimit, $"machine {number}");

        foreach (var store in stores) Assert.False((await SightAsync(store, Limit, Limit)).IsWithinLimit);
    }

    [Fact(Timeout = 300_000)]
    public async Task TryClaim_TwoProcessorsAtOnce_NoMoreThanTheLimitPass()
    {
        const int Limit = 100;
        var stores = new[] { _store!, TablesLedgerStore.Open(_table!) };
        var sighted = new List<Sighted>();
        for (var begun = 0; begun < 2 * Limit; begun += 20)
        {
            sighted.AddRange(await Task.WhenAll(Enumerable.Range(begun, 20)
                .Select(number => Task.Run(() => SightAsync(stores[number % 2], number, Limit), Cancelled))));
        }

        // The twenty that come over the limit at once may see each other in every count.
        Assert.InRange(sighted.Count(s => s.IsWithinLimit), Limit - 20, Limit);
    }

    [Fact(Timeout = 300_000)]
    public async Task TryClaim_PlacesThatAreKeptAreTooOld_AreNotTaken()
    {
        const int Limit = 40;
        await SightAsync(_store!, 0, Limit);
        var later = TablesLedgerStore.Open(_table!);
        for (var number = 1; number <= Limit; number++) await SightAsync(later, number, Limit, Some.Time.AddMinutes(61));

        Assert.False((await SightAsync(_store!, 99, Limit, Some.Time.AddMinutes(61))).IsWithinLimit);
    }

    [Fact(Timeout = 300_000)]
    public async Task GlanceAtSwitch_AnotherProcessorSetIt_IsSeenAfterASecond()
    {
        var time = new FakeTimeProvider();
        var glancing = TablesLedgerStore.Open(_table!, time);
        Assert.Null((await glancing.GlanceAtSwitchAsync("pause", Cancelled)).Record);
        await Store.TryWriteSwitchAsync(new SwitchState("pause", null, null), new SwitchRecord("pause", true, Some.Time), Cancelled);

        Assert.Null((await glancing.GlanceAtSwitchAsync("pause", Cancelled)).Record);
        Assert.NotNull((await glancing.ReadSwitchAsync("pause", Cancelled)).Record);
        time.Advance(TimeSpan.FromSeconds(1));

        Assert.True((await glancing.GlanceAtSwitchAsync("pause", Cancelled)).Record!.On);
    }

    [Fact(Timeout = 300_000)]
    public async Task GlanceAtSwitch_AfterAWriteOfItsOwn_IsWhatItIs()
    {
        var glancing = TablesLedgerStore.Open(_table!, new FakeTimeProvider());
        var unset = await glancing.GlanceAtSwitchAsync("pause", Cancelled);
        await glancing.TryWriteSwitchAsync(unset, new SwitchRecord("pause", true, Some.Time), Cancelled);

        var set = await glancing.GlanceAtSwitchAsync("pause", Cancelled);
        Assert.True(set.Record!.On);

        await Store.TryWriteSwitchAsync(set, set.Record with { On = false }, Cancelled);
        Assert.False(await glancing.TryWriteSwitchAsync(set, set.Record, Cancelled));
        Assert.False((await glancing.GlanceAtSwitchAsync("pause", Cancelled)).Record!.On);
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

    private static async Task<Sighted> SightAsync(TablesLedgerStore store, int number, int limit, DateTimeOffset? at = null)
    {
        var key = $"CORP\\PC{number:000}";
        var sighting = Sighting($"PC{number:000}", at ?? Some.Time, limit: limit);
        return (await store.TryClaimAsync(
            new LedgerState(key, null, null, null), new MachineRecord(key), sighting, _ => false, CancellationToken.None)).Sighted;
    }

    private static TableClient Connect(string connection, string table, DelegatingHandler? handler = null)
    {
        if (handler is null) return new TablesLedgerOptions { ConnectionString = connection, Table = table }.Connect(null!);

        handler.InnerHandler = new HttpClientHandler();
        return new TableClient(connection, table, new TableClientOptions { Transport = new Azure.Core.Pipeline.HttpClientTransport(new HttpClient(handler)) });
    }

    /// <summary>A network that delivers no question for a result.</summary>
    private sealed class LoseQuestionsForResults : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            request.Method == HttpMethod.Get && request.RequestUri!.OriginalString.Contains("result.", StringComparison.Ordinal)
                ? throw new HttpRequestException("the question was lost")
                : base.SendAsync(request, cancellationToken);
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
