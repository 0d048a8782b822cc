using Ccr.Core.Agents;
using Ccr.Core.Events;
using Ccr.Core.Messaging;
using Ccr.Core.Results;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ccr.Core.Tests.Support;

/// <summary>Brings the messages of agents to their handlers, on the ledger of a pipeline.</summary>
internal static class Handlers
{
    public static async Task<NotedSettlement> RecordAsync(Pipeline pipeline, ResultMessage message)
    {
        var settlement = new NotedSettlement();
        var handler = new AgentResultHandler(
            pipeline.Ledger, pipeline.Sites, pipeline.Publisher, pipeline.Verifications, pipeline.Options, pipeline.Time,
            NullLogger<AgentResultHandler>.Instance);
        var incoming = new IncomingEvent
        {
            Body = message.Body,
            MessageId = message.MessageId,
            EnqueuedTime = pipeline.Time.GetUtcNow(),
            Properties = message.Properties,
        };
        await handler.HandleAsync(incoming, settlement, TestContext.Current.CancellationToken);
        return settlement;
    }

    public static Task<NotedSettlement> GiveUpAsync(Pipeline pipeline, AgentCommand command, string? messageId = null) =>
        GiveUpAsync(pipeline, command.Write(), messageId ?? command.RequestId);

    public static async Task<NotedSettlement> GiveUpAsync(Pipeline pipeline, byte[] body, string messageId)
    {
        var settlement = new NotedSettlement();
        var handler = new UndeliveredCommandHandler(
            pipeline.Ledger, pipeline.Sites, pipeline.Publisher, pipeline.Time, NullLogger<UndeliveredCommandHandler>.Instance);
        var incoming = new IncomingEvent
        {
            Body = body,
            MessageId = messageId,
            EnqueuedTime = pipeline.Time.GetUtcNow(),
        };
        await handler.HandleAsync(incoming, "TTLExpiredException", settlement, TestContext.Current.CancellationToken);
        return settlement;
    }
}

/// <summary>Remembers how a message was settled.</summary>
internal sealed class NotedSettlement : ISettlement
{
    public string? DeadLetterReason { get; private set; }

    public Task CompleteAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task AbandonAsync(CancellationToken cancellationToken) => Task.FromException(new InvalidOperationException("It was given back."));

    public Task DeadLetterAsync(string reason, string description, CancellationToken cancellationToken)
    {
        DeadLetterReason = reason;
        return Task.CompletedTask;
    }
}
