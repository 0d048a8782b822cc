using System.Net.Sockets;
using System.Text;
using Ccr.SiteSimulator.Faults;

namespace Ccr.SiteSimulator.Tests.ManagementPoint;

/// <summary>A temporary data folder and a simulator on it.</summary>
internal sealed class SimulatorFixture : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ccr-mp-");
    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false });

    public SimulatedManagementPoint Point { get; private set; } = null!;

    public string Folder => _folder.FullName;

    public string Box => Path.Combine(Folder, "ccr.box");

    public static async Task<SimulatorFixture> StartAsync(string? faults = null, TimeProvider? time = null)
    {
        var fixture = new SimulatorFixture();
        await fixture.StartAgainAsync(faults, time);
        return fixture;
    }

    public async Task StartAgainAsync(string? faults = null, TimeProvider? time = null)
    {
        if (Point is not null) await Point.DisposeAsync();
        Point = await SimulatedManagementPoint.StartAsync(
            new()
            {
                DataDirectory = Folder,
                Faults = faults is null ? FaultPlan.None : FaultPlan.Parse(faults),
                TimeProvider = time ?? TimeProvider.System,
            },
            TestContext.Current.CancellationToken);
    }

    public async Task<HttpResponseMessage> SendAsync(string method, string target, HttpContent? content = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(Point.BaseAddress, target));
        request.Content = content;
        return await _client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public Task<HttpResponseMessage> SubmitAsync(string machine, string domain = "CORP", bool force = true) =>
        SendAsync("SMS_POST", $"/sms_mp/machine.ccr?mn={machine}&dn={domain}&fkey={force}", new ByteArrayContent([]));

    public IReadOnlyList<string> CcrFiles() =>
        [.. Directory.GetFileSystemEntries(Box).Select(file => Path.GetFileName(file))];

    public Task<string> ReadCcrAsync(string file) =>
        File.ReadAllTextAsync(Path.Combine(Box, file), TestContext.Current.CancellationToken);

    /// <summary>The lines of requests.log without its header, each without date and time.</summary>
    public IReadOnlyList<string> LoggedRequests()
    {
        using var log = new StreamReader(new FileStream(
            Path.Combine(Folder, "requests.log"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return [.. log.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.StartsWith('#'))
            .Select(line => line.Split(' ', 3)[2])];
    }

    /// <summary>Sends one submission over a socket; the returned stream gives what comes back.</summary>
    public async Task<NetworkStream> SubmitRawAsync(string machine)
    {
        var client = new TcpClient();
        await client.ConnectAsync(
            Point.BaseAddress.Host, Point.BaseAddress.Port, TestContext.Current.CancellationToken);
        var stream = new NetworkStream(client.Client, ownsSocket: true);
        var target = $"/sms_mp/machine.ccr?mn={machine}&dn=CORP&fkey=True";
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes($"SMS_POST {target} HTTP/1.1\r\nHost: mp\r\nContent-Length: 0\r\n\r\n"),
            TestContext.Current.CancellationToken);
        return stream;
    }

    public async ValueTask DisposeAsync()
    {
        await Point.DisposeAsync();
        _client.Dispose();
        _folder.Delete(recursive: true);
    }
}
