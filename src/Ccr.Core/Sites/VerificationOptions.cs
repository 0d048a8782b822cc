using Ccr.Core.Configuration;

namespace Ccr.Core.Sites;

/// <summary>Whether, and how often, a site is looked at after a push, to see whether the client came back.</summary>
/// <remarks>
/// When to look, and for how long, is the processor's to know; <see cref="InboxesFolder"/> and <see cref="LogFile"/> belong to whoever reaches the site, so
/// to the agent where there is one. An AdminService needs neither: it is asked as it is for the CCR.
/// </remarks>
public sealed class VerificationOptions
{
    /// <summary>Whether what became of a push is looked for, default false: then nobody says whether a client came back.</summary>
    public bool Enabled { get; set; }

    /// <summary>How long after the push the first look is, default 15 minutes; an installation takes some minutes.</summary>
    public TimeSpan FirstAfter { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>The time between two looks at first, default 15 minutes.</summary>
    public TimeSpan Every { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>
    /// For how long after the push that is so, default 2 hours. A client that talked all along is also given so long to show more than that it still talks.
    /// </summary>
    public TimeSpan OftenFor { get; set; } = TimeSpan.FromHours(2);

    /// <summary>The time between two looks after that, default one hour: the site itself tries again once an hour (KB925282).</summary>
    public TimeSpan ThenEvery { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long after the push nobody looks any more, default 7 days and an hour: the site itself gives up after 7 days.</summary>
    public TimeSpan GiveUpAfter { get; set; } = new(7, 1, 0, 0);

    /// <summary>
    /// When the site itself gives up, default 7 days (168 hourly tries, KB925282). A CCR that disappears well before is done with; one that disappears about
    /// then was given up.
    /// </summary>
    public TimeSpan SiteGivesUpAfter { get; set; } = TimeSpan.FromDays(7);

    /// <summary>
    /// The folder or share with <c>ccr.box</c> and <c>ccrretry.box</c>, for a site with management points: <c>\\SITE\SMS_P01\inboxes</c>. Read only.
    /// Default: none, so that such a site cannot be looked at.
    /// </summary>
    public string? InboxesFolder { get; set; }

    /// <summary>The site server's <c>ccm.log</c>, which says why an attempt failed. Default: none, so that only the inboxes are read.</summary>
    public string? LogFile { get; set; }

    internal IEnumerable<ConfigurationFault> FindFaults(string key)
    {
        foreach (var (name, value) in new[] { (nameof(FirstAfter), FirstAfter), (nameof(Every), Every), (nameof(ThenEvery), ThenEvery) })
        {
            if (value < TimeSpan.FromMilliseconds(100) || value > TimeSpan.FromDays(1))
                yield return key.Fault(name, $"is {value}: write a time from 00:00:00.1 to 1.00:00:00, for example 00:15:00.");
        }

        if (OftenFor < TimeSpan.Zero || OftenFor > GiveUpAfter)
            yield return key.Fault(nameof(OftenFor), $"is {OftenFor}: write a time up to {nameof(GiveUpAfter)}, for example 02:00:00.");
        if (GiveUpAfter <= FirstAfter || GiveUpAfter > TimeSpan.FromDays(60))
        {
            yield return key.Fault(
                nameof(GiveUpAfter), $"is {GiveUpAfter}: write a time of more than {nameof(FirstAfter)} up to 60 days, for example 7.01:00:00.");
        }

        if (SiteGivesUpAfter <= TimeSpan.Zero || SiteGivesUpAfter > TimeSpan.FromDays(60))
            yield return key.Fault(nameof(SiteGivesUpAfter), $"is {SiteGivesUpAfter}: write a time up to 60 days, for example 7.00:00:00.");
        if (LogFile is not null && InboxesFolder is null)
            yield return key.Fault(nameof(InboxesFolder), "is missing beside LogFile: write the folder that has ccr.box.");
    }
}

/// <summary>How a site is looked at after a push; the values of <see cref="VerificationOptions"/>.</summary>
/// <param name="FirstAfter">How long after the push the first look is.</param>
/// <param name="Every">The time between two looks at first.</param>
/// <param name="OftenFor">For how long that is so.</param>
/// <param name="ThenEvery">The time between two looks after that.</param>
/// <param name="GiveUpAfter">When nobody looks any more.</param>
/// <param name="SiteGivesUpAfter">When the site itself gives up.</param>
public sealed record VerificationPlan(
    TimeSpan FirstAfter, TimeSpan Every, TimeSpan OftenFor, TimeSpan ThenEvery, TimeSpan GiveUpAfter, TimeSpan SiteGivesUpAfter)
{
    /// <summary>The plan of the options.</summary>
    public static VerificationPlan Of(VerificationOptions options) => new(
        options.FirstAfter, options.Every, options.OftenFor, options.ThenEvery, options.GiveUpAfter, options.SiteGivesUpAfter);

    /// <summary>The time from one look to the next.</summary>
    /// <param name="since">How long ago the push was.</param>
    public TimeSpan NextAfter(TimeSpan since) => since < OftenFor ? Every : ThenEvery;
}
