using System.Net.Sockets;
using System.Text;

namespace Ccr.Console.Tests.Support;

/// <summary>A request written byte by byte: what a browser or HttpClient would correct is sent as it is.</summary>
internal static class RawRequest
{
    /// <summary>Sends the lines to a console, and returns everything that came back.</summary>
    public static async Task<string> SendAsync(int port, params string[] lines)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync("127.0.0.1", port, TestContext.Current.CancellationToken);
        var stream = socket.GetStream();
        var request = string.Concat(lines.Append("Connection: close").Append("").Select(line => line + "\r\n"));
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>The status of an answer.</summary>
    public static int StatusOf(string answer) => int.Parse(answer.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
}
