namespace Ccr.EmbeddedRelay.Tests;

/// <summary>
/// Microsoft's hyco-https for JavaScript, unmodified, sends through our relay over TLS, its only way; our listener answers. Each check is a test.
/// </summary>
public sealed class HycoSenderTests(HycoSenderTests.Run run) : IClassFixture<HycoSenderTests.Run>
{
    public static TheoryData<string> Checks =>
    [
        "get an answer", "send SMS_POST", "send a small body", "send a large body", "send in chunks", "send a token in the query", "send without a token",
        "send with a wrong token", "send with a token for something else", "send many over one connection",
    ];

    [Theory]
    [MemberData(nameof(Checks))]
    public void Relay_AsHycoSeesIt_Can(string check) => Assert.Equal($"ok {check}", run.Lines.FirstOrDefault(line => line.Contains(check, StringComparison.Ordinal)));

    [Fact]
    public void Script_Run_ChecksNothingThatIsNotListed() => Assert.Equal(Checks.Count, run.Lines.Count);

    /// <summary>One run of the script.</summary>
    public sealed class Run : IAsyncLifetime
    {
        public IReadOnlyList<string> Lines { get; private set; } = [];

        public async ValueTask InitializeAsync()
        {
            using var certificate = new ServerCertificate();
            await using var parties = await Parties.StartAsync(Parties.Options(certificate: certificate.WithKey));
            var toListen = parties.ToListen;
            toListen.TrustedCaFile = certificate.File;
            await parties.ListenAsync(
                (request, _) => Task.FromResult(
                    Parties.Answer(200, request.Body.ToArray(), ("X-Method", request.Method), ("X-Target", request.Target))),
                toListen);

            var toSend = parties.ToSend;
            await using var hyco = await NodePeer.StartAsync(
                "sender.js",
                [parties.Relay.Address.Authority, Parties.Hq, toSend.KeyName!, toSend.Key!],
                new Dictionary<string, string> { ["NODE_EXTRA_CA_CERTS"] = certificate.File });
            List<string> lines = [];
            while (await hyco.ReadLineAsync() is { } line) lines.Add(line);
            Lines = lines;
        }

        public ValueTask DisposeAsync() => default;
    }
}
