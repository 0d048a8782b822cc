using Ccr.Cli;

StopSignals.Restore();
using var interruption = new Interruption(TimeProvider.System);
using var standardInput = Console.OpenStandardInput();
using var line = new CommandLine(GuardedWriter.OpenStandardOutput(), Console.Error, standardInput, TimeProvider.System);
var status = await line.RunAsync(args, interruption.Token);
return interruption.IsByUser ? ExitCode.Interrupted : status;
