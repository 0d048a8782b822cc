using System.Text;
using Ccr.Cli.Events;
using Ccr.Core.Events;
using Ccr.EndToEnd.Tests.Support;

namespace Ccr.EndToEnd.Tests;

public sealed class EventTimesTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.Parse("2027-03-04T05:06:07Z", System.Globalization.CultureInfo.InvariantCulture);

    public static TheoryData<string> Samples => [.. Directory.GetFiles(Repository.PathOf("tests", "events"), "*.json").Select(path => Path.GetFileName(path))];

    [Fact]
    public async Task MoveTo_EventWithAnExpiry_KeepsThatItLastsAnHour()
    {
        var file = await ReadAsync("ccr-client-broken.json");

        var moved = EventTimes.MoveTo(Now, file with
        {
            Body = """{"specversion":"1.0","type":"ccr.reinstall.requested","id":"1","source":"x","time":"2026-01-31T12:00:00.25+01:00","data":{"machine":"PC01","expires":"2026-01-31T13:00:00Z","ends":"0001-01-01T00:00:00Z","clock":"1795335178"}}"""u8.ToArray(),
        });

        Assert.Equal(
            """{"specversion":"1.0","type":"ccr.reinstall.requested","id":"1","source":"x","time":"2027-03-04T06:06:06.25+01:00","data":{"machine":"PC01","expires":"2027-03-04T07:06:06Z","ends":"0001-01-01T00:00:00Z","clock":"1829614744"}}""",
            Encoding.UTF8.GetString(moved.Body.Span));
    }

    /// <summary>Within the second by which a fraction can be off; what else the event says is the same.</summary>
    [Theory]
    [MemberData(nameof(Samples))]
    public async Task MoveTo_EachSample_HappenedNowAndSaysTheSame(string name)
    {
        var file = await ReadAsync(name);
        var before = Read(file);

        var after = Read(EventTimes.MoveTo(Now, file));

        Assert.InRange(after.Parts.Max(part => part.Event.Time), Now - TimeSpan.FromSeconds(2), Now);
        Assert.Equal(before.Parts.Select(Facts), after.Parts.Select(Facts));
        Assert.Equal(Lives(before), Lives(after));

        static object Facts(EventPart part) => (part.Event.Source, part.MachineText, part.Domain, (part as EndedPart)?.Verdict.Reason);
        static IEnumerable<TimeSpan?> Lives(EventReading reading) => reading.Parts.Select(part => (part as MachinePart)?.Expires - part.Event.Time);
    }

    [Fact]
    public async Task MoveTo_BytesThatAreNoJson_StayAsTheyAre()
    {
        var file = (await ReadAsync("ccr-client-broken.json")) with { Body = new byte[] { 0xFF, 0xFE, 0x00, 0x41 } };

        Assert.Equal(file.Body.ToArray(), EventTimes.MoveTo(Now, file).Body.ToArray());
    }

    private static async Task<EventFile> ReadAsync(string name) =>
        Assert.Single(await EventFiles.ReadAsync([Repository.PathOf("tests", "events", name)], Stream.Null, TestContext.Current.CancellationToken));

    private static EventReading Read(EventFile file) =>
        new EventReader(new EventOptions()).Read(new IncomingEvent { Body = file.Body, MessageId = "1", EnqueuedTime = Now });
}
