using Ccr.Console.Actions;
using Ccr.Console.Components;
using Ccr.Console.Security;
using Ccr.Console.State;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;

namespace Ccr.Console;

/// <summary>The operator's page, served on loopback inside the program that starts it.</summary>
public sealed class ConsoleServer : IAsyncDisposable
{
    private const int LargestHubMessage = 32 * 1024;

    private readonly WebApplication _app;
    private readonly SignIn _signIn;

    private ConsoleServer(WebApplication app, SignIn signIn)
    {
        (_app, _signIn) = (app, signIn);
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>What is in it: what is not, no page can use.</summary>
    internal IServiceProvider Services => _app.Services;

    /// <summary>An address that signs in whoever opens it first; good once, and for five minutes. It makes the one before it void.</summary>
    public Uri NewSignInAddress() => new(Address, $"{RequestGuard.LoginPath}?token={_signIn.NewToken()}");

    /// <summary>Starts it. Nothing is read before it listens.</summary>
    /// <param name="options">How it is served.</param>
    /// <param name="sources">What it shows.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<ConsoleServer> StartAsync(
        ConsoleOptions options, ConsoleSources sources, TimeProvider time, CancellationToken cancellationToken)
    {
        // Nothing of the folder in which it happens to run counts: no settings file, no folder of static files, no log.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = typeof(ConsoleServer).Assembly.GetName().Name });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(System.Net.IPAddress.Loopback, options.Port);
        });
        AddServices(builder.Services, options, sources, time);

        var app = builder.Build();
        var signIn = new SignIn(time);
        app.UseSecurity(signIn);
        app.UseStatusCodePagesWithReExecute("/missing");
        app.UseRouting();
        app.UseAntiforgery();
        app.MapAssets();
        app.MapExport(sources, time);

        // Asked by a page that lost its connection.
        app.MapGet("/alive", () => { });
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(server => server.ContentSecurityFrameAncestorsPolicy = null);
        try
        {
            await app.StartAsync(cancellationToken);
            return new ConsoleServer(app, signIn);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops it.</summary>
    public async ValueTask DisposeAsync()
    {
        // A tab's socket would be waited for; it has nothing to finish.
        using var now = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private static ConsoleRights RightsOf(ConsoleOptions options, ConsoleSources sources) => sources switch
    {
        { Operator: null } => ConsoleRights.None,
        { Desk: null } => options.Allow & ~(ConsoleRights.Redrive | ConsoleRights.Discard),
        _ => options.Allow,
    };

    private static void AddServices(IServiceCollection services, ConsoleOptions options, ConsoleSources sources, TimeProvider time)
    {
        services.AddSingleton(time).AddSingleton<ConsoleState>().AddSingleton(sources.View).AddSingleton(sources.Settings);
        services.AddSingleton(options).AddSingleton(new LedgerReader(sources.Ledger)).AddSingleton(new ConsoleFacts(
            sources.Who, sources.LedgerName, sources.BrokerName, RightsOf(options, sources)));
        services.AddHostedService(provider => new Poller(provider.GetRequiredService<ConsoleState>(), sources, options, time));

        // Without it nothing here can write: the pages have no way to the ledger's own.
        if (sources.Operator is { } ledger)
            services.AddSingleton(provider => ActivatorUtilities.CreateInstance<OperatorGate>(provider, ledger));
        if (sources.Connection is { } connection) services.AddSingleton(connection);
        if (sources.Desk is { } desk) services.AddSingleton(provider => ActivatorUtilities.CreateInstance<LetterGate>(provider, desk));
        services.AddRoutingCore();
        services.AddDataProtection().UseEphemeralDataProtectionProvider();
        services.AddAntiforgery(antiforgery => antiforgery.Cookie.Name = "ccr-console-form");
        services.AddMudServices();
        services.AddRazorComponents().AddInteractiveServerComponents(circuits =>
        {
            circuits.DetailedErrors = false;
            circuits.DisconnectedCircuitMaxRetained = SecurityMiddleware.MostSockets;
            circuits.DisconnectedCircuitRetentionPeriod = options.KeepLostTabsFor;
        }).AddHubOptions(hub => hub.MaximumReceiveMessageSize = LargestHubMessage);
    }
}
