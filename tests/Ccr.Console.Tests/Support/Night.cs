using Ccr.Core.Sites;

namespace Ccr.Console.Tests.Support;

/// <summary>A night with a bit of everything, so that every answer of the first screen has something to say.</summary>
internal static class Night
{
    public static CcrOptions Settings()
    {
        var settings = new CcrOptions();
        settings.Sites["hq"] = new SiteOptions { Transport = SiteTransport.Agent };
        settings.Sites["muc"] = new SiteOptions();
        settings.Sites["rom"] = new SiteOptions();
        return settings;
    }

    public static async Task<FaultyLedger> LedgerAsync(DateTimeOffset? at = null)
    {
        var ledger = new FaultyLedger(new InMemoryLedgerStore());
        await FillAsync(ledger, at ?? TimeProvider.System.GetUtcNow());
        return ledger;
    }

    /// <summary>Writes the night into a ledger.</summary>
    public static async Task FillAsync(IOperatorLedger ledger, DateTimeOffset now)
    {
        for (var i = 0; i < 120; i++)
        {
            var site = (i % 3) switch { 0 => "hq", 1 => "muc", _ => "rom" };
            var outcome = (i % 9) switch { 2 => Outcome.Suppressed, 4 => Outcome.Ignored, 8 => Outcome.Failed, _ => Outcome.Accepted };
            if (site == "rom" && i < 40) outcome = Outcome.Failed;
            if (i == 100) outcome = Outcome.Indeterminate;
            var reason = outcome == Outcome.Failed ? "CCR3010" : outcome == Outcome.Accepted ? "CCR3001" : "CCR2002";
            var result = Some.Result($"request-{i:000}", now.AddSeconds(-25 * i), outcome, $"PC{i:000}", site: site, reason: reason);
            var meaning = outcome == Outcome.Failed ? "The management point refuses" : "The site took the request";
            await ledger.WriteAsync(result with { Meaning = meaning }, Machine(i, site, now));
        }

        for (var i = 0; i < 60; i++) await ledger.WriteAsync(Earlier(i, now));
        var waiting = new Waiting("request-old", now.AddMinutes(-18), 3, now.AddHours(5));
        await ledger.WriteAsync(Earlier(0, now) with { Key = @"CORP\OLD99", Waiting = waiting });
        var people = new LedgerOperator(ledger, new At(now.AddMinutes(-9)), Some.Who);
        await people.PauseAsync("muc", now.AddHours(3), "INC4711", CancellationToken.None);
        await ledger.WriteAgentAsync(
            new AgentHeard("hq", "agent-1", now.AddSeconds(-5)) { Version = "0.1.0", OldestCommand = TimeSpan.FromSeconds(3) }, CancellationToken.None);
    }

    private static MachineRecord Machine(int i, string site, DateTimeOffset now)
    {
        var machine = new MachineRecord($@"CORP\PC{i:000}") { Pushes = [now.AddSeconds(-25 * i)] };
        if (i == 7) return machine with { Quarantine = new Quarantine(now.AddHours(-5), $"request-{i:000}") };
        if (i % 3 != 0 || i > 20) return machine;
        var push = new Awaited($"request-{i:000}", site, now.AddSeconds(-25 * i), now.AddDays(7)) { NextLook = now.AddMinutes(10) };
        return machine with { Awaited = [i is 3 or 6 ? push with { Said = Verified(i, push, now) } : push] };
    }

    /// <summary>A machine that was pushed yesterday, or a week ago; most are back after some hours.</summary>
    private static MachineRecord Earlier(int i, DateTimeOffset now)
    {
        var pushed = now.AddHours(i % 2 == 0 ? -30 : -175);
        var push = new Awaited($"earlier-{i:00}", "rom", pushed, pushed.AddDays(7)) { NextLook = now.AddMinutes(10) };
        return new MachineRecord($@"CORP\OLD{i:00}")
        {
            Pushes = [pushed],
            Awaited = [i % 10 == 9 ? push : push with { Said = Verified(i, push, pushed.AddHours(0.2 * (i + 1)).AddSeconds(20)) }],
        };
    }

    private static VerificationResult Verified(int i, Awaited push, DateTimeOffset now) => new()
    {
        RequestId = push.RequestId,
        Source = "scom",
        EventId = "event",
        Number = 1,
        Machine = $"PC{i:000}",
        Domain = "CORP",
        Site = push.Site,
        Outcome = VerificationOutcome.Verified,
        Strength = EvidenceStrength.Strong,
        Reason = "CCR2601",
        Meaning = "The client is back",
        Detail = "it sent its inventory",
        Remedy = "Nothing.",
        Time = now.AddSeconds(-20),
        Pushed = push.Since,
    };

    private sealed class At(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
