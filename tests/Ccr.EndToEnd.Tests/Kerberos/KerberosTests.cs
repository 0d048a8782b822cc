using System.Diagnostics;
using Ccr.EndToEnd.Tests.Support;

namespace Ccr.EndToEnd.Tests.Kerberos;

/// <summary>Authentication as the account that runs the program, against a real Kerberos realm.</summary>
public sealed class KerberosTests : IAsyncLifetime
{
    private const int Limit = 300_000;

    private readonly KerberosRealm _realm = new();
    private Process? _managementPoint;
    private string _address = "";

    public async ValueTask InitializeAsync()
    {
        if (!KerberosRealm.IsInstalled) return;

        await _realm.StartAsync();
        _managementPoint = _realm.StartFront();
        _address = $"http://localhost:{await NextLineAsync()}";
    }

    public ValueTask DisposeAsync()
    {
        _managementPoint?.Kill();
        _managementPoint?.Dispose();
        _realm.Dispose();
        return default;
    }

    [Fact(Timeout = Limit)]
    public async Task Submit_AsTheAccountThatRunsIt_IsAcceptedUnderThatName()
    {
        KerberosRealm.Require();
        await _realm.LogOnAsync();

        var run = await SubmitAsync("--as-me");

        Assert.Equal((0, $"CCR generated for PC01{Environment.NewLine}", ""), (run.ExitCode, run.Output, run.Error));
        Assert.Equal("401 anonymous SMS_POST /sms_mp/machine.ccr?mn=PC01&dn=CORP&fkey=True", await NextLineAsync());
        Assert.Equal("200 svc@CCR.TEST SMS_POST /sms_mp/machine.ccr?mn=PC01&dn=CORP&fkey=True", await NextLineAsync());
    }

    [Fact(Timeout = Limit)]
    public async Task Submit_AsAnAccountWithoutATicket_IsRefusedAndSaysWhy()
    {
        KerberosRealm.Require();

        var run = await SubmitAsync("--as-me");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("HTTP status = 401", run.Output);
        Assert.StartsWith("CCR3101", run.Error);
        Assert.StartsWith("401 anonymous", await NextLineAsync());
    }

    private Task<CliResult> SubmitAsync(string option) =>
        _realm.RunCommandAsync("submit", "--mp", _address, "--machine", "PC01", "--domain", "CORP", option);

    private async Task<string?> NextLineAsync() =>
        await _managementPoint!.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromMinutes(2));
}
