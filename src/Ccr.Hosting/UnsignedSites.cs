using Ccr.Core.Sites;
using Microsoft.Extensions.DependencyInjection;

namespace Ccr.Hosting;

/// <summary>Says at every start of which sites unsigned messages are believed, so that what was meant for the time of a change does not stay.</summary>
public static partial class UnsignedSites
{
    /// <summary>One sentence for each such site.</summary>
    public static IReadOnlyList<string> Find(IServiceProvider services)
    {
        var reason = ConfigurationReasons.SignaturesOff;
        return
        [
            .. services.GetRequiredService<SiteTable>().Sites.Where(site => site.AllowUnsigned)
                .Select(site => $"{reason.Code}: {reason.Meaning}, of site {site.Key}. {reason.Remedy}"),
        ];
    }

    /// <summary>Logs them.</summary>
    public static void Warn(IServiceProvider services)
    {
        var logger = services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(UnsignedSites).FullName!);
        foreach (var sentence in Find(services)) Say(logger, sentence);
    }

    [LoggerMessage(2110, LogLevel.Warning, "{Sentence}")]
    private static partial void Say(ILogger logger, string sentence);
}
