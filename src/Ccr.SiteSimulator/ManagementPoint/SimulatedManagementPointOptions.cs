namespace Ccr.SiteSimulator;

/// <summary>How a <see cref="SimulatedManagementPoint"/> listens, what it keeps and how it misbehaves.</summary>
public sealed class SimulatedManagementPointOptions : SimulatedServerOptions
{
    /// <summary>
    /// The site that takes the CCRs. Null, the default, is a management point alone: its CCRs stay in <c>ccr.box</c> of the data folder, or are only
    /// counted when there is none.
    /// </summary>
    public SimulatedSite? Site { get; init; }
}
