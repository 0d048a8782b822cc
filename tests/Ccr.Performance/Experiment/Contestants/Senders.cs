using System.Globalization;
using Ccr.Performance.Experiment.Staging;

namespace Ccr.Performance.Experiment.Contestants;

/// <summary>The ways without a broker: what the management point and the sender's own HTTP alone can do.</summary>
internal static class Senders
{
    /// <summary>So many that what runs often is compiled to its end.</summary>
    private const int WarmUp = 2000;

    /// <summary>One request at a time, a process for each, as a batch file does. Requests a second.</summary>
    public static async Task<double> CurlAsync(Stage stage, int machines, CancellationToken cancellationToken)
    {
        var script = $"for i in $(seq {machines}); do curl -sf -o /dev/null -X SMS_POST -d '' -H 'Content-Type:' \"{stage.ManagementPoint}sms_mp/machine.ccr?mn=CURL$i&dn=CORP&fkey=True\" || exit; done";
        var started = TimeProvider.System.GetTimestamp();
        await using var shell = stage.StartContestant(["bash"], ["-c", script], []);
        var exitCode = await shell.EndAsync(cancellationToken);
        return exitCode == 0
            ? machines / TimeProvider.System.GetElapsedTime(started).TotalSeconds
            : throw new InvalidOperationException($"The curl loop ended with {exitCode}.");
    }

    /// <summary>HttpClient with so many requests in flight, in a process of its own. Requests a second.</summary>
    public static async Task<double> HttpAsync(Stage stage, int machines, int inFlight, CancellationToken cancellationToken)
    {
        await using var sender = stage.StartContestant(Programs.Own, ["experiment", "be-sender", stage.ManagementPoint, $"{machines}", $"{inFlight}"], []);
        return (await sender.SaidAsync("perSecond", cancellationToken)).GetDouble();
    }

    /// <summary>What that process does.</summary>
    public static async Task RunHttpAsync(string managementPoint, int machines, int inFlight, CancellationToken cancellationToken)
    {
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = inFlight });
        await SendAsync(Enumerable.Range(0, WarmUp).Select(number => $"WARM{number}"));
        var started = TimeProvider.System.GetTimestamp();
        await SendAsync(Enumerable.Range(0, machines).Select(number => $"HTTP{number}"));
        var perSecond = machines / TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        System.Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{{\"perSecond\":{perSecond:f1}}}"));

        Task SendAsync(IEnumerable<string> names) => Parallel.ForEachAsync(
            names,
            new ParallelOptions { MaxDegreeOfParallelism = inFlight, CancellationToken = cancellationToken },
            async (name, token) =>
            {
                using var content = new ByteArrayContent([]);
                var address = $"{managementPoint}sms_mp/machine.ccr?mn={name}&dn=CORP&fkey=True";
                using var request = new HttpRequestMessage(new HttpMethod("SMS_POST"), address) { Content = content };
                using var answer = await http.SendAsync(request, token);
            });
    }
}
