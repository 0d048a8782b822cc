using System.Text.Json;
using Azure.Messaging.ServiceBus;
using Ccr.EndToEnd.Tests.Support;
using Ccr.Hosting.ServiceBus;

namespace Ccr.EndToEnd.Tests;

public sealed class BadInputTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, string> BadEvents => new()
    {
        { "alertmanager-empty.json", "CCR1014" },
        { "alertmanager-wrong-types.json", "CCR1006" },
        { "azure-monitor-wrong-types.json", "CCR1006" },
        { "broken.json", "CCR1003" },
        { "client-type.json", "CCR1009" },
        { "depth-bomb.json", "CCR1003" },
        { "domain-controllers.json", "CCR1009" },
        { "duplicate-member.json", "CCR1004" },
        { "empty-array.json", "CCR1005" },
        { "invalid-utf-8.json", "CCR1002" },
        { "lone-surrogate.json", "CCR1002" },
        { "machine-at-host.json", "CCR1010" },
        { "machine-empty.json", "CCR1010" },
        { "machine-full-width.json", "CCR1010" },
        { "machine-injection.json", "CCR1010" },
        { "machine-ip-address.json", "CCR1010" },
        { "machine-line-break.json", "CCR1010" },
        { "machine-missing.json", "CCR1010" },
        { "management-point-in-event.json", "CCR1008" },
        { "misspelt-dry-run.json", "CCR1007" },
        { "no-data.json", "CCR1006" },
        { "other-cloud-event.json", "CCR1005" },
        { "two-formats.json", "CCR1015" },
        { "unknown-site.json", "CCR1012" },
        { "url-in-event.json", "CCR1008" },
        { "utf-16.json", "CCR1002" },
        { "wrong-schema.json", "CCR1005" },
    };

    [Fact]
    public void BadEvents_NameEveryFileInTheFolder()
    {
        var files = Directory.EnumerateFiles(Repository.PathOf("tests", "events", "bad")).Select(Path.GetFileName);

        Assert.Equal(files.Order(), BadEvents.Select(row => row.Data.Item1).Order());
    }

    [Theory]
    [MemberData(nameof(BadEvents))]
    public Task Local_BadEvent_IsDeadLetteredOnFirstDeliveryAndRejectedAndReachesNoManagementPoint(string file, string code) =>
        AssertRefusedAsync(Repository.PathOf("tests", "events", "bad", file), code);

    [Fact]
    public Task Local_EventOfOneMegabyte_IsDeadLetteredOnFirstDeliveryAndRejected() =>
        AssertRefusedAsync(_folder.Write("large.json", $"{{ \"a\": \"{new string('x', 1024 * 1024)}\" }}"), "CCR1001");

    public void Dispose() => _folder.Dispose();

    private async Task AssertRefusedAsync(string file, string code)
    {
        await using var local = CcrCommand.Start("local", "--json", "--events", file, "--data", _folder.Path);
        var connectionString = (await local.NextAsync("started")).GetProperty("connection").GetString()!;
        var result = await local.NextAsync("result");
        var deadLetter = await TakeDeadLetterAsync(connectionString);
        await local.StopAsync();

        Assert.Equal(("Rejected", code), (Text(result, "outcome"), Text(result, "reason")));
        Assert.True(Text(result, "detail").Length > 0 && Text(result, "remedy").Length > 0);
        Assert.Equal((code, 1), (deadLetter.DeadLetterReason, deadLetter.DeliveryCount));
        Assert.Equal(Text(result, "detail"), deadLetter.DeadLetterErrorDescription);
        Assert.Equal(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken), deadLetter.Body.ToArray());
        Assert.DoesNotContain(File.ReadLines(_folder.PathOf("mp", "requests.log")), line => line[0] != '#');
    }

    private static async Task<ServiceBusReceivedMessage> TakeDeadLetterAsync(string connectionString)
    {
        var taken = new TaskCompletionSource<ServiceBusReceivedMessage>();
        await using var connection = new ServiceBusConnection(ServiceBusOptions.For(connectionString));
        await using var pump = connection.CreateProcessor("ccr-requests/$DeadLetterQueue", concurrency: 32, async (message, settlement, _) =>
        {
            await settlement.CompleteAsync(CancellationToken.None);
            taken.TrySetResult(message);
        });
        await pump.StartAsync(TestContext.Current.CancellationToken);
        return await taken.Task.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
    }

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;
}
