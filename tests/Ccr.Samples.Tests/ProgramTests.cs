using System.Diagnostics;
using Ccr.Core.Results;

namespace Ccr.Samples.Tests;

/// <summary>The samples as the processes that they are.</summary>
public class ProgramTests
{
    private const int Timeout = 120_000;

    [Fact(Timeout = Timeout)]
    public async Task Servicenow_AsAProcess_ResolvesTheIncident()
    {
        await using var topic = await Topic.StartAsync();
        await using var serviceNow = await FakeServiceNow.StartAsync();
        await topic.PublishAsync(Some.VerifiedMessage);

        using var process = Start("servicenow", ("CCR_CONNECTION", topic.ConnectionString), ("SERVICENOW_URL", $"{serviceNow.Address}"));
        await topic.SettledAsync("servicenow");
        process.Kill();

        Assert.Equal("6", serviceNow.State);
    }

    [Fact(Timeout = Timeout)]
    public async Task Webhook_AsAProcess_Posts()
    {
        await using var topic = await Topic.StartAsync();
        await using var server = await FakeServer.StartAsync(_ => (204, ""));
        await topic.PublishAsync(ResultMessage.From(Some.Accepted));

        using var process = Start("webhook", ("CCR_CONNECTION", topic.ConnectionString), ("WEBHOOK_URL", $"{server.Address}"));
        await topic.SettledAsync("webhook");
        process.Kill();

        Assert.Equal(["ccr-1"], server.Calls.Select(call => call.Key));
    }

    [Theory(Timeout = Timeout)]
    [InlineData("mail", "Call it with servicenow or webhook.")]
    [InlineData("webhook", "Set the environment variable CCR_CONNECTION")]
    public async Task Call_ThatCannotWork_SaysWhatToWrite(string sample, string said)
    {
        using var process = Start(sample, ("CCR_CONNECTION", ""));
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(2, process.ExitCode);
        Assert.Contains(said, error);
    }

    private static Process Start(string sample, params (string Name, string Value)[] settings)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Webhook).Assembly.Location, sample])
        {
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var (name, value) in settings) start.Environment[name] = value;
        return Process.Start(start)!;
    }
}
