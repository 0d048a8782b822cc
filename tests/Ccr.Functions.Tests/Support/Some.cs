using System.Text;
using Ccr.Core.Agents;
using Ccr.Core.Results;

namespace Ccr.Functions.Tests.Support;

/// <summary>Things that tests need and do not care about.</summary>
internal static class Some
{
    public static string Event(string machine, string id = "1") =>
        $$"""{ "specversion": "1.0", "type": "ccr.reinstall.requested", "source": "/cmdb", "id": "{{id}}", "data": { "machine": "{{machine}}" } }""";

    /// <summary>An alert of Azure Monitor that names so many machines.</summary>
    public static string Alert(int machines) =>
        $$"""
        { "schemaId": "azureMonitorCommonAlertSchema", "data": { "essentials": { "alertId": "a", "monitorCondition": "Fired",
          "targetResourceType": "microsoft.compute/virtualmachines",
          "configurationItems": [ {{string.Join(", ", Enumerable.Range(1, machines).Select(number => $"\"PC{number:0000}\""))}} ] } } }
        """;

    public static readonly AgentCommand Command = new()
    {
        RequestId = "ccr-1",
        Source = "ccr",
        EventId = "1",
        Part = 1,
        Parts = 1,
        Machine = "PC01",
        Domain = "CORP",
        Site = "hq",
    };

    public static string CommandText => Encoding.UTF8.GetString(Command.Write());

    /// <summary>The result that an agent publishes for <see cref="Command"/>.</summary>
    public static string AgentResult(Outcome outcome) => Encoding.UTF8.GetString(
        ResultMessage.From(
            Command.Conclude(new Verdict(outcome, new ReasonCode("CCR3001", "As the test says", "None."), "a test"), DateTimeOffset.UnixEpoch)).Body.Span);
}
