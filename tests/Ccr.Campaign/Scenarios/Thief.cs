using System.Collections.Concurrent;
using System.Collections.ObjectModel;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ccr.Campaign.Supervision;
using Ccr.Hosting.Relay;
using Ccr.TestHost.Relay;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ccr.Campaign.Scenarios;

/// <summary>
/// Somebody who may listen and send on the hybrid connection, and has no key of the site. It keeps each question that asks for a submission, sends copies
/// of every second one before it answers, and answers all with lies. What it sends it writes by itself.
/// </summary>
internal sealed class Thief : IAsyncDisposable
{
    /// <summary>The header of what it sends, by which it knows it when the relay hands that to itself.</summary>
    private const string Mine = "X-Campaign-Thief";

    private static readonly TimeSpan TokenLife = TimeSpan.FromHours(1);
    private static readonly string NoSignature = new('0', 64);

    private readonly Uri _hybridConnection;
    private readonly int _copies;
    private readonly RelayListener _listener;
    private readonly HttpClient _http = new();
    private readonly ConcurrentQueue<byte[]> _stolen = new();

    public Thief(Uri hybridConnection, int copies)
    {
        (_hybridConnection, _copies) = (hybridConnection, copies);
        var options = new RelayOptions { Endpoint = hybridConnection, KeyName = RelayHost.KeyName, Key = RelayAccess.Key };
        _listener = new RelayListener(options, HearAsync, NullLoggerFactory.Instance, TimeProvider.System);
    }

    /// <summary>How many questions it has that ask for a submission.</summary>
    public int Stolen => _stolen.Count;

    public Task ListenAsync(CancellationToken cancellationToken) => _listener.StartAsync(cancellationToken);

    public Task StopListeningAsync(CancellationToken cancellationToken) => _listener.StopAsync(cancellationToken);

    /// <summary>Sends copies of all that it has; returns how many an agent answered.</summary>
    public async Task<int> ReplayAsync(CancellationToken cancellationToken)
    {
        var answered = 0;
        foreach (var question in _stolen) answered += await SendCopiesAsync(question, cancellationToken);
        return answered;
    }

    /// <summary>Sends what nobody signed; returns how many of them an agent answered as if somebody had.</summary>
    public async Task<int> ForgeAsync(CancellationToken cancellationToken)
    {
        var believed = 0;
        foreach (var (number, question) in _stolen.Index())
        {
            foreach (var forged in new[]
            {
                Change(question, json => json["signature"] = NoSignature),
                Change(question, json => json.Remove("signature")),
                Change(question, json => json["command"]!["machine"] = $"FORGED{number}"),
                Change(question, json => json["for"] = null),
            })
            {
                if (await SendAsync(forged, TokenLife, cancellationToken) == HttpStatusCode.OK) believed++;
            }
        }

        return believed;
    }

    /// <summary>Sends with tokens that have expired; returns how many the relay refused.</summary>
    public async Task<int> SendExpiredAsync(int count, CancellationToken cancellationToken)
    {
        var refused = 0;
        foreach (var question in _stolen.Take(1).SelectMany(question => Enumerable.Repeat(question, count)))
        {
            if (await SendAsync(question, -TokenLife, cancellationToken) == HttpStatusCode.Unauthorized) refused++;
        }

        return refused;
    }

    public async ValueTask DisposeAsync()
    {
        await _listener.DisposeAsync();
        _http.Dispose();
    }

    private static byte[] Change(byte[] question, Action<JsonObject> change)
    {
        var json = JsonNode.Parse(question)!.AsObject();
        change(json);
        return JsonSerializer.SerializeToUtf8Bytes(json);
    }

    /// <summary>That the submission was accepted, signed by nobody.</summary>
    private static byte[] Lie(JsonNode question) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        version = 1,
        nonce = (string?)question["nonce"],
        agent = "thief",
        instance = (string?)question["for"] ?? "thief",
        result = question["command"] is not { } command ? null : new
        {
            requestId = (string?)command["requestId"],
            source = (string?)command["source"],
            eventId = (string?)command["eventId"],
            part = 1,
            parts = 1,
            machine = (string?)command["machine"],
            domain = (string?)command["domain"],
            site = RelayAccess.Connection,
            outcome = "Accepted",
            reason = "CCR3001",
            meaning = "a lie",
            detail = "a lie",
            remedy = "none",
            time = TimeProvider.System.GetUtcNow(),
            agent = "thief",
        },
        signature = NoSignature,
    });

    private async Task<RelayedAnswer> HearAsync(RelayedRequest request, CancellationToken stop)
    {
        if (request.Headers.ContainsKey(Mine)) return new RelayedAnswer(404, ReadOnlyDictionary<string, string>.Empty, default);

        var question = JsonNode.Parse(request.Body.Span)!;
        if ((string?)question["kind"] == "Submit")
        {
            var body = request.Body.ToArray();
            _stolen.Enqueue(body);
            if (Stolen % 2 == 0) await SendCopiesAsync(body, stop);
        }

        return new RelayedAnswer(200, ReadOnlyDictionary<string, string>.Empty, Lie(question));
    }

    private async Task<int> SendCopiesAsync(byte[] question, CancellationToken cancellationToken)
    {
        var statuses = await Task.WhenAll(Enumerable.Range(0, _copies).Select(_ => SendAsync(question, TokenLife, cancellationToken)));
        return statuses.Count(status => status == HttpStatusCode.OK);
    }

    /// <summary>Sends one question; null when there was no answer.</summary>
    private async Task<HttpStatusCode?> SendAsync(byte[] question, TimeSpan tokenLife, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"{_hybridConnection}/ccr")) { Content = new ByteArrayContent(question) };
        request.Headers.Add("ServiceBusAuthorization", RelayAccess.TokenUntil(TimeProvider.System.GetUtcNow() + tokenLife, _hybridConnection));
        request.Headers.Add(Mine, "1");
        try
        {
            using var response = await _http.SendAsync(request, cancellationToken);
            return response.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}
