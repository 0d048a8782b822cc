using System.Collections.Concurrent;
using Amqp;
using Ccr.EmbeddedServiceBus.Tests.Wire;

namespace Ccr.EmbeddedServiceBus.Tests.Storage;

/// <summary>
/// Kills the broker again and again under load. What it confirmed must stay: no accepted message is lost, no settled one comes back. The long run is
/// explicit: <c>dotnet run --project tests/Ccr.EmbeddedServiceBus.Tests -- -explicit only</c>.
/// </summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private const string Queue = "ccr-requests";

    [Fact(Timeout = 120_000)]
    public async Task Broker_KilledTenTimesUnderLoad_KeepsWhatItConfirmed() =>
        await RunAsync(10, TestContext.Current.CancellationToken);

    [Fact(Explicit = true, Timeout = 1_800_000)]
    public async Task Broker_KilledTwoHundredTimesUnderLoad_KeepsWhatItConfirmed() =>
        await RunAsync(200, TestContext.Current.CancellationToken);

    private async Task RunAsync(int kills, CancellationToken ct)
    {
        var data = Directory.CreateTempSubdirectory("ccr-kill-");
        var ledger = new Ledger();
        var random = new Random(1);
        for (var kill = 0; kill < kills; kill++)
        {
            using var broker = await BrokerProcess.StartAsync(data.FullName, ct);
            var load = LoadAsync(broker.Port, ledger);
            var wanted = ledger.Confirmed + random.Next(50, 800);
            await Eventually.IsTrueAsync(() => ledger.Confirmed >= wanted || load.IsCompleted, ct);
            await broker.KillAsync(ct);
            await load.WaitAsync(ct);
        }

        using (var broker = await BrokerProcess.StartAsync(data.FullName, ct))
            await DrainAsync(broker.Port, ledger);

        output.WriteLine($"{kills} kills: {ledger.Accepted.Count} accepted, {ledger.Settled.Count} settled, "
            + $"{ledger.Drained.Count} left at the end, {ledger.SettledInDoubt.Count - ledger.Settled.Count} settlements without an answer");
        Assert.Empty(ledger.CameBack);
        Assert.Empty(ledger.NumberedTwice);
        Assert.DoesNotContain(ledger.Accepted.Keys, ledger.IsLost);
        Assert.True(ledger.Accepted.Count > kills * 10, "There was hardly any load.");
        data.Delete(recursive: true);
    }

    private static async Task LoadAsync(int port, Ledger ledger)
    {
        await using var senders = await AmqpClient.ConnectAsync(port);
        await using var receivers = await AmqpClient.ConnectAsync(port);
        var sender = senders.Sender(Queue);
        var management = ManagementClient.For(receivers, Queue);
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        senders.Session.Connection.Closed += (_, _) => gone.TrySetResult();
        var work = Enumerable.Range(0, 16).Select(i => i % 2 == 0
            ? SendAsync(sender, ledger, gone.Task)
            : ReceiveAsync(receivers.Receiver(Queue), management, ledger, gone.Task));
        await Task.WhenAll(work.ToList());
    }

    private static async Task SendAsync(SenderLink sender, Ledger ledger, Task gone)
    {
        while (!gone.IsCompleted)
        {
            var id = Guid.NewGuid().ToString("N");
            var sent = sender.SendAsync(AmqpClient.Text(id));
            await Task.WhenAny(sent, gone);
            if (!sent.IsCompletedSuccessfully)
                return;
            ledger.Accepted.TryAdd(id, true);
        }
    }

    private static async Task ReceiveAsync(ReceiverLink receiver, ManagementClient management, Ledger ledger, Task gone)
    {
        receiver.SetCredit(1, CreditMode.Manual);
        while (!gone.IsCompleted)
        {
            var receive = receiver.ReceiveAsync(TimeSpan.FromSeconds(60));
            await Task.WhenAny(receive, gone);
            if (!receive.IsCompletedSuccessfully || await receive is not { } message)
                return;
            ledger.Received(message);
            var id = AmqpClient.Text(message);
            ledger.SettledInDoubt.TryAdd(id, true);
            var settled = management.SettleAsync(message);
            await Task.WhenAny(settled, gone);
            if (settled.IsCompletedSuccessfully && await settled)
                ledger.Settled.TryAdd(id, true);
            if (!gone.IsCompleted)
                receiver.SetCredit(1, CreditMode.Manual);
        }
    }

    private static async Task DrainAsync(int port, Ledger ledger)
    {
        await using var client = await AmqpClient.ConnectAsync(port);
        var receiver = client.Receiver(Queue);
        while (await AmqpClient.ReceiveAsync(receiver, seconds: 2) is { } message)
        {
            ledger.Received(message);
            ledger.Drained.TryAdd(AmqpClient.Text(message), true);
            receiver.Accept(message);
        }
    }

    /// <summary>What the broker said, from the outside.</summary>
    private sealed class Ledger
    {
        private readonly ConcurrentDictionary<long, string> _numbers = [];

        public ConcurrentDictionary<string, bool> Accepted { get; } = new(StringComparer.Ordinal);

        public ConcurrentDictionary<string, bool> Settled { get; } = new(StringComparer.Ordinal);

        public ConcurrentDictionary<string, bool> SettledInDoubt { get; } = new(StringComparer.Ordinal);

        public ConcurrentDictionary<string, bool> Drained { get; } = new(StringComparer.Ordinal);

        public ConcurrentBag<string> CameBack { get; } = [];

        public ConcurrentBag<string> NumberedTwice { get; } = [];

        public bool IsLost(string id) => !Settled.ContainsKey(id) && !SettledInDoubt.ContainsKey(id) && !Drained.ContainsKey(id);

        public int Confirmed => Accepted.Count + Settled.Count;

        public void Received(Message message)
        {
            var id = AmqpClient.Text(message);
            if (Settled.ContainsKey(id))
                CameBack.Add(id);
            var number = AmqpClient.Annotation<long>(message, "x-opt-sequence-number");
            if (_numbers.GetOrAdd(number, id) is var first && !first.Equals(id, StringComparison.Ordinal))
                NumberedTwice.Add($"{number}: {first} and {id}");
        }
    }
}
