using Ccr.Core;
using Ccr.Core.Configuration;
using Ccr.Core.Text;

namespace Ccr.Cli;

/// <summary>Reads the file behind <c>--config</c>, and over it the environment.</summary>
internal static class ConfigurationFile
{
    public static IConfiguration Read(string? path)
    {
        var builder = new ConfigurationBuilder();
        if (path is not null) builder.AddJsonFile(Path.GetFullPath(RequireFile(path)));
        try
        {
            return builder.AddEnvironmentVariables().Build();
        }
        catch (InvalidDataException fault)
        {
            var cause = fault.GetBaseException();
            throw cause is IOException or UnauthorizedAccessException
                ? new UserErrorException(CliReasons.CannotReadOrWrite, cause.Message)
                : new UserErrorException(CliReasons.BadArgument, $"{SafeText.Quote(path!)} is not JSON: {cause.Message}");
        }
    }

    /// <summary>The path of a file that is there. Throws if it is not, or is a folder.</summary>
    public static string RequireFile(string path) => File.Exists(path) ? path : throw new UserErrorException(
        CliReasons.FileNotFound, Directory.Exists(path) ? $"{SafeText.Quote(path)} is a folder, not a file" : $"there is no file {SafeText.Quote(path)}");

    /// <summary>
    /// Adds the settings of the job for a command that only shows. Where no site is configured it is not the job's configuration, and nothing is asked of it.
    /// </summary>
    public static IServiceCollection AddCcrSettings(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSection<CcrOptions>(
            configuration, CcrOptions.Section, (settings, options) => settings.Bind(options), options => options.Sites.Count == 0 ? [] : options.FindFaults());
        return services;
    }
}
