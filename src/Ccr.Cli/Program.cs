using Ccr.Cli;

StopSignals.Restore();
using var standardInput = Console.OpenStandardInput();
return await new CommandLine(Console.Out, Console.Error, standardInput, TimeProvider.System).RunAsync(args);
