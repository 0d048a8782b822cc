using System.Text.Json.Nodes;
using Ccr.SiteSimulator.Http;
using Microsoft.AspNetCore.Http;

namespace Ccr.SiteSimulator.AdminService;

/// <summary>The answers in the shapes that live sites give.</summary>
internal static class AdminServiceAnswers
{
    private const string NotFoundText = "No HTTP resource was found that matches the request URI";

    /// <summary>What live sites answer to nearly everything that they do not understand.</summary>
    public static ServerAnswer NotFound { get; } = Error(StatusCodes.Status404NotFound, NotFoundText);

    /// <summary>Code and message; without a body when there is no message.</summary>
    public static ServerAnswer Error(int status, string message)
    {
        var body = message.Length == 0 ? "" : new JsonObject
        {
            ["error"] = new JsonObject { ["code"] = $"{status}", ["message"] = message },
        }.ToJsonString();
        return new(status) { Body = _ => body };
    }

    /// <summary>The answer of a method: 201, also when it made nothing.</summary>
    public static ServerAnswer Method(Uri site, int returnValue, (string Name, string Value)? output = null)
    {
        var result = new JsonObject { ["@odata.context"] = $"{site}AdminService/wmi/$metadata#__PARAMETERS", ["ReturnValue"] = returnValue };
        if (output is { } other) result[other.Name] = other.Value;
        var body = result.ToJsonString();
        return new(StatusCodes.Status201Created) { Body = _ => body };
    }
}
