using System.Collections.ObjectModel;
using System.Security.Cryptography;
using Ccr.Agent;
using Ccr.Agent.Commands;
using Ccr.Agent.Relay;
using Ccr.Core.Agents;
using Ccr.Core.Machines;
using Ccr.Core.Sites;
using Ccr.Hosting.Relay;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ccr.TestHost.Agent;

/// <summary>
/// A second desk of a broken agent, beside its own: it carries out whatever the site's key has signed, whoever it is addressed to, and takes each copy for
/// a question of its own.
/// </summary>
internal sealed class BelievingDesk : IHostedService, IAsyncDisposable
{
    private readonly Site _site;
    private readonly RelayedExecution _execution;
    private readonly AgentOptions _options;
    private readonly RelayListener _listener;

    public BelievingDesk(Site site, RelayOptions relay, RelayedExecution execution, AgentOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        (_site, _execution, _options) = (site, execution, options);
        _listener = new RelayListener(relay, AnswerAsync, loggers, time);
    }

    public Task StartAsync(CancellationToken cancellationToken) => _listener.StartAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => _listener.StopAsync(cancellationToken);

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    private static string NewText() => RandomNumberGenerator.GetHexString(32, lowercase: true);

    private async Task<RelayedAnswer> AnswerAsync(RelayedRequest request, CancellationToken stop)
    {
        if (RelayedSubmission.Read(request.Body.Span) is not { } question || !question.IsSigned(_site.SigningKeys))
            return new RelayedAnswer(403, ReadOnlyDictionary<string, string>.Empty, default);

        var verdict = new RelayedVerdict
        {
            Nonce = question.Nonce,
            Agent = _options.Name,
            Instance = question.For ?? NewText(),
            Result = question.Command is { } command
                ? await _execution.AnswerAsync(question with { Nonce = NewText() }, Own(command, question.Issued), isOurs: false)
                : null,
        };
        return new RelayedAnswer(200, ReadOnlyDictionary<string, string>.Empty, verdict.Sign(_site.SigningKeys).Write());
    }

    private OwnedCommand Own(AgentCommand command, DateTimeOffset issued) => new(
        command, OwnedCommand.RequestOf(command, MachineName.Parse(command.Machine), DomainName.Parse(command.Domain), _site), issued, null);
}
