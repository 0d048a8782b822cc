using System.Runtime.CompilerServices;

namespace Ccr.EmbeddedServiceBus.Wire;

/// <summary>The claims-based security node: takes the tokens by which a connection gets its rights.</summary>
/// <remarks>Without a configured key, every token is taken and none is needed, as in the official emulator.</remarks>
internal sealed class CbsNode(string keyName, string? key, TimeProvider time)
{
    private readonly ConditionalWeakTable<Connection, Claims> _claims = [];

    /// <summary>Answers a put-token request.</summary>
    public Message Answer(Message request, Connection connection)
    {
        if (request.ApplicationProperties?["operation"] is not "put-token" || request.Body is not string token)
            return Status(400, "The only operation is put-token, with the token as the body.");
        if (key is null)
            return Status(202, "Accepted");
        if (SharedAccessToken.TryRead(token) is not { } claim || !claim.IsSignedBy(keyName, key))
            return Status(401, "The token's signature, key name or form is not valid.");
        if (claim.Expires <= time.GetUtcNow())
            return Status(401, "The token has expired.");
        _claims.GetOrCreateValue(connection).Put(claim);
        return Status(202, "Accepted");
    }

    /// <summary>Says whether a connection may, at this moment, use an entity.</summary>
    public bool Allows(Connection connection, string path) =>
        key is null || (_claims.TryGetValue(connection, out var claims) && claims.Allow(path, time.GetUtcNow()));

    private static Message Status(int code, string description) => new()
    {
        ApplicationProperties = new ApplicationProperties { ["status-code"] = code, ["status-description"] = description },
        BodySection = new AmqpValue { Value = null },
    };

    private sealed class Claims
    {
        private readonly Dictionary<string, DateTimeOffset> _expiries = new(StringComparer.OrdinalIgnoreCase);

        public void Put(SharedAccessToken token)
        {
            lock (_expiries)
                _expiries[token.Path] = token.Expires;
        }

        /// <summary>A claim to a path holds for everything below it.</summary>
        public bool Allow(string path, DateTimeOffset now)
        {
            lock (_expiries)
            {
                for (var covering = path; ; covering = covering[..Math.Max(covering.LastIndexOf('/'), 0)])
                {
                    if (_expiries.TryGetValue(covering, out var expires) && expires > now)
                        return true;
                    if (covering.Length == 0)
                        return false;
                }
            }
        }
    }
}
