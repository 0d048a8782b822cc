using Ccr.SiteSimulator.Devices;

namespace Ccr.SiteSimulator.Site;

/// <summary>
/// What ccm.log says. The lines are those of public samples: Q262298 and KB925282 for SMS 2003, posts of 2022 for sites of today. Of a success and of the
/// end of a request no sample is public: these lines are invented, and begin with "Simulator:".
/// </summary>
internal static class CcmLines
{
    public const string Account = @"SITE\ccmpush";

    public static string Received(string request, string machine) => $"Received request: \"{request}\" for machine name: \"{machine}\" on queue: \"Incoming\".";

    public static IEnumerable<string> Begin(string request, string machine) =>
        [Stored(request, machine, "Processing"), $"======>Begin Processing request: \"{request}\", machine name: \"{machine}\""];

    /// <summary>All lines from the connection to the end of the attempt.</summary>
    public static IEnumerable<string> End(string request, CcrFile ccr, Attempt attempt)
    {
        var connect = ccr.ResourceId is { } id ? OfToday(id, ccr.Machine, attempt) : OfSms2003(request, ccr.Machine, attempt);
        var outcome = attempt.End switch
        {
            AttemptEnd.Started => $"---> Simulator: setup of the client was started on machine \"{ccr.Machine}\".",
            AttemptEnd.Waiting => $"---> Simulator: SMS Agent Host does not run yet on machine \"{ccr.Machine}\".",
            AttemptEnd.Verified => $"---> Simulator: SMS Agent Host runs on machine \"{ccr.Machine}\".",
            AttemptEnd.Skipped => $"---> Simulator: machine \"{ccr.Machine}\" has a client, error code: {attempt.Error}",
            _ => null,
        };
        var kept = attempt.KeepsFile
            ? Stored(request, ccr.Machine, "Retry")
            : $"Simulator: request \"{request}\", machine name \"{ccr.Machine}\", is deleted{(attempt.End == AttemptEnd.GivenUp ? ": given up" : "")}.";
        return [.. connect, .. outcome is null ? Array.Empty<string>() : [outcome], kept,
            $"<======End request: \"{request}\", machine name: \"{ccr.Machine}\"."];
    }

    public static IEnumerable<string> Idle(int waiting, TimeSpan untilNextPass) =>
        [$"CCR count in queue \"Retry\" is {waiting}.", $"Sleeping for {(int)untilNextPass.TotalSeconds} seconds..."];

    public static string Unreadable(string file) => $"Simulator: file \"{file}\" names no machine and is renamed to .bad.";

    private static string Stored(string request, string machine, string queue) =>
        $"Stored request \"{request}\", machine name \"{machine}\", in queue \"{queue}\".";

    private static IEnumerable<string> OfSms2003(string request, string machine, Attempt attempt)
    {
        yield return $@"---> Attempting to connect to administrative share '\\{machine}\admin$' using account '{Account}'";
        if (attempt.Error is 0 or PushError.AlreadyClient) yield break;
        if (attempt.Error == PushError.AccessDenied)
            yield return $"---> ERROR: Unable to connect to remote registry for machine name \"{machine}\", error {attempt.Error}.";
        yield return $"---> ERROR: Unable to access target machine for request: \"{request}\", machine name: \"{machine}\", error code: {attempt.Error}";
    }

    private static IEnumerable<string> OfToday(long id, string machine, Attempt attempt)
    {
        yield return $"Execute query exec [sp_CP_GetPushRequestMachine] {id}~";
        yield return $@"---> Attempting to connect to administrative share '\\{machine}\admin$' using account '{Account}'";
        if (attempt.Error is 0 or PushError.AlreadyClient)
        {
            yield return $"---> Connected to administrative share on machine {machine} using account '{Account}'";
        }
        else if (attempt.Error == PushError.NoNetworkPath)
        {
            yield return $"---> ERROR: Unable to access target machine for request: \"{id}\", machine name: \"{machine}\", error code: {attempt.Error}";
        }
        else
        {
            yield return $"---> Unable to connect to WMI on remote machine \"{machine}\", error = 0x{attempt.Error:x8}.";
            yield return $"--> NTLM fallback is not enabled, remote machine \"{machine}\" is not continuing with client push.";
        }

        yield return $"Execute query exec [sp_CP_SetLastErrorCode] {id}, {attempt.Error}";
        if (attempt.End == AttemptEnd.Failed) yield return $"Execute query exec [sp_CP_SetPushRequestMachineStatus] {id}, {(int)PushStatus.Retry}";
    }
}
