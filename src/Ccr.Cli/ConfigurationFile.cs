using Ccr.Core.Text;

namespace Ccr.Cli;

/// <summary>Reads the file behind <c>--config</c>.</summary>
internal static class ConfigurationFile
{
    public static IConfiguration Read(string? path)
    {
        var builder = new ConfigurationBuilder();
        if (path is null) return builder.Build();
        if (!File.Exists(path)) throw new UserErrorException(CliReasons.FileNotFound, $"there is no file {SafeText.Quote(path)}");

        try
        {
            return builder.AddJsonFile(Path.GetFullPath(path)).Build();
        }
        catch (InvalidDataException fault)
        {
            throw new UserErrorException(CliReasons.BadArgument, $"{SafeText.Quote(path)} is not JSON: {fault.GetBaseException().Message}");
        }
    }
}
