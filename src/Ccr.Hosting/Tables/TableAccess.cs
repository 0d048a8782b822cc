using Azure;

namespace Ccr.Hosting.Tables;

/// <summary>Single rows and transactions of the table; what fails is a <see cref="LedgerException"/>.</summary>
internal sealed class TableAccess(TableClient table)
{
    public Task<T> OnReadAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken) =>
        TablesFaults.GuardAsync(table, LedgerReasons.CannotRead, call, cancellationToken);

    public Task<T> OnWriteAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken) =>
        TablesFaults.GuardAsync(table, LedgerReasons.CannotWrite, call, cancellationToken);

    public Task<TableEntity?> FindAsync(string partition, string key, CancellationToken cancellationToken) =>
        OnReadAsync(() => FindRowAsync(partition, key, cancellationToken), cancellationToken);

    /// <summary>Writes all of the rows or none; returns the first one's ETag, or null when another write came first.</summary>
    public Task<string?> TryWriteAsync(IReadOnlyList<TableTransactionAction> rows, CancellationToken cancellationToken) => OnWriteAsync(
        async () =>
        {
            try
            {
                var response = await table.SubmitTransactionAsync(rows, cancellationToken);
                return response.Value[0].Headers.ETag.ToString();
            }
            catch (RequestFailedException conflict) when (conflict.Status is 404 or 409 or 412)
            {
                // The client tries again when an answer is lost, and then meets its own first try.
                var stored = await FindRowAsync(rows[0].Entity.PartitionKey, rows[0].Entity.RowKey, cancellationToken);
                return Rows.IsSameWrite(stored, rows[0].Entity) ? stored!.ETag.ToString() : null;
            }
        },
        cancellationToken);

    /// <summary>Deletes a row as it was read; false when it is another by now, or gone.</summary>
    public Task<bool> TryDeleteAsync(ITableEntity row, CancellationToken cancellationToken) => OnWriteAsync(
        async () =>
        {
            try
            {
                return (await table.DeleteEntityAsync(row.PartitionKey, row.RowKey, row.ETag, cancellationToken)).Status != 404;
            }
            catch (RequestFailedException changed) when (changed.Status == 412)
            {
                return false;
            }
        },
        cancellationToken);

    private async Task<TableEntity?> FindRowAsync(string partition, string key, CancellationToken cancellationToken)
    {
        var response = await table.GetEntityIfExistsAsync<TableEntity>(partition, key, cancellationToken: cancellationToken);
        return response.HasValue ? response.Value : null;
    }
}
