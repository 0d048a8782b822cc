using Ccr.Functions;
using Ccr.Hosting;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Azure.Functions.Worker.OpenTelemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

// The address of the host that started the app, as the worker puts it into the configuration.
const string HostEndpoint = "Functions:Worker:HostEndpoint";

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
var unreadable = builder.Configuration.AddDeployed();
builder.Services.AddCcrHost(builder.Configuration);
builder.Services.AddCcrTelemetry(builder.Configuration, "ccr-functions");

// Host and worker are one trace, and only one of them exports what the worker logs.
builder.Services.AddOpenTelemetry().UseFunctionsWorkerDefaults();

// Each settled message would be four lines of the settlement client's, each webhook five of the web server's.
builder.Logging.AddFilter("System.Net.Http.HttpClient", LogLevel.Warning).AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
using var app = builder.Build();
var faults = unreadable is null ? StartupFaults.Find(app.Services) : [unreadable];
if (faults.Count > 0) return Refusal.Print(faults, startedByHost: builder.Configuration[HostEndpoint] is not null);

UnsignedSites.Warn(app.Services);
await app.RunAsync();
return 0;
