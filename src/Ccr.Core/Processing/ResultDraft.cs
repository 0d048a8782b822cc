using System.Globalization;
using Ccr.Core.Agents;
using Ccr.Core.Decisions;
using Ccr.Core.Events;
using Ccr.Core.Ledger;
using Ccr.Core.Results;
using Ccr.Core.Sites;
using Ccr.Core.Text;

namespace Ccr.Core.Processing;

/// <summary>What a result says of its request, whatever the outcome will be.</summary>
/// <param name="Reading">The event.</param>
/// <param name="Index">Which of its parts this is, from 0.</param>
/// <param name="Request">The request, once its names are known to be valid.</param>
internal sealed record ResultDraft(EventReading Reading, int Index, ReinstallRequest? Request = null)
{
    public string RequestId { get; init; } = Processing.RequestId.Of(Reading, Index);

    private EventPart Part => Reading.Parts[Index];

    /// <summary>The one result that says that the storm brake of a site holds; it belongs to no request.</summary>
    public static ReinstallResult OfStorm(Site site, SwitchRecord brake, Verdict verdict)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"ccr-storm-{site.Key}-{brake.Since.ToUnixTimeMilliseconds()}");
        return ReinstallResult.Of(id, "storm", id, 1, 1, verdict, brake.Since) with { Site = site.Key };
    }

    public ReinstallResult Write(Verdict verdict, DateTimeOffset now) =>
        ReinstallResult.Of(RequestId, Part.Event.Source, Part.Event.Id, Index + 1, Reading.Parts.Count, verdict, now) with
        {
            Machine = Request?.Machine.Value ?? AsWritten(Part.MachineText),
            Domain = Request?.Domain.Value ?? AsWritten(Part.Domain),
            Site = Request?.Site.Key,
        };

    /// <summary>The command that hands the admitted request to the agent of its site.</summary>
    /// <param name="request">The request.</param>
    /// <param name="at">The time.</param>
    /// <param name="goodFor">For how long an agent may begin it; the event's own expiry ends it earlier.</param>
    /// <param name="awaitFor">For how long after that its result is waited for.</param>
    public AgentCommand Command(ReinstallRequest request, Moment at, TimeSpan goodFor, TimeSpan awaitFor)
    {
        var end = at.Now + goodFor;
        if (request.Expires is { } expires && expires < end) end = expires;
        var command = new AgentCommand
        {
            RequestId = request.Id,
            Source = Part.Event.Source,
            EventId = Part.Event.Id,
            Part = Index + 1,
            Parts = Reading.Parts.Count,
            Machine = request.Machine.Value,
            Domain = request.Domain.Value,
            Site = request.Site.Key,
            Force = request.Force,
            Look = request.Site.Verification is not null,
            Issued = at.Latest,
            Expires = end,
            AnswerBy = end + awaitFor,
        };
        return CommandSignature.Sign(command, request.Site.SigningKeys);
    }

    private static string? AsWritten(string? text) => text is null ? null : SafeText.Escape(text);
}
