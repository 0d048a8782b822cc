using Ccr.EndToEnd.Tests.Support;

namespace Ccr.EndToEnd.Tests;

public sealed class ExplainTests : IDisposable
{
    private const string Mapping =
        """
        {
          "source": "contoso",
          "recognise": [ { "at": "$.contoso" } ],
          "machine": [ { "at": "$.PLACE", "as": "host" } ]
        }
        """;

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> SampleFiles =>
        [.. Directory.EnumerateFiles(Repository.PathOf("tests", "events")).Select(Path.GetFileName).Order(StringComparer.Ordinal).OfType<string>()];

    [Fact]
    public async Task Explain_Event_ReadsAsReviewed()
    {
        var snapshot = Repository.PathOf("tests", "Ccr.EndToEnd.Tests", "Snapshots", "explain.txt");

        var run = await CcrCommand.RunAsync(
            "explain", Repository.PathOf("tests", "events", "alertmanager-group.json"), Repository.PathOf("tests", "events", "scom-alerts.json"));

        var text = run.Output.ReplaceLineEndings("\n");
        if (Environment.GetEnvironmentVariable("CCR_ACCEPT_SNAPSHOTS") == "1")
            await File.WriteAllTextAsync(snapshot, text, TestContext.Current.CancellationToken);
        Assert.Equal(await File.ReadAllTextAsync(snapshot, TestContext.Current.CancellationToken), text);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
    }

    [Theory]
    [MemberData(nameof(SampleFiles))]
    public async Task Explain_EverySampleEvent_SaysWhatBecomesOfEachMachine(string file)
    {
        var run = await CcrCommand.RunAsync("explain", Repository.PathOf("tests", "events", file), "--json");

        var explanations = run.All("explanation");
        Assert.NotEmpty(explanations);
        var parts = explanations.SelectMany(e => e.GetProperty("items").EnumerateArray()).SelectMany(i => i.GetProperty("parts").EnumerateArray()).ToList();
        Assert.NotEmpty(parts);
        Assert.All(parts, part => Assert.True(part.TryGetProperty("verdict", out _) || part.TryGetProperty("request", out _)));
    }

    [Fact]
    public async Task Explain_OwnMapping_IsTriedWithoutAConfiguration()
    {
        var mapping = _folder.Write("contoso.mapping.json", Mapping.Replace("PLACE", "host", StringComparison.Ordinal));
        var file = _folder.Write("event.json", """{ "contoso": 1, "host": "pc01.corp.example.com" }""");

        var run = await CcrCommand.RunAsync("explain", file, "--mapping", mapping);

        Assert.Contains("is  contoso", run.Output);
        Assert.Contains("would send SMS_POST http://mp01/sms_mp/machine.ccr?mn=PC01&dn=CORP&fkey=True", run.Output);
    }

    [Fact]
    public async Task Explain_OwnMappingWithSteps_ShowsWhatEachStepMade()
    {
        var mapping = _folder.Write("contoso.mapping.json", Mapping.Replace("$.PLACE", "$.tags | split ',' | prefix 'host:'", StringComparison.Ordinal));
        var file = _folder.Write("event.json", """{ "contoso": 1, "tags": "env:prod, host:pc01" }""");

        var run = await CcrCommand.RunAsync("explain", file, "--mapping", mapping);

        string[] steps = ["env:prod, host:pc01 at $.tags", "env:prod, host:pc01 at | split ','", "pc01 at | prefix 'host:'", "passes host name: 'pc01' is the machine pc01"];
        Assert.All(steps, step => Assert.Contains(step, string.Join(' ', run.Output.Split(' ', StringSplitOptions.RemoveEmptyEntries))));
    }

    [Fact]
    public async Task Explain_FaultyMapping_IsRefusedWithLineAndKey()
    {
        var mapping = _folder.Write("contoso.mapping.json", Mapping.Replace("$.PLACE", "PLACE", StringComparison.Ordinal));

        var run = await CcrCommand.RunAsync("explain", Repository.PathOf("tests", "events", "plain-machine.json"), "--mapping", mapping);

        Assert.Equal(2, run.ExitCode);
        Assert.Equal($"CCR5001: Ccr:Events:MappingFiles:0 ({mapping}), line 4, machine[0].at: 'PLACE' has another form: write a path such as $.labels.host or @.labels.host, attribute:NAME or property:NAME, and steps such as | split ',' | prefix 'host:'.", run.Error.TrimEnd());
    }

    [Fact]
    public async Task Explain_Watch_ExplainsAgainWhenAFileIsSaved()
    {
        var mapping = _folder.Write("contoso.mapping.json", Mapping.Replace("PLACE", "computer", StringComparison.Ordinal));
        var file = _folder.Write("event.json", """{ "contoso": 1, "host": "PC01" }""");
        await using var command = CcrCommand.Start("explain", file, "--mapping", mapping, "--watch", "--json");
        var first = await command.NextAsync("explanation");

        _folder.Write("contoso.mapping.json", Mapping.Replace("PLACE", "host", StringComparison.Ordinal));
        var second = await command.NextAsync("explanation");
        var run = await command.StopAsync();

        Assert.Contains("CCR1014", first.GetRawText());
        Assert.Contains("mn=PC01", second.GetRawText());
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
    }

    public void Dispose() => _folder.Dispose();
}
