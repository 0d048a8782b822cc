using Ccr.SiteSimulator.Http;
using Ccr.SiteSimulator.Site;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Ccr.SiteSimulator.ManagementPoint;

/// <summary>
/// The management point's own rules, without any fault. Paths and query names are matched without regard to case, as IIS does; verbs are
/// case-sensitive, as in UrlScan.
/// </summary>
/// <remarks>
/// No error code of the real module is documented: 400 for a malformed submission is this simulator's choice, and it is stricter than the real one may
/// be, so that a client's mistake shows.
/// </remarks>
internal static class RequestRules
{
    private const string SubmitVerb = "SMS_POST";
    private const string SubmitPath = "/sms_mp/machine.ccr";
    private const string ListPath = "/sms_mp/.sms_aut";
    private const int LongestName = 64;

    public static ServerAnswer Answer(string method, PathString path, IQueryCollection query, bool hasBody)
    {
        if (path.Equals(SubmitPath, StringComparison.OrdinalIgnoreCase))
            return method == SubmitVerb ? Submit(query, hasBody) : NotAllowed(SubmitVerb);

        if (!path.Equals(ListPath, StringComparison.OrdinalIgnoreCase)) return new(StatusCodes.Status404NotFound);
        if (!HttpMethods.IsGet(method)) return NotAllowed(HttpMethods.Get);

        // On SMS 2003 success is an empty page (myitforum.com, March 2008).
        return query.ContainsKey("mplist") || query.ContainsKey("mpcert")
            ? new(StatusCodes.Status200OK)
            : new(StatusCodes.Status404NotFound);
    }

    private static ServerAnswer Submit(IQueryCollection query, bool hasBody)
    {
        if (hasBody || !IsName(query["mn"]) || !IsName(query["dn"]) || !TryReadForced(query, out var forced))
            return new(StatusCodes.Status400BadRequest) { IsSubmission = true };

        // A name is upper-cased so that PC01 and pc01 are one file on every file system.
        var ccr = new ReceivedCcr(query["mn"].ToString().ToUpperInvariant(), query["dn"].ToString(), forced);
        return new(StatusCodes.Status200OK) { Ccr = ccr, IsSubmission = true, Machines = [ccr.Machine] };
    }

    private static ServerAnswer NotAllowed(string verb) => new(StatusCodes.Status405MethodNotAllowed) { Header = $"Allow: {verb}" };

    private static bool IsName(StringValues values) =>
        values is [{ Length: > 0 and <= LongestName } name] && !name.Any(char.IsControl);

    private static bool TryReadForced(IQueryCollection query, out bool forced)
    {
        forced = false;
        return query["fkey"] switch
        {
            [] => true,
            [var value] => bool.TryParse(value, out forced),
            _ => false,
        };
    }
}
