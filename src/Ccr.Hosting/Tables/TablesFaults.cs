using Azure;

namespace Ccr.Hosting.Tables;

/// <summary>What failed calls mean to whoever runs this.</summary>
internal static class TablesFaults
{
    /// <summary>Makes a call; whatever is wrong with the account, the way there or the sign-in becomes a <see cref="LedgerException"/>.</summary>
    public static async Task<T> GuardAsync<T>(TableClient table, ReasonCode reason, Func<Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call();
        }
        catch (Exception fault) when (fault is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            throw Of(table, reason, fault);
        }
    }

    public static LedgerException Of(TableClient table, ReasonCode reason, Exception fault) =>
        new(reason, $"table {table.Name} of {table.AccountName}: {CauseOf(fault).TrimEnd('.')}", fault);

    private static string CauseOf(Exception fault) => fault switch
    {
        RequestFailedException { Status: 401 or 403 } denied =>
            $"HTTP {denied.Status}: this identity needs the role Storage Table Data Contributor on the account",
        AggregateException { InnerExceptions: [.., var last] } => CauseOf(last),

        // The first line says it; what follows is the whole HTTP answer.
        _ => fault.Message.Split('\n')[0].TrimEnd('\r'),
    };
}
