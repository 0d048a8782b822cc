using Microsoft.AspNetCore.Components;

namespace Ccr.Console.Components.Parts;

/// <summary>A page of a list that is read by keys.</summary>
public sealed partial class Listing<T>
{
    /// <summary>How many rows a page has.</summary>
    public const int PageSize = 50;

    /// <summary>How many rows a page grows to by what comes in; then it is read again.</summary>
    public const int MostRows = 200;

    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private string? _read;
    private ListPage<T>? _page;
    private IReadOnlyList<T>? _held;
    private string? _fault;
    private bool _isSlow;
    private bool _isOver;
    private bool _isFull;

    /// <summary>What is listed, for sentences.</summary>
    [Parameter, EditorRequired]
    public string What { get; set; } = "";

    /// <summary>Reads a page.</summary>
    [Parameter, EditorRequired]
    public Func<string?, CancellationToken, ValueTask<ListPage<T>>> Read { get; set; } = default!;

    /// <summary>The page without filters.</summary>
    [Parameter, EditorRequired]
    public string Path { get; set; } = "";

    /// <summary>The filters as they stand in the address.</summary>
    [Parameter]
    public IReadOnlyList<(string Name, string? Value)> Filters { get; set; } = [];

    /// <summary>Where this page begins.</summary>
    [Parameter]
    public string? After { get; set; }

    /// <summary>What is said when there is nothing at all.</summary>
    [Parameter, EditorRequired]
    public RenderFragment Empty { get; set; } = default!;

    /// <summary>The cells of the header.</summary>
    [Parameter, EditorRequired]
    public RenderFragment Header { get; set; } = default!;

    /// <summary>The cells of a row.</summary>
    [Parameter, EditorRequired]
    public RenderFragment<T> Row { get; set; } = default!;

    /// <summary>Puts rows that came since on top of those that were read; null for a list that does not move.</summary>
    [Parameter]
    public Func<IReadOnlyList<T>, IReadOnlyList<T>>? Merge { get; set; }

    /// <summary>Whether the reader holds the list still.</summary>
    [Parameter]
    public bool IsFrozen { get; set; }

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    private bool IsFiltered => Filters.Any(filter => !string.IsNullOrEmpty(filter.Value));

    private bool IsHeld => IsFrozen || _isOver;

    private int Newer { get; set; }

    private protected override bool MayDraw => Merge is not null || _fault is not null;

    /// <inheritdoc/>
    protected override Task OnParametersSetAsync()
    {
        var wanted = LinkTo(After);
        if (wanted == _read) return Task.CompletedTask;
        _read = wanted;
        return LoadAsync();
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!_isFull || IsHeld) return;
        _isFull = false;
        await ReadPageAsync();
    }

    private Task LoadAsync()
    {
        // The list goes away under the pointer, which then leaves it without a word.
        (_page, _held, _fault, _isSlow, _isOver) = (null, null, null, false, false);
        return ReadPageAsync();
    }

    private async Task ReadPageAsync()
    {
        var wanted = _read;
        using var limit = new CancellationTokenSource(Patience, Time);
        try
        {
            var reading = Task.Run(() => Read(After, limit.Token).AsTask(), limit.Token);
            if (await Task.WhenAny(reading, Task.Delay(Slow, Time, limit.Token)) != reading)
            {
                _isSlow = true;
                StateHasChanged();
            }

            var page = await reading.WaitAsync(Patience, Time);
            if (wanted == _read) _page = page;
        }
        catch (Exception fault) when (fault is LedgerException or TimeoutException or OperationCanceledException)
        {
            if (wanted == _read) _fault = fault is LedgerException ? fault.Message : $"no answer within {Patience.TotalSeconds:0} s";
        }
    }

    private IReadOnlyList<T> Shown(ListPage<T> page)
    {
        if (Merge is null || After is not null) return page.Rows;
        var live = Merge(page.Rows);
        if (!IsHeld || _held is null)
        {
            Newer = 0;
            _isFull = live.Count >= MostRows;
            return _held = live;
        }

        // The rows stay where they are under the pointer; what is new is only counted.
        var known = _held.ToHashSet();
        Newer = live.Count(row => !known.Contains(row));
        return _held;
    }

    private string LinkTo(string? after) => Links.To(Path, [.. Filters, ("after", after)]);
}
