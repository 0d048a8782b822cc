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

    /// <summary>What our webhook noted, else the source that recognises the event. Mappings of one's own are not known here.</summary>
    private static string SourceOf(ServiceBusReceivedMessage letter)
    {
        var incoming = letter.ToEvent();
        return incoming.Properties.GetValueOrDefault(IncomingEvent.SourceProperty) is string named
            ? SafeText.Escape(named)
            : string.Join(", ", Reader.Read(incoming).Parts.Select(part => part.Event.Source).Distinct());
    }
}
