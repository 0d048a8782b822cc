using Ccr.SiteSimulator.Devices;

namespace Ccr.SiteSimulator.Site;

/// <summary>
/// CCM, the part of a site server that pushes clients. It is driven by a clock: each call does whatever would have happened by then, at the time when it
/// would have happened, so that a week can pass in a moment. The files are its memory; it takes up what an earlier run left. Not safe for concurrent use.
/// </summary>
internal sealed class ClientConfigManager
{
    private readonly CcrInboxes _inboxes;
    private readonly CcmLog _log;
    private readonly DeviceSet _devices;
    private readonly TimeSpan _attemptTime;
    private readonly List<Job> _jobs = [];
    private readonly Queue<string> _waiting = new();
    private readonly HashSet<string> _known = [];
    private DateTimeOffset _clock;
    private DateTimeOffset _nextPass;

    public ClientConfigManager(CcrInboxes inboxes, CcmLog log, DeviceSet devices, TimeSpan attemptTime, DateTimeOffset now)
    {
        (_inboxes, _log, _devices, _attemptTime) = (inboxes, log, devices, attemptTime);
        (_clock, _nextPass) = (now, now + CcmRules.PassInterval);
        foreach (var file in inboxes.UnfinishedFiles()) Enqueue(file);
    }

    /// <summary>A request that is worked on; each of the ten places has a thread of its own.</summary>
    private sealed record Job(string Request, string File, CcrFile Ccr, DateTimeOffset Ends, int Thread);

    public void CatchUp(DateTimeOffset now)
    {
        TakeNew();
        while (NextTime() is var next && next <= now)
        {
            _clock = next;
            if (_jobs.Find(job => job.Ends == next) is { } job) Finish(job);
            else BeginPass();
            StartWaiting();
        }

        _clock = now;
        TakeNew();
    }

    private DateTimeOffset NextTime() => _jobs.Select(job => job.Ends).Append(_nextPass).Min();

    private void TakeNew()
    {
        foreach (var file in _inboxes.NewFiles().Where(file => !_known.Contains(file)).ToList())
        {
            var request = RequestName(file);
            if (Read(file) is { } ccr) _log.Write(_clock, 0, [CcmLines.Received(request, ccr.Machine)]);
            Enqueue(file);
        }

        StartWaiting();
    }

    private void BeginPass()
    {
        _nextPass += CcmRules.PassInterval;
        foreach (var file in _inboxes.RetryFiles().Where(file => !_known.Contains(file))) Enqueue(file);
    }

    private void Enqueue(string file)
    {
        _known.Add(file);
        _waiting.Enqueue(file);
    }

    private void StartWaiting()
    {
        for (var left = _waiting.Count; left > 0 && _jobs.Count < CcmRules.AtOnce; left--)
        {
            var file = _waiting.Dequeue();
            var request = RequestName(file);
            if (_jobs.Exists(job => job.Request == request))
            {
                // A further request for a machine that is being worked on waits.
                _waiting.Enqueue(file);
                continue;
            }

            _known.Remove(file);
            if (!File.Exists(file)) continue;
            if (Read(file) is not { } ccr)
            {
                File.Move(file, Path.ChangeExtension(file, ".bad"), overwrite: true);
                _log.Write(_clock, 0, [CcmLines.Unreadable(Path.GetFileName(file))]);
                continue;
            }

            var thread = Enumerable.Range(1, CcmRules.AtOnce).First(place => _jobs.TrueForAll(job => job.Thread != place));
            _jobs.Add(new(request, _inboxes.Begin(file), ccr, _clock + _attemptTime, thread));
            _log.Write(_clock, thread, CcmLines.Begin(request, ccr.Machine));
        }
    }

    private void Finish(Job job)
    {
        var device = DeviceOf(job.Ccr);
        var attempt = CcmRules.Try(job.Ccr, device, _clock);

        // The file first: when it cannot be used, the job stays and is finished with the next look.
        if (attempt.KeepsFile) _inboxes.KeepForRetry(job.File, job.Ccr.Tried(_clock.DateTime, attempt.Error), _clock.DateTime);
        else File.Delete(job.File);
        _jobs.Remove(job);
        if (device is not null) _devices.Update(device.ResourceId, current => CcmRules.Record(current, attempt, _clock));
        _log.Write(_clock, job.Thread, CcmLines.End(job.Request, job.Ccr, attempt));
        if (_jobs.Count == 0 && _waiting.Count == 0) _log.Write(_clock, 0, CcmLines.Idle(_inboxes.RetryFiles().Count, _nextPass - _clock));
    }

    private SimulatedDevice? DeviceOf(CcrFile ccr)
    {
        if (ccr.ResourceId is { } id && _devices.Find(id, _clock) is { Obsolete: false } device) return device;

        // A script's file may name the machine alone.
        var domain = ccr.Domain.Length > 0 ? ccr.Domain : null;
        _devices.Meet(ccr.Machine, domain, _clock);
        return _devices.Find(ccr.Machine, domain, _clock);
    }

    private CcrFile? Read(string file) => File.Exists(file) ? CcrFile.Read(File.ReadAllText(file), _clock.DateTime) : null;

    /// <summary>What the log calls a request: the file's name on SMS 2003, the device's number on a site of today.</summary>
    private static string RequestName(string file)
    {
        var name = Path.GetFileNameWithoutExtension(file);
        return name.All(char.IsAsciiDigit) ? name : $"{name}.ccr";
    }
}
