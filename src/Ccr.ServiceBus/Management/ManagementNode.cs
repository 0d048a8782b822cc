using Amqp;
using Amqp.Framing;
using Amqp.Types;
using Ccr.ServiceBus.Errors;
using Ccr.ServiceBus.Keeping;
using Ccr.ServiceBus.Sending;
using Ccr.ServiceBus.Transports;

namespace Ccr.ServiceBus.Management;

/// <summary>The operations of one entity's <c>$management</c> node (Service Bus AMQP: request and response maps).</summary>
internal sealed class ManagementNode(
    ServiceBusConnection connection, string entity, string claim, Keeper<RequestChannel> channels)
{
    private const int NoContent = 204;

    /// <summary>Renews a message's lock.</summary>
    /// <returns>Until when it is locked now.</returns>
    public async Task<DateTimeOffset> RenewLockAsync(Guid lockToken, CancellationToken cancellationToken)
    {
        var reply = await RequestAsync(
            "renew-lock", new Map { ["lock-tokens"] = new[] { lockToken } }, cancellationToken);
        return ToTime(((DateTime[])reply!["expirations"])[0]);
    }

    /// <summary>Settles a message whose link is gone, or that was deferred.</summary>
    public Task SettleAsync(Guid lockToken, Disposition disposition, string? linkName, CancellationToken cancellationToken)
    {
        Map request = new() { ["lock-tokens"] = new[] { lockToken }, ["disposition-status"] = disposition.Status };
        if (disposition.Reason is not null) request["deadletter-reason"] = disposition.Reason;
        if (disposition.Description is not null) request["deadletter-description"] = disposition.Description;
        if (disposition.Properties is { Count: > 0 } properties)
        {
            Map modified = [];
            foreach (var (name, value) in properties) modified[name] = MessageEncoder.PropertyValue(name, value);
            request["properties-to-modify"] = modified;
        }

        return RequestAsync("update-disposition", request, cancellationToken, linkName);
    }

    /// <summary>Schedules a message.</summary>
    /// <returns>Its sequence number.</returns>
    public async Task<long> ScheduleAsync(OutgoingMessage message, CancellationToken cancellationToken)
    {
        var encoded = MessageEncoder.Encode(message, connection.Time.GetUtcNow()).Encode();
        Map entry = new() { ["message"] = encoded.Buffer.AsSpan(encoded.Offset, encoded.Length).ToArray() };
        if (message.MessageId is not null) entry["message-id"] = message.MessageId;
        var reply = await RequestAsync(
            "schedule-message", new Map { ["messages"] = new List { entry } }, cancellationToken);
        return ((long[])reply!["sequence-numbers"])[0];
    }

    /// <summary>Cancels a scheduled message.</summary>
    public Task CancelScheduledAsync(long sequenceNumber, CancellationToken cancellationToken) => RequestAsync(
        "cancel-scheduled-message", new Map { ["sequence-numbers"] = new[] { sequenceNumber } }, cancellationToken);

    /// <summary>Looks at messages without locking them.</summary>
    /// <returns>The messages from a sequence number on, encoded; none at the end.</returns>
    public async Task<IReadOnlyList<Message>> PeekAsync(long from, int count, CancellationToken cancellationToken)
    {
        Map? reply;
        try
        {
            reply = await RequestAsync(
                "peek-message", new Map { ["from-sequence-number"] = from, ["message-count"] = count }, cancellationToken);
        }
        catch (MessagingException fault) when (fault.Fault == MessagingFault.MessageNotFound)
        {
            reply = null;
        }

        return Messages(reply).Select(entry => Decode(entry)).ToList();
    }

    /// <summary>Locks deferred messages.</summary>
    /// <returns>The messages with their lock tokens.</returns>
    public async Task<IReadOnlyList<(Message Message, Guid LockToken)>> ReceiveDeferredAsync(
        IEnumerable<long> sequenceNumbers, CancellationToken cancellationToken)
    {
        Map request = new() { ["sequence-numbers"] = sequenceNumbers.ToArray(), ["receiver-settle-mode"] = 1u };
        var reply = await RequestAsync("receive-by-sequence-number", request, cancellationToken);
        return Messages(reply).Select(entry => (Decode(entry), (Guid)entry["lock-token"])).ToList();
    }

    private static IEnumerable<Map> Messages(Map? reply) => reply is null ? [] : ((List)reply["messages"]).Cast<Map>();

    private static Message Decode(Map entry)
    {
        var bytes = (byte[])entry["message"];
        return Message.Decode(new ByteBuffer(bytes, 0, bytes.Length, bytes.Length));
    }

    private static DateTimeOffset ToTime(DateTime utc) => new(DateTime.SpecifyKind(utc, DateTimeKind.Utc));

    private async Task<Map?> RequestAsync(
        string operation, Map body, CancellationToken cancellationToken, string? linkName = null)
    {
        var deadline = Deadline.After(connection);
        for (var failures = 1; ; failures++)
        {
            try
            {
                return await deadline.RunAsync(
                    token => RequestOnceAsync(operation, body, linkName, deadline, token), cancellationToken);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw Faults.Timeout(entity, deadline.Whole, channels.Fault ?? connection.Fault);
            }
            catch (MessagingException fault) when (fault.Fault == MessagingFault.ServerBusy)
            {
                var delay = connection.Delays.AfterTransient(failures, connection.Jitter);
                if (deadline.Left <= delay) throw;
                await Task.Delay(delay, connection.Time, cancellationToken);
            }
        }
    }

    private async ValueTask<Map?> RequestOnceAsync(
        string operation, Map body, string? linkName, Deadline deadline, CancellationToken cancellationToken)
    {
        var channel = await channels.GetAsync(patient: false, cancellationToken);
        Message request = new(body)
        {
            ApplicationProperties = new ApplicationProperties
            {
                ["operation"] = $"com.microsoft:{operation}",
                ["com.microsoft:server-timeout"] = (uint)deadline.Left.TotalMilliseconds,
            },
        };
        if (linkName is not null) request.ApplicationProperties["associated-link-name"] = linkName;

        var reply = await channel.RequestAsync(request, cancellationToken);
        var status = reply.ApplicationProperties?["statusCode"] as int? ?? 0;
        if (status == NoContent) return null;
        if (status is >= 200 and < 300) return reply.Body as Map;

        var description = reply.ApplicationProperties?["statusDescription"] as string;
        var condition = reply.ApplicationProperties?["errorCondition"]?.ToString();
        throw ErrorReader.Reply(status, condition, description, entity, claim);
    }
}
