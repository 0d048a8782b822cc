using Ccr.Console.State;
using Ccr.Console.Words;
using Ccr.Core;
using Microsoft.AspNetCore.Components;

namespace Ccr.Console.Components.Pages;

/// <summary>The results, latest first. What comes in is put on top of what was read, each request once.</summary>
public sealed partial class ResultsPage
{
    private readonly Field _outcome = new();
    private readonly Field _reason = new();
    private readonly Field _site = new();
    private readonly Field _source = new();
    private readonly Field _range = new();
    private bool _isFrozen;

    /// <summary>Only those with this outcome.</summary>
    [SupplyParameterFromQuery(Name = "outcome")]
    public string? OutcomeFilter { get; set; }

    /// <summary>Only those with this code.</summary>
    [SupplyParameterFromQuery(Name = "reason")]
    public string? ReasonFilter { get; set; }

    /// <summary>Only those of this site.</summary>
    [SupplyParameterFromQuery(Name = "site")]
    public string? SiteFilter { get; set; }

    /// <summary>Only those of this source.</summary>
    [SupplyParameterFromQuery(Name = "source")]
    public string? SourceFilter { get; set; }

    /// <summary>Not older than this, in UTC.</summary>
    [SupplyParameterFromQuery(Name = "from")]
    public string? From { get; set; }

    /// <summary>Older than this, in UTC.</summary>
    [SupplyParameterFromQuery(Name = "to")]
    public string? To { get; set; }

    /// <summary>A time up to now.</summary>
    [SupplyParameterFromQuery(Name = "range")]
    public string? Range { get; set; }

    /// <summary>Where the page begins.</summary>
    [SupplyParameterFromQuery(Name = "after")]
    public string? After { get; set; }

    [Inject]
    private CcrOptions Settings { get; set; } = default!;

    [Inject]
    private ILedgerView View { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    private ResultQuery Query => new(OutcomeFilter, ReasonFilter, SiteFilter, SourceFilter, From, To, Range);

    private IReadOnlyList<(string Name, string? Value)> Filters => Query.ToFilters();

    /// <inheritdoc/>
    protected override void OnParametersSet()
    {
        (_outcome.Value, _reason.Value, _site.Value, _source.Value) = (OutcomeFilter ?? "", ReasonFilter ?? "", SiteFilter ?? "", SourceFilter ?? "");
        _range.Value = From is not null || To is not null ? "" : Range ?? ResultQuery.DefaultRange;
    }

    private async ValueTask<ListPage<ResultLine>> ReadAsync(string? after, CancellationToken cancellationToken) =>
        (await View.ListResultsAsync(Query.ToFilter(Time.GetUtcNow()), after, Parts.Listing<ResultLine>.PageSize, cancellationToken)).Select(ResultLine.Of);

    private IReadOnlyList<ResultLine> Merge(IReadOnlyList<ResultLine> read) =>
        ResultQuery.Merge(read, Now.Results, Query.ToFilter(Now.At), Parts.Listing<ResultLine>.MostRows);

    private string Export(string format) => Links.To($"/export/results.{format}", Filters);

    private void Go()
    {
        var range = _range.Value;
        Navigation.NavigateTo(Links.To(
            "/results",
            ("outcome", _outcome.Value), ("reason", _reason.Value.Trim()), ("site", _site.Value.Trim()), ("source", _source.Value.Trim()),
            ("range", range == ResultQuery.DefaultRange ? null : range), ("from", range.Length == 0 ? From : null), ("to", range.Length == 0 ? To : null)));
    }
}
