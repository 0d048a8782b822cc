using System.Globalization;
using Azure.Messaging.ServiceBus;
using Ccr.Core.Events;
using Ccr.Core.Text;

namespace Ccr.Cli.DeadLetters;

/// <summary>Dead letters that have the reason, the source and the day in common.</summary>
/// <param name="Reason">The dead-letter reason, escaped.</param>
/// <param name="Source">The source, or the sources, of the event.</param>
/// <param name="Day">When it was enqueued, in UTC.</param>
internal sealed record DeadLetterGroup(string Reason, string Source, DateOnly Day);

/// <summary>Counts dead letters, and keeps one page of them.</summary>
/// <param name="from">The sequence number that the page begins with.</param>
/// <param name="max">How many a page has.</param>
internal sealed class DeadLetterList(long from, int max)
{
    private static readonly EventReader Reader = new(new EventOptions());

    private readonly Dictionary<DeadLetterGroup, int> _groups = [];
    private readonly List<ServiceBusReceivedMessage> _page = [];

    /// <summary>How many there are of each group, the most first.</summary>
    public IEnumerable<KeyValuePair<DeadLetterGroup, int>> Groups =>
        _groups.OrderByDescending(group => group.Value).ThenByDescending(group => group.Key.Day).ThenBy(group => group.Key.Reason, StringComparer.Ordinal);

    public IReadOnlyList<ServiceBusReceivedMessage> Page => _page;

    public int Count { get; private set; }

    /// <summary>Where the next page begins, if there is one.</summary>
    public long? Next { get; private set; }

    public void Add(ServiceBusReceivedMessage letter)
    {
        Count++;
        var group = new DeadLetterGroup(DeadLetterText.ReasonOf(letter), SourceOf(letter), DateOnly.FromDateTime(letter.EnqueuedTime.UtcDateTime));
        _groups[group] = _groups.GetValueOrDefault(group) + 1;
        if (letter.SequenceNumber < from) return;
        if (_page.Count < max) _page.Add(letter);
        else Next ??= letter.SequenceNumber;
    }

    /// <summary>Reads when letters are meant: <c>2026-11-25</c>, <c>2026-11-25T18:00Z</c>, or so long ago: <c>90m</c>, <c>36h</c>, <c>7d</c>.</summary>
    public static DateTimeOffset ReadSince(string text, DateTimeOffset now)
    {
        string[] formats = ["yyyy-MM-dd", "yyyy-MM-ddTHH:mmK", "yyyy-MM-ddTHH:mm:ssK"];
        if (DateTimeOffset.TryParseExact(text, formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var since)) return since;

        var unit = text.Length == 0 ? TimeSpan.Zero : text[^1] switch
        {
            'm' => TimeSpan.FromMinutes(1),
            'h' => TimeSpan.FromHours(1),
            'd' => TimeSpan.FromDays(1),
            _ => TimeSpan.Zero,
        };
        return unit > TimeSpan.Zero && ushort.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? now - (unit * count)
            : throw new UserErrorException(CliReasons.BadArgument,
                $"--since {SafeText.Quote(text)} is no time; write for example 2026-11-25, 2026-11-25T18:00Z, 90m, 36h or 7d");
    }

    /// <summary>What our webhook noted, else the source that recognises the event. Mappings of one's own are not known here.</summary>
    private static string SourceOf(ServiceBusReceivedMessage letter)
    {
        var incoming = letter.ToEvent();
        return incoming.Properties.GetValueOrDefault(IncomingEvent.SourceProperty) is string named
            ? SafeText.Escape(named)
            : string.Join(", ", Reader.Read(incoming).Parts.Select(part => part.Event.Source).Distinct());
    }
}
