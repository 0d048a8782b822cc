namespace Ccr.SiteSimulator.Devices;

/// <summary>What a push to a machine meets.</summary>
internal enum FateKind
{
    /// <summary>It works: some time after setup was started the client is back.</summary>
    Back,

    /// <summary>The machine is off for some time after the first attempt, then it works.</summary>
    Off,

    /// <summary>The site's accounts are refused.</summary>
    AccessDenied,

    /// <summary>A firewall is between.</summary>
    Firewall,

    /// <summary>Setup is started, but the client never comes back.</summary>
    Never,
}

/// <summary>What becomes of a push to a machine.</summary>
/// <param name="Kind">What the push meets.</param>
/// <param name="Time">How long it takes until the client is back (<see cref="FateKind.Back"/>), or how long the machine is off.</param>
internal sealed record DeviceFate(FateKind Kind, TimeSpan Time = default)
{
    /// <summary>How long a setup takes on a machine whose fate does not say it.</summary>
    private static readonly TimeSpan SetupTime = TimeSpan.FromMinutes(10);

    /// <summary>The fate of a machine of which nothing is said.</summary>
    public static DeviceFate Default { get; } = new(FateKind.Back, SetupTime);

    /// <summary>How long after the start of setup the client is back; null when it never is.</summary>
    public TimeSpan? SetupTakes => Kind switch
    {
        FateKind.Back => Time,
        FateKind.Never => null,
        _ => SetupTime,
    };

    /// <summary>Reads <c>back=TIME</c>, <c>off=TIME</c>, <c>access-denied</c>, <c>firewall</c> or <c>never</c>.</summary>
    /// <exception cref="FormatException">It is none of these; the message says what is.</exception>
    public static DeviceFate Parse(string text) => text.Split('=', 2, StringSplitOptions.TrimEntries) switch
    {
        ["back", var time] when SimulatedTime.TryParse(time, out var after) => new(FateKind.Back, after),
        ["off", var time] when SimulatedTime.TryParse(time, out var off) => new(FateKind.Off, off),
        ["access-denied"] => new(FateKind.AccessDenied),
        ["firewall"] => new(FateKind.Firewall),
        ["never"] => new(FateKind.Never),
        _ => throw new FormatException(
            $"'{text}' is no fate; write back=TIME, off=TIME, access-denied, firewall or never, with a time like 90s, 20m, 3h or 7d"),
    };

    /// <summary>The error of an attempt so long after the first one; 0 when the machine is reached.</summary>
    /// <param name="sinceFirst">The time since the first attempt.</param>
    /// <param name="isOfToday">Whether the site is of today, which reports other numbers than SMS 2003.</param>
    public int ErrorAfter(TimeSpan sinceFirst, bool isOfToday) => Kind switch
    {
        FateKind.Off when sinceFirst < Time => PushError.NoNetworkPath,
        FateKind.AccessDenied => isOfToday ? PushError.AccessDeniedResult : PushError.AccessDenied,
        FateKind.Firewall => isOfToday ? PushError.RpcUnavailable : PushError.NoSuchShare,
        _ => 0,
    };
}

/// <summary>The error numbers of a push that are seen in the field and that the simulator uses.</summary>
internal static class PushError
{
    public const int AccessDenied = 5;
    public const int NoNetworkPath = 53;
    public const int NoSuchShare = 67;

    /// <summary>The client is there, and the push was not forced.</summary>
    public const int AlreadyClient = 120;

    /// <summary>0x80070005, on sites of today.</summary>
    public const int AccessDeniedResult = -2147024891;

    /// <summary>0x800706BA, on sites of today.</summary>
    public const int RpcUnavailable = -2147023174;
}
