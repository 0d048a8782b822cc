using Ccr.Campaign.Supervision;
using Ccr.Core.Tests.ManagementPoints;

namespace Ccr.Campaign.Scenarios;

/// <summary>A fault of the simulated management point, and what must be said of it.</summary>
internal sealed record SimulatedFault(string Machine, string Steps, string Outcome, string Code)
{
    public static IReadOnlyList<SimulatedFault> All { get; } =
    [
        new("SOUND", "delay=1ms", "Accepted", "CCR3001"),
        new("SLOW", "delay=1s", "Accepted", "CCR3001"),
        new("DRIP", "slow=1ms", "Accepted", "CCR3001"),
        new("STUCK", "delay=5s", "Indeterminate", "CCR3302"),
        new("CREEP", "slow=2s", "Indeterminate", "CCR3302"),
        new("S400", "status=400", "Failed", "CCR3106"),
        new("S401", "status=401", "Failed", "CCR3101"),
        new("S403", "status=403", "Failed", "CCR3102"),
        new("S404", "status=404", "Failed", "CCR3103"),
        new("S405", "status=405", "Failed", "CCR3104"),
        new("S429", "status=429", "Failed", "CCR3106"),
        new("S500", "status=500", "Indeterminate", "CCR3301"),
        new("S500W", "write+status=500", "Indeterminate", "CCR3301"),
        new("S503", "status=503", "Indeterminate", "CCR3301"),
        new("S204", "status=204", "Indeterminate", "CCR3305"),
        new("S302", "redirect", "Failed", "CCR3105"),
        new("S307", "redirect=307", "Failed", "CCR3105"),
        new("CLOSE", "close", "Indeterminate", "CCR3303"),
        new("CLOSEW", "write+close", "Indeterminate", "CCR3303"),
        new("RESET", "reset", "Indeterminate", "CCR3303"),
        new("RESETW", "write+reset", "Indeterminate", "CCR3303"),
        new("SILENCE", "silence", "Indeterminate", "CCR3302"),
        new("GARBAGE", "garbage", "Indeterminate", "CCR3304"),
        new("BODY", "endless-body", "Accepted", "CCR3001"),
        new("HEADERS", "endless-headers", "Indeterminate", "CCR3304"),
    ];

    public static string Plan => string.Join("; ", All.Select(fault => $"{fault.Steps}@{fault.Machine}"));
}

/// <summary>A fault on a bare socket, and what must be said of it. Status is what the request was answered, if it was.</summary>
internal sealed record RawFault(string Site, string Machine, Func<RawConnection, Task> Script, string Outcome, string Code, int? Status = null)
{
    public static IReadOnlyList<RawFault> All { get; } =
    [
        new("close-unread", "RAWCLOSE", _ => Task.CompletedTask, "Indeterminate", "CCR3303"),
        new("reset-unread", "RAWRESET", ResetAsync, "Indeterminate", "CCR3303"),
        new("half-status", "RAWHALF", connection => AnswerAsync(connection, "HTTP/1.1 20"), "Indeterminate", "CCR3303"),
        new("other-protocol", "RAWSSH", connection => AnswerAsync(connection, "SSH-2.0-OpenSSH_9.6\r\n"), "Indeterminate", "CCR3304"),
        new(
            "garbage-200", "RAWGARB", connection => AnswerAsync(connection, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n\u0000\u0001\u0002\u00ff"), "Accepted",
            "CCR3001", 200),
        new("cut-200", "RAWCUT", connection => AnswerAsync(connection, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nx"), "Accepted", "CCR3001", 200),
        new("body-of-10-gb", "RAWBODY", EndlessAsync, "Accepted", "CCR3001", 200),
        new("byte-a-second", "RAWSLOW", DripAsync, "Indeterminate", "CCR3302"),
    ];

    private static async Task ResetAsync(RawConnection connection)
    {
        // Not at once: of a connection that is reset while it is being made, nothing was sent for sure.
        await connection.ReadFirstByteAsync();
        connection.Reset();
    }

    private static async Task AnswerAsync(RawConnection connection, string answer)
    {
        if (await connection.ReadRequestAsync()) await connection.WriteAsync(answer);
    }

    private static async Task EndlessAsync(RawConnection connection)
    {
        await AnswerAsync(connection, "HTTP/1.1 200 OK\r\nContent-Length: 10737418240\r\n\r\n");
        var filler = new string('x', 64 * 1024);
        while (connection.Written < 10_737_418_240) await connection.WriteAsync(filler);
    }

    private static async Task DripAsync(RawConnection connection)
    {
        await connection.ReadRequestAsync();
        foreach (var letter in "HTTP/1.1 200 OK\r\n\r\n")
        {
            await connection.WriteAsync(letter.ToString());
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, connection.Stopping);
        }
    }
}

/// <summary>A management point with https, which one site does not trust and the other does not take for its own.</summary>
internal sealed class HttpsPoint : IAsyncDisposable
{
    private readonly ChildProcess _process;

    private HttpsPoint(ChildProcess process, string address, string caFile) =>
        (_process, Settings) = (process, new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["Ccr__Sites__untrusted__ManagementPoints__0__Address"] = address,
        ["Ccr__Sites__unpinned__ManagementPoints__0__Address"] = address,
        ["Ccr__Sites__unpinned__ManagementPoints__0__CaFile"] = caFile,
        ["Ccr__Sites__unpinned__ManagementPoints__0__CertificatePin"] = new string('0', 64),
    });

    public IReadOnlyDictionary<string, string> Settings { get; }

    public static async Task<HttpsPoint> StartAsync(string folder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var process = ChildProcess.Start("ccr.dll", ["simulate-mp", "--json", "--https", "--data", folder], [], Path.Combine(folder, "https.log"));
        var listening = await process.SaidAsync("listening", cancellationToken);
        return new HttpsPoint(process, listening.GetProperty("address").GetString()!, listening.GetProperty("caFile").GetString()!);
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
