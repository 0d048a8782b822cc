using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using StreamJsonRpc;

namespace Ccr.Infra.Tests.Support;

/// <summary>
/// The Bicep compiler as a process that stays: a new one takes four seconds of processor time for a template that this one compiles in half a second. It
/// reads all files again for each question, and ends with the tests.
/// </summary>
internal sealed class BicepServer(JsonRpc rpc)
{
    private const string Someone = "00000000-0000-0000-0000-000000000001";

    private static readonly Lazy<BicepServer> Started = new(Start);

    public static BicepServer Instance => Started.Value;

    /// <summary>The template that a file compiles to.</summary>
    public async Task<string> CompileAsync(string file, CancellationToken cancellationToken)
    {
        var answer = await AskAsync("bicep/compile", new { path = file }, cancellationToken);
        if (!answer.GetProperty("success").GetBoolean()) Assert.Fail(Diagnostics(answer));
        return answer.GetProperty("contents").GetString()!;
    }

    /// <summary>What a deployment with the parameters of a file comes to, as the compiler evaluates it; or why it is refused.</summary>
    public async Task<(string? Snapshot, string? Refusal)> PredictAsync(string parameters, string? resourceGroup, CancellationToken cancellationToken)
    {
        var metadata = new JsonObject { ["tenantId"] = Someone, ["subscriptionId"] = Someone, ["resourceGroup"] = resourceGroup };
        if (resourceGroup is null) metadata["location"] = "westeurope";
        try
        {
            var answer = await AskAsync("bicep/getSnapshot", new { path = parameters, metadata, externalInputs = Array.Empty<object>() }, cancellationToken);
            return (answer.GetProperty("snapshot").GetString(), null);
        }
        catch (RemoteInvocationException refused)
        {
            // What the compiler refuses it says only when it is asked to compile; what the template refuses is in the message.
            var answer = await AskAsync("bicep/compileParams", new { path = parameters, parameterOverrides = new { } }, cancellationToken);
            return (null, $"{refused.Message}\n{Diagnostics(answer)}");
        }
    }

    private static BicepServer Start()
    {
        var process = Process.Start(new ProcessStartInfo(Repository.Bicep, ["jsonrpc", "--stdio"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
            Environment =
            {
                ["AZURE_ENV_NAME"] = "test",
                ["AZURE_LOCATION"] = "westeurope",
                ["CCR_AGENT_PRINCIPAL_ID"] = "00000000-0000-0000-0000-0000000000a1",
            },
        })!;
        var messages = new HeaderDelimitedMessageHandler(
            process.StandardInput.BaseStream, process.StandardOutput.BaseStream, new SystemTextJsonFormatter());
        var rpc = new JsonRpc(messages);
        rpc.StartListening();
        return new BicepServer(rpc);
    }

    private static string Diagnostics(JsonElement answer) => string.Join('\n', answer.GetProperty("diagnostics").EnumerateArray()
        .Select(each => $"{each.GetProperty("source")}: {each.GetProperty("level")} {each.GetProperty("code")}: {each.GetProperty("message")}"));

    private Task<JsonElement> AskAsync(string method, object parameters, CancellationToken cancellationToken) =>
        rpc.InvokeWithCancellationAsync<JsonElement>(method, [parameters], cancellationToken);
}
