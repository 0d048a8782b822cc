using Ccr.EmbeddedServiceBus.Wire;

namespace Ccr.EmbeddedServiceBus.Management;

/// <summary>A request to an entity's <c>$management</c>: an operation and a map of arguments.</summary>
internal sealed class ManagementRequest(Message request)
{
    private readonly Map _arguments = request.Body as Map ?? [];

    public string Operation { get; } = request.ApplicationProperties?["operation"] as string ?? string.Empty;

    /// <summary>Gets a required argument.</summary>
    /// <exception cref="AmqpException">It is missing or of another type.</exception>
    public T Required<T>(string name) => _arguments.TryGetValue(name, out var value) && value is T typed
        ? typed
        : throw new AmqpException(Errors.Of(Errors.ArgumentError, $"The argument '{name}' is missing or of the wrong type."));

    public T? Optional<T>(string name) => _arguments.TryGetValue(name, out var value) && value is T typed ? typed : default;

    /// <summary>Gets an optional number of any width.</summary>
    public long Number(string name, long defaultValue) => _arguments.TryGetValue(name, out var value) && value is IConvertible number
        and not string ? number.ToInt64(null) : defaultValue;
}

/// <summary>An answer of an entity's <c>$management</c>; the code is 200, 204 for "nothing there", or an error's.</summary>
internal sealed record ManagementResponse(int Code, string Description, Map? Body = null, Symbol? Condition = null)
{
    public static ManagementResponse Ok(Map? body = null) => new(200, "OK", body);

    public static ManagementResponse Nothing() => new(204, "No content");
    public static ManagementResponse Failed(int code, Error error) => new(code, error.Description, null, error.Condition);

    public Message ToMessage()
    {
        var properties = new ApplicationProperties { ["statusCode"] = Code, ["statusDescription"] = Description };
        if (Condition is not null)
            properties["errorCondition"] = Condition;
        return new Message { ApplicationProperties = properties, BodySection = new AmqpValue { Value = Body ?? [] } };
    }
}
