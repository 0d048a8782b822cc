using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using Azure.Identity;
using Azure.Messaging.ServiceBus;
using Ccr.Samples;

if (args is not ["servicenow" or "webhook"])
{
    await Console.Error.WriteLineAsync("Call it with servicenow or webhook.");
    return 2;
}

var connection = Setting("CCR_CONNECTION");
var target = Setting(args[0] == "servicenow" ? "SERVICENOW_URL" : "WEBHOOK_URL");
var token = Environment.GetEnvironmentVariable(args[0] == "servicenow" ? "SERVICENOW_TOKEN" : "WEBHOOK_TOKEN");
if (connection is null || target is null) return 2;

using var http = HttpCalls.CreateClient(new Uri(target));
if (token is not null) http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
IMessageUse use = args[0] == "servicenow"
    ? new ServiceNowIncidents(http, Environment.GetEnvironmentVariable("SERVICENOW_CLOSE_CODE") ?? "Solution provided")
    : new Webhook(http);

// A connection string, or the host name of a namespace, where Entra ID says who this is: the role Data Receiver on the one subscription is enough.
await using var client = connection.Contains("Endpoint=", StringComparison.OrdinalIgnoreCase)
    ? new ServiceBusClient(connection)
    : new ServiceBusClient(connection, new DefaultAzureCredential());
await using var consumer = new SubscriptionConsumer(client, args[0], use, new RetryPlan(), TimeProvider.System, Console.WriteLine);
await consumer.StartAsync();

var stop = new TaskCompletionSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
await stop.Task;
return 0;

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.TrySetResult();
}

static string? Setting(string name)
{
    var value = Environment.GetEnvironmentVariable(name);
    if (string.IsNullOrEmpty(value)) Console.Error.WriteLine($"Set the environment variable {name}: README.md says to what.");
    return string.IsNullOrEmpty(value) ? null : value;
}
