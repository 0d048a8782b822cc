using System.Text.Json;
using Ccr.EndToEnd.Tests.Support;

namespace Ccr.EndToEnd.Tests;

/// <summary><c>ccr check</c> of a site with an AdminService: it asks which site it is, and for a device.</summary>
public sealed class CheckAdminServiceTests : IDisposable
{
    private const int Patience = 300_000;

    private readonly TemporaryFolder _folder = new();

    [Fact(Timeout = Patience)]
    public async Task Check_OfAnAdminServiceThatAnswers_FindsItWellAndAsksForNoCcr()
    {
        var (authority, run) = await CheckAsync("");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains($"ok    AdminService {authority} of site hq{Environment.NewLine}", run.Output);
        Assert.Equal(
            ["/AdminService/wmi/SMS_Identification.GetSiteID", "/AdminService/wmi/SMS_R_System"],
            File.ReadLines(_folder.PathOf("adminservice", "requests.log")).Where(line => line[0] != '#').Select(line => line.Split(' ')[3]));
    }

    [Theory(Timeout = Patience)]
    [InlineData("on=site+status=401", "CCR3415", "answered 401", "it takes Kerberos only")]
    [InlineData("on=query+denied", "CCR3416", "answered 404: Access denied  WMI QUERY:", "Read, Read Resource and Modify Resource")]
    [InlineData("on=query+status=500", "CCR3423", "answered 500", "SMSProv.log")]
    public async Task Check_OfAnAdminServiceThatRefuses_NamesItWithCauseAndRemedy(string fault, string code, string cause, string remedy)
    {
        var (authority, run) = await CheckAsync(fault);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"FAULT AdminService {authority} of site hq: {code}: {authority} {cause}", run.Output);
        Assert.Contains(remedy, run.Output);
    }

    public void Dispose() => _folder.Dispose();

    private async Task<(string Authority, CliResult Run)> CheckAsync(string fault)
    {
        string[] options = fault.Length == 0 ? [] : ["--fault", fault];
        await using var site = CcrCommand.Start(["simulate-site", "--json", "--data", _folder.Path, .. options]);
        var address = (await site.NextAsync("listening")).GetProperty("adminService").GetString()!;
        var config = _folder.Write("ccr.json", JsonSerializer.Serialize(new
        {
            Ccr = new { Targets = new { Domains = new[] { "CORP" } }, Sites = new { hq = new { AdminService = new { Address = address } } } },
        }));
        return (new Uri(address).Authority, await CcrCommand.RunAsync("check", "--config", config, "--data", _folder.PathOf("ledger")));
    }
}
