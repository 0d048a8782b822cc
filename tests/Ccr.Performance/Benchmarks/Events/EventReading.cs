using System.Text;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Ccr.Core.Decisions;
using Ccr.Core.Events;
using Ccr.Core.Machines;
using Ccr.Core.Processing;
using Ccr.Core.Sites;

namespace Ccr.Performance.Benchmarks.Events;

/// <summary>Reading and validating an event, beside the bare parsing of its JSON.</summary>
[MemoryDiagnoser]
[MinColumn]
[SimpleJob(iterationCount: 15)]
public class EventReading
{
    private readonly RequestValidator _validator = new(
        new SiteTable([new Site("hq", [new ManagementPoint(new Uri("http://mp01"))])], "hq"));
    private readonly EventReader _reader = new(new EventOptions { DnsSuffixes = { ["corp.example.com"] = "CORP" } }, DomainName.Parse("CORP"));
    private IncomingEvent _event = null!;

    [Params("ccr", "azure-monitor", "alertmanager", "zabbix", "alertmanager, 200 alerts")]
    public string Source { get; set; } = "";

    [GlobalSetup]
    public void Build()
    {
        var body = Encoding.UTF8.GetBytes(SampleEvents.Of(Source));
        _event = new IncomingEvent { Body = body, MessageId = "m-1", EnqueuedTime = DateTimeOffset.UnixEpoch };
        System.Console.WriteLine($"// {Source}: {body.Length} bytes, {ReadAndValidate()} requests");
    }

    [Benchmark(Baseline = true)]
    public JsonValueKind Parse()
    {
        using var document = JsonDocument.Parse(_event.Body);
        return document.RootElement.ValueKind;
    }

    /// <summary>From the body to requests that may be decided upon.</summary>
    [Benchmark]
    public int ReadAndValidate() => CountRequests((reading, part) => reading.Parts[part].Event.Id);

    /// <summary>The same with the ids of the requests, a hash each.</summary>
    [Benchmark]
    public int ReadValidateAndIdentify() => CountRequests(RequestId.Of);

    private int CountRequests(Func<Core.Events.EventReading, int, string> idOf)
    {
        var reading = _reader.Read(_event);
        var requests = 0;
        for (var i = 0; i < reading.Parts.Count; i++)
        {
            if (reading.Parts[i] is MachinePart machine && _validator.Validate(machine, idOf(reading, i)).Request is not null) requests++;
        }

        return requests;
    }
}
