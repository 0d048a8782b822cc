using System.Diagnostics;
using Ccr.Experiment.Staging;

namespace Ccr.Experiment.Contestants;

/// <summary>The ways without a broker: what the management point and the sender's own HTTP alone can do.</summary>
internal static class Senders
{
    /// <summary>One request at a time, a process for each, as a batch file does. Requests a second.</summary>
    public static async Task<double> CurlAsync(Stage stage, int machines, CancellationToken cancellationToken)
    {
        var script = $"for i in $(seq {machines}); do curl -s -o /dev/null -X SMS_POST -d '' -H 'Content-Type:' \"{stage.ManagementPoint}sms_mp/machine.ccr?mn=CURL$i&dn=CORP&fkey=True\"; done";
        var started = TimeProvider.System.GetTimestamp();
        using var shell = Process.Start(new ProcessStartInfo("bash", ["-c", script]) { UseShellExecute = false })!;
        await shell.WaitForExitAsync(cancellationToken);
        return machines / TimeProvider.System.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>HttpClient with so many requests in flight. Requests a second.</summary>
    public static async Task<double> HttpAsync(Stage stage, int machines, int inFlight, CancellationToken cancellationToken)
    {
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = inFlight });
        await SendAsync(Enumerable.Range(0, inFlight).Select(number => $"WARM{number}"));
        var started = TimeProvider.System.GetTimestamp();
        await SendAsync(Enumerable.Range(0, machines).Select(number => $"HTTP{number}"));
        return machines / TimeProvider.System.GetElapsedTime(started).TotalSeconds;

        Task SendAsync(IEnumerable<string> names) => Parallel.ForEachAsync(
            names,
            new ParallelOptions { MaxDegreeOfParallelism = inFlight, CancellationToken = cancellationToken },
            async (name, token) =>
            {
                using var request = new HttpRequestMessage(new HttpMethod("SMS_POST"), $"{stage.ManagementPoint}sms_mp/machine.ccr?mn={name}&dn=CORP&fkey=True") { Content = new ByteArrayContent([]) };
                using var answer = await http.SendAsync(request, token);
            });
    }
}
