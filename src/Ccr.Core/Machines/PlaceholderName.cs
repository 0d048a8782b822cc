using System.Collections.Frozen;

namespace Ccr.Core.Machines;

/// <summary>
/// The words that systems write where they have no name of a machine. They would be valid NetBIOS names, or nearly so, and a site server would log on to
/// whatever bears them. None of them is a machine's name here, in any case and from any source; a machine that is really called so has to be renamed.
/// </summary>
internal static class PlaceholderName
{
    private static readonly FrozenSet<string> Words = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,

        // There is no value.
        "unknown", "null", "nil", "none", "undefined", "empty", "na", "n/a", "n-a", "nan", "tbd", "-", "--", "?", "(null)", "(none)", "(unknown)", "not-available", "notset",

        // The name of the field, or of an example, instead of its value.
        "host", "hostname", "computer", "computername", "machine", "machinename", "instance", "placeholder", "example", "dummy", "test", "test-computer", "testhost", "myhost",

        // Whoever reads the name means itself.
        "localhost", "localhost.localdomain", "loopback");

    /// <summary>Whether a text is one of them.</summary>
    public static bool Is(string text) => Words.Contains(text);
}
