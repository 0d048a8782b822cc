using System.Buffers;
using System.Net.Sockets;
using System.Text;
using Ccr.SiteSimulator.Http;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;

namespace Ccr.SiteSimulator.Faults;

/// <summary>Sends the answer, or does what a fault wants instead.</summary>
internal sealed class Responder(TimeProvider time)
{
    private static readonly byte[] Garbage = [0x16, 0x03, 0x01, 0xff, .. " this is not HTTP\r\n\r\n"u8];
    private static readonly byte[] Head = [.. "HTTP/1.1 200 OK\r\n"u8];
    private static readonly byte[] HeadWithoutLength = [.. Head, .. "\r\n"u8];
    private static readonly byte[] Filler = Encoding.ASCII.GetBytes(new string('x', 8 * 1024));
    private static readonly byte[] HeaderLine = [.. "X-Endless: "u8, .. Filler, .. "\r\n"u8];

    /// <summary>Answers; returns early when the client is gone or <paramref name="stopping"/> is set.</summary>
    public async Task AnswerAsync(HttpContext context, ServerAnswer answer, Fault fault, CancellationToken stopping)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        try
        {
            if (fault.Delay > TimeSpan.Zero) await Task.Delay(fault.Delay, time, ended.Token);
            await SendAsync(context, answer, fault, ended.Token);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            context.Abort();
        }
    }

    private async Task SendAsync(HttpContext context, ServerAnswer answer, Fault fault, CancellationToken ended)
    {
        switch (fault.Kind)
        {
            case FaultKind.Silence:
                await Task.Delay(Timeout.InfiniteTimeSpan, time, ended);
                break;
            case FaultKind.Close:
                // The FIN alone: a reset straight after it could overtake what the client has yet to read.
                context.Features.GetRequiredFeature<IConnectionSocketFeature>().Socket.Shutdown(SocketShutdown.Send);
                await Task.Delay(Timeout.InfiniteTimeSpan, time, ended);
                break;
            case FaultKind.Reset:
                context.Features.GetRequiredFeature<IConnectionSocketFeature>().Socket.LingerState = new(true, 0);
                context.Abort();
                break;
            case FaultKind.Garbage:
                await SendRawAsync(context, Garbage, fault, ended);
                break;
            case FaultKind.EndlessHeaders:
                await SendRawAsync(context, Head, fault, ended, HeaderLine);
                break;
            case FaultKind.EndlessBody:
                await SendRawAsync(context, HeadWithoutLength, fault, ended, Filler);
                break;
            default:
                await SendStatusAsync(context, answer, fault, ended);
                break;
        }
    }

    private async Task SendStatusAsync(HttpContext context, ServerAnswer answer, Fault fault, CancellationToken ended)
    {
        var status = fault.Status ?? answer.Status;
        var (contentType, text) = fault.Kind == FaultKind.None ? ("application/json", answer.Body(fault)) : (fault.ContentType, fault.Body);
        var body = status == StatusCodes.Status204NoContent ? [] : Encoding.UTF8.GetBytes(text);
        var headers = new List<string>();
        if ((fault.Header ?? answer.Header) is { } header) headers.Add(header);
        if (body.Length > 0) headers.Add($"Content-Type: {contentType}; charset=utf-8");

        // Back to the same place, so that a client that follows shows up as a second request in the log.
        if (fault.Kind == FaultKind.Redirect)
            headers.Add($"Location: {context.Request.Path}{context.Request.QueryString}");

        if (fault.BytePause > TimeSpan.Zero)
        {
            // What is written below HTTP leaves a connection on which no further request is read.
            var head = $"HTTP/1.1 {status} {ReasonPhrases.GetReasonPhrase(status)}\r\nContent-Length: {body.Length}\r\nConnection: close\r\n"
                + string.Concat(headers.Select(line => line + "\r\n")) + "\r\n";
            await SendRawAsync(context, [.. Encoding.ASCII.GetBytes(head), .. body], fault, ended);
            return;
        }

        context.Response.StatusCode = status;
        context.Response.ContentLength = body.Length;
        foreach (var line in headers.Select(line => line.Split(": ", 2))) context.Response.Headers[line[0]] = line[1];
        if (body.Length > 0) await context.Response.Body.WriteAsync(body, ended);
    }

    /// <summary>Writes below HTTP, then the endless part for ever, then waits for the client to go.</summary>
    private async Task SendRawAsync(
        HttpContext context, byte[] once, Fault fault, CancellationToken ended, byte[]? endless = null)
    {
        var output = context.Features.GetRequiredFeature<IConnectionTransportFeature>().Transport.Output;
        var bytes = once;
        do
        {
            var step = fault.BytePause > TimeSpan.Zero ? 1 : bytes.Length;
            for (var at = 0; at < bytes.Length; at += step)
            {
                output.Write(bytes.AsSpan(at, step));
                if ((await output.FlushAsync(ended)).IsCompleted) return;
                if (fault.BytePause > TimeSpan.Zero) await Task.Delay(fault.BytePause, time, ended);
            }

            bytes = endless;
        }
        while (bytes is not null);

        await Task.Delay(Timeout.InfiniteTimeSpan, time, ended);
    }
}
