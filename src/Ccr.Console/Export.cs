using System.Text;
using System.Text.Json;
using Ccr.Console.Words;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ccr.Console;

/// <summary>What a filter of the results means, as a file: read from the ledger page by page while it is sent.</summary>
internal static class Export
{
    /// <summary>A file is cut here, and its last line says so.</summary>
    public const int Most = 100_000;

    private const int PageSize = 1000;

    private static readonly string[] Columns = ["time", "machine", "domain", "outcome", "reason", "meaning", "detail", "site", "source", "requestId"];

    public static void MapExport(this IEndpointRouteBuilder app, ILedgerView view, TimeProvider time)
    {
        app.MapGet("/export/results.csv", context => SendAsync(
            context, view, time, "text/csv; charset=utf-8", string.Join(',', Columns), CsvLine, most => $"\"cut after {most} rows\""));
        app.MapGet("/export/results.jsonl", context => SendAsync(
            context, view, time, "application/jsonl; charset=utf-8", null, JsonLine, most => $$"""{"cut":{{most}}}"""));
    }

    /// <summary>One row; what a spreadsheet would take for a formula begins with a quote.</summary>
    public static string CsvLine(ReinstallResult result) => string.Join(',', new[]
    {
        result.Time.UtcDateTime.ToString("O"), result.Machine, result.Domain, result.Outcome.ToString(), result.Reason, result.Meaning, result.Detail,
        result.Site, result.Source, result.RequestId,
    }.Select(Cell));

    private static string Cell(string? text)
    {
        var shown = Text.Show(text, Text.Most);
        if (shown.Length > 0 && shown[0] is '=' or '+' or '-' or '@') shown = $"'{shown}";
        return $"\"{shown.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    private static string JsonLine(ReinstallResult result) => JsonSerializer.Serialize(result, ResultJson.Default.ReinstallResult);

    private static async Task SendAsync(
        HttpContext context, ILedgerView view, TimeProvider time, string type, string? head, Func<ReinstallResult, string> line, Func<int, string> cut)
    {
        string? Of(string name) => context.Request.Query[name] is [{ Length: > 0 } value, ..] ? value : null;
        var query = new ResultQuery(Of("outcome"), Of("reason"), Of("site"), Of("source"), Of("from"), Of("to"), Of("range"));
        var filter = query.ToFilter(time.GetUtcNow());
        context.Response.ContentType = type;
        context.Response.Headers.ContentDisposition = "attachment";
        await using var writer = new StreamWriter(context.Response.Body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
        if (head is not null) await writer.WriteLineAsync(head);
        var count = 0;
        var rows = Paging.AllAsync(after => view.ListResultsAsync(filter, after, PageSize, context.RequestAborted));
        await foreach (var result in rows.WithCancellation(context.RequestAborted))
        {
            if (count++ == Most)
            {
                await writer.WriteLineAsync(cut(Most));
                return;
            }

            await writer.WriteLineAsync(line(result));
        }
    }
}
