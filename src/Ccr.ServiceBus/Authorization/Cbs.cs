using Amqp;
using Amqp.Framing;
using Ccr.ServiceBus.Errors;
using Ccr.ServiceBus.Keeping;
using Ccr.ServiceBus.Transports;

namespace Ccr.ServiceBus.Authorization;

/// <summary>
/// Claims-based security: puts tokens to a connection's <c>$cbs</c> node, and again before they expire, for as long as
/// somebody holds the authorisation (Service Bus AMQP: put-token).
/// </summary>
internal sealed class Cbs(
    RequestChannel node, ITokenSource tokens, string authority, Renewals renewals, TimeProvider time, Jitter jitter,
    Action<MessagingException> onNews) : IAsyncDisposable
{
    /// <summary>Completes, with the reason, when the node is lost; no token could be renewed any more.</summary>
    public Task<MessagingException> Closed => node.Closed;

    /// <summary>Authorises links to <paramref name="address"/> until the result is disposed of.</summary>
    /// <param name="address">The link address: an entity path or its $management node.</param>
    /// <param name="entity">The entity, for error texts.</param>
    /// <param name="claim">The claim that is needed, for error texts.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="MessagingException">There is no token, or the broker refused it.</exception>
    public async Task<IDisposable> AuthorizeAsync(
        string address, string entity, string claim, CancellationToken cancellationToken)
    {
        var audience = $"sb://{authority}/{address}";
        var renewAt = await PutTokenAsync(audience, entity, claim, cancellationToken);
        Held held = new(this, audience, entity, claim, tokens.CanRenew ? renewAt : DateTimeOffset.MaxValue);
        renewals.Add(held);
        return held;
    }

    /// <summary>Closes the node.</summary>
    public ValueTask DisposeAsync() => node.DisposeAsync();

    private void Release(Renewal held) => renewals.Remove(held);

    private void Report(MessagingException fault) => onNews(fault);

    private async Task<DateTimeOffset> PutTokenAsync(
        string audience, string entity, string claim, CancellationToken cancellationToken)
    {
        var token = await tokens.GetAsync(audience, cancellationToken);
        Message request = new(token.Value)
        {
            ApplicationProperties = new ApplicationProperties
            {
                ["operation"] = "put-token",
                ["type"] = token.Type,
                ["name"] = audience,
                ["expiration"] = token.Expires.UtcDateTime,
            },
        };
        var reply = await node.RequestAsync(request, cancellationToken);
        var status = reply.ApplicationProperties?["status-code"] as int? ?? 0;
        if (status is < 200 or > 299)
        {
            var description = reply.ApplicationProperties?["status-description"] as string;
            // Service Bus AMQP: for a token, 404 too means that it does not fit.
            throw ErrorReader.Reply(status == 404 ? 401 : status, null, description, entity, claim);
        }

        return TokenRenewal.DueAt(time.GetUtcNow(), token.Expires, jitter);
    }

    private sealed class Held(Cbs cbs, string audience, string entity, string claim, DateTimeOffset dueAt)
        : Renewal(dueAt), IDisposable
    {
        public void Dispose() => cbs.Release(this);

        protected override Task<DateTimeOffset> RenewAsync(CancellationToken cancellationToken) =>
            cbs.PutTokenAsync(audience, entity, claim, cancellationToken);

        protected override bool OnNews(MessagingException fault)
        {
            cbs.Report(fault);
            return true;
        }
    }
}
