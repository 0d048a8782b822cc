using Ccr.SiteSimulator.Faults;
using Ccr.SiteSimulator.Site;

namespace Ccr.SiteSimulator.Http;

/// <summary>Which kind of request a fault can be kept to.</summary>
internal enum RequestKind
{
    /// <summary>Any; the management point knows no other.</summary>
    Any,

    /// <summary>Makes a CCR: <c>CreateCCR</c> and <c>GenerateCCRByName</c>.</summary>
    Create,

    /// <summary>Asks for devices.</summary>
    Query,

    /// <summary>Asks which site it is.</summary>
    Site,
}

/// <summary>How a well-behaved server answers a request, and what the request is about.</summary>
internal sealed record ServerAnswer(int Status)
{
    /// <summary>A header line beyond the ordinary ones, such as <c>Allow: GET</c>.</summary>
    public string? Header { get; init; }

    /// <summary>The body, JSON; a fault may change what it says.</summary>
    public Func<Fault, string> Body { get; init; } = _ => "";

    /// <summary>The CCR that the request makes.</summary>
    public ReceivedCcr? Ccr { get; init; }

    /// <summary>Whether the request is meant to make a CCR, well-formed or not.</summary>
    public bool IsSubmission { get; init; }

    public RequestKind Kind { get; init; }

    /// <summary>What the log shows in the place of the query, of a request that says in its body what it wants.</summary>
    public string? LoggedQuery { get; init; }

    /// <summary>The machines that the request names.</summary>
    public IReadOnlyList<string> Machines { get; init; } = [];
}
