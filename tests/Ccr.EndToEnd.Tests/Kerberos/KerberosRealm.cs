using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Ccr.EndToEnd.Tests.Support;

namespace Ccr.EndToEnd.Tests.Kerberos;

/// <summary>
/// A Kerberos realm of its own: MIT's key distribution centre as Debian packages it (<c>apt-get install krb5-kdc krb5-admin-server krb5-user
/// python3-gssapi</c>), in a directory and on a port of its own.
/// </summary>
internal sealed class KerberosRealm : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    // Named by their paths: the administrators' programs are not on everybody's.
    private static readonly string[] Programs = ["/usr/sbin/krb5kdc", "/usr/sbin/kdb5_util", "/usr/sbin/kadmin.local", "/usr/bin/kinit", "/usr/bin/python3"];

    private readonly TemporaryFolder _folder = new();

    public static bool IsInstalled => Programs.All(File.Exists) && Directory.Exists("/usr/lib/python3/dist-packages/gssapi");

    /// <summary>Skips the test where there is no Kerberos, but for CI.</summary>
    public static void Require() =>
        Prerequisite.Require(IsInstalled, "No Kerberos: apt-get install krb5-kdc krb5-admin-server krb5-user python3-gssapi.");

    /// <summary>Makes the realm, a service HTTP/localhost and a user svc, and starts its key distribution centre.</summary>
    public async Task StartAsync()
    {
        var port = FreePort();
        _folder.Write(
            "krb5.conf",
            $$"""
            [libdefaults]
             default_realm = CCR.TEST
             dns_lookup_kdc = false
             dns_canonicalize_hostname = false
             rdns = false
             udp_preference_limit = 1
            [realms]
             CCR.TEST = {
              kdc = 127.0.0.1:{{port}}
             }
            [domain_realm]
             localhost = CCR.TEST
            """);
        _folder.Write(
            "kdc.conf",
            $$"""
            [realms]
             CCR.TEST = {
              database_name = {{_folder.PathOf("db")}}
              key_stash_file = {{_folder.PathOf("stash")}}
              acl_file = {{_folder.PathOf("acl")}}
              kdc_listen = 127.0.0.1:{{port}}
              kdc_tcp_listen = 127.0.0.1:{{port}}
             }
            """);
        await RunAsync("/usr/sbin/kdb5_util", "create", "-s", "-P", "master", "-r", "CCR.TEST");
        foreach (var query in (string[])["addprinc -randkey svc", "addprinc -randkey HTTP/localhost", $"ktadd -k {Keytab} svc HTTP/localhost"])
            await RunAsync("/usr/sbin/kadmin.local", "-q", query);

        // It returns when it listens, and goes on in the background.
        await RunAsync("/usr/sbin/krb5kdc", "-P", _folder.PathOf("kdc.pid"));
    }

    /// <summary>Gets a ticket for the user, which whoever runs in this realm then uses.</summary>
    public Task LogOnAsync() => RunAsync("/usr/bin/kinit", "-k", "-t", Keytab, "svc");

    /// <summary>Starts front.py, which first prints its port and then each request.</summary>
    public Process StartFront(params string[] behind) =>
        Start("/usr/bin/python3", [Repository.PathOf("tests", "Ccr.EndToEnd.Tests", "Kerberos", "front.py"), .. behind]);

    /// <summary>Runs the command line in a process of its own: Kerberos takes its settings from the environment a process starts with.</summary>
    public Task<CliResult> RunCommandAsync(params string[] arguments) =>
        RunToEndAsync("dotnet", [Path.Combine(AppContext.BaseDirectory, "ccr.dll"), .. arguments]);

    /// <summary>Starts a program in this realm, for a caller who reads what it prints.</summary>
    public Process Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["KRB5_CONFIG"] = _folder.PathOf("krb5.conf");
        start.Environment["KRB5_KDC_PROFILE"] = _folder.PathOf("kdc.conf");
        start.Environment["KRB5_KTNAME"] = Keytab;
        start.Environment["KRB5CCNAME"] = $"FILE:{_folder.PathOf("tickets")}";
        return Process.Start(start)!;
    }

    /// <summary>Runs a program in this realm to its end.</summary>
    public async Task<CliResult> RunToEndAsync(string program, params string[] arguments)
    {
        using var process = Start(program, arguments);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(Patience);
        return new CliResult(process.ExitCode, await output, await error);
    }

    public void Dispose()
    {
        if (File.Exists(_folder.PathOf("kdc.pid")))
        {
            using var centre = Process.GetProcessById(int.Parse(File.ReadAllText(_folder.PathOf("kdc.pid")), CultureInfo.InvariantCulture));
            centre.Kill();
        }

        _folder.Dispose();
    }

    private string Keytab => _folder.PathOf("keytab");

    private async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Start(program, arguments);
        var error = process.StandardError.ReadLineAsync();
        await process.WaitForExitAsync().WaitAsync(Patience);
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {await error}");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
