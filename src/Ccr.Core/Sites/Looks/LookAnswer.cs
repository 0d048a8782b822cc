using Ccr.Core.Results;

namespace Ccr.Core.Sites.Looks;

/// <summary>A machine that a site is looked at for.</summary>
/// <param name="Machine">Its name.</param>
/// <param name="Domain">Its domain.</param>
public sealed record LookedFor(string Machine, string Domain)
{
    /// <summary>The machine as the ledger calls it.</summary>
    public string Key => Machines.MachineKey.Of(Domain, Machine);
}

/// <summary>What came of a look at a site.</summary>
/// <param name="Views">What it shows of each machine that was looked for, by <see cref="LookedFor.Key"/>; null when it could not be looked at.</param>
/// <param name="Fault">Why it could not.</param>
/// <param name="Detail">The cause in this very case.</param>
public sealed record LookAnswer(IReadOnlyDictionary<string, SiteView>? Views, ReasonCode? Fault, string Detail)
{
    /// <summary>An answer with views.</summary>
    public static LookAnswer Of(IReadOnlyDictionary<string, SiteView> views) => new(views, null, "");

    /// <summary>The site could not be looked at.</summary>
    public static LookAnswer Failed(ReasonCode fault, string detail) => new(null, fault, detail);
}
