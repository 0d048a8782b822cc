using Ccr.Core.Ledger;
using Ccr.Core.Sites;
using Ccr.Core.Views;

namespace Ccr.Core.Decisions.Rules;

/// <summary>What a submission leaves in the record of its machine.</summary>
internal static class Pushed
{
    /// <summary>The time in which pushes are counted.</summary>
    public static readonly TimeSpan Week = TimeSpan.FromDays(7);

    /// <summary>The record once a request reached, or may have reached, its site.</summary>
    public static MachineRecord MayHaveBeen(MachineRecord machine, Push push, Moment at, SubmissionOptions options)
    {
        var until = at.Latest + options.CoolDown;
        machine = machine with
        {
            CoolDown = machine.CoolDown is { } longer && longer.Until > until
                ? longer : new CoolDown(push.RequestId, until) { WithoutForce = !push.Force },
            Pushes = [.. machine.Pushes.Where(each => each > at.Earliest - Week), at.Latest],
        };
        return Await(machine, push, at.Now);
    }

    /// <summary>The record once it is to be seen whether a push brought the client back, if its site is looked at.</summary>
    public static MachineRecord Await(MachineRecord machine, Push push, DateTimeOffset since) => push.Site.Verification is not { } plan
        ? machine
        : machine.Await(new Awaited(push.RequestId, push.Site.Key, since, since + plan.GiveUpAfter)
        {
            EventTime = push.EventTime,
            Before = push.Before,
            NextLook = since + plan.FirstAfter,
        });
}

/// <summary>A push that was made, or may have been.</summary>
/// <param name="RequestId">The request.</param>
/// <param name="Force">Whether it asked for a client even where there is one.</param>
/// <param name="Site">The site.</param>
/// <param name="EventTime">When its event happened, if that is known.</param>
/// <param name="Before">What the site showed before, when it was looked at.</param>
internal sealed record Push(string RequestId, bool Force, Site Site, DateTimeOffset? EventTime, SiteView? Before)
{
    /// <summary>The push of a request.</summary>
    public static Push Of(ReinstallRequest request, Claim? claim, SiteView? before = null) =>
        new(request.Id, request.Force, request.Site, request.EventTime ?? claim?.EventTime, before ?? claim?.Before);
}
