using System.Text;
using System.Text.Json;
using Azure.Messaging.ServiceBus;
using Ccr.Console.Words;
using Ccr.Hosting.DeadLetters;
using Ccr.Hosting.ServiceBus;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ccr.Console;

/// <summary>What the filter of a list means, as a file: read page by page while it is sent.</summary>
internal static class Export
{
    /// <summary>A file is cut here, and its last line says so.</summary>
    public const int Most = 100_000;

    private const int PageSize = 1000;

    public static void MapExport(this IEndpointRouteBuilder app, ConsoleSources sources, TimeProvider time)
    {
        var view = sources.View;
        app.MapGet("/export/results.csv", context => SendCsvAsync(
            context, ["time", "machine", "domain", "outcome", "reason", "meaning", "detail", "site", "source", "requestId"],
            ResultsOf(context, view, time).Select(CellsOf)));
        app.MapGet("/export/results.jsonl", context => SendJsonAsync(
            context, ResultsOf(context, view, time).Select(result => JsonSerializer.Serialize(result, ResultJson.Default.ReinstallResult))));
        app.MapGet("/export/machines.csv", context => SendCsvAsync(
            context, ["machine", "site", "state", "since", "until", "pushes"],
            MachinesOf(context, view, time).Select(machine => CellsOf(machine, time.GetUtcNow()))));
        app.MapGet("/export/verifications.csv", context => SendCsvAsync(
            context, ["machine", "site", "pushed", "looks", "nextLook", "outcome", "reason", "meaning", "strength", "error"],
            MachinesOf(context, view, time).Where(machine => machine.Awaited.Count > 0).Select(CellsOf)));
        app.MapGet("/export/actions.csv", context => SendCsvAsync(
            context, ["time", "who", "credential", "via", "what", "target", "count", "done", "outcome", "why", "before", "after"],
            AllOf(context, view.ListActionsAsync).Where(action => ActionQuery.Matches(action, ValueOf(context, "q"))).Select(CellsOf)));
        if (sources.Connection is { } connection)
        {
            app.MapGet("/export/dead-letters.jsonl", context => SendJsonAsync(
                context, LettersOf(context, connection, time).Select(DeadLetterFile.LineOf)));
        }
    }

    /// <summary>The address of a file with the dead letters of a cause, up to a number.</summary>
    public static string LinkTo(DeadLetterEntity entity, string reason, long last) =>
        Links.To("/export/dead-letters.jsonl", ("entity", entity.Name), ("reason", reason), ("last", $"{last}"));

    /// <summary>One row; what a spreadsheet would take for a formula begins with a quote.</summary>
    public static string CsvLine(IEnumerable<string?> cells) => string.Join(',', cells.Select(Cell));

    private static string Cell(string? text)
    {
        var shown = Text.Show(text, Text.Most);
        if (shown.Length > 0 && shown[0] is '=' or '+' or '-' or '@') shown = $"'{shown}";
        return $"\"{shown.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    private static string?[] CellsOf(ReinstallResult result) =>
    [
        Utc(result.Time), result.Machine, result.Domain, result.Outcome.ToString(), result.Reason, result.Meaning, result.Detail, result.Site, result.Source,
        result.RequestId,
    ];

    private static string?[] CellsOf(MachineRecord machine, DateTimeOffset now) =>
    [
        machine.Key, machine.LastSite(), StateWords.Of(machine.StateAt(now)), Utc(machine.Since(now)), Utc(machine.Until(now)), $"{machine.Pushes.Count}",
    ];

    private static string?[] CellsOf(MachineRecord machine)
    {
        var (push, said) = (machine.Awaited[^1], machine.Awaited[^1].Said);
        return
        [
            machine.Key, push.Site, Utc(push.Since), $"{push.Look}", push.IsOver ? "" : Utc(push.NextLook), said?.Outcome.ToString(), said?.Reason,
            said?.Meaning, said?.Strength.ToString(), said?.Error is { } error ? $"{error} {said.ErrorMeaning}" : "",
        ];
    }

    private static string?[] CellsOf(OperatorAction action) =>
    [
        Utc(action.At), action.Who.Name, action.Who.Credential, action.Who.Via, action.Kind, action.Target, $"{action.Count}", $"{action.Done}",
        action.Outcome.ToString(), action.Reason, action.Before, action.After,
    ];

    private static string Utc(DateTimeOffset? time) => time?.UtcDateTime.ToString("O") ?? "";

    private static string? ValueOf(HttpContext context, string name) => context.Request.Query[name] is [{ Length: > 0 } value, ..] ? value : null;

    private static IAsyncEnumerable<ReinstallResult> ResultsOf(HttpContext context, ILedgerView view, TimeProvider time)
    {
        string? Of(string name) => ValueOf(context, name);
        var filter = new ResultQuery(Of("outcome"), Of("reason"), Of("site"), Of("source"), Of("from"), Of("to"), Of("range")).ToFilter(time.GetUtcNow());
        return AllOf(context, (after, take, stop) => view.ListResultsAsync(filter, after, take, stop));
    }

    private static IAsyncEnumerable<MachineRecord> MachinesOf(HttpContext context, ILedgerView view, TimeProvider time)
    {
        var filter = MachineQuery.ToFilter(ValueOf(context, "state"), ValueOf(context, "site"), ValueOf(context, "q"), time.GetUtcNow());
        return AllOf(context, (after, take, stop) => view.ListMachinesAsync(filter, after, take, stop));
    }

    private static IAsyncEnumerable<ServiceBusReceivedMessage> LettersOf(HttpContext context, ServiceBusConnection connection, TimeProvider time)
    {
        if (DeadLetterEntity.All.FirstOrDefault(each => each.Name == ValueOf(context, "entity")) is not { } entity)
            return AsyncEnumerable.Empty<ServiceBusReceivedMessage>();
        var box = new DeadLetterBox(connection, entity, time);
        context.Response.RegisterForDisposeAsync(box);
        var last = long.TryParse(ValueOf(context, "last"), out var number) ? number : long.MaxValue;
        return box.PeekAllAsync(context.RequestAborted).TakeWhile(letter => letter.SequenceNumber <= last)
            .Where(letter => ValueOf(context, "reason") is not { } reason || DeadLetterBox.ReasonOf(letter) == reason);
    }

    private static IAsyncEnumerable<T> AllOf<T>(HttpContext context, Func<string?, int, CancellationToken, ValueTask<ListPage<T>>> read) =>
        Paging.AllAsync(after => read(after, PageSize, context.RequestAborted));

    private static Task SendCsvAsync(HttpContext context, IEnumerable<string> columns, IAsyncEnumerable<string?[]> rows) => SendAsync(
        context, "text/csv; charset=utf-8", string.Join(',', columns), rows.Select(CsvLine), $"\"cut after {Most} rows\"");

    private static Task SendJsonAsync(HttpContext context, IAsyncEnumerable<string> lines) => SendAsync(
        context, "application/jsonl; charset=utf-8", null, lines, $$"""{"cut":{{Most}}}""");

    private static async Task SendAsync(HttpContext context, string type, string? head, IAsyncEnumerable<string> lines, string cut)
    {
        context.Response.ContentType = type;
        context.Response.Headers.ContentDisposition = "attachment";
        await using var writer = new StreamWriter(context.Response.Body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
        if (head is not null) await writer.WriteLineAsync(head);
        var count = 0;
        await foreach (var line in lines.WithCancellation(context.RequestAborted))
        {
            if (count++ == Most)
            {
                await writer.WriteLineAsync(cut);
                return;
            }

            await writer.WriteLineAsync(line);
        }
    }
}
