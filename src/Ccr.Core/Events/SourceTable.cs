using Ccr.Core.Configuration;
using Ccr.Core.Events.Explanations;
using Ccr.Core.Events.Mappings;
using Ccr.Core.Events.Sources;
using Ccr.Core.Results;
using Ccr.Core.Text;

namespace Ccr.Core.Events;

/// <summary>All sources that are read, of which exactly one claims an event.</summary>
internal sealed class SourceTable
{
    /// <summary>
    /// A property that a sender may have set for us or for purposes of its own. It decides between sources that recognise the event, and no more.
    /// </summary>
    private const string HintProperty = "source";

    private static readonly Lazy<IReadOnlyList<MappingFile>> BuiltIn = new(() => [.. EmbeddedFile.Mappings.Select(ReadBuiltIn)]);

    private static readonly string[] InCode = [CcrSource.SourceName, PlainSource.SourceName];

    private readonly List<IEventSource> _sources;

    /// <exception cref="ArgumentException">A mapping file has a fault; hosts find them with the other faults of the options.</exception>
    public SourceTable(EventOptions options, string? defaultDomain)
    {
        var faults = new List<ConfigurationFault>();
        var files = ReadFiles(options, "Events", faults);
        if (faults.Count > 0) throw new ArgumentException(string.Join(Environment.NewLine, faults), nameof(options));

        IEnumerable<IEventSource> mapped = files.Select(file => new MappedSource(MappingCompiler.Compile(file, options, defaultDomain), options.MaxMachines));
        IEventSource[] own = [new CcrSource(defaultDomain), new PlainSource(defaultDomain)];
        _sources = [.. own.Concat(mapped).Where(source => IsEnabled(source.Name, options))];
    }

    public IReadOnlyList<string> Names => [.. _sources.Select(source => source.Name)];

    /// <summary>All faults in the options' mapping files and sources.</summary>
    public static IEnumerable<ConfigurationFault> FindFaults(EventOptions options, string key)
    {
        var faults = new List<ConfigurationFault>();
        var names = ReadFiles(options, key, faults).Select(file => file.Source).Concat(InCode).Order(StringComparer.Ordinal).ToList();
        foreach (var name in options.Sources.Keys.Where(name => !names.Contains(name)))
        {
            faults.Add(ConfigurationFault.Of($"{key}:{nameof(options.Sources)}:{name}",
                $": there is no such source; write one of {string.Join(", ", names)}."
                + (name.Contains('_', StringComparison.Ordinal)
                    ? $" App Service takes no hyphen in a setting's name; write such a source as {nameof(options.Sources)}:0:Name."
                    : "")));
        }

        foreach (var name in options.Sources.Where(s => InCode.Contains(s.Key) && s.Value.Severities.Count + s.Value.Rules.Count > 0).Select(s => s.Key))
        {
            faults.Add(key.Fault($"{nameof(options.Sources)}:{name}",
                $": its events have no severity and no alert rule; leave {nameof(SourceOptions.Severities)} and {nameof(SourceOptions.Rules)} out."));
        }

        return faults;
    }

    /// <summary>The one source whose event this is.</summary>
    /// <exception cref="EventFaultException">None claims it, or several do, or not the one that the sender named.</exception>
    public IEventSource Choose(Payload payload, ReadingTrace? trace)
    {
        if (payload.Message.Properties.TryGetValue(IncomingEvent.SourceProperty, out var named)) return ChooseNamed(payload, named as string ?? "", trace);

        trace?.Sources(payload, _sources);
        var hint = payload.Message.Properties.GetValueOrDefault(HintProperty) as string;
        IEventSource? chosen = null;
        IEventSource? other = null;
        foreach (var source in _sources)
        {
            if (source.FindMismatch(payload) is not null) continue;

            // Our own type says what the event is, whatever its data looks like.
            if (source is CcrSource || source.Name == hint) return source;
            if (chosen is null) chosen = source;
            else other ??= source;
        }

        if (other is not null) throw new EventFaultException(EventReasons.AmbiguousFormat, $"{chosen!.Name} and {other.Name} both recognise it");
        return chosen ?? throw Unrecognised(
            payload,
            EventReasons.UnknownFormat,
            $"no source recognised it; looked for {string.Join("; ", _sources.Select(s => $"{s.Name}: {s.Recognition}"))}");
    }

    /// <summary>An alert of Azure Monitor in an old schema is told so, as one switch at the sender mends it.</summary>
    private static EventFaultException Unrecognised(Payload payload, ReasonCode reason, string detail) => OldAzureSchema.NameOf(payload.Root) is { } old
        ? new EventFaultException(EventReasons.OldAzureSchema, $"it is {old}")
        : new EventFaultException(reason, detail);

    private IEventSource ChooseNamed(Payload payload, string name, ReadingTrace? trace)
    {
        var source = _sources.Find(s => s.Name == name)
            ?? throw new EventFaultException(EventReasons.SourceUnknown,
                $"the sender names the source {SafeText.Quote(name)}; there are {string.Join(", ", Names)}");
        trace?.Sources(payload, [source]);
        return source.FindMismatch(payload) is { } mismatch
            ? throw Unrecognised(
                payload, EventReasons.NotOfSource,
                $"the sender names the source {name}, whose events have {source.Recognition}; here this does not hold: {mismatch}")
            : source;
    }

    private static bool IsEnabled(string name, EventOptions options) => !options.Sources.TryGetValue(name, out var source) || source.Enabled;

    /// <summary>The built-in mappings and those of the files; of two with the same name the file's counts.</summary>
    private static List<MappingFile> ReadFiles(EventOptions options, string key, List<ConfigurationFault> faults)
    {
        var own = new List<MappingFile>();
        for (var i = 0; i < options.MappingFiles.Count; i++)
        {
            var path = options.MappingFiles[i];
            var place = $"{key}:{nameof(options.MappingFiles)}:{i}";
            if (ReadFile(path, place, faults) is not { } file) continue;
            if (InCode.Contains(file.Source) || own.Exists(other => other.Source == file.Source))
                faults.Add(place.Fault($"({path}), source: the name '{file.Source}' is taken: write another one."));
            else own.Add(file);
        }

        return [.. BuiltIn.Value.Where(file => !own.Exists(other => other.Source == file.Source)), .. own];
    }

    private static MappingFile? ReadFile(string path, string place, List<ConfigurationFault> faults)
    {
        byte[] json;
        try
        {
            json = File.ReadAllBytes(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            faults.Add(place.Fault($"({path}): {fault.Message} Write the path of a mapping file."));
            return null;
        }

        var file = MappingFile.Parse(json, out var found);
        faults.AddRange(found.Select(f => ConfigurationFault.Of(place, $"({path}), line {f.Line}{(f.Key.Length == 0 ? "" : $", {f.Key}")}: {f.Text}")));
        return file;
    }

    private static MappingFile ReadBuiltIn(string name) =>
        MappingFile.Parse(EmbeddedFile.Read(name), out var faults)
        ?? throw new InvalidOperationException($"The built-in mapping {name} has a fault in line {faults[0].Line}, {faults[0].Key}: {faults[0].Text}");
}
