using System.Collections.Concurrent;
using System.Collections.ObjectModel;
using System.Net;
using System.Text.Json.Nodes;
using Ccr.Campaign.Supervision;
using Ccr.Hosting.Relay;
using Ccr.TestHost.Relay;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ccr.Campaign.Scenarios;

/// <summary>
/// Somebody who may listen and send on the hybrid connection, and has no key of the site. It keeps each question that asks for a submission, sends copies
/// of some before it answers, and answers with lies, or with what an agent says to the copy that it was not meant for. What it sends it writes by itself.
/// </summary>
internal sealed class Thief : IAsyncDisposable
{
    /// <summary>The header of what it sends, by which it knows it when the relay hands that to itself.</summary>
    private const string Mine = "X-Campaign-Thief";

    private static readonly TimeSpan TokenLife = TimeSpan.FromHours(1);

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
                Lies.Change(question, json => json["signature"] = Lies.NoSignature),
                Lies.Change(question, json => json.Remove("signature")),
                Lies.Change(question, json => json["command"]!["machine"] = $"FORGED{number}"),
                Lies.Change(question, json => json["for"] = null),
            })
            {
                if ((await SendAsync(forged, TokenLife, cancellationToken)).Status == HttpStatusCode.OK) believed++;
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
            if ((await SendAsync(question, -TokenLife, cancellationToken)).Status == HttpStatusCode.Unauthorized) refused++;
        }

        return refused;
    }

    public async ValueTask DisposeAsync()
    {
        await _listener.DisposeAsync();
        _http.Dispose();
    }

    private async Task<RelayedAnswer> HearAsync(RelayedRequest request, CancellationToken stop)
    {
        if (request.Headers.ContainsKey(Mine)) return new RelayedAnswer(404, ReadOnlyDictionary<string, string>.Empty, default);

        var question = JsonNode.Parse(request.Body.Span)!;
        if ((string?)question["kind"] == "Submit")
        {
            var body = request.Body.ToArray();
            _stolen.Enqueue(body);
            switch (Stolen % 3)
            {
                case 0:
                    await SendCopiesAsync(body, stop);
                    break;
                case 1:
                    if ((await SendAsync(body, TokenLife, stop)).Body is { Length: > 0 } answer)
                        return new RelayedAnswer(200, ReadOnlyDictionary<string, string>.Empty, answer);
                    break;
            }
        }

        return new RelayedAnswer(200, ReadOnlyDictionary<string, string>.Empty, Lies.Of(question));
    }

    private async Task<int> SendCopiesAsync(byte[] question, CancellationToken cancellationToken)
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, _copies).Select(_ => SendAsync(question, TokenLife, cancellationToken)));
        return answers.Count(answer => answer.Status == HttpStatusCode.OK);
    }

    /// <summary>Sends one question; there may be no answer.</summary>
    private async Task<(HttpStatusCode? Status, byte[] Body)> SendAsync(byte[] question, TimeSpan tokenLife, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"{_hybridConnection}/ccr")) { Content = new ByteArrayContent(question) };
        request.Headers.Add("ServiceBusAuthorization", RelayAccess.TokenUntil(TimeProvider.System.GetUtcNow() + tokenLife, _hybridConnection));
        request.Headers.Add(Mine, "1");
        try
        {
            using var response = await _http.SendAsync(request, cancellationToken);
            return (response.StatusCode, response.IsSuccessStatusCode ? await response.Content.ReadAsByteArrayAsync(cancellationToken) : []);
        }
        catch (HttpRequestException)
        {
            return (null, []);
        }
    }
}
