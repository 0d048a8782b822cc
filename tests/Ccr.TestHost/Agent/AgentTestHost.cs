using Ccr.Agent;

namespace Ccr.TestHost.Agent;

/// <summary>
/// The agent, composed as it ships, with something between its steps: after the step named by CCR_TEST_CRASH_AFTER it kills itself (SIGKILL) once,
/// which the file named by CCR_TEST_CRASHED remembers, and CCR_TEST_CLOCK_OFFSET sets its clock off, at once or, with CCR_TEST_CLOCK_FROM, from when
/// that file appears.
/// </summary>
internal static class AgentTestHost
{
    public static Task<int> RunAsync(string[] args)
    {
        var clock = Environment.GetEnvironmentVariable("CCR_TEST_CLOCK_OFFSET") is { Length: > 0 } offset
            ? new ShiftedClock(
                TimeSpan.Parse(offset, System.Globalization.CultureInfo.InvariantCulture), Environment.GetEnvironmentVariable("CCR_TEST_CLOCK_FROM"))
            : TimeProvider.System;
        return AgentHost.RunAsync(args, services => Crashing.Register(services, clock));
    }
}
