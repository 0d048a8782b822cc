using System.Runtime.CompilerServices;

namespace Ccr.Campaign;

internal static class Repository
{
    public static string PathOf(string file) => Path.GetFullPath(Path.Combine(ThisFile(), "../../..", file));

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
