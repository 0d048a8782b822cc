namespace Ccr.Functions;

/// <summary>Names of settings that attributes need.</summary>
internal static class FunctionSettings
{
    /// <summary>The connection, as a connection string or as a section with <c>fullyQualifiedNamespace</c>.</summary>
    public const string ServiceBus = "ServiceBus";
}
