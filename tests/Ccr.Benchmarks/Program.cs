using Ccr.Benchmarks.Messaging;

await MessagingBenchmark.RunAsync();
