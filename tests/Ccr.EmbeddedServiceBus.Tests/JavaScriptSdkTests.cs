using System.Diagnostics;
using System.Runtime.CompilerServices;
using Ccr.EmbeddedServiceBus.Configuration;

namespace Ccr.EmbeddedServiceBus.Tests;

/// <summary>The unmodified @azure/service-bus package for JavaScript against the embedded broker; each check is one test.</summary>
public sealed class JavaScriptSdkTests(JavaScriptSdkTests.Run run) : IClassFixture<JavaScriptSdkTests.Run>
{
    public static TheoryData<string> Checks =>
    [
        "connect, send and close, a hundred times",
        "send and receive every property",
        "send an array, a batch, a buffer, 200 kB and no message id",
        "refuse a message over the limit",
        "receive full, partial and empty on one link",
        "complete, abandon, defer and dead-letter",
        "a deferred message that is not there",
        "dead-letter when the delivery count is spent",
        "renew a lock, and keep one by automatic renewal",
        "lose a lock when it expires",
        "settle after the receiver was closed",
        "peek every state from a sequence number",
        "schedule, cancel, and schedule on send",
        "receive and delete",
        "subscribe with concurrency 32",
        "subscribe with a handler that throws",
        "fan out to subscriptions by their rules",
        "list, create and delete rules",
        "say that an entity is missing",
        "refuse a session",
        "drop a repeated message id",
        "expire a message into the dead-letter queue",
        "forward messages and dead letters",
        "go on after the broker was restarted",
    ];

    [Theory]
    [MemberData(nameof(Checks))]
    public void Broker_AsTheJavaScriptSdkSeesIt_Can(string check)
    {
        if (!run.Results.TryGetValue(check, out var result))
            Assert.Fail($"The check was not run; the script said: {run.Output}");
        if (result is not "ok")
            Assert.Fail(result);
    }

    [Fact]
    public void Script_Run_ChecksNothingThatIsNotListed() =>
        Assert.Equal(Checks.Select(c => c.Data).Order(StringComparer.Ordinal), run.Results.Keys.Order(StringComparer.Ordinal));

    /// <summary>One run of the script.</summary>
    public sealed class Run : IAsyncLifetime
    {
        private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("ccr-broker-");
        private EmbeddedBroker? _broker;

        public IDictionary<string, string> Results { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

        public string Output { get; private set; } = "";

        public async ValueTask InitializeAsync()
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(4));
            var folder = Path.Combine(Path.GetDirectoryName(ThisFile())!, "node");
            if (!Directory.Exists(Path.Combine(folder, "node_modules")))
                Output = await ReadToEndAsync(Start(folder, "npm", "ci", "--no-audit", "--no-fund"), limit.Token);
            await StartBrokerAsync(0);
            var script = Start(folder, "node", "conformance.mjs", _broker!.ConnectionString);
            await foreach (var line in LinesAsync(script, limit.Token))
            {
                if (line is "ask restart")
                    await RestartAsync(script);
                else
                    Record(line);
            }
        }

        public async ValueTask DisposeAsync()
        {
            if (_broker is not null)
                await _broker.DisposeAsync();
            _data.Delete(recursive: true);
        }

        private static ServiceBusConfig Config()
        {
            var config = new ServiceBusConfig()
                .AddQueue("locks", q => q with { LockDuration = TimeSpan.FromSeconds(3) })
                .AddQueue("expiring", q => q with { LockDuration = TimeSpan.FromSeconds(2) })
                .AddQueue("unique", q => q with { DuplicateDetectionWindow = TimeSpan.FromSeconds(4) })
                .AddQueue("mortal", q => q with { DeadLetteringOnMessageExpiration = true })
                .AddQueue("forwarding", q => q with { ForwardTo = "target" })
                .AddQueue("target", q => q with { ForwardDeadLetteredMessagesTo = "letters" })
                .AddTopic("rules", "changing")
                .AddTopic("news", t => t with { Subscriptions = [new("all"), Filtered("red", Red), Filtered("red-or-labelled", Red, Labelled)] });
            string[] plain =
            [
                "cycles", "properties", "shapes", "credit", "settle", "poison", "late", "peek", "empty", "schedule",
                "delete", "stream", "throwing", "undeferred", "letters", "restart",
            ];
            foreach (var name in plain)
                config.AddQueue(name);
            return config;
        }

        private static RuleConfig Red => new("red", new RuleFilter.Correlation
        {
            Properties = new Dictionary<string, object>(StringComparer.Ordinal) { ["colour"] = "red" },
        });

        private static RuleConfig Labelled => new("labelled", new RuleFilter.Correlation { Label = "label" });

        private static SubscriptionConfig Filtered(string name, params RuleConfig[] rules) => new(name) { Rules = rules };

        private async Task StartBrokerAsync(int port) => _broker = await EmbeddedBroker.StartAsync(
            new EmbeddedBrokerOptions
            {
                Config = Config(),
                Port = port,
                DataDirectory = _data.FullName,
                SharedAccessKey = "a key, so that the SDK's signatures are checked",
            });

        private async Task RestartAsync(Process script)
        {
            var port = _broker!.Port;
            await _broker.DisposeAsync();
            await StartBrokerAsync(port);
            await script.StandardInput.WriteLineAsync("restarted");
        }

        private void Record(string line)
        {
            Output += line + Environment.NewLine;
            if (line.StartsWith("ok ", StringComparison.Ordinal))
                Results[line[3..]] = "ok";
            else if (line.StartsWith("not ok ", StringComparison.Ordinal) && line[7..].Split(": ", 2) is [var name, var reason])
                Results[name] = reason;
        }

        private static Process Start(string folder, string file, params string[] arguments)
        {
            var start = new ProcessStartInfo(file, arguments)
            {
                WorkingDirectory = folder,
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardInput = true,
                RedirectStandardError = true,
            };
            return Process.Start(start)!;
        }

        private async IAsyncEnumerable<string> LinesAsync(Process process, [EnumeratorCancellation] CancellationToken ct)
        {
            var errors = process.StandardError.ReadToEndAsync(ct);
            using var kill = ct.Register(process.Kill);
            while (await process.StandardOutput.ReadLineAsync(ct) is { } line)
                yield return line;
            Output += await errors;
        }

        private static async Task<string> ReadToEndAsync(Process process, CancellationToken ct)
        {
            var errors = process.StandardError.ReadToEndAsync(ct);
            return await process.StandardOutput.ReadToEndAsync(ct) + await errors;
        }

        private static string ThisFile([CallerFilePath] string path = "") => path;
    }
}
