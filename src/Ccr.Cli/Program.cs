using Ccr.Cli;
using Ccr.Hosting;

StopSignals.Restore();
using var standardInput = Console.OpenStandardInput();
return await new CommandLine(Console.Out, Console.Error, standardInput, TimeProvider.System).RunAsync(args);
