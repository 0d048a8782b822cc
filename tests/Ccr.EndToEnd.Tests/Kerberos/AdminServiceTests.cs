using System.Diagnostics;
using Ccr.EndToEnd.Tests.Support;

namespace Ccr.EndToEnd.Tests.Kerberos;

/// <summary>The AdminService client against a real Kerberos realm: a front that demands Negotiate, and the simulated AdminService behind it.</summary>
public sealed class AdminServiceTests : IAsyncLifetime
{
    private const int Limit = 300_000;
    private const string Question =
        "GET /AdminService/wmi/SMS_R_System?$filter=Name%20eq%20'PC01'&$select=ResourceId,Name,ResourceDomainORWorkgroup,Obsolete,Decommissioned";

    private const string Creation = "POST /AdminService/wmi/SMS_Collection.CreateCCR";

    private readonly KerberosRealm _realm = new();
    private readonly TemporaryFolder _folder = new();
    private CcrCommand? _site;
    private Process? _front;
    private string _address = "";

    public async ValueTask InitializeAsync()
    {
        if (!KerberosRealm.IsInstalled) return;

        await _realm.StartAsync();
        _site = CcrCommand.Start("simulate-site", "--data", _folder.Path, "--json");
        var behind = new Uri((await _site.NextAsync("listening")).GetProperty("adminService").GetString()!);
        _front = _realm.StartFront($"{behind.Port}");
        _address = $"http://localhost:{await _front.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken)}";
    }

    public async ValueTask DisposeAsync()
    {
        _front?.Kill();
        _front?.Dispose();
        if (_site is not null) await _site.DisposeAsync();
        _realm.Dispose();
        _folder.Dispose();
    }

    [Fact(Timeout = Limit)]
    public async Task Submit_AsTheAccountThatRunsIt_AsksForTheCcrExactlyOnceUnderThatName()
    {
        KerberosRealm.Require();
        await _realm.LogOnAsync();

        var run = await SubmitAsync();

        Assert.Equal((0, $"CCR generated for PC01{Environment.NewLine}", ""), (run.ExitCode, run.Output, run.Error));
        Assert.Equal(
            [$"401 anonymous {Question}", $"200 svc@CCR.TEST {Question}", $"401 anonymous {Creation}", $"201 svc@CCR.TEST {Creation}"],
            await ReadRequestsAsync());
        Assert.Single(File.ReadLines(_folder.PathOf("adminservice", "requests.log")), line => line.Contains(".CreateCCR ", StringComparison.Ordinal));
    }

    [Fact(Timeout = Limit)]
    public async Task Submit_AsAnAccountWithoutATicket_EndsAtTheQuestionAndSaysWhatIsNeeded()
    {
        KerberosRealm.Require();

        var run = await SubmitAsync();

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("HTTP status = 401", run.Output);
        Assert.StartsWith("CCR3415: ", run.Error);
        Assert.Contains("Kerberos only", run.Error);
        Assert.Equal([$"401 anonymous {Question}"], await ReadRequestsAsync());
    }

    private Task<CliResult> SubmitAsync() => _realm.RunCommandAsync("submit", "--admin-service", _address, "--machine", "PC01", "--domain", "CORP");

    /// <summary>Ends the front, and reads every request that it met.</summary>
    private async Task<string[]> ReadRequestsAsync()
    {
        _front!.Kill();
        return (await _front.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
