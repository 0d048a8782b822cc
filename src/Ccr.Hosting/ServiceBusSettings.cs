using Ccr.ServiceBus;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Ccr.Hosting;

/// <summary>
/// Reads the connection from where the Functions host has it: <c>ServiceBus</c> is a connection string, or
/// <c>ServiceBus:fullyQualifiedNamespace</c> a host name, and <c>ServiceBus:clientId</c> the identity.
/// </summary>
internal sealed class ServiceBusSettings(IConfiguration configuration)
    : IConfigureOptions<ServiceBusConnectionOptions>, IValidateOptions<ServiceBusConnectionOptions>
{
    private const string Section = "ServiceBus";

    public void Configure(ServiceBusConnectionOptions options)
    {
        var section = configuration.GetSection(Section);
        options.Connection = section["fullyQualifiedNamespace"] ?? section.Value ?? "";
        options.ManagedIdentityClientId = section["clientId"];
        if (Enum.TryParse<ServiceBusTransport>(section["transportType"], ignoreCase: true, out var transport)) options.Transport = transport;
    }

    public ValidateOptionsResult Validate(string? name, ServiceBusConnectionOptions options)
    {
        var section = configuration.GetSection(Section);
        var faults = options.Validate().Select(fault => $"{fault} (setting {Section})").ToList();
        if (section.Value is not null && section["fullyQualifiedNamespace"] is not null)
            faults.Add($"CCR5001: {Section} and {Section}:fullyQualifiedNamespace are both set: write one of them.");
        if (section["transportType"] is { } transport && !Enum.TryParse<ServiceBusTransport>(transport, ignoreCase: true, out _))
            faults.Add($"CCR5001: {Section}:transportType cannot be read: write amqpTcp or amqpWebSockets.");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
