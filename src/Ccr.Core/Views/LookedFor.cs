using Ccr.Core.Machines;

namespace Ccr.Core.Views;

/// <summary>A machine that a site is looked at for.</summary>
/// <param name="Machine">Its name.</param>
/// <param name="Domain">Its domain.</param>
public sealed record LookedFor(string Machine, string Domain)
{
    /// <summary>The machine as the ledger calls it.</summary>
    public string Key => MachineKey.Of(Domain, Machine);
}
