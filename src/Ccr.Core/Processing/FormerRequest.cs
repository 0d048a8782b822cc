using Ccr.Core.Ledger;

namespace Ccr.Core.Processing;

/// <summary>A request that an earlier version began, under an id without the domain, ends under that id (../Ledger/README.md, Upgrades).</summary>
internal static class FormerRequest
{
    /// <summary>The draft under the former id if the ledger knows the request by it, else the draft as it is.</summary>
    public static async ValueTask<ResultDraft> AdoptAsync(ResultDraft draft, ILedgerStore ledger, CancellationToken cancellationToken)
    {
        var id = RequestId.FormerOf(draft.Reading, draft.Index);
        if (id == draft.RequestId) return draft;

        var state = await ledger.ReadAsync(draft.Request?.LedgerKey ?? id, id, cancellationToken);
        if (state.Result is null && state.Machine?.Concerns(id) != true) return draft;
        return draft with { RequestId = id, Request = draft.Request is { } request ? request with { Id = id } : null };
    }
}
