namespace Ccr.Performance.Scale;

/// <summary>What becomes of an outage.</summary>
/// <param name="Answered">When every event had its result, in seconds from the first one.</param>
/// <param name="Pushed">When the site had pushed to every machine.</param>
/// <param name="MostWaiting">The most events that waited at a time.</param>
/// <param name="Busiest">What was used most until all were answered, and how much of that time.</param>
internal sealed record Course(double Answered, double Pushed, int MostWaiting, (string Name, double Share) Busiest);

/// <summary>
/// A discrete simulation of one outage: every event goes through the Service Bus, an instance's hand, the ledger in table storage, a place at its
/// site's gate, the management point, and the results; then the site pushes, ten at a time. It is no measurement: it says which limit comes first.
/// </summary>
/// <remarks>
/// An instance takes a message only when it has a hand free, and holds it until it is settled, also while it waits for a place at the gate; events are
/// dealt out over sites in turn. Failures, retries, the storm brake, verifications and the agent's own queue are left out.
/// </remarks>
internal sealed class Model
{
    private const double Saturated = 0.8;

    private readonly Plan _plan;
    private readonly Outage _outage;
    private readonly Surroundings _around;
    private readonly PriorityQueue<(int Machine, Step Step), double> _agenda = new();
    private readonly Line _bus;
    private readonly Line _processors;
    private readonly Line _tables;
    private readonly Line[] _sightings;
    private readonly Window[] _rates;
    private readonly Places _hands;
    private readonly Places[] _gates;
    private readonly Places[] _sites;
    private readonly double[] _taken;
    private readonly double[] _entered;
    private int _unanswered;
    private int _waiting;
    private int _mostWaiting;

    private Model(Plan plan, Outage outage, Surroundings around)
    {
        (_plan, _outage, _around) = (plan, outage, around);
        _bus = new Line("Service Bus", plan.MessagesPerSecond);
        _processors = new Line("processors", plan.Instances);
        _tables = new Line("table storage", Published.TableRequestsPerSecond);
        _hands = new Places("messages in hand", plan.InHand * plan.Instances);
        _sightings = [.. PerSite(() => new Line("a site's sightings", Published.EntitiesOfAPartitionPerSecond))];
        _rates = [.. PerSite(() => new Window("requests a minute", plan.PerMinute))];
        _gates = [.. PerSite(() => new Places("gates of the management points", plan.AtOnce))];
        _sites = [.. PerSite(() => new Places("sites", around.PushesAtOnce))];
        (_taken, _entered) = (new double[outage.Machines], new double[outage.Machines]);
    }

    private enum Step
    {
        Reported,
        Queued,
        Taken,
        Decided,
        AtGate,
        Submitted,
        Recorded,
        Published,
        Pushed,
    }

    public static Course Run(Plan plan, Outage outage, Surroundings around) => new Model(plan, outage, around).Run();

    private Course Run()
    {
        for (var machine = 0; machine < _outage.Machines; machine++) Schedule(machine, Step.Reported, _outage.Within * machine / _outage.Machines);
        _unanswered = _outage.Machines;
        var (answered, pushed, busiest) = (0.0, 0.0, ("", 0.0));
        while (_agenda.TryDequeue(out var next, out var now))
        {
            Do(next.Machine, next.Step, now);
            if (next.Step == Step.Pushed) pushed = now;
            if (next.Step == Step.Published && _unanswered == 0) (answered, busiest) = (now, BusiestUntil(now));
        }

        return new Course(answered, pushed, _mostWaiting, busiest);
    }

    private void Do(int machine, Step step, double now)
    {
        var site = machine % _outage.Sites;
        switch (step)
        {
            case Step.Reported:
                Schedule(machine, Step.Queued, _bus.Serve(now, 1));
                break;
            case Step.Queued:
                _mostWaiting = Math.Max(_mostWaiting, ++_waiting);
                if (_hands.TryEnter(machine)) Take(machine, now);
                break;
            case Step.Taken:
                // The steps of the ledger that come before the request; those after it are as long, and are counted with the result.
                _tables.Serve(now, _plan.Tables.Requests);
                var counted = Math.Max(_sightings[site].Serve(now, 1), _processors.Serve(now, _plan.ProcessorTime));
                Schedule(machine, Step.Decided, counted + (_around.Table * (_plan.Tables.Serial - 1)));
                break;
            case Step.Decided:
                if (_gates[site].TryEnter(machine)) Schedule(machine, Step.AtGate, now);
                break;
            case Step.AtGate:
                _entered[machine] = _rates[site].Pass(now, _around.ManagementPoint);
                Schedule(machine, Step.Submitted, _entered[machine] + _around.ManagementPoint);
                break;
            case Step.Submitted:
                if (_gates[site].Leave(now - _entered[machine]) is { } behind) Schedule(behind, Step.AtGate, now);
                if (_sites[site].TryEnter(machine)) Schedule(machine, Step.Pushed, now + _around.Push);
                Schedule(machine, Step.Recorded, now + _around.Table);
                break;
            case Step.Recorded:
                Schedule(machine, Step.Published, _bus.Serve(now, _plan.Messages - 2));
                break;
            case Step.Published:
                _unanswered--;
                _waiting--;
                if (_hands.Leave(now - _taken[machine]) is { } following) Take(following, now);
                break;
            case Step.Pushed:
                if (_sites[site].Leave(_around.Push) is { } nextPush) Schedule(nextPush, Step.Pushed, now + _around.Push);
                break;
        }
    }

    private void Take(int machine, double now)
    {
        _taken[machine] = now;
        Schedule(machine, Step.Taken, _bus.Serve(now, 1));
    }

    private void Schedule(int machine, Step step, double at) => _agenda.Enqueue((machine, step), at);

    /// <summary>Hands are full as soon as anything else is, so they count only where nothing else does.</summary>
    private (string Name, double Share) BusiestUntil(double end)
    {
        var hands = (_hands.Name, Share: _hands.Held / end / _hands.Count);
        (string Name, double Share)[] others =
        [
            (_bus.Name, _bus.Busy / end),
            (_processors.Name, _processors.Busy / end),
            (_tables.Name, _tables.Busy / end),
            (_sightings[0].Name, _sightings.Max(line => line.Busy) / end),
            (_rates[0].Name, _rates.Max(window => window.Busy) / end),
            (_gates[0].Name, _gates.Max(gate => gate.Held) / end / _plan.AtOnce),
        ];
        var other = others.MaxBy(each => each.Share);
        return other.Share < Saturated && hands.Share >= Saturated ? hands : other;
    }

    private IEnumerable<T> PerSite<T>(Func<T> make) => Enumerable.Range(0, _outage.Sites).Select(_ => make());
}
