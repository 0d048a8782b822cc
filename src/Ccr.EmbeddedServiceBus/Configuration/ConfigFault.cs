namespace Ccr.EmbeddedServiceBus.Configuration;

/// <summary>One fault of a configuration.</summary>
/// <param name="Path">Where it is, as a JSON path such as <c>$.UserConfig.Namespaces[0].Queues[1].Name</c>.</param>
/// <param name="Message">What is wrong and what to write instead.</param>
public sealed record ConfigFault(string Path, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Path}: {Message}";
}

/// <summary>A configuration cannot be used; <see cref="Faults"/> holds every reason.</summary>
public sealed class ServiceBusConfigException : Exception
{
    /// <summary>Initializes a new instance of the <see cref="ServiceBusConfigException"/> class.</summary>
    /// <param name="faults">Every fault that was found.</param>
    public ServiceBusConfigException(IReadOnlyList<ConfigFault> faults) : base(string.Join(Environment.NewLine, faults)) => Faults = faults;

    /// <summary>Gets every fault that was found.</summary>
    public IReadOnlyList<ConfigFault> Faults { get; }
}
