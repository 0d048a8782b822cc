using Ccr.SiteSimulator.Faults;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Ccr.SiteSimulator;

/// <summary>
/// Where a request becomes fact. Everything that is kept of it - its fault, CCR file, log line and count - happens
/// here in one step and before the first byte of an answer, so that the log tells the truth even about requests
/// whose answer is held back, lost, or awaited by nobody.
/// </summary>
internal sealed class RequestDesk : IDisposable
{
    private readonly Lock _gate = new();
    private readonly SimulatedManagementPointOptions _options;
    private readonly ILogger _logger;
    private readonly Queue<RecordedRequest> _requests = new();
    private readonly CcrBox? _box;
    private readonly RequestLog? _log;
    private FaultPlan _faults;
    private long _submissions;
    private long _ccrsWritten;

    public RequestDesk(SimulatedManagementPointOptions options)
    {
        _options = options;
        _faults = options.Faults;
        _logger = options.LoggerFactory.CreateLogger<SimulatedManagementPoint>();
        if (options.DataDirectory is not { } folder) return;

        _box = new CcrBox(folder);
        _log = new RequestLog(folder, options.TimeProvider.GetUtcNow());
    }

    public long Submissions => Interlocked.Read(ref _submissions);

    public long CcrsWritten => Interlocked.Read(ref _ccrsWritten);

    public FaultPlan Faults
    {
        get => Volatile.Read(ref _faults);
        set => Volatile.Write(ref _faults, value);
    }

    public IReadOnlyList<RecordedRequest> Requests
    {
        get { lock (_gate) return [.. _requests]; }
    }

    /// <summary>Takes a request and says how to answer it. A request that the rules refuse meets no fault.</summary>
    public (RuleAnswer Answer, Fault Fault) Take(
        string method, string path, string query, bool isSubmission, RuleAnswer answer)
    {
        lock (_gate)
        {
            var now = _options.TimeProvider.GetUtcNow();
            var fault = answer.Status == StatusCodes.Status200OK
                ? Faults.Choose(answer.Ccr?.Machine, _options.Random)
                : Fault.None;

            var wantsCcr = fault.Kind == FaultKind.None || fault.WriteCcr;
            if (answer.Ccr is { } ccr && wantsCcr && !TryWrite(ccr, now.UtcDateTime))
                (answer, fault) = (new RuleAnswer(StatusCodes.Status500InternalServerError), Fault.None);

            var status = fault.Kind == FaultKind.None ? answer.Status : fault.Status;
            var request = new RecordedRequest(now, method, path, query, status, answer.Ccr?.Machine);
            if (isSubmission) _submissions++;
            _log?.Write(request);
            _requests.Enqueue(request);
            while (_requests.Count > _options.RememberedRequests) _requests.Dequeue();
            _options.OnRequest?.Invoke(request);
            return (answer, fault);
        }
    }

    public void Dispose() => _log?.Dispose();

    private bool TryWrite(ReceivedCcr ccr, DateTime now)
    {
        try
        {
            _box?.Write(ccr, now);
            _ccrsWritten++;
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Log.CcrNotWritten(_logger, exception);
            return false;
        }
    }
}
