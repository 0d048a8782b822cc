using BenchmarkDotNet.Running;
using Ccr.Benchmarks.Ledger;

// What is measured end to end over seconds is no micro-benchmark, and has a runner of its own.
if (args is ["ledger", ..])
    await LedgerThroughput.RunAsync(Console.Out);
else
    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
