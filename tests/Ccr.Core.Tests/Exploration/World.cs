using System.Globalization;
using System.Text;
using System.Text.Json;
using Ccr.Core.Events;
using Ccr.Core.Ledger;
using Ccr.Core.Processing;
using Ccr.Core.Results;
using Ccr.Core.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Ccr.Core.Tests.Exploration;

/// <summary>How much may happen in one run.</summary>
/// <param name="Events">How many events there are, all for one machine.</param>
/// <param name="Workers">How many workers there are.</param>
/// <param name="Crashes">How often a worker may die.</param>
/// <param name="LostLocks">How often a worker may lose its lock and go on without knowing.</param>
/// <param name="Jumps">How often so much time may pass that a lease, or a cool-down, ends.</param>
internal sealed record Limits(int Events, int Workers, int Crashes, int LostLocks, int Jumps);

/// <summary>
/// The real processor with a queue, workers, a management point and a results topic around it, in which nothing happens but one step at a time: what a
/// worker wants to do next stands still until it is let, and a worker can die wherever it stands. What goes against the promise is noted at once.
/// </summary>
internal sealed class World
{
    /// <summary>One for all worlds: it keeps nothing, and to make it takes longer than a step.</summary>
    public static readonly EventReader Reader = Some.Reader(new EventOptions());

    private const string Machine = "CORP\\PC01";

    private static readonly List<(IncomingEvent, string)> Incoming = [.. Enumerable.Range(0, 3).Select(number =>
    {
        var incoming = Some.Event(Some.CloudEvent("""{ "machine": "PC01" }""", $"{number}"), $"m{number}");
        return (incoming, RequestId.Of(Reader.Read(incoming), 0));
    })];

    private readonly Limits _limits;
    private readonly Worker[] _workers;
    private readonly List<Message> _queue = [];
    private readonly List<DateTimeOffset> _arrived = [];
    private readonly SortedDictionary<string, SortedSet<string>> _terminal = new(StringComparer.Ordinal);
    private readonly string[] _requestIds;
    private int _crashes;
    private int _jumps;
    private int _lostLocks;

    public World(Variant variant, Limits limits)
    {
        _limits = limits;
        _workers = [.. Enumerable.Range(0, limits.Workers).Select(number => new Worker(this, variant, number))];
        foreach (var (incoming, requestId) in Incoming.Take(limits.Events)) _queue.Add(new Message(incoming, requestId, Some.Time));
        _requestIds = [.. _queue.Select(message => message.RequestId)];
    }

    public static TimeSpan CoolDown { get; } = TimeSpan.FromHours(20);

    /// <summary>What went against the promise, if anything did.</summary>
    public string? Violation { get; private set; }

    public FakeTimeProvider Time { get; } = new(Some.Time);

    public InMemoryLedgerStore Store { get; } = new();

    /// <summary>The store in memory is never waited for.</summary>
    private LedgerState Known(string requestId) => Store.ReadAsync(Machine, requestId, default).AsTask().GetAwaiter().GetResult();

    private DateTimeOffset Now => Time.GetUtcNow();

    /// <summary>Every step that may come next.</summary>
    public List<Step> Steps()
    {
        var steps = new List<Step>();

        // A publication takes nothing from anybody: whatever else is possible is as possible after it.
        if (Array.Find(_workers, w => w.Wants == Worker.Publish) is { } publisher)
        {
            steps.Add(new Step("goes on", publisher.Number));
            if (_crashes < _limits.Crashes) steps.Add(new Step("dies", publisher.Number));
            return steps;
        }

        foreach (var worker in _workers.Where(w => w.Wants is not null))
        {
            steps.AddRange(worker.Choices.Select(choice => new Step("goes on", worker.Number, choice)));
            if (_crashes < _limits.Crashes) steps.Add(new Step("dies", worker.Number));
            if (_lostLocks < _limits.LostLocks && worker.Message!.Holder == worker.Number) steps.Add(new Step("loses its lock", worker.Number));
        }

        // Idle workers are alike: the first of them takes what comes.
        if (Array.Find(_workers, w => w.Wants is null) is { } idle)
            steps.AddRange(_queue.Index().Where(m => m.Item.Holder is null && m.Item.From <= Now).Select(m => new Step("takes", idle.Number, m.Index)));
        if (_jumps < _limits.Jumps) steps.AddRange([new Step("a lease passes"), new Step("a cool-down passes")]);
        return steps;
    }

    public void Do(Step step)
    {
        switch (step.What)
        {
            case "goes on":
                _workers[step.Worker].GoOn(step.Choice);
                break;

            case "takes":
                _workers[step.Worker].Take(_queue[step.Choice]);
                break;

            case "dies":
                _crashes++;
                _workers[step.Worker].Die();
                break;

            case "loses its lock":
                _lostLocks++;
                _workers[step.Worker].Message!.Holder = null;
                break;

            case "a lease passes":
                _jumps++;
                Time.Advance(TimeSpan.FromMinutes(6));
                break;

            default:
                _jumps++;
                Time.Advance(CoolDown + TimeSpan.FromMinutes(6));
                break;
        }
    }

    /// <summary>Lets everything go well from here, until nothing is left to do; then nothing may be missing.</summary>
    public void Drain()
    {
        for (var round = 0; round < 500 && Violation is null; round++)
        {
            var next = Steps().Find(step => step.What is "goes on" or "takes");
            if (next is not null) Do(next);
            else if (_queue.Count > 0) Time.Advance(TimeSpan.FromHours(2));
            else break;
        }

        foreach (var id in _requestIds.Where(id => !_terminal.ContainsKey(id))) Violation ??= $"{id} has no result";
    }

    /// <summary>Everything that what comes next can depend on.</summary>
    public string State()
    {
        var state = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{Now:O} {_crashes} {_jumps} {_lostLocks} {_arrived.LastOrDefault():O}");
        var known = Known("").Machine;
        if (known is not null) state.Append(JsonSerializer.Serialize(known, LedgerJson.Default.MachineRecord));
        foreach (var id in _requestIds) state.Append(CultureInfo.InvariantCulture, $"|{Known(id).Result}");
        foreach (var contents in _terminal.Values) state.AppendJoin(';', contents);
        foreach (var message in _queue) state.Append(CultureInfo.InvariantCulture, $"|{message.Incoming.MessageId} {message.Holder} {message.From:O}");
        foreach (var worker in _workers) state.Append(CultureInfo.InvariantCulture, $"|{worker.Message?.Incoming.MessageId} {worker.Way}");
        return state.ToString();
    }

    /// <summary>A worker threw what nothing here gives it a reason for.</summary>
    public void Fail(string fault) => Violation ??= fault;

    /// <summary>A request reached the management point.</summary>
    public void Arrive()
    {
        if (_arrived.Count > 0 && Now - _arrived[^1] < CoolDown) Violation ??= $"pushed at {_arrived[^1]:u}, and again at {Now:u}";
        _arrived.Add(Now);
    }

    /// <summary>The topic accepted a result.</summary>
    public void Publish(ResultMessage message)
    {
        var result = ResultMessage.Read(message.Body.Span)!;
        if (!result.Outcome.IsTerminal()) return;

        if (!_terminal.TryGetValue(result.RequestId, out var contents)) _terminal[result.RequestId] = contents = new SortedSet<string>(StringComparer.Ordinal);
        if (contents.Add($"{result.Outcome} {result.Reason} {result.Time:O} {result.Until:O} {result.Repeats}") && contents.Count > 1)
            Violation ??= $"one request has two results: {string.Join(" / ", contents)}";
    }

    /// <summary>The host settles. A copy is scheduled in any case; what is no longer locked cannot be completed.</summary>
    public void Settle(Message message, int worker, Disposition disposition)
    {
        if (disposition is Disposition.RetryAt retry)
        {
            var copy = message.Incoming with { MessageId = $"{message.Incoming.MessageId}+", EnqueuedTime = retry.At, Properties = retry.Properties };
            _queue.Add(new Message(copy, message.RequestId, retry.At));
        }

        if (message.Holder == worker) _queue.Remove(message);
        if (!_terminal.ContainsKey(message.RequestId) && _queue.All(other => other.RequestId != message.RequestId))
            Violation ??= $"{message.RequestId} has no result, and no message is left for it";
    }
}

/// <summary>Something that happens: to a worker, or to the time.</summary>
internal sealed record Step(string What, int Worker = -1, int Choice = 0)
{
    public override string ToString() => Worker < 0 ? What : $"{Worker} {What} {Choice}";
}

/// <summary>A message on the queue.</summary>
internal sealed class Message(IncomingEvent incoming, string requestId, DateTimeOffset from)
{
    public IncomingEvent Incoming => incoming;

    public string RequestId => requestId;

    public DateTimeOffset From => from;

    /// <summary>The worker that has it locked.</summary>
    public int? Holder { get; set; }
}
