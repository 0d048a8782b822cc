using System.Globalization;
using Ccr.SiteSimulator.Http;
using Microsoft.AspNetCore.Http;

namespace Ccr.SiteSimulator.AdminService;

/// <summary>How an AdminService without any fault answers at one time. Paths are matched without regard to case, and may end with a slash.</summary>
internal sealed class AdminServiceRules(SimulatedSite site, DateTimeOffset now, Uri address)
{
    private const string Route = "/adminservice/wmi/";

    private static readonly (string Name, string Value) SiteId = ("SiteID", "{5C5C0000-0000-4000-8000-000000000001}");

    public ServerAnswer Answer(string method, string path, IQueryCollection query, string body)
    {
        if (!path.StartsWith(Route, StringComparison.OrdinalIgnoreCase)) return AdminServiceAnswers.NotFound;

        var resource = path[Route.Length..].TrimEnd('/').ToUpperInvariant();
        return (method, resource) switch
        {
            ("GET" or "POST", "SMS_IDENTIFICATION.GETSITEID") => AdminServiceAnswers.Method(address, 0, SiteId) with { Kind = RequestKind.Site },
            ("POST", "SMS_COLLECTION.CREATECCR") => new CcrMethods(site, now, address).CreateCcr(body),
            ("POST", "SMS_COLLECTION.GENERATECCRBYNAME") => new CcrMethods(site, now, address).GenerateCcrByName(body),
            ("GET", _) => Query(resource, query),
            _ => AdminServiceAnswers.NotFound,
        };
    }

    private ServerAnswer Query(string resource, IQueryCollection query)
    {
        var (name, key) = resource.Split('(') is [var left, [.. var inner, ')']] ? (left, inner) : (resource, null);
        if (DeviceTable.All.FirstOrDefault(table => table.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is not { } found)
            return AdminServiceAnswers.NotFound;

        try
        {
            var asked = RowQuery.Parse(found, query);
            if (key is not null) return ByKey(found, key, asked);

            asked.Filter.MeetNames(site.Devices, now);
            var rows = asked.Apply(site.Devices.At(now), now);
            return new(StatusCodes.Status200OK)
            {
                Kind = RequestKind.Query,
                Machines = [.. asked.Filter.Names],
                Body = fault => RowText.Write(found, asked.Columns, rows, now, address, fault),
            };
        }
        catch (FormatException)
        {
            // A filter or a property that it does not know: a live site says 404 as well.
            return AdminServiceAnswers.NotFound;
        }
    }

    private ServerAnswer ByKey(DeviceTable table, string key, RowQuery asked)
    {
        var isKey = long.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var id);
        if (!isKey || site.Devices.Find(id, now) is not { } device) return AdminServiceAnswers.NotFound;

        return new(StatusCodes.Status200OK)
        {
            Kind = RequestKind.Query,
            Machines = [device.Name],
            Body = fault => RowText.Write(table, asked.Columns, [device], now, address, fault),
        };
    }
}
