using System.Text;
using Ccr.Core.Agents;
using Ccr.Core.Decisions;
using Ccr.Core.Decisions.Rules;
using Ccr.Core.Events;
using Ccr.Core.Ledger;
using Ccr.Core.Machines;
using Ccr.Core.Sites;

namespace Ccr.Core.Tests.Support;

/// <summary>Things that tests need and do not care about.</summary>
internal static class Some
{
    public static readonly DateTimeOffset Time = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    public static readonly Person Eva = new("eva", "file", "a test");

    public static readonly Site Site = new("hq", [new ManagementPoint(new Uri("http://mp01"))]);

    /// <summary>Options with the DNS suffix of the sample events.</summary>
    public static EventOptions EventOptions()
    {
        var options = new EventOptions();
        options.DnsSuffixes["corp.example.com"] = "CORP";
        return options;
    }

    /// <summary>A reader with these options and the default domain CORP.</summary>
    public static EventReader Reader(EventOptions? options = null) => new(options ?? EventOptions(), DomainName.Parse("CORP"));

    /// <summary>A validator with one site.</summary>
    public static RequestValidator Validator() => new(new SiteTable([Site], "hq"));

    /// <summary>A command that is issued now, of use for an hour, and answered within two.</summary>
    public static readonly AgentCommand Command = new()
    {
        RequestId = "ccr-1",
        Source = "/test",
        EventId = "1",
        Part = 1,
        Parts = 1,
        Machine = "PC01",
        Domain = "CORP",
        Site = "hq",
        Issued = Time,
        Expires = Time.AddHours(1),
        AnswerBy = Time.AddHours(2),
    };

    public static readonly Submission Submission = SubmissionFor("PC01");

    public static Submission SubmissionFor(string machine) =>
        new(MachineName.Parse(machine), DomainName.Parse("CONTOSO"), Force: true);

    public static IncomingEvent Event(string body, string messageId = "message-1") => Event(Encoding.UTF8.GetBytes(body), messageId);

    public static IncomingEvent Event(byte[] body, string messageId = "message-1") =>
        new() { Body = body, MessageId = messageId, EnqueuedTime = Time };

    /// <summary>An event with application properties and perhaps a content type.</summary>
    public static IncomingEvent Event(string body, Dictionary<string, object> properties, string? contentType = null) =>
        Event(body) with { Properties = properties, ContentType = contentType };

    /// <summary>An event in our own format with this JSON as its data.</summary>
    public static string CloudEvent(string data, string id = "1") =>
        $$"""{ "specversion": "1.0", "type": "ccr.reinstall.requested", "source": "/cmdb", "id": "{{id}}", "data": {{data}} }""";

    /// <summary>An Azure Monitor alert that names these machines.</summary>
    public static string AlertFor(params string[] machines) =>
        $$"""
        { "schemaId": "azureMonitorCommonAlertSchema", "data": { "essentials": { "alertId": "a", "monitorCondition": "Fired",
          "targetResourceType": "microsoft.compute/virtualmachines", "configurationItems": [ {{string.Join(", ", machines.Select(m => $"\"{m}\""))}} ] } } }
        """;

    /// <summary>The rules as they are when nothing is configured but the domain.</summary>
    public static Decider Decider() => new(new CcrOptions().ToRules(), new TargetRule(new TargetOptions(), "CORP", [], () => null));
}
