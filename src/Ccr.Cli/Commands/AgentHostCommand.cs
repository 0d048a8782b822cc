using Ccr.Agent;

namespace Ccr.Cli.Commands;

/// <summary><c>ccr agent</c>: the on-premises agent, where it is not installed as a service.</summary>
internal static class AgentHostCommand
{
    private static readonly Option<string> Config = new("--config")
    {
        Description = "A JSON file with the sections Agent, Ccr and ServiceBus, such as ccr init writes; environment variables win over it",
        HelpName = "FILE",
        Required = true,
    };

    public static Command Create()
    {
        var command = new Command("agent", "Runs the on-premises agent of a site until it is stopped.") { Config };
        command.SetAction((arguments, stop) => AgentHost.RunAsync(["--config", arguments.GetValue(Config)!], stop: stop));
        return command;
    }
}
