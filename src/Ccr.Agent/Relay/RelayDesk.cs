using System.Collections.ObjectModel;
using System.Security.Cryptography;
using Ccr.Agent.Commands;
using Ccr.Core.Sites.Looks;
using Ccr.Core.Telemetry;
using Ccr.Core.Views;
using Ccr.Hosting.Relay;
using Microsoft.Extensions.Hosting;

namespace Ccr.Agent.Relay;

/// <summary>Listens on the site's hybrid connection, and answers what the processor asks.</summary>
internal sealed class RelayDesk : IHostedService, IAsyncDisposable
{
    private readonly Site _site;
    private readonly RelayedExecution _execution;
    private readonly OwnLook _look;
    private readonly AgentOptions _options;
    private readonly AgentStatus _status;
    private readonly AgentStop _stop;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly RelayListener _listener;
    private readonly LedgerIdentity _identity;
    private readonly string _path;

    private int _disposals;
    private string _journal = "";

    /// <summary>This process, to the processor: what is to be carried out is addressed to it.</summary>
    private string _instance = "";

    public RelayDesk(
        Site site, RelayOptions relay, RelayedExecution execution, OwnLook look, LedgerIdentity identity, AgentOptions options, AgentStatus status,
        AgentStop stop, TimeProvider time, ILoggerFactory loggers)
    {
        (_site, Relay, _execution, _look, _identity, _options, _status, _stop, _time) =
            (site, relay, execution, look, identity, options, status, stop, time);
        _logger = loggers.CreateLogger<RelayDesk>();
        _path = relay.Endpoint!.AbsolutePath.TrimEnd('/') + RelayedSubmission.Path;
        _listener = new RelayListener(relay, AnswerAsync, loggers, time);
    }

    /// <summary>The hybrid connection.</summary>
    public RelayOptions Relay { get; }

    /// <summary>How the connection is doing.</summary>
    public RelayHealth Health => _listener.Health;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _journal = await _identity.ReadAsync(cancellationToken);
        _instance = $"{_journal}.{RandomNumberGenerator.GetHexString(32, lowercase: true)}";
        await _listener.StartAsync(cancellationToken);
    }

    /// <summary>
    /// Begins nothing more, and says so to whoever asks, until what was begun is in the journal. The listener stops last: what it answers by itself then
    /// is not signed, so that the processor would not know what became of its question.
    /// </summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        Log.Stopping(_logger);
        await _stop.BeginAsync();
        await _execution.DrainAsync();
        await _listener.StopAsync(cancellationToken);
    }

    /// <summary>The container has it twice, as itself and as a service of the host, and disposes it twice.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposals, 1) == 0) await _listener.DisposeAsync();
    }

    private async Task<RelayedAnswer> AnswerAsync(RelayedRequest request, CancellationToken stop)
    {
        var reading = RelayedReading.Of(request, _path, _site, _instance, _options.ClockSkew, _time.GetUtcNow());
        if (reading.Refusal is { } refusal && refusal != AgentReasons.OtherAgent)
        {
            Log.Refused(_logger, refusal.Code, refusal.Meaning, reading.Detail);
            _status.Refused();
        }

        var isOurs = reading.Question?.For?.StartsWith($"{_journal}.", StringComparison.Ordinal) == true;
        var result = reading.Owned is { } owned ? await _execution.AnswerAsync(reading.Question!, owned, isOurs) : null;
        var seen = reading.Machines is { } machines ? await LookAsync(machines) : null;
        Metrics.CountRelayed(
            reading.Question?.Kind.ToString() ?? "none", reading.Refusal?.Code ?? seen?.Fault?.Code ?? result?.Outcome.ToString() ?? "None");
        if (reading.Question is not { } question) return new RelayedAnswer(reading.Status, ReadOnlyDictionary<string, string>.Empty, default);

        var verdict = new RelayedVerdict
        {
            Nonce = question.Nonce,
            Agent = _options.Name,
            Instance = _instance,
            Refusal = reading.Refusal is { } why ? $"{why.Code}: {why.Meaning}: {reading.Detail}" : seen?.InWords,
            Result = result,
            Views = seen?.Views,
        };
        return new RelayedAnswer(
            reading.Status, new Dictionary<string, string>(StringComparer.Ordinal) { ["Content-Type"] = "application/json" },
            verdict.Sign(_site.SigningKeys).Write());
    }

    private async Task<LookAnswer> LookAsync(IReadOnlyList<LookedFor> machines)
    {
        try
        {
            return await _look.LookAsync(machines, _stop.Soft);
        }
        catch (OperationCanceledException)
        {
            return LookAnswer.Failed(LookReasons.NotInTime, "the agent stops");
        }
    }
}
