using System.Net;
using Ccr.SiteSimulator.Faults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Ccr.SiteSimulator;

/// <summary>
/// A stand-in for an SMS 2003 management point, for development and tests. It takes <c>SMS_POST</c> as the real one is publicly described to, writes
/// the <c>.ccr</c> file and an IIS-like log, and can be told to misbehave. It is no management point: it serves no policy, no content, no status
/// messages, and pushes no client.
/// </summary>
public sealed class SimulatedManagementPoint : IAsyncDisposable
{
    private readonly SimulatedManagementPointOptions _options;
    private readonly RequestDesk _desk;
    private readonly Responder _responder;
    private readonly ThrowAwayCertificates? _certificates;
    private readonly WebApplication _app;
    private readonly CancellationTokenSource _stopping = new();
    private bool _disposed;

    private SimulatedManagementPoint(SimulatedManagementPointOptions options)
    {
        _options = options;
        _desk = new RequestDesk(options);
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

    /// <summary>The address of the management point, without a path.</summary>
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

    /// <summary>Starts listening; the returned management point answers at once.</summary>
    /// <exception cref="IOException">The port is taken, or the data folder cannot be written or is another simulator's.</exception>
    public static async Task<SimulatedManagementPoint> StartAsync(
        SimulatedManagementPointOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        var point = new SimulatedManagementPoint(options);
        try
        {
            await point._app.StartAsync(cancellationToken);
        }
        catch
        {
            await point.DisposeAsync();
            throw;
        }

        var port = new Uri(point._app.Urls.Single()).Port;
        var host = IPAddress.Any.Equals(options.Address) ? IPAddress.Loopback : options.Address;
        point.BaseAddress = new UriBuilder(options.Https ? "https" : "http", host.ToString(), port).Uri;
        Log.Listening(options.LoggerFactory.CreateLogger<SimulatedManagementPoint>(), point.BaseAddress);
        return point;
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
    }

    private void Listen(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Listen(_options.Address, _options.Port, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            if (_certificates is not null) listen.UseHttps(_certificates.Server);
        });
    }

    private Task HandleAsync(HttpContext context)
    {
        var request = context.Request;
        var hasBody = context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody ?? false;
        var answer = RequestRules.Answer(request.Method, request.Path, request.Query, hasBody);
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?', 2);
        var isSubmission = RequestRules.IsSubmission(request.Method, request.Path);

        (answer, var fault) = _desk.Take(
            request.Method, target[0], target.Length == 2 ? target[1] : "", isSubmission, answer);
        return _responder.AnswerAsync(context, answer, fault, _stopping.Token);
    }
}
