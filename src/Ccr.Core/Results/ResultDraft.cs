using System.Globalization;
using Ccr.Core.Decisions;
using Ccr.Core.Events;
using Ccr.Core.Ledger;
using Ccr.Core.Sites;

namespace Ccr.Core.Results;

/// <summary>What a result says of its request, whatever the outcome will be.</summary>
internal sealed class ResultDraft
{
    private readonly EventReading _reading;
    private readonly int _index;
    private readonly ReinstallRequest? _request;

    public ResultDraft(EventReading reading, int index)
        : this(reading, index, null)
    {
    }

    private ResultDraft(EventReading reading, int index, ReinstallRequest? request)
    {
        _reading = reading;
        _index = index;
        _request = request;
        RequestId = Results.RequestId.Of(reading, index);
    }

    public string RequestId { get; }

    public int Index => _index;

    public int Parts => _reading.Parts.Count;

    public EventIdentity Event => _reading.Parts[_index].Event;

    /// <summary>The one result that says that the storm brake of a site holds; it belongs to no request.</summary>
    public static ReinstallResult OfStorm(Site site, SwitchRecord brake, Verdict verdict)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"ccr-storm-{site.Key}-{brake.Since.ToUnixTimeMilliseconds()}");
        return new ReinstallResult
        {
            RequestId = id,
            Source = "storm",
            EventId = id,
            Part = 1,
            Parts = 1,
            Site = site.Key,
            Outcome = verdict.Outcome,
            Reason = verdict.Reason.Code,
            Meaning = verdict.Reason.Meaning,
            Detail = verdict.Detail,
            Remedy = verdict.Reason.Remedy,
            Time = brake.Since,
        };
    }

    /// <summary>The same draft once the names are known to be valid.</summary>
    public ResultDraft For(ReinstallRequest request) => new(_reading, _index, request);

    public ReinstallResult Write(Verdict verdict, DateTimeOffset now) => new()
    {
        RequestId = RequestId,
        Source = _reading.Parts[_index].Event.Source,
        EventId = _reading.Parts[_index].Event.Id,
        Part = _index + 1,
        Parts = _reading.Parts.Count,
        Machine = _request?.Machine.Value ?? (_reading.Parts[_index].MachineText is { } text ? SafeText.Escape(text) : null),
        Domain = _request?.Domain.Value,
        Site = _request?.Site.Key,
        Outcome = verdict.Outcome,
        Reason = verdict.Reason.Code,
        Meaning = verdict.Reason.Meaning,
        Detail = verdict.Detail,
        Remedy = verdict.Reason.Remedy,
        Time = now,
    };
}
