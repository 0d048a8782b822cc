using Ccr.Core.Results;
using Ccr.Core.Views;

namespace Ccr.Core.Sites.Looks;

/// <summary>What came of a look at a site.</summary>
/// <param name="Views">What it shows of each machine that was looked for, by <see cref="LookedFor.Key"/>; null when nothing is known now.</param>
/// <param name="Fault">Why it could not be looked at; null when it was, or when the answer comes by itself.</param>
/// <param name="Detail">The cause in this very case.</param>
public sealed record LookAnswer(IReadOnlyDictionary<string, SiteView>? Views, ReasonCode? Fault, string Detail)
{
    /// <summary>The number of the question that an agent was asked, when its answer comes home by itself.</summary>
    public string? Asked { get; init; }

    /// <summary>Why it could not be looked at, in one line; null when it was.</summary>
    public string? InWords => Fault is { } fault ? $"{fault.Code}: {fault.Meaning}: {Detail}" : null;

    /// <summary>An answer with views.</summary>
    public static LookAnswer Of(IReadOnlyDictionary<string, SiteView> views) => new(views, null, "");

    /// <summary>The site could not be looked at.</summary>
    public static LookAnswer Failed(ReasonCode fault, string detail) => new(null, fault, detail);

    /// <summary>What it shows of one machine; null when that is not known now.</summary>
    public SiteView? Of(LookedFor machine) => Views?.GetValueOrDefault(machine.Key);
}

/// <summary>Looks at sites: a seam for the hosts, which reach them in different ways.</summary>
public interface ISiteLook
{
    /// <summary>Looks once for all the machines. It does not throw for anything that network, site or agent do.</summary>
    Task<LookAnswer> LookAsync(Site site, IReadOnlyList<LookedFor> machines, CancellationToken cancellationToken);
}
