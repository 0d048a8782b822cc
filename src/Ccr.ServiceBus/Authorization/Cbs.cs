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
    RequestChannel node, ITokenSource tokens, string authority, Renewals renewals, Func<Lifetime> lifetimes,
    TimeProvider time, Jitter jitter, Action<MessagingException> onNews)
{
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
        if (!tokens.CanRenew) return new Held(null, renewals);

        var lifetime = lifetimes();
        lifetime.Obtained(time.GetUtcNow(), renewAt);
        Renewal renewal = new(
            lifetime, token => PutTokenAsync(audience, entity, claim, token), fault => { onNews(fault); return true; });
        renewals.Add(renewal);
        return new Held(renewal, renewals);
    }

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
            throw status is 401 or 403 or 404
                ? Faults.Unauthorized(entity, claim, description ?? $"status {status}")
                : ErrorReader.Read(status, description, entity, claim);
        }

        return TokenRenewal.DueAt(time.GetUtcNow(), token.Expires, jitter);
    }

    private sealed class Held(Renewal? renewal, Renewals renewals) : IDisposable
    {
        public void Dispose()
        {
            if (renewal is not null) renewals.Remove(renewal);
        }
    }
}
