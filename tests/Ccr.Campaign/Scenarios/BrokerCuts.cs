using Azure.Messaging.ServiceBus;
using Ccr.Campaign.Supervision;
using Ccr.Campaign.Truth;
using Ccr.EmbeddedServiceBus;
using Ccr.EmbeddedServiceBus.Configuration;
using Ccr.Hosting.ServiceBus;

namespace Ccr.Campaign.Scenarios;

/// <summary>The part of R2 in which the broker's power is cut: what it confirmed must be there, and what was settled must not come back.</summary>
internal static class BrokerCuts
{
    private const int Messages = 24;
    private const string Queue = "q";

    public static async Task<Verdict> RunAsync(string folder, int cuts, Random random, CancellationToken cancellationToken)
    {
        var (lost, unexpected) = (new List<string>(), new List<string>());
        var (database, log, confirmed) = await RecordAsync(Path.Combine(folder, "broker"), cancellationToken);
        for (var cut = 0; cut < cuts; cut++)
        {
            var length = (int)((long)log.Length * cut / (cuts - 1));
            var data = Path.Combine(folder, "broker-cut");
            SqliteFiles.Write(Path.Combine(data, "broker.db"), database, SqliteFiles.Cut(log, length, hasTail: cut % 3 == 0, random));
            try
            {
                await using var broker = await StartAsync(data, cancellationToken);
                var there = broker.GetCounts(Queue).Active;

                // The next change may be there too: it was not confirmed yet, and may have been written.
                var last = confirmed.FindLastIndex(change => change.LogLength <= length);
                var (before, after) = (last < 0 ? 0 : confirmed[last].Left, confirmed[Math.Min(last + 1, confirmed.Count - 1)].Left);
                var what = $"broker cut at {length} of {log.Length}: {there} messages, where there were {before}, and then {after}";
                if (there < Math.Min(before, after)) lost.Add(what);
                if (there > Math.Max(before, after)) unexpected.Add(what);
            }
            catch (IOException fault)
            {
                unexpected.Add($"broker cut at {length}: {fault.Message}");
            }
        }

        return Verdict.Nothing with
        {
            Lost = lost,
            Unexpected = unexpected,
            Counts = new Counts { Attempted = confirmed.Count, Acknowledged = confirmed.Count },
        };
    }

    /// <summary>Sends messages and completes every other one; says how many were left, and how long the log was, each time the broker confirmed it.</summary>
    private static async Task<(
        byte[] Database, byte[] Log, List<(long LogLength, int Left)> Confirmed)> RecordAsync(string folder, CancellationToken cancellationToken)
    {
        var (file, log) = (Path.Combine(folder, "broker.db"), Path.Combine(folder, "broker.db-wal"));
        var confirmed = new List<(long LogLength, int Left)>();
        await using var broker = await StartAsync(folder, cancellationToken);
        await using var connection = new ServiceBusConnection(ServiceBusOptions.For(broker.ConnectionString));
        await using var sender = connection.CreateSender(Queue);
        await using var receiver = connection.CreateReceiver(Queue);
        var left = 0;
        for (var number = 0; number < Messages; number++)
        {
            await sender.SendAsync(new ServiceBusMessage(Attempt.Of($"cut-{number}", $"CUT{number}").Body) { MessageId = $"cut-{number}" }, cancellationToken);
            confirmed.Add((new FileInfo(log).Length, ++left));
            if (number % 2 == 0) continue;

            var messages = await receiver.ReceiveAsync(1, TimeSpan.FromSeconds(10), cancellationToken);
            await receiver.CompleteAsync(messages[0], cancellationToken);
            confirmed.Add((new FileInfo(log).Length, --left));
        }

        return (SqliteFiles.Read(file), SqliteFiles.Read(log), confirmed);
    }

    private static Task<EmbeddedBroker> StartAsync(string folder, CancellationToken cancellationToken) =>
        EmbeddedBroker.StartAsync(new EmbeddedBrokerOptions { Config = new ServiceBusConfig().AddQueue(Queue), DataDirectory = folder }, ct: cancellationToken);
}
