namespace Ccr.Console.Tests.Support;

/// <summary>Things that tests need and do not care about.</summary>
internal static class Some
{
    public static readonly Person Who = new("a.meier", "entra", "console");

    public static ReinstallResult Result(
        string id, DateTimeOffset time, Outcome outcome = Outcome.Accepted, string? machine = "PC01", string? domain = "CORP", string? site = "hq",
        string reason = "CCR3001", string source = "scom", string detail = "as it was") =>
        new()
        {
            RequestId = id,
            Source = source,
            EventId = $"alert-{id}",
            Part = 1,
            Parts = 1,
            Machine = machine,
            Domain = domain,
            Site = site,
            Outcome = outcome,
            Reason = reason,
            Meaning = "What the code means",
            Detail = detail,
            Remedy = "Do this.",
            Time = time,
        };

    public static ResultLine Row(string id, DateTimeOffset time, Outcome outcome = Outcome.Accepted, string? machine = "PC01", string site = "hq") =>
        ResultLine.Of(Result(id, time, outcome, machine, site: site));

    /// <summary>A snapshot of a ledger that answers.</summary>
    public static Snapshot Snapshot(DateTimeOffset at) =>
        new() { At = at, Ledger = new SourceHealth(at), IsDayRead = true, Machines = new MachineCounts { At = at } };

    /// <summary>Puts a result and, if given, a machine's record into a ledger.</summary>
    public static async Task WriteAsync(this ILedgerStore ledger, ReinstallResult result, MachineRecord? machine = null)
    {
        var key = $@"{result.Domain}\{result.Machine}";
        var state = await ledger.ReadAsync(key, result.RequestId, CancellationToken.None);
        Assert.NotNull(await ledger.TryWriteAsync(state, machine, result, CancellationToken.None));
    }

    /// <summary>Puts a machine's record into a ledger.</summary>
    public static async Task WriteAsync(this ILedgerStore ledger, MachineRecord machine)
    {
        var state = await ledger.ReadAsync(machine.Key, "", CancellationToken.None);
        Assert.NotNull(await ledger.TryWriteAsync(state, machine, null, CancellationToken.None));
    }
}
