using Ccr.Core.Results;

namespace Ccr.Core.Events.HostNames;

/// <summary>As what a mapping takes the value that it found.</summary>
internal enum HostKind
{
    /// <summary>A NetBIOS name; nothing is taken off.</summary>
    Name,

    /// <summary>A name, a DNS name or a machine's resource id, with or without a port.</summary>
    Host,

    /// <summary>A DNS name alone: a plain name at this place may be that of a component.</summary>
    DnsName,

    /// <summary>A machine's resource id alone.</summary>
    ResourceId,

    /// <summary>As a host, but only if the resources that the event is about say that it is a machine.</summary>
    ResourceName,
}

/// <summary>What is to be done with a value that may name a machine.</summary>
internal enum HostVerdict
{
    /// <summary>It names a machine.</summary>
    Taken,

    /// <summary>It may rightly stand there and names no machine: others count.</summary>
    PassedOver,

    /// <summary>It must not stand there.</summary>
    Refused,
}

/// <summary>What the rules made of one text.</summary>
/// <param name="Verdict">Whether it names a machine.</param>
/// <param name="Machine">The machine, or the text when it names none.</param>
/// <param name="Domain">The domain that its DNS suffix stands for.</param>
internal sealed record HostReading(HostVerdict Verdict, string Machine, string? Domain = null)
{
    /// <summary>Why, when it is refused.</summary>
    public Verdict? Refusal { get; init; }

    /// <summary>Why, when it is passed over.</summary>
    public string? Note { get; init; }

    public static HostReading Take(string machine, string? domain = null) => new(HostVerdict.Taken, machine, domain);

    public static HostReading PassOver(string note) => new(HostVerdict.PassedOver, "") { Note = note };
}
