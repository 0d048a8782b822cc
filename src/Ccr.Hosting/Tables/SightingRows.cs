using System.Collections.Concurrent;
using Azure;

namespace Ccr.Hosting.Tables;

/// <summary>The sightings of a site: one partition, with a row for each machine, and rows that keep a place for a machine to come.</summary>
/// <remarks>
/// To count is to read all these rows. So whoever notes a machine while they are few keeps some places, before it counts; everybody counts a place as a
/// machine. The machines that come next take one each: the note takes the place of the row, in one transaction, so that there are as many rows as were
/// found to be within the limit. Where all rows are too many, and those of machines are not, whoever counts deletes the places, also those of other
/// processes: a place that is gone is not taken, and its machine is counted. So no machine passes above the limit, and none is held below it.
/// </remarks>
internal sealed class SightingRows(TableClient table)
{
    private const int MostRowsOfATransaction = 100;

    private enum Taken
    {
        Nothing,
        NothingForItsNote,
        Place,
    }

    private readonly ConcurrentDictionary<string, KeptPlaces> _sites = new(StringComparer.Ordinal);

    public async Task<Sighted> SightAsync(Sighting sighting, CancellationToken cancellationToken)
    {
        var kept = _sites.GetOrAdd(sighting.Site, _ => new KeptPlaces());
        var taken = await TryTakeAsync(kept, sighting, cancellationToken);
        if (taken == Taken.Place) return new Sighted(sighting.At, true);
        if (taken == Taken.NothingForItsNote || kept.ToKeep(sighting.Limit) == 0) return await CountAsync(kept, sighting, [], cancellationToken);

        // Others that come meanwhile take what this one keeps.
        await kept.Counting.WaitAsync(cancellationToken);
        try
        {
            return await TryTakeAsync(kept, sighting, cancellationToken) == Taken.Place
                ? new Sighted(sighting.At, true)
                : await CountAsync(kept, sighting, kept.Make(sighting), cancellationToken);
        }
        finally
        {
            kept.Counting.Release();
        }
    }

    private static TableEntity RowOf(Sighting sighting, string key) => new(Rows.SitePartition(sighting.Site), key) { [Rows.Over] = sighting.At };

    private static TableEntity NoteOf(Sighting sighting) => RowOf(sighting, Rows.Safe(sighting.MachineKey));

    private static DateTimeOffset SinceOf(TableEntity note) => note.GetDateTimeOffset(Rows.Over)!.Value;

    private static TableTransactionAction Add(TableEntity row) => new(TableTransactionActionType.Add, row);

    private static TableTransactionAction Delete(Sighting sighting, string key) =>
        new(TableTransactionActionType.Delete, RowOf(sighting, key), ETag.All);

    /// <summary>Notes a machine in a place that is kept, also in place of a note of its own that is too old.</summary>
    private async Task<Taken> TryTakeAsync(KeptPlaces kept, Sighting sighting, CancellationToken cancellationToken)
    {
        if (kept.TryTake(sighting) is not { } place) return Taken.Nothing;
        var note = NoteOf(sighting);
        try
        {
            if (await TryAddAsync([Delete(sighting, place.RowKey), Add(note)], cancellationToken)) return Taken.Place;

            var earlier = await table.GetEntityAsync<TableEntity>(note.PartitionKey, note.RowKey, cancellationToken: cancellationToken);
            if (SinceOf(earlier.Value) < sighting.KeepSince)
            {
                var renewed = new TableTransactionAction(TableTransactionActionType.UpdateReplace, note, earlier.Value.ETag);
                await table.SubmitTransactionAsync([Delete(sighting, place.RowKey), renewed], cancellationToken);
                return Taken.Place;
            }

            kept.Keep(place);
            return Taken.NothingForItsNote;
        }
        catch (RequestFailedException gone) when (gone.Status is 404 or 412)
        {
            // Whoever deletes places deletes all.
            kept.Clear();
            return Taken.Nothing;
        }
    }

    private async Task<Sighted> CountAsync(KeptPlaces kept, Sighting sighting, List<KeptPlace> made, CancellationToken cancellationToken)
    {
        var note = NoteOf(sighting);
        var since = sighting.At;
        if (!await TryAddAsync([Add(note), .. made.Select(place => Add(RowOf(sighting, place.RowKey)))], cancellationToken))
        {
            made.Clear();
            since = await RenewAsync(note, sighting, cancellationToken);
        }

        while (true)
        {
            var (machines, places) = await CountRowsAsync(sighting, cancellationToken);
            var all = machines + places.Count;
            if (all > sighting.Limit && machines <= sighting.Limit)
            {
                made.Clear();
                await DeleteAsync(sighting, places, cancellationToken);
                continue;
            }

            kept.Counted(all);
            if (all <= sighting.Limit) made.ForEach(kept.Keep);
            return new Sighted(since, all <= sighting.Limit);
        }
    }

    /// <summary>The machines, up to one more than may be, and then the places.</summary>
    private async Task<(int Machines, List<string> Places)> CountRowsAsync(Sighting sighting, CancellationToken cancellationToken)
    {
        var machines = 0;
        var places = new List<string>();
        var counted = TableClient.CreateQueryFilter($"PartitionKey eq {Rows.SitePartition(sighting.Site)} and Over ge {sighting.CountSince}");
        await foreach (var row in table.QueryAsync<TableEntity>(counted, Math.Min(sighting.Limit + 1, 1000), ["RowKey"], cancellationToken))
        {
            if (KeptPlaces.IsPlace(row.RowKey)) places.Add(row.RowKey);
            else if (++machines > sighting.Limit) break;
        }

        return (machines, places);
    }

    /// <summary>Deletes places, of whomever; those that are taken meanwhile are counted as machines next.</summary>
    private async Task DeleteAsync(Sighting sighting, List<string> places, CancellationToken cancellationToken)
    {
        foreach (var some in places.Chunk(MostRowsOfATransaction))
        {
            try
            {
                await table.SubmitTransactionAsync(some.Select(key => Delete(sighting, key)), cancellationToken);
            }
            catch (RequestFailedException gone) when (gone.Status == 404)
            {
                // The others are found again by the next count.
            }
        }
    }

    /// <summary>Makes a transaction that adds rows; false when one of them is there already.</summary>
    private async Task<bool> TryAddAsync(IEnumerable<TableTransactionAction> rows, CancellationToken cancellationToken)
    {
        try
        {
            await table.SubmitTransactionAsync(rows, cancellationToken);
            return true;
        }
        catch (RequestFailedException noted) when (noted.Status == 409)
        {
            return false;
        }
    }

    /// <summary>Writes the note of a machine that has one, if that is too old; returns since when it has been noted.</summary>
    private async Task<DateTimeOffset> RenewAsync(TableEntity note, Sighting sighting, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var found = await table.GetEntityIfExistsAsync<TableEntity>(note.PartitionKey, note.RowKey, cancellationToken: cancellationToken);
                if (!found.HasValue)
                {
                    await table.AddEntityAsync(note, cancellationToken);
                    return sighting.At;
                }

                var since = SinceOf(found.Value!);
                if (since >= sighting.KeepSince) return since;
                await table.UpdateEntityAsync(note, found.Value!.ETag, TableUpdateMode.Replace, cancellationToken);
                return sighting.At;
            }
            catch (RequestFailedException conflict) when (conflict.Status is 404 or 409 or 412)
            {
                // Another instance noted or deleted it meanwhile.
            }
        }
    }
}
