using Ccr.Cli;

StopSignals.Restore();
using var userStop = new UserStop(TimeProvider.System);
using var standardInput = Console.OpenStandardInput();
using var line = new CommandLine(GuardedWriter.OpenStandardOutput(), Console.Error, standardInput, TimeProvider.System);
var status = await line.RunAsync(args, userStop.Token);
return userStop.IsByUser ? ExitCode.Interrupted : status;
