using Ccr.Core.Agents;
using Ccr.Core.Sites;
using Ccr.Core.Sites.Looks;
using Ccr.Core.Telemetry;
using Ccr.Core.Views;
using Ccr.Hosting.Relay;

namespace Ccr.Hosting.Sites;

/// <summary>One site whose agents the processor reaches through the relay, and what it knows of them.</summary>
/// <remarks>
/// The relay picks one of the agents for each exchange. What is to be carried out is addressed to one of them, and another one refuses it. That another one
/// has it proves nothing about the one that it is for: whoever may listen can keep a question, hand a copy to the wrong agent, and pass its answer on. So
/// the same question is sent again until the right one answers, and goes to no other agent before that. What became of an exchange that broke is asked
/// about: the agent's journal has the verdict, or the agent says that it was not begun and never will be. Only when it does not answer either, nobody
/// knows.
/// </remarks>
public sealed class RelayedSite : IDisposable
{
    /// <summary>With two agents the relay picks the wrong one eight times in a row for one submission in 256.</summary>
    private const int MaxTries = 8;

    /// <summary>After an exchange broke, it is asked so often: within a claim's lease, and often enough to meet the right one of several agents.</summary>
    private static readonly TimeSpan[] AskAfter = [.. new[] { 0.5, 1, 2, 4, 8, 8, 8, 8 }.Select(TimeSpan.FromSeconds)];

    private readonly Site _site;
    private readonly RelayOptions _options;
    private readonly RelaySender _sender;
    private readonly TimeProvider _time;
    private readonly IReadOnlyList<TimeSpan> _askAfter;

    /// <summary>Who answered last.</summary>
    private volatile string? _instance;

    internal RelayedSite(
        Site site, RelayOptions options, RelayedMethod method, TimeProvider time, HttpMessageHandler? handler = null, IReadOnlyList<TimeSpan>? askAfter = null)
    {
        (_site, _options, _time, _askAfter) = (site, options, time, askAfter ?? AskAfter);
        _sender = new RelaySender(options, time, handler: handler);
        Method = method == RelayedMethod.SmsPost ? CcrRequest.Method.Method : HttpMethod.Post.Method;
    }

    /// <summary>The key of the site.</summary>
    public string Key => _site.Key;

    /// <summary>The HTTP method of what it is sent.</summary>
    public string Method { get; }

    /// <summary>Who this process is to the relay, in words.</summary>
    public string Identity => _options.Identity;

    /// <summary>The hybrid connection.</summary>
    public Uri Address => _site.ManagementPoints[0].Address;

    /// <summary>Asks whoever the relay picks for its name.</summary>
    public Task<RelayedExchange> WhoAsync(CancellationToken cancellationToken) => ExchangeAsync(Question(RelayedKind.Who), cancellationToken);

    /// <summary>Has a command carried out by one of the agents.</summary>
    internal async Task<SubmissionAnswer> SubmitAsync(AgentCommand command, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        RelayedSubmission? question = null;
        for (var tries = 1; ; tries++)
        {
            // Whatever becomes of this question, it asks for nothing.
            if (_instance is null && await WhoAsync(cancellationToken) is { Verdict: null } unanswered) return Answer(SubmissionVerdict.NotSent, unanswered);

            var isFirst = question is null;
            question ??= Question(RelayedKind.Submit, command) with { For = _instance };
            var exchange = await ExchangeAsync(question, cancellationToken);
            if (exchange.Delivery == RelayDelivery.NotDelivered && isFirst) return Answer(SubmissionVerdict.NotSent, exchange);

            if (exchange.Verdict is { } verdict && verdict.Instance != question.For)
            {
                // The process that it was for has ended, or its journal would not be another's: nobody is left who may carry it out.
                if (JournalOf(verdict.Instance) == JournalOf(question.For)) question = null;
                if (tries < MaxTries) continue;
                if (question is null) return Answer(SubmissionVerdict.NotSent, OfOthers(exchange, tries));
                exchange = OfOthers(exchange, tries);
            }
            else if (exchange.Verdict is { } own)
            {
                if (own.Refusal is { } refusal)
                    return Answer(SubmissionVerdict.NotSent, exchange with { Reason = RelayedReasons.Refused, Detail = $"{own.Agent}: {refusal}" });
                if (own.Result is { Outcome: not Outcome.Dispatched } result) return SubmissionAnswer.Of(result, _time.GetElapsedTime(started));

                exchange = exchange with { Reason = RelayedReasons.UnderWay, Detail = own.Agent };
            }

            return await AskAsync(command, question, cancellationToken) ?? Answer(SubmissionVerdict.Unknown, exchange);
        }
    }

    /// <summary>Finds out what became of a command that an agent may have carried out; null when none of them says so.</summary>
    /// <param name="command">The command.</param>
    /// <param name="about">
    /// The question by which it was to be carried out, when that is known: the agent that it was addressed to then says for certain that it was not begun,
    /// and never will be, where it finds nothing.
    /// </param>
    /// <param name="cancellationToken">Gives up.</param>
    internal async Task<SubmissionAnswer?> AskAsync(AgentCommand command, RelayedSubmission? about, CancellationToken cancellationToken)
    {
        foreach (var wait in _askAfter)
        {
            await Task.Delay(wait, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (cancellationToken.IsCancellationRequested) return null;

            var question = Question(RelayedKind.Ask, command) with { For = about?.For, About = about?.Nonce };
            var exchange = await ExchangeAsync(question, cancellationToken);
            if (exchange.Verdict?.Result is { Outcome: not Outcome.Dispatched } result) return SubmissionAnswer.Of(result, exchange.Elapsed);
        }

        return null;
    }

    /// <summary>Has one of the agents look at machines; whichever the relay picks sees the same site.</summary>
    internal async Task<LookAnswer> LookAsync(IReadOnlyList<LookedFor> machines, CancellationToken cancellationToken)
    {
        var exchange = await ExchangeAsync(Question(RelayedKind.Look) with { Machines = machines }, cancellationToken);
        return exchange.Verdict switch
        {
            { Views: { } views } => LookAnswer.Of(views),
            { } verdict => LookAnswer.Failed(LookReasons.AgentSilent, $"{verdict.Agent}: {verdict.Refusal ?? "it says nothing about these machines"}"),
            null => LookAnswer.Failed(exchange.Reason!, exchange.Detail),
        };
    }

    /// <inheritdoc/>
    public void Dispose() => _sender.Dispose();

    private static string? JournalOf(string? instance) => instance?.Split('.')[0];

    private static RelayedExchange OfOthers(RelayedExchange exchange, int tries) =>
        exchange with { Reason = RelayedReasons.OtherAgents, Detail = $"it was tried {tries} times" };

    private static SubmissionAnswer Answer(SubmissionVerdict verdict, RelayedExchange exchange) =>
        new(verdict, exchange.Reason!, exchange.Detail, null, exchange.Elapsed);

    private RelayedSubmission Question(RelayedKind kind, AgentCommand? command = null) => RelayedSubmission.Of(kind, Key, _time.GetUtcNow(), command);

    private async Task<RelayedExchange> ExchangeAsync(RelayedSubmission question, CancellationToken cancellationToken)
    {
        var reply = await _sender.SendAsync(Method, RelayedSubmission.Path, question.Sign(_site.SigningKeys).Write(), cancellationToken);
        Metrics.RecordExchange(Key, question.Kind.ToString(), reply.Delivery.ToString(), reply.Elapsed);
        if (reply.Delivery != RelayDelivery.Answered) return new RelayedExchange(reply.Delivery, null, reply.Reason, reply.Detail, reply.Elapsed);

        var (verdict, fault) = RelayedVerdict.Read(reply.Body.Span, question, _site.SigningKeys);
        if (verdict is not null) _instance = verdict.Instance;
        var detail = verdict is null ? $"whoever listens on {Address} answered {reply.Status}" : "";
        return new RelayedExchange(reply.Delivery, verdict, fault, detail, reply.Elapsed);
    }
}

/// <summary>How one exchange with the agents of a site ended.</summary>
/// <param name="Delivery">What is known about the question.</param>
/// <param name="Verdict">The answer, when it is to be believed.</param>
/// <param name="Reason">Why there is none.</param>
/// <param name="Detail">The same in one line.</param>
/// <param name="Elapsed">How long it took.</param>
public sealed record RelayedExchange(RelayDelivery Delivery, RelayedVerdict? Verdict, ReasonCode? Reason, string Detail, TimeSpan Elapsed);
