using System.Text;
using Ccr.Core.Agents;
using Ccr.Core.Results;

namespace Ccr.Functions.Tests.Support;

/// <summary>Things that tests need and do not care about.</summary>
internal static class Some
{
    /// <summary>The time-out of a test, in milliseconds. It only ends one that hangs: no slow machine may reach it.</summary>
    public const int Patience = 600_000;

    public static string Event(string machine, string id = "1") =>
        $$"""{ "specversion": "1.0", "type": "ccr.reinstall.requested", "source": "/cmdb", "id": "{{id}}", "data": { "machine": "{{machine}}" } }""";

    /// <summary>The key of the site hq, at the processor and at its agents.</summary>
    public static readonly string Key = Convert.ToBase64String(new byte[32]);

    public static readonly IReadOnlyList<SigningKey> Keys = [SigningKey.Read(Key)!];

    /// <summary>An alert of Azure Monitor that names so many machines.</summary>
    public static string Alert(int machines) =>
        $$"""
        { "schemaId": "azureMonitorCommonAlertSchema", "data": { "essentials": { "alertId": "a", "monitorCondition": "Fired",
          "targetResourceType": "microsoft.compute/virtualmachines",
          "configurationItems": [ {{string.Join(", ", Enumerable.Range(1, machines).Select(number => $"\"PC{number:0000}\""))}} ] } } }
        """;

    public static readonly AgentCommand Command = CommandSignature.Sign(new()
    {
        RequestId = "ccr-1",
        Source = "ccr",
        EventId = "1",
        Part = 1,
        Parts = 1,
        Machine = "PC01",
        Domain = "CORP",
        Site = "hq",
    }, Keys);

    public static string CommandText => Encoding.UTF8.GetString(Command.Write());

    /// <summary>The message by which an agent publishes the result of a command, of <see cref="Command"/> unless another is named.</summary>
    public static ResultMessage AgentResult(Outcome outcome, AgentCommand? command = null)
    {
        var verdict = new Verdict(outcome, new ReasonCode("CCR3001", "As the test says", "None."), "a test");
        return Core.Agents.AgentResult.Write((command ?? Command).Conclude(verdict, DateTimeOffset.UnixEpoch) with { Agent = "agent-1" }, Keys);
    }
}
