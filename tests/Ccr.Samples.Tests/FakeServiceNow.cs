using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ccr.Samples.Tests;

/// <summary>A table API with one alert and its incident.</summary>
internal sealed class FakeServiceNow : IAsyncDisposable
{
    public const string SysId = "1c741bd70b2322007518478d83673af3";

    private readonly JsonObject _incident = new() { ["state"] = "2", ["close_notes"] = "" };
    private FakeServer? _server;
    private Func<Call, int?> _fault = _ => null;

    private FakeServiceNow()
    {
    }

    public Uri Address => _server!.Address;

    public IReadOnlyList<Call> Calls => _server!.Calls;

    public IEnumerable<Call> Changes => Calls.Where(call => call.Method == "PATCH");

    public string State => _incident["state"]!.GetValue<string>();

    /// <summary>Whether the alert has an incident.</summary>
    public bool HasIncident { get; set; } = true;

    /// <summary>Whether a change is made although its answer is a fault.</summary>
    public bool ChangesBeforeAFault { get; set; }

    public static async Task<FakeServiceNow> StartAsync()
    {
        var serviceNow = new FakeServiceNow();
        serviceNow._server = await FakeServer.StartAsync(serviceNow.Answer);
        return serviceNow;
    }

    /// <summary>Answers with faults as long as there is one.</summary>
    public void FailWith(Func<Call, int?> fault) => _fault = fault;

    /// <summary>What a person does who is not content.</summary>
    public void Reopen() => _incident["state"] = "2";

    public ValueTask DisposeAsync() => _server!.DisposeAsync();

    private (int Status, string Body) Answer(Call call)
    {
        var fault = _fault(call);
        if (call.Method == "PATCH" && (fault is null || ChangesBeforeAFault))
        {
            Assert.Equal($"/api/now/table/incident/{SysId}", call.Path);
            foreach (var (name, value) in JsonNode.Parse(call.Body)!.AsObject()) _incident[name] = value!.DeepClone();
        }

        if (fault is { } status) return (status, "");
        if (call.Method == "PATCH") return (200, "{}");

        var alert = new Dictionary<string, string>
        {
            ["incident.sys_id"] = SysId,
            ["incident.state"] = State,
            ["incident.close_notes"] = _incident["close_notes"]!.GetValue<string>(),
        };
        return (200, JsonSerializer.Serialize(new { result = HasIncident ? new[] { alert } : [] }));
    }
}
