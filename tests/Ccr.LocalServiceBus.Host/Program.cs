// A broker in a process of its own, which tests can kill. Arguments: Config.json, port, data directory (optional).
// Prints its connection string when it takes clients, and ends when its standard input does.
using Ccr.LocalServiceBus;
using Ccr.LocalServiceBus.Configuration;

await using var broker = await LocalServiceBus.StartAsync(new LocalServiceBusOptions
{
    Config = ServiceBusConfig.Load(args[0]),
    Port = int.Parse(args[1]),
    DataDirectory = args.Length > 2 ? args[2] : null,
});
Console.WriteLine(broker.ConnectionString);
await Console.In.ReadToEndAsync();
