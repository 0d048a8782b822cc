using Ccr.Infra.Tests.Support;

namespace Ccr.Infra.Tests;

/// <summary>What people may do: groups that look on, and groups that operate.</summary>
public class PeopleTests(Predictions predictions)
{
    private const int Patience = 300_000;

    [Fact(Timeout = Patience)]
    public async Task Roles_OfReaders_ReadResultsLedgerAndTelemetryAndNothingElse() => Assert.Equal(
        [
            ("Log Analytics Reader", "workspaces/ccr-test-logs"),
            ("Service Bus Data Receiver", "subscriptions/watch"),
            ("Storage Table Data Reader", "tables/ccrledger"),
        ],
        await RolesOfAsync("Service desk"));

    /// <summary>They redrive dead letters, which is to receive and to send; they neither read keys nor act as the app or an agent.</summary>
    [Fact(Timeout = Patience)]
    public async Task Roles_OfOperators_AreThoseOfReadersAndWhatPauseReleaseAndRedriveNeed() => Assert.Equal(
        [
            ("Log Analytics Reader", "workspaces/ccr-test-logs"),
            ("Service Bus Data Receiver", "queues/ccr-agent-undelivered"),
            ("Service Bus Data Receiver", "queues/ccr-requests"),
            ("Service Bus Data Receiver", "queues/ccr-verifications"),
            ("Service Bus Data Receiver", "subscriptions/ledger"),
            ("Service Bus Data Receiver", "subscriptions/watch"),
            ("Service Bus Data Sender", "queues/ccr-agent-undelivered"),
            ("Service Bus Data Sender", "queues/ccr-requests"),
            ("Service Bus Data Sender", "queues/ccr-verifications"),
            ("Service Bus Data Sender", "topics/ccr-results"),
            ("Storage Table Data Contributor", "tables/ccrledger"),
        ],
        await RolesOfAsync("Client operators"));

    [Fact(Timeout = Patience)]
    public async Task Roles_OfPeople_AreGivenToGroups() => Assert.All(
        (await predictions.OfAsync("hybrid")).OfType("Microsoft.Authorization/roleAssignments").Where(
            each => each.Property("principalId") is "00000000-0000-0000-0000-0000000000d1" or "00000000-0000-0000-0000-0000000000d2"),
        each => Assert.Equal("Group", each.Property("principalType")));

    [Fact(Timeout = Patience)]
    public async Task Roles_OfEverybody_AreInOneFileAndOnNoWholeNamespace()
    {
        var files = Directory.EnumerateFiles(Repository.PathOf("infra"), "*.bicep", SearchOption.AllDirectories)
            .Where(file => File.ReadAllText(file).Contains("Microsoft.Authorization/roleAssignments", StringComparison.Ordinal));

        Assert.Equal(["rbac.bicep"], files.Select(Path.GetFileName));
        Assert.DoesNotContain(
            (await predictions.OfAsync("hybrid")).RoleAssignments(),
            each => each.Scope.Split('/') is ["Microsoft.ServiceBus" or "Microsoft.Relay", "namespaces", _]);
    }

    private async Task<IEnumerable<(string Role, string Scope)>> RolesOfAsync(string people) =>
        (await predictions.OfAsync("hybrid")).RoleAssignments().Where(each => each.Purpose.StartsWith(people, StringComparison.Ordinal))
            .Select(each => (each.Role, string.Join('/', each.Scope.Split('/')[^2..]))).Order();
}
