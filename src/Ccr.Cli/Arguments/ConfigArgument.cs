namespace Ccr.Cli.Arguments;

/// <summary>The option <c>--config</c> of what reads settings.</summary>
internal static class ConfigArgument
{
    public static Option<string?> Create(string what) => new("--config")
    {
        Description = $"A JSON file with {what}; environment variables (Ccr__DefaultDomain) win over it",
        HelpName = "FILE",
    };
}
