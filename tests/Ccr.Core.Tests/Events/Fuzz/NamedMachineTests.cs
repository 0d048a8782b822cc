using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Ccr.Core.Events;
using Ccr.Core.Processing;
using Ccr.Core.Tests.Support;
using CsCheck;

namespace Ccr.Core.Tests.Events.Fuzz;

/// <summary>
/// Whoever is pushed is named as a machine by the event, and whatever is named has one result for each domain and name: held against
/// <see cref="Witness"/>, which knows nothing of the reader. <c>CCR_FUZZ_NAMED</c> sets the number of events, by default 20,000.
/// </summary>
public sealed class NamedMachineTests
{
    private const int Minute = 60_000;

    private static readonly int Events = int.Parse(Environment.GetEnvironmentVariable("CCR_FUZZ_NAMED") ?? "20000", CultureInfo.InvariantCulture);

    private static readonly EventReader Reader = Some.Reader(Options());

    /// <summary>Events that name one name in two domains, beside the samples.</summary>
    private static readonly string[] TwoDomains =
    [
        Some.AlertFor("pc1.corp.example.com", "PC1.LAB.example.com", "PC1", "PC2"),
        $"[ {Some.CloudEvent("""{ "machine": "PC1", "domain": "CORP" }""")}, {Some.CloudEvent("""{ "machine": "pc1", "domain": "LAB" }""")} ]",
        """
        { "version": "4", "alerts": [
          { "status": "firing", "labels": { "instance": "pc1:9182", "ccr_domain": "LAB" }, "startsAt": "2026-01-31T11:00:00Z", "fingerprint": "f" },
          { "status": "firing", "labels": { "instance": "pc1.corp.example.com:9182" }, "startsAt": "2026-01-31T11:00:00Z", "fingerprint": "f" } ] }
        """,
    ];

    /// <summary>Values that say of an event with one item that nothing is to be done, whatever else it says.</summary>
    private static readonly (string Source, string Member, string Value)[] Over =
    [
        ("azure-monitor", "monitorCondition", "Resolved"), ("nagios", "notificationtype", "RECOVERY"), ("nagios", "hoststate", "UNREACHABLE"),
        ("nagios", "servicestate", "UNKNOWN"),
        ("servicenow-event", "state", "Closed"), ("servicenow-event", "maintenance", "true"), ("servicenow-event", "resolution_state", "Closing"),
        ("zabbix", "event_value", "0"),
        ("datadog", "alert_transition", "Recovered"), ("datadog", "alert_transition", "No Data"), ("dynatrace", "State", "RESOLVED"),
        ("dynatrace", "State", "MERGED"),
        ("prtg", "status", "Up"), ("checkmk", "notification_type", "RECOVERY"), ("checkmk", "status", "UNREACH"), ("icinga2", "state_type", "SOFT"),
        ("pagerduty", "event_type", "incident.resolved"), ("opsgenie", "action", "Close"), ("grafana", "alertname", "DatasourceError"),
        ("grafana", "alertname", "TestAlert"),
        ("configmgr-client-health", "ClientInstalledReason", ""), ("scom", "resolutionstate", "Closed"), ("servicenow-cmdb", "clientState", "healthy"),
    ];

    /// <summary>The one member of a format that names the machine of every item.</summary>
    private static readonly Dictionary<string, string> OnlyPlace = new(StringComparer.Ordinal)
    {
        ["nagios"] = "hostname",
        ["zabbix"] = "host_host",
        ["servicenow-event"] = "node",
        ["configmgr-client-health"] = "Hostname",
        ["plain"] = "machine",
    };

    private int _pushed;
    private int _named;

    [Fact(Timeout = 120 * Minute)]
    public async Task Read_AnyChangeToAnySample_PushesOnlyMachinesThatAreNamedAndAnswersForEachOnce()
    {
        var samples = Samples();
        var change = Gen.Select(Gen.Int[0, samples.Count - 1], Gen.UInt, Gen.UInt, Gen.Int[0, HostileValues.All.Length - 1], Gen.Bool, Gen.UInt, Gen.UInt)
            .Select((sample, place, kind, hostile, twice, place2, kind2) =>
            {
                var once = Mutation.Structure(samples[sample], place, kind, HostileValues.All[hostile]);
                return twice
                    && CanBeChanged(once) ? Mutation.Structure(once, place2, kind2, HostileValues.All[(hostile + 7) % HostileValues.All.Length]) : once;
            });

        await Task.Run(() => change.Sample(Check, iter: Events, print: json => json), TestContext.Current.CancellationToken);

        TestContext.Current.TestOutputHelper?.WriteLine($"{Events} events, {_pushed} machines asked for, {_named} names answered for.");
        Assert.True(_pushed > Events / 20 && _named > Events / 20, $"Too few were still sound: {_pushed} machines asked for, {_named} names answered for.");
    }

    [Fact]
    public void Read_EverySampleAsItIs_PushesOnlyMachinesThatAreNamed()
    {
        Assert.All(Samples(), Check);
    }

    private static EventOptions Options()
    {
        var options = Some.EventOptions();
        options.DnsSuffixes["lab.example.com"] = "LAB";
        return options;
    }

    private static List<string> Samples() =>
        [.. Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "events"), "*.json", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal).Select(File.ReadAllText).Concat(TwoDomains).Where(CanBeChanged)];

    /// <summary>An object or array in which no member stands twice.</summary>
    private static bool IsJson(string text) => Witness.Parse(text) is JsonObject or JsonArray;

    /// <summary>The library that changes JSON cannot hold half of a surrogate pair.</summary>
    private static bool CanBeChanged(string text) => IsJson(text) && !text.Contains("\\ud", StringComparison.OrdinalIgnoreCase);

    private void Check(string json)
    {
        var reading = Reader.Read(Some.Event(Encoding.UTF8.GetBytes(json)));
        if (!IsJson(json))
        {
            Assert.DoesNotContain(reading.Parts, part => part is MachinePart);
            return;
        }

        var root = Witness.Parse(json);
        foreach (var part in reading.Parts.OfType<MachinePart>()) CheckPushed(part, root, reading.Parts.Count);
        foreach (var source in reading.Parts.Select(part => part.Event.Source).Distinct()) CheckNamed(source, root, reading);
        Assert.Equal(reading.Parts.Count, reading.Parts.Select((_, i) => RequestId.Of(reading, i)).Distinct().Count());
    }

    /// <summary>What the strict rules still refuse is not pushed; it may be anything.</summary>
    private void CheckPushed(MachinePart part, JsonNode? root, int parts)
    {
        if (Some.Validator().Validate(part, "id").Request is not { } request) return;

        Interlocked.Increment(ref _pushed);
        Assert.Contains(request.Machine.Value, Witness.MachinesIn(root, part.Event.Source));
        Assert.True(request.Domain.Value == "CORP" || Witness.Says(root, request.Domain.Value), $"Nothing names the domain {request.Domain}.");
        if (parts > 1) return;
        foreach (var (_, member, value) in Over.Where(over => over.Source == part.Event.Source))
            Assert.DoesNotContain(value, Witness.ValuesOf(root, member).Distinct().Take(1), StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Every name at the place for it is answered for, and no two answers are for one machine of one event.</summary>
    private void CheckNamed(string source, JsonNode? root, EventReading reading)
    {
        var of = reading.Parts.Where(part => part.Event.Source == source).ToList();
        var machines = of.Where(part => part.MachineText is not null).Select(
            part => (part.Event.Id, part.MachineText!.ToUpperInvariant(), part.Domain?.ToUpperInvariant()));
        Assert.Equal(machines.Distinct().Count(), machines.Count());
        if (!OnlyPlace.TryGetValue(source, out var member) || of.Count != reading.Parts.Count || of.All(part => part.MachineText is null)) return;

        // A hostile value may have brought another event's members along: then it cannot be told which of them count.
        var values = Witness.ValuesOf(root, member).ToList();
        if (values.Count != of.Count) return;
        foreach (var value in values.Where(value => Witness.NameOf(value) is not null))
        {
            Interlocked.Increment(ref _named);
            Assert.Contains(of, part => part.MachineText is null || IsAbout(part, value));
        }
    }

    /// <summary>Whether it has the name, and the domain that its suffix stands for. What was refused is shown as it was written.</summary>
    private static bool IsAbout(EventPart part, string value) =>
        string.Equals(Witness.NameOf(part.MachineText!), Witness.NameOf(value), StringComparison.OrdinalIgnoreCase)
        && (part.MachineText!.Contains('.') || Witness.DomainOf(value) is not { } domain || part.Domain == domain);
}
