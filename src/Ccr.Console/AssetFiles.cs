using System.Collections.Frozen;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ccr.Console;

/// <summary>Scripts and styles, all out of this assembly, so that they are there however the program is packed.</summary>
internal static class AssetFiles
{
    private const string Prefix = "assets/";

    private static readonly FrozenDictionary<string, string> Types = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [".css"] = "text/css; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".svg"] = "image/svg+xml",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static IEnumerable<string> Names => typeof(AssetFiles).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Select(name => name[Prefix.Length..]);

    public static void MapAssets(this IEndpointRouteBuilder app)
    {
        foreach (var name in Names) app.MapGet($"/{Prefix}{name}", context => SendAsync(context, name));

        // Where Blazor's script loads what belongs to it.
        app.MapGet("/favicon.ico", context => SendAsync(context, "icon.svg"));
    }

    private static async Task SendAsync(HttpContext context, string name)
    {
        await using var file = typeof(AssetFiles).Assembly.GetManifestResourceStream(Prefix + name)!;
        context.Response.ContentType = Types[Path.GetExtension(name)];
        context.Response.ContentLength = file.Length;
        await file.CopyToAsync(context.Response.Body, context.RequestAborted);
    }
}
