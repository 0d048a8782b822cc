using Ccr.Core.Configuration;
using Ccr.Core.Results;
using Ccr.ServiceBus;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Ccr.Hosting;

/// <summary>
/// Reads the connection from where the Functions host has it: <c>ServiceBus</c> is a connection string, or
/// <c>ServiceBus:fullyQualifiedNamespace</c> a host name, and <c>ServiceBus:clientId</c> the identity.
/// Beside those, and not known to the Functions host: <c>connectionString</c>, <c>transportType</c>, <c>proxy</c> and
/// <c>trustedCaFile</c>, for hosts behind a company's proxy.
/// </summary>
internal sealed class ServiceBusSettings(IConfiguration configuration)
    : IConfigureOptions<ServiceBusConnectionOptions>, IValidateOptions<ServiceBusConnectionOptions>
{
    private const string Section = "ServiceBus";

    public void Configure(ServiceBusConnectionOptions options)
    {
        var section = configuration.GetSection(Section);
        options.Connection = section["fullyQualifiedNamespace"] ?? section["connectionString"] ?? section.Value ?? "";
        options.ManagedIdentityClientId = section["clientId"];
        options.TrustedCaFile = section["trustedCaFile"];
        if (Uri.TryCreate(section["proxy"], UriKind.Absolute, out var proxy)) options.Proxy = proxy;
        if (Enum.TryParse<ServiceBusTransport>(section["transportType"], ignoreCase: true, out var transport)) options.Transport = transport;
    }

    public ValidateOptionsResult Validate(string? name, ServiceBusConnectionOptions options)
    {
        var section = configuration.GetSection(Section);
        var faults = options.Validate().Select(fault => $"{fault} (setting {Section})").ToList();
        if (new[] { section.Value, section["connectionString"], section["fullyQualifiedNamespace"] }.Count(value => value is not null) > 1)
            faults.Add($"CCR5001: {Section}, {Section}:connectionString and {Section}:fullyQualifiedNamespace are several ways to say one thing: write one of them.");
        if (section["proxy"] is not null && options.Proxy is null)
            faults.Add($"CCR5001: {Section}:proxy is no address: write one such as http://proxy.corp:3128.");
        if (section["transportType"] is { } transport && !Enum.TryParse<ServiceBusTransport>(transport, ignoreCase: true, out _))
            faults.Add($"CCR5001: {Section}:transportType cannot be read: write amqpTcp or amqpWebSockets.");
        return faults.Count == 0
            ? ValidateOptionsResult.Success
            : throw new ConfigurationFaultException(typeof(ServiceBusConnectionOptions), [.. faults.Select(fault => new ConfigurationFault(new ReasonCode(fault[..7], "", ""), Section, fault[7..]))]);
    }
}
