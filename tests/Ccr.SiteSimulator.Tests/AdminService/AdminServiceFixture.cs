using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ccr.SiteSimulator.Faults;
using Ccr.SiteSimulator.Tests.Site;

namespace Ccr.SiteSimulator.Tests.AdminService;

/// <summary>An AdminService on a site, and a client of it.</summary>
internal sealed class AdminServiceFixture : IAsyncDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false });

    private AdminServiceFixture(SiteFixture site, SimulatedAdminService service) => (Site, Service) = (site, service);

    public SiteFixture Site { get; }

    public SimulatedAdminService Service { get; }

    public string LogFile => Path.Combine(Site.Folder, "adminservice", "requests.log");

    public static async Task<AdminServiceFixture> StartAsync(string? devices = null, string? faults = null, string? authorization = null)
    {
        var site = new SiteFixture(devices, start: new DateTimeOffset(2026, 3, 4, 12, 0, 0, TimeSpan.Zero));
        var service = await SimulatedAdminService.StartAsync(
            new()
            {
                Site = site.Site,
                DataDirectory = Path.Combine(site.Folder, "adminservice"),
                Faults = faults is null ? FaultPlan.None : FaultPlan.ParseForAdminService(faults),
                Authorization = authorization,
            },
            TestContext.Current.CancellationToken);
        return new(site, service);
    }

    public Task<(HttpStatusCode Status, string Body)> GetAsync(string target) => SendAsync("GET", target, null);

    public Task<(HttpStatusCode Status, string Body)> CreateAsync(string body, string method = "CreateCCR") =>
        SendAsync("POST", $"/AdminService/wmi/SMS_Collection.{method}", body);

    /// <summary>The rows that a query of a class gives.</summary>
    public async Task<IReadOnlyList<JsonObject>> RowsAsync(string table, string query = "")
    {
        var (status, body) = await GetAsync($"/AdminService/wmi/{table}{query}");
        Assert.Equal(HttpStatusCode.OK, status);
        var answer = JsonNode.Parse(body)!.AsObject();
        Assert.Equal($"{Service.BaseAddress}AdminService/wmi/$metadata#{table.Split('(')[0]}", answer["@odata.context"]!.GetValue<string>());
        return [.. answer["value"]!.AsArray().Select(row => row!.AsObject())];
    }

    public async Task<(HttpStatusCode Status, string Body)> SendAsync(string method, string target, string? body, string? authorization = null)
    {
        using var response = await SendRawAsync(method, target, body, authorization);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    public Task<HttpResponseMessage> SendRawAsync(string method, string target, string? body, string? authorization = null)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), new Uri(Service.BaseAddress, target));
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        if (authorization is not null) request.Headers.TryAddWithoutValidation("Authorization", authorization);
        return _client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public static int ReturnValue(string body)
    {
        using var json = JsonDocument.Parse(body);
        return json.RootElement.GetProperty("ReturnValue").GetInt32();
    }

    public async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        await Site.DisposeAsync();
        _client.Dispose();
    }
}
