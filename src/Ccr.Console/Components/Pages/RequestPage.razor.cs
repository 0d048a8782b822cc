using Ccr.Console.State;
using Ccr.Core;
using Microsoft.AspNetCore.Components;

namespace Ccr.Console.Components.Pages;

/// <summary>One request: its result, what was published of it, and its verification.</summary>
public sealed partial class RequestPage
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private ReinstallResult? _result;
    private Awaited? _push;
    private string? _fault;
    private bool _isRead;

    /// <summary>The request.</summary>
    [Parameter]
    public string Id { get; set; } = "";

    /// <summary>The machine's key, under which the ledger keeps it.</summary>
    [SupplyParameterFromQuery(Name = "machine")]
    public string? MachineFilter { get; set; }

    [Inject]
    private CcrOptions Settings { get; set; } = default!;

    [Inject]
    private LedgerReader Reader { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    private IEnumerable<ResultLine> Rows => Now.Results.Where(row => row.RequestId == Id);

    private string? Machine => MachineFilter ?? Rows.FirstOrDefault()?.MachineKey;

    /// <inheritdoc/>
    protected override async Task OnParametersSetAsync()
    {
        (_result, _push, _fault, _isRead) = (null, null, null, false);
        try
        {
            if (Machine is { } machine)
            {
                var history = await Reader.ReadHistoryAsync(machine, CancellationToken.None).AsTask().WaitAsync(Patience, Time);
                _result = history.Results.FirstOrDefault(result => result.RequestId == Id);
                _push = history.Machine?.FindAwaited(Id);
            }

            _isRead = true;
        }
        catch (Exception fault) when (fault is LedgerException or TimeoutException)
        {
            _fault = fault is LedgerException ? fault.Message : $"no answer within {Patience.TotalSeconds:0} s";
        }
    }
}
