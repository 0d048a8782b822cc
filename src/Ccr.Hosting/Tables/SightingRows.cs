using Azure;

namespace Ccr.Hosting.Tables;

/// <summary>The sightings of a site: one partition, one row for each machine.</summary>
internal sealed class SightingRows(TableClient table)
{
    public async Task<Sighted> SightAsync(Sighting sighting, CancellationToken cancellationToken)
    {
        var partition = Rows.SitePartition(sighting.Site);
        var since = await NoteAsync(partition, sighting, cancellationToken);

        var count = 0;
        var counted = TableClient.CreateQueryFilter($"PartitionKey eq {partition} and Over ge {sighting.CountSince}");
        await foreach (var _ in table.QueryAsync<TableEntity>(counted, Math.Min(sighting.Limit + 1, 1000), ["RowKey"], cancellationToken))
        {
            if (++count > sighting.Limit) break;
        }

        return new Sighted(since, count <= sighting.Limit);
    }

    private async Task<DateTimeOffset> NoteAsync(string partition, Sighting sighting, CancellationToken cancellationToken)
    {
        var note = new TableEntity(partition, Rows.Safe(sighting.MachineKey)) { [Rows.Over] = sighting.At };
        while (true)
        {
            try
            {
                var found = await table.GetEntityIfExistsAsync<TableEntity>(partition, note.RowKey, cancellationToken: cancellationToken);
                if (!found.HasValue)
                {
                    await table.AddEntityAsync(note, cancellationToken);
                    return sighting.At;
                }

                var since = found.Value!.GetDateTimeOffset(Rows.Over)!.Value;
                if (since >= sighting.KeepSince) return since;
                await table.UpdateEntityAsync(note, found.Value.ETag, TableUpdateMode.Replace, cancellationToken);
                return sighting.At;
            }
            catch (RequestFailedException conflict) when (conflict.Status is 404 or 409 or 412)
            {
                // Another instance noted or deleted it meanwhile.
            }
        }
    }
}
