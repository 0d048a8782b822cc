using BenchmarkDotNet.Running;
using Ccr.Benchmarks.Messaging;

if (args is ["messaging"]) await MessagingBenchmark.RunAsync();
else BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
