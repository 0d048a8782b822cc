using System.Diagnostics;
using Ccr.Infra.Tests.Support;

namespace Ccr.Infra.Tests;

/// <summary>App Service keeps for a day what a reference to the vault led to; so the app is told to look again whenever a key was set.</summary>
public sealed class KeyTests : IDisposable
{
    private const string Refresh =
        "rest --method post --url /subscriptions/s/app/config/configreferences/appsettings/refresh?api-version=2022-03-01 --output none";

    private const string Restart = "functionapp restart --name app --resource-group group";
    private readonly string _folder = Directory.CreateTempSubdirectory("ccr-hook-").FullName;

    [Fact]
    public async Task Hook_AfterTheFirstProvision_MakesEveryKeyAndHasTheAppReadThem()
    {
        var (exitCode, _, calls) = await RunAsync(listed: "", "SIGNED_SITES=hq branch-east");

        Assert.Equal(0, exitCode);
        Assert.Equal(
            ["keyvault secret list", "keyvault secret set ccr-agent-hq", "keyvault secret set ccr-agent-branch-east", Refresh, Restart], calls.Select(Short));
        var keys = calls.Where(call => call.Contains(" set ", StringComparison.Ordinal)).Select(call => call.Split("--value ")[1].Split(' ')[0]).ToList();
        Assert.All(keys, key => Assert.Equal(32, Convert.FromBase64String(key).Length));
        Assert.NotEqual(keys[0], keys[1]);
    }

    [Fact]
    public async Task Hook_AfterALaterProvision_ChangesNoKey()
    {
        var (_, _, calls) = await RunAsync(listed: "ccr-agent-hq\nccr-push", "SIGNED_SITES=hq");

        Assert.Equal(["keyvault secret list", Refresh, Restart], calls.Select(Short));
    }

    [Fact]
    public async Task Hook_ForASite_ChangesItsKeyAndHasTheAppReadIt()
    {
        var (_, output, calls) = await RunAsync(listed: "ccr-agent-hq", "SIGNED_SITES=hq plant", argument: "hq");

        Assert.Equal(["keyvault secret set ccr-agent-hq", Refresh, Restart], calls.Select(Short));
        Assert.DoesNotContain(calls[0].Split("--value ")[1].Split(' ')[0], output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hook_WithAVaultThatStaysShut_SaysWhyAndTouchesNothing()
    {
        var (exitCode, output, calls) = await RunAsync(listed: null, "SIGNED_SITES=hq");

        Assert.Equal(1, exitCode);
        Assert.Contains("The vault vault does not let you in. With the parameter network Private", output, StringComparison.Ordinal);
        Assert.All(calls, call => Assert.StartsWith("keyvault secret list", call, StringComparison.Ordinal));
        Assert.Equal(2, calls.Count);
    }

    [Fact]
    public void Hook_OfTheDeveloperCli_RunsAfterEachProvisionOnBothSystems()
    {
        var yaml = File.ReadAllText(Repository.PathOf("infra", "azure.yaml"));

        Assert.Matches("postprovision:\\s+posix: \\{ shell: sh, run: hooks/keys.sh.*\\s+windows: \\{ shell: pwsh, run: hooks/keys.ps1", yaml);
        Assert.Contains("config/configreferences/appsettings/refresh?api-version=2022-03-01", File.ReadAllText(Repository.PathOf("infra", "hooks", "keys.ps1")));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Runs the hook with an az that notes what it is asked, on what it has for it: the names in the vault, or none because it is refused.</summary>
    private async Task<(int ExitCode, string Output, IReadOnlyList<string> Calls)> RunAsync(string? listed, string sites, string? argument = null)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The hook for Windows needs PowerShell 7 and is read only.");
        var az = Path.Combine(_folder, "az");
        var log = Path.Combine(_folder, "calls");
        await File.WriteAllTextAsync(
            az, $"#!/bin/sh\necho \"$*\" >> {log}\n[ \"$3\" != list ] || {(listed is null ? "exit 1" : $"printf '%s\\n' '{listed}'")}\n",
            TestContext.Current.CancellationToken);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(az, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        using var process = Process.Start(new ProcessStartInfo("sh", [Repository.PathOf("infra", "hooks", "keys.sh"), .. argument is null ? [] : new[] { argument }])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            Environment =
            {
                ["PATH"] = $"{_folder}:{Environment.GetEnvironmentVariable("PATH")}",
                ["KEY_VAULT"] = "vault",
                ["FUNCTION_APP"] = "app",
                ["FUNCTION_APP_ID"] = "/subscriptions/s/app",
                ["RESOURCE_GROUP"] = "group",
                [sites.Split('=')[0]] = sites.Split('=')[1],
                ["CCR_ATTEMPTS"] = "2",
                ["CCR_PAUSE"] = "0",
            },
        })!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output + await error, await File.ReadAllLinesAsync(log, TestContext.Current.CancellationToken));
    }

    private static string Short(string call) => call.Split(' ') is ["keyvault", "secret", "list", ..] ? "keyvault secret list"
        : call.Split(' ') is ["keyvault", "secret", "set", "--vault-name", "vault", "--name", var name, ..] ? $"keyvault secret set {name}" : call;
}
