using Ccr.Campaign.Supervision;
using Ccr.Campaign.Truth;

namespace Ccr.Campaign.Scenarios;

/// <summary>
/// The part of R22 in which somebody without a key of the site listens beside its two agents: steals questions, answers them with lies, and replays them
/// at once, after an agent was restarted, and when all is done. Meanwhile all tokens expire for a while.
/// </summary>
internal static class RelayThefts
{
    public const int Copies = 10;

    private const int EventsWithoutToken = 4;
    private const int ExpiredTokens = 10;

    /// <summary>The relay takes no token of this processor.</summary>
    private const string TokenRefused = "CCR4020";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    public static int StolenOf(Run run) => run.Pick(6, 200);

    public static async Task<(Verdict Verdict, int Kills)> RunAsync(Run run, Random chance, CancellationToken cancellationToken)
    {
        await using var installation = await run.InstallAsync(R22HybridConnection.SetupOf("delay=20ms", "00:01:00"), cancellationToken);
        await installation.StartProcessorAsync(cancellationToken);
        var first = installation.RunAgent(name: "first");
        installation.RunAgent(name: "second");
        await using var thief = new Thief(installation.HybridConnection, Copies);
        await thief.ListenAsync(cancellationToken);
        await StealAsync(installation, thief, StolenOf(run), cancellationToken);

        await Eventually.PassAsync(TimeSpan.FromMilliseconds(chance.Next(500)), cancellationToken);
        await thief.ReplayAsync(cancellationToken);
        first.Kill();
        await first.EndAsync(cancellationToken);
        installation.RunAgent(name: "first");
        await thief.ReplayAsync(cancellationToken);
        var refused = await LetTokensExpireAsync(installation, cancellationToken);

        await thief.StopListeningAsync(cancellationToken);
        await installation.Witness.DrainAsync(Patience, cancellationToken);
        var replayed = await thief.ReplayAsync(cancellationToken);
        var believed = await thief.ForgeAsync(cancellationToken);
        var expired = await thief.SendExpiredAsync(ExpiredTokens, cancellationToken);
        await Eventually.PassAsync(Soon, cancellationToken);

        var found = await Run.CheckAsync(installation, cancellationToken);
        return (
            found
                .Expect(thief.Stolen >= StolenOf(run), $"{thief.Stolen} questions were stolen, and it takes {StolenOf(run)}")
                .Expect(replayed > 0, "no replayed question came to an agent")
                .Expect(believed == 0, $"{believed} forged questions were answered")
                .Expect(expired == ExpiredTokens, $"of {ExpiredTokens} questions with a token that has expired, {expired} were refused")
                .Expect(refused, "nothing was said of tokens that had expired")
                .Expect(found.Counts.Indeterminate <= thief.Stolen, $"{found.Counts.Indeterminate} indeterminate, and {thief.Stolen} stolen"),
            1);
    }

    private static async Task StealAsync(Installation installation, Thief thief, int questions, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        for (var number = 0; thief.Stolen < questions && TimeProvider.System.GetElapsedTime(started) < Patience * 10; number++)
        {
            await installation.Witness.SendAsync(Attempt.Of($"theft-{number}", $"THEFT{number}"), cancellationToken);
            await Eventually.IsTrueAsync(() => installation.Witness.Answered + thief.Stolen > number, Soon, cancellationToken);
        }
    }

    /// <summary>Sets the relay's clock ahead, so that every token has expired, until the processor says so; then all goes on.</summary>
    private static async Task<bool> LetTokensExpireAsync(Installation installation, CancellationToken cancellationToken)
    {
        await RestartRelayAsync(TimeSpan.FromDays(2));
        await installation.Witness.SendAllAsync(
            [.. Enumerable.Range(0, EventsWithoutToken).Select(number => Attempt.Of($"token-{number}", $"TOKEN{number}"))], cancellationToken);
        var isSaid = await Eventually.IsTrueAsync(
            () => installation.Witness.Answers.Any(answer => answer.Content.Contains(TokenRefused, StringComparison.Ordinal)), Longest, cancellationToken);
        await RestartRelayAsync(TimeSpan.Zero);
        return isSaid;

        async Task RestartRelayAsync(TimeSpan clockOffset)
        {
            installation.Relay.Kill();
            await installation.Relay.EndAsync(cancellationToken);
            await installation.StartRelayAsync(cancellationToken, clockOffset);
        }
    }
}
