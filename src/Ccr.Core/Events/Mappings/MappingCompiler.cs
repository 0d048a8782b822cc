using Ccr.Core.Events.HostNames;

namespace Ccr.Core.Events.Mappings;

/// <summary>Makes a mapping of what its file says and the configuration adds.</summary>
internal static class MappingCompiler
{
    public static Mapping Compile(MappingFile file, EventOptions options, string? defaultDomain)
    {
        var configured = options.Sources.TryGetValue(file.Source, out var source) ? source : new SourceOptions();
        var hosts = new HostNameRules(SuffixesOf(file, options));
        return new Mapping
        {
            Source = file.Source,
            Title = file.Title ?? file.Source,
            Conditions = [.. file.Recognise.Select(ConditionOf)],
            Each = file.Each is not null && JsonPath.TryParse(file.Each, out var each, out _) ? each : null,
            Machines = new MachineFinder([.. file.Machine.Select(CandidateOf)], hosts),
            Ignored = [.. file.Ignore?.Select(i => new IgnoreRule(
                new Condition(Selector.Parse(i.At), i.Is, i.Like, i.Kind), Enum.Parse<IgnoredAs>(i.As, ignoreCase: true), i.Because)) ?? []],
            States = [.. file.State?.Select(s => new StateRule(Selector.Parse(s.At), s.Fired, s.Resolved ?? [], s.Ignored ?? [], StateOf(s.IfMissing))) ?? []],
            Filter = new AlertFilter(Configured(configured.Severities, file.Only?.Severities), Configured(configured.Rules, file.Only?.Rules)),
            Ids = [.. file.Id?.Select(Selector.Parse) ?? []],
            Times = [.. file.Time?.Select(t => new TimeRule(Selector.Parse(t.At), t.Format)) ?? []],
            Domain = [.. file.Domain?.Select(Selector.Parse) ?? []],
            DefaultDomain = defaultDomain,
            Site = [.. file.Site?.Select(Selector.Parse) ?? []],
            Hosts = hosts,
            Severity = Optional(file.Severity),
            Rule = Optional(file.Rule),
            Reason = Optional(file.Reason),
            LeftOut = Optional(file.LeftOut),
        };
    }

    private static Condition ConditionOf(ConditionEntry c) => new(Selector.Parse(c.At), c.Is, c.Like, c.Kind);

    private static MachineCandidate CandidateOf(MachineEntry m) =>
        new(Selector.Parse(m.At), KindOf(m.As), [.. m.Of?.Select(Selector.Parse) ?? []], m.Unless is null ? null : ConditionOf(m.Unless));

    private static Selector? Optional(string? text) => text is null ? null : Selector.Parse(text);

    private static string[] Configured(IList<string> configured, string[]? written) => configured.Count > 0 ? [.. configured] : written ?? [];

    /// <summary>The mapping's own suffixes come before those of the configuration.</summary>
    private static Dictionary<string, string> SuffixesOf(MappingFile file, EventOptions options)
    {
        var suffixes = new Dictionary<string, string>(options.DnsSuffixes, StringComparer.OrdinalIgnoreCase);
        foreach (var (suffix, domain) in file.DnsSuffixes ?? []) suffixes[suffix] = domain;
        return suffixes;
    }

    private static HostKind KindOf(string text) => text switch
    {
        "name" => HostKind.Name,
        "dnsName" => HostKind.DnsName,
        "resourceId" => HostKind.ResourceId,
        "resourceName" => HostKind.ResourceName,
        _ => HostKind.Host,
    };

    private static ProblemState StateOf(string? text) => text switch
    {
        "fired" => ProblemState.Fired,
        "resolved" => ProblemState.Resolved,
        "ignored" => ProblemState.Ignored,
        _ => ProblemState.Unknown,
    };
}
