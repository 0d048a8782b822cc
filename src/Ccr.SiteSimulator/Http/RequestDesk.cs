using Ccr.SiteSimulator.Faults;
using Ccr.SiteSimulator.Site;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Ccr.SiteSimulator.Http;

/// <summary>
/// Where a request becomes fact. Everything that is kept of it - its fault, CCR file, log line and count - happens here in one step and before the
/// first byte of an answer, so that the log tells the truth even about requests whose answer is held back, lost, or awaited by nobody.
/// </summary>
internal sealed class RequestDesk : IDisposable
{
    private readonly Lock _gate = new();
    private readonly SimulatedServerOptions _options;
    private readonly ILogger _logger;
    private readonly Action<ReceivedCcr, DateTimeOffset>? _writeCcr;
    private readonly Queue<RecordedRequest> _requests = new();
    private readonly RequestLog? _log;
    private FaultPlan _faults;
    private long _submissions;
    private long _ccrsWritten;

    /// <param name="options">What is kept, and the faults to begin with.</param>
    /// <param name="software">Who the log says that it is.</param>
    /// <param name="writeCcr">Where a CCR goes; null only counts it.</param>
    public RequestDesk(SimulatedServerOptions options, string software, Action<ReceivedCcr, DateTimeOffset>? writeCcr)
    {
        _options = options;
        _writeCcr = writeCcr;
        _faults = options.Faults;
        _logger = options.LoggerFactory.CreateLogger<SimulatedServer>();
        if (options.DataDirectory is { } folder) _log = new RequestLog(folder, software, options.TimeProvider.GetUtcNow());
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
    public (ServerAnswer Answer, Fault Fault) Take(string method, string path, string query, ServerAnswer answer)
    {
        lock (_gate)
        {
            var now = _options.TimeProvider.GetUtcNow();
            var fault = answer.Status is >= 200 and < 300 ? Faults.Choose(answer.Kind, answer.Machines, _options.Random) : Fault.None;

            var wantsCcr = fault.Kind == FaultKind.None || fault.WriteCcr;
            if (answer.Ccr is { } ccr && wantsCcr && !TryWrite(ccr, now))
                (answer, fault) = (new ServerAnswer(StatusCodes.Status500InternalServerError) { Ccr = ccr, IsSubmission = true }, Fault.None);

            var status = fault.Kind == FaultKind.None ? fault.Status ?? answer.Status : fault.Status;
            var request = new RecordedRequest(now, method, path, query, status, answer.Ccr?.Machine);
            if (answer.IsSubmission) _submissions++;
            _log?.Write(request);
            _requests.Enqueue(request);
            while (_requests.Count > _options.RememberedRequests) _requests.Dequeue();
            _options.OnRequest?.Invoke(request);
            return (answer, fault);
        }
    }

    public void Dispose() => _log?.Dispose();

    private bool TryWrite(ReceivedCcr ccr, DateTimeOffset now)
    {
        try
        {
            _writeCcr?.Invoke(ccr, now);
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
