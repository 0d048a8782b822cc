using BenchmarkDotNet.Running;
using Ccr.Performance.Benchmarks.Agent;
using Ccr.Performance.Benchmarks.Functions;
using Ccr.Performance.Benchmarks.Ledger;
using Ccr.Performance.Benchmarks.Messaging;
using Ccr.Performance.Benchmarks.Relay;
using Ccr.Performance.Experiment;
using Ccr.Performance.Scale;

// What is measured end to end over seconds is no micro-benchmark, and has a runner of its own.
switch (args)
{
    case ["experiment", .. var rest]:
        return await ExperimentCommand.RunAsync(rest);
    case ["messaging"]:
        await MessagingBenchmark.RunAsync();
        return 0;
    case ["ledger"]:
        await LedgerThroughput.RunAsync(Console.Out);
        return 0;
    case ["agent", ..]:
        await AgentFootprint.RunAsync(args.ElementAtOrDefault(1), Console.Out);
        return 0;
    case ["relay"]:
        await RelayBenchmark.RunAsync(Console.Out);
        return 0;
    case ["scale", ..]:
        return ScaleCommand.Run(args.ElementAtOrDefault(1), Console.Out);
    case ["scale-check"]:
        await ModelCheck.RunAsync(Console.Out, CancellationToken.None);
        return 0;
    case ["functions"]:
        await FunctionsHostBenchmark.RunAsync(Console.Out);
        return 0;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(ExperimentCommand).Assembly).Run(args);
        return 0;
}
