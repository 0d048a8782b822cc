using System.Globalization;
using Ccr.EmbeddedServiceBus;
using Ccr.EmbeddedServiceBus.Configuration;

namespace Ccr.TestHost.Broker;

/// <summary>
/// A broker in a process of its own, which tests can kill. Arguments: Config.json, port, data directory (optional). Prints its connection string when
/// it takes clients, and ends when its standard input does.
/// </summary>
internal static class BrokerHost
{
    public static async Task<int> RunAsync(string[] args)
    {
        await using var broker = await EmbeddedBroker.StartAsync(new EmbeddedBrokerOptions
        {
            Config = ServiceBusConfig.Load(args[0]),
            Port = int.Parse(args[1], CultureInfo.InvariantCulture),
            DataDirectory = args.Length > 2 ? args[2] : null,
        });
        await Console.Out.WriteLineAsync(broker.ConnectionString);
        await Console.In.ReadToEndAsync();
        return 0;
    }
}
