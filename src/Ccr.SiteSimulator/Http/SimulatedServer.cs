using System.Net;
using Ccr.SiteSimulator.Faults;
using Ccr.SiteSimulator.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Ccr.SiteSimulator;

/// <summary>What a simulated management point and a simulated AdminService share: a Kestrel that listens, counts, logs and misbehaves.</summary>
public abstract class SimulatedServer : IAsyncDisposable
{
    private readonly SimulatedServerOptions _options;
    private readonly RequestDesk _desk;
    private readonly Responder _responder;
    private readonly ThrowAwayCertificates? _certificates;
    private readonly WebApplication _app;
    private readonly CancellationTokenSource _stopping = new();
    private bool _disposed;

    private protected SimulatedServer(SimulatedServerOptions options, RequestDesk desk)
    {
        _options = options;
        _desk = desk;
        _responder = new Responder(options.TimeProvider);
        if (options.Https)
        {
            _certificates = new ThrowAwayCertificates(options.TimeProvider.GetUtcNow());
            if (options.DataDirectory is { } folder)
            {
                CaCertificateFile = Path.GetFullPath(Path.Combine(folder, "ca.pem"));
                File.WriteAllText(CaCertificateFile, _certificates.AuthorityPem);
            }
        }

        // Empty: neither environment variables nor an appsettings.json lying about may change what a test meets.
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(Listen);
        _app = builder.Build();
        _app.Run(HandleAsync);
    }

    /// <summary>The address of the server, without a path.</summary>
    public Uri BaseAddress { get; private set; } = null!;

    /// <summary>The PEM text of the certificate authority to trust; null without https.</summary>
    public string? CaCertificatePem => _certificates?.AuthorityPem;

    /// <summary>The full path of <c>ca.pem</c>; null without https or without a data folder.</summary>
    public string? CaCertificateFile { get; }

    /// <summary>How many submissions arrived, however they were answered: the truth about "pushed twice".</summary>
    public long Submissions => _desk.Submissions;

    /// <summary>How many CCRs were written, counting each update of a file.</summary>
    public long CcrsWritten => _desk.CcrsWritten;

    /// <summary>The latest requests, oldest first.</summary>
    public IReadOnlyList<RecordedRequest> Requests => _desk.Requests;

    /// <summary>The faults of the requests to come.</summary>
    public FaultPlan Faults
    {
        get => _desk.Faults;
        set => _desk.Faults = value;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_disposed) return;
        _disposed = true;

        // Answers that are held back end now, so that stopping does not wait for them.
        await _stopping.CancelAsync();
        await _app.DisposeAsync();
        _desk.Dispose();
        _certificates?.Dispose();
        _stopping.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected static async Task<T> StartAsync<T>(T server, CancellationToken cancellationToken)
        where T : SimulatedServer
    {
        try
        {
            await server._app.StartAsync(cancellationToken);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }

        var options = server._options;
        var port = new Uri(server._app.Urls.Single()).Port;
        var host = IPAddress.Any.Equals(options.Address) ? IPAddress.Loopback : options.Address;
        server.BaseAddress = new UriBuilder(options.Https ? "https" : "http", host.ToString(), port).Uri;
        Log.Listening(options.LoggerFactory.CreateLogger<T>(), server.BaseAddress);
        return server;
    }

    /// <summary>Reads a request, and says how it is answered when all is well.</summary>
    private protected abstract ValueTask<ServerAnswer> ReadAsync(HttpContext context, CancellationToken cancellationToken);

    private void Listen(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Listen(_options.Address, _options.Port, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            if (_certificates is not null) listen.UseHttps(_certificates.Server);
        });
    }

    private async Task HandleAsync(HttpContext context)
    {
        var answer = await ReadAsync(context, context.RequestAborted);
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?', 2);
        (answer, var fault) = _desk.Take(context.Request.Method, target[0], answer.LoggedQuery ?? (target.Length == 2 ? target[1] : ""), answer);
        await _responder.AnswerAsync(context, answer, fault, _stopping.Token);
    }
}
