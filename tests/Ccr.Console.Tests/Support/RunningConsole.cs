namespace Ccr.Console.Tests.Support;

/// <summary>A console on a free port, over a ledger in memory and a topic that is only looked at.</summary>
internal sealed class RunningConsole : IAsyncDisposable
{
    private RunningConsole(ConsoleServer server, FaultyLedger ledger, SeenTopic topic, TimeProvider time) =>
        (Server, Ledger, Topic, Time) = (server, ledger, topic, time);

    public ConsoleServer Server { get; }

    public FaultyLedger Ledger { get; }

    public SeenTopic Topic { get; }

    public TimeProvider Time { get; }

    public Uri Address => Server.Address;

    public int Port => Address.Port;

    public static async Task<RunningConsole> StartAsync(
        bool isReadOnly = false, CcrOptions? settings = null, FaultyLedger? ledger = null, SeenTopic? topic = null, TimeProvider? time = null,
        string who = "a.meier", Func<ConsoleOptions, ConsoleOptions>? configure = null)
    {
        ledger ??= new FaultyLedger(new InMemoryLedgerStore());
        topic ??= new SeenTopic();
        time ??= TimeProvider.System;
        var sources = new ConsoleSources(ledger, ledger, Some.Who with { Name = who })
        {
            Operator = isReadOnly ? null : new LedgerOperator(ledger, time, Some.Who with { Name = who }),
            Results = topic,
            Settings = settings ?? new CcrOptions(),
            LedgerName = "ccrledger of test",
            BrokerName = "test.example",
        };
        var options = new ConsoleOptions
        {
            LedgerEvery = TimeSpan.FromMilliseconds(300),
            ResultsEvery = TimeSpan.FromMilliseconds(200),
            CountEvery = TimeSpan.FromMilliseconds(500),
        };
        var server = await ConsoleServer.StartAsync(configure?.Invoke(options) ?? options, sources, time, TestContext.Current.CancellationToken);
        return new RunningConsole(server, ledger, topic, time);
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    /// <summary>A client that is signed in.</summary>
    public async Task<HttpClient> SignInAsync()
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new System.Net.CookieContainer() })
        {
            BaseAddress = Address,
        };
        using var answer = await client.GetAsync(Server.NewSignInAddress(), TestContext.Current.CancellationToken);
        Assert.Equal(System.Net.HttpStatusCode.SeeOther, answer.StatusCode);
        return client;
    }
}
