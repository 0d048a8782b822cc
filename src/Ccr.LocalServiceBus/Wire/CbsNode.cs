using Amqp;
using Amqp.Framing;

namespace Ccr.LocalServiceBus.Wire;

/// <summary>The claims-based security node: takes the tokens by which a connection gets its rights.</summary>
internal static class CbsNode
{
    /// <summary>Answers a put-token request; without a configured key, any token will do.</summary>
    public static Message Answer(Message request)
    {
        var operation = request.ApplicationProperties?["operation"] as string;
        return operation is "put-token" ? Status(202, "Accepted") : Status(400, "The only operation is put-token.");
    }

    private static Message Status(int code, string description) => new()
    {
        ApplicationProperties = new ApplicationProperties
        {
            ["status-code"] = code,
            ["status-description"] = description,
        },
        BodySection = new AmqpValue { Value = null },
    };
}
