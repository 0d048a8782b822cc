using Ccr.SiteSimulator;
using Ccr.SiteSimulator.Faults;

namespace Ccr.Cli.Commands;

/// <summary>What <c>ccr simulate-mp</c> and <c>ccr simulate-site</c> share.</summary>
internal static class SimulatorArguments
{
    public static FaultPlan ParseFaults(string option, string? spec, Func<string, FaultPlan> parse)
    {
        try
        {
            return spec is null ? FaultPlan.None : parse(spec);
        }
        catch (FormatException fault)
        {
            throw new UserErrorException(CliReasons.BadArgument, $"{option} cannot be read: {fault.Message}");
        }
    }

    /// <summary>Says of each request what was asked and answered.</summary>
    public static Action<RecordedRequest> Teller(IReport report) => request => report.Say(
        $"{request.Method} {request.Path}?{request.Query} {request.Status?.ToString() ?? "-"}",
        "request",
        new Dictionary<string, object?>
        {
            ["time"] = request.Time,
            ["method"] = request.Method,
            ["path"] = request.Path,
            ["query"] = request.Query,
            ["status"] = request.Status,
            ["machine"] = request.Machine,
        });
}
