using System.Runtime.InteropServices;

namespace Ccr.TestHost.Processor;

/// <summary>Where a process can be made to kill itself: before and after everything that somebody else can see.</summary>
public static class CrashPoints
{
    public const string Received = "received";
    public const string BeforeRead = "before-read";
    public const string BeforeClaim = "before-claim";
    public const string AfterClaim = "after-claim";
    public const string BeforeSend = "before-send";
    public const string WhileSending = "while-sending";
    public const string AfterAnswer = "after-answer";
    public const string BeforeRecord = "before-record";
    public const string AfterRecord = "after-record";
    public const string BeforePublish = "before-publish";
    public const string AfterPublish = "after-publish";
    public const string BeforeCopy = "before-copy";
    public const string AfterCopy = "after-copy";
    public const string BeforeDeadLetter = "before-dead-letter";
    public const string AfterDeadLetter = "after-dead-letter";
    public const string BeforeComplete = "before-complete";
    public const string AfterComplete = "after-complete";

    public const string LookReceived = "look-received";
    public const string BeforeFirstLook = "before-first-look";
    public const string AfterFirstLook = "after-first-look";
    public const string BeforeLookRecord = "before-look-record";
    public const string AfterLookRecord = "after-look-record";
    public const string BeforeVerification = "before-verification";
    public const string AfterVerification = "after-verification";
    public const string BeforeNextLook = "before-next-look";
    public const string AfterNextLook = "after-next-look";
    public const string BeforeLookComplete = "before-look-complete";
    public const string AfterLookComplete = "after-look-complete";

    /// <summary>On the way of every request, whether or not its site is looked at afterwards.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        Received, BeforeRead, BeforeClaim, AfterClaim, BeforeSend, WhileSending, AfterAnswer, BeforeRecord, AfterRecord, BeforePublish,
        AfterPublish, BeforeCopy, AfterCopy, BeforeDeadLetter, AfterDeadLetter, BeforeComplete, AfterComplete,
    ];

    /// <summary>
    /// From the recorded result to the final verification. "Before the record" of a look is after the site was looked at, and its first and its next ones
    /// are told apart as they are scheduled.
    /// </summary>
    public static IReadOnlyList<string> AfterPush { get; } =
    [
        AfterRecord, AfterPublish, BeforeFirstLook, AfterFirstLook, BeforeComplete, LookReceived, BeforeLookRecord, AfterLookRecord, BeforeVerification,
        AfterVerification, BeforeNextLook, AfterNextLook, BeforeLookComplete, AfterLookComplete,
    ];

    /// <summary>Between these the machine is claimed and its result is not recorded: a kill there leaves it indeterminate.</summary>
    public static IReadOnlyList<string> InsideClaim { get; } = [AfterClaim, BeforeSend, WhileSending, AfterAnswer, BeforeRecord];
}

/// <summary>Kills its own process (SIGKILL: no handler, no flush, no dump) when it comes to one point for the nth time.</summary>
internal sealed class CrashPoint(string? point, int times)
{
    private const int Sigkill = 9;

    private int _left = times;

    public static CrashPoint FromEnvironment() => new(
        Environment.GetEnvironmentVariable("CCR_CRASH_AT"),
        int.TryParse(Environment.GetEnvironmentVariable("CCR_CRASH_TIMES"), out var times) ? times : 1);

    public bool Is(string name) => point == name;

    public void Pass(string name)
    {
        if (!Is(name) || Interlocked.Decrement(ref _left) > 0) return;
        _ = Kill(Environment.ProcessId, Sigkill);
        Thread.CurrentThread.Join();
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int processId, int signal);
}
