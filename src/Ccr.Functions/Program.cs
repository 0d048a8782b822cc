using Ccr.Functions;
using Ccr.Hosting;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Azure.Functions.Worker.OpenTelemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
builder.Services.AddCcrHost(builder.Configuration);
builder.Services.AddCcrTelemetry(builder.Configuration, "ccr-functions");
builder.Services.AddOpenTelemetry().UseFunctionsWorkerDefaults();
using var app = builder.Build();
if (StartupFaults.Find(app.Services) is { Count: > 0 } faults) return Refusal.Print(faults);

await app.RunAsync();
return 0;
