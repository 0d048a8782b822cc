using Azure.Messaging.ServiceBus;
using Ccr.Core;
using Ccr.Core.Decisions;
using Ccr.Core.Processing;
using Ccr.Core.Text;
using Microsoft.Extensions.Options;

namespace Ccr.Cli.Commands;

/// <summary><c>ccr history</c>: what happened to a machine, and how it stands.</summary>
internal static class HistoryCommand
{
    private static readonly Argument<string> Machine = new("MACHINE") { Description = @"The machine: CORP\PC01, or PC01 with --domain" };
    private static readonly Option<string?> Domain = new("--domain") { Description = "Its NetBIOS domain, by default Ccr:DefaultDomain", HelpName = "NAME" };

    /// <summary>So many messages of the queue are looked at, at the most.</summary>
    private const int MostMessages = 10_000;

    public static Command Create(CommandLine line)
    {
        var (connection, ledger) = (new ConnectionArguments(), new LedgerArguments());
        var command = new Command("history", "Shows what happened to a machine, and with a Service Bus also which requests for it wait.")
        {
            Machine, Domain, connection.Connection, connection.Timeout,
        };
        ledger.AddTo(command);
        command.SetAction((arguments, stop) => RunAsync(line, connection, ledger, arguments, stop));
        return command;
    }

    private static async Task<int> RunAsync(
        CommandLine line, ConnectionArguments connectionArguments, LedgerArguments ledgerArguments, ParseResult arguments, CancellationToken stop)
    {
        var key = ledgerArguments.MachineKeyOf(arguments, arguments.GetValue(Machine)!, arguments.GetValue(Domain));
        var (history, configuration) = await ledgerArguments.UseAsync(
            arguments, async (services, configuration) =>
                (await services.GetRequiredService<IOperatorLedger>().ReadHistoryAsync(key, stop), configuration));

        var report = line.ReportFor(arguments);
        Show(report, history);
        report.Say(
            Describe(key, history.Machine, history.Results.Count),
            "machine",
            new Dictionary<string, object?>
            {
                ["key"] = key,
                ["results"] = history.Results.Count,
                ["notVerifiedInARow"] = history.Machine?.NotVerifiedInARow ?? 0,
                ["record"] = history.Machine,
            });
        if (ConnectionArguments.Find(arguments, connectionArguments.Connection) is not null)
        {
            await using var connection = await connectionArguments.ConnectAsync(
                line, arguments, (made, token) => made.ProbeReceivingAsync(Entities.Requests, token), stop);
            await ShowWaitingAsync(report, connection, key, FinderOf(configuration), stop);
        }

        return ExitCode.Done;
    }

    /// <summary>What the queue has of the machine.</summary>
    private static async Task ShowWaitingAsync(
        IReport report, ServiceBusConnection connection, string key, QueuedRequests finder, CancellationToken stop)
    {
        await using var queue = connection.CreateReceiver(Entities.Requests);
        var (looked, found) = (0, new Dictionary<string, (ServiceBusReceivedMessage Message, string? Reason)>(StringComparer.Ordinal));
        await foreach (var message in queue.PeekAllAsync(stop).Take(MostMessages))
        {
            looked++;
            foreach (var (requestId, reason) in finder.Find(message.ToEvent(), key))
            {
                // For a moment the copy that waits and the message itself are both there. The copy has the newer word.
                if (UntilOf(message) is not null || !found.ContainsKey(requestId)) found[requestId] = (message, reason);
            }
        }

        foreach (var (requestId, (message, reason)) in found)
        {
            var until = UntilOf(message);
            var why = DecisionReasons.All.FirstOrDefault(code => code.Code == reason) is { } known ? $"{known.Code} {known.Meaning}" : reason;
            var when = until is { } time ? Text($"waits until {time:u}") : Text($"is on the queue since {message.EnqueuedTime:u}");
            report.Say(
                SafeText.Printable($"{requestId} {when}{(why is null ? "" : $": {why}")}"), "waiting",
                new Dictionary<string, object?> { ["requestId"] = requestId, ["until"] = until, ["reason"] = reason });
        }

        if (looked < MostMessages) return;
        report.Say(
            $"Only the first {MostMessages} messages of {Entities.Requests} were looked at.", "partial",
            new Dictionary<string, object?> { ["messages"] = looked });
    }

    /// <summary>When a message is due that waits for its time.</summary>
    private static DateTimeOffset? UntilOf(ServiceBusReceivedMessage message) =>
        message.State == ServiceBusMessageState.Scheduled ? message.ScheduledEnqueueTime : null;

    /// <summary>Reads events as the processing does, as far as it is configured here.</summary>
    private static QueuedRequests FinderOf(IConfiguration configuration)
    {
        using var services = new ServiceCollection().AddCcrSettings(configuration).BuildServiceProvider();
        var options = services.GetRequiredService<IOptions<CcrOptions>>().Value;
        return new QueuedRequests(options.ToReader(), options.Domains);
    }

    /// <summary>Each result, and what was last said of each push, in the order of time.</summary>
    private static void Show(IReport report, MachineHistory history)
    {
        var results = history.Results.Select(result => (result.Time, Show: (Action)(() => report.ShowAt(result))));
        var verifications = (history.Machine?.Awaited ?? []).Select(awaited => awaited.Said).OfType<VerificationResult>()
            .Select(said => (said.Time, Show: (Action)(() => report.ShowAt(said))));
        foreach (var (_, show) in results.Concat(verifications).OrderBy(each => each.Time)) show();
    }

    private static string Describe(string key, MachineRecord? machine, int results) => machine is null
        ? results == 0 ? $"{key}: nothing is known of it." : $"{key} was never pushed."
        : $"{key}: {string.Join("; ", FactsOf(key, machine))}.";

    private static IEnumerable<string> FactsOf(string key, MachineRecord machine)
    {
        if (machine.Quarantine is { } quarantine) yield return Text($"in quarantine since {quarantine.Since:u} (ccr release {key})");
        if (machine.Claim is { } claim) yield return Text($"claimed by {claim.RequestId} until {claim.LeaseUntil:u}");
        if (machine.Waiting is { } waiting)
            yield return Text($"{waiting.RequestId} waits for a management point since {waiting.Since:u}, tried {waiting.Tries} times");
        foreach (var awaited in machine.Awaited.Where(awaited => !awaited.IsOver)) yield return Describe(awaited);
        if (machine.NotVerifiedInARow is > 0 and var failures)
            yield return $"not back after the last {(failures == 1 ? "push" : Text($"{failures} pushes in a row"))}";
        if (machine.CoolDown is { } coolDown) yield return Text($"cool-down until {coolDown.Until:u}");
        yield return Text($"{machine.Pushes.Count} recent pushes");
    }

    /// <summary>A push of which nobody knows yet whether it brought the client back.</summary>
    private static string Describe(Awaited awaited)
    {
        var arrived = awaited.Arrived ? "the site had the request" : "nothing shows that the site had the request";
        var seen = awaited.Seen is { } at ? Text($"last seen {at:u}, {arrived}") : "not seen yet";
        if (awaited.SaidError is { } error) seen = Text($"{seen}, last error {error}");
        return Text($"awaited since {awaited.Since:u} ({awaited.RequestId}): {seen}, next look {awaited.NextLook:u}, given up {awaited.Until:u}");
    }

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
