using BenchmarkDotNet.Running;
using Ccr.Benchmarks.Agent;
using Ccr.Benchmarks.Ledger;
using Ccr.Benchmarks.Messaging;

// What is measured end to end over seconds is no micro-benchmark, and has a runner of its own.
switch (args)
{
    case ["messaging"]:
        await MessagingBenchmark.RunAsync();
        break;
    case ["ledger"]:
        await LedgerThroughput.RunAsync(Console.Out);
        break;
    case ["agent", ..]:
        await AgentFootprint.RunAsync(args.ElementAtOrDefault(1), Console.Out);
        break;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
        break;
}
