namespace Ccr.Campaign.Scenarios;

/// <summary>A fault of the simulated AdminService, and what must be said of a request that meets it.</summary>
internal sealed record AdminServiceFault(string Machine, string Steps, string Outcome, string Code)
{
    /// <summary>What keeps a question from being answered, whatever it is about.</summary>
    public static IReadOnlyList<string> OfQuestions { get; } =
    [
        "status=500", "status=503+body=html", "status=404", "denied", "status=401", "status=403", "silence", "close", "reset", "garbage", "endless-body",
        "endless-headers", "redirect", "return=0", "status=200", "status=200+body=html", "slow=1s",
    ];

    public static IReadOnlyList<AdminServiceFault> All { get; } =
    [
        .. Of("create", "C",
            ("delay=1s", "Accepted", "CCR3401"), ("slow=1ms", "Accepted", "CCR3401"), ("ok=200", "Accepted", "CCR3401"), ("ok=202", "Accepted", "CCR3401"),
            ("return=1", "Failed", "CCR3414"), ("return=-1", "Failed", "CCR3414"), ("denied", "Failed", "CCR3416"), ("status=404", "Failed", "CCR3416"),
            ("status=401", "Failed", "CCR3415"), ("status=403", "Failed", "CCR3417"), ("status=400", "Failed", "CCR3418"), ("status=405", "Failed", "CCR3418"),
            ("status=429", "Failed", "CCR3418"), ("redirect", "Failed", "CCR3418"), ("redirect=307", "Failed", "CCR3418"),
            ("status=408", "Indeterminate", "CCR3431"), ("status=500", "Indeterminate", "CCR3431"), ("status=503+body=html", "Indeterminate", "CCR3431"),
            ("write+status=500+body=html", "Indeterminate", "CCR3431"), ("write+status=502+body=empty", "Indeterminate", "CCR3431"),
            ("status=201", "Indeterminate", "CCR3433"), ("status=204", "Indeterminate", "CCR3433"), ("write+status=200+body=html", "Indeterminate", "CCR3433"),
            ("write+status=201+body=json", "Indeterminate", "CCR3433"), ("endless-body", "Indeterminate", "CCR3433"),
            ("close", "Indeterminate", "CCR3432"), ("write+close", "Indeterminate", "CCR3432"), ("reset", "Indeterminate", "CCR3432"),
            ("write+reset", "Indeterminate", "CCR3432"), ("silence", "Indeterminate", "CCR3432"), ("write+silence", "Indeterminate", "CCR3432"),
            ("slow=1s", "Indeterminate", "CCR3432"), ("delay=5s", "Indeterminate", "CCR3432"), ("garbage", "Indeterminate", "CCR3432"),
            ("endless-headers", "Indeterminate", "CCR3432")),
        .. Of("query", "Q",
            ("delay=200ms", "Accepted", "CCR3401"), ("ok=201", "Accepted", "CCR3401"), ("shift=3h", "Accepted", "CCR3401"), ("shift=-9h", "Accepted", "CCR3401"),
            ("numeric-status", "Accepted", "CCR3401"), ("denied", "Failed", "CCR3416"), ("status=404", "Failed", "CCR3416"), ("status=401", "Failed", "CCR3415"),
            ("status=403", "Failed", "CCR3417"), ("status=400", "Failed", "CCR3418"), ("redirect", "Failed", "CCR3418"), ("status=408", "Failed", "CCR3423"),
            ("status=429", "Failed", "CCR3423"), ("status=500", "Failed", "CCR3423"), ("status=503+body=html", "Failed", "CCR3423"),
            ("status=200", "Failed", "CCR3423"), ("status=200+body=html", "Failed", "CCR3423"), ("return=0", "Failed", "CCR3423"),
            ("close", "Failed", "CCR3423"), ("reset", "Failed", "CCR3423"), ("silence", "Failed", "CCR3423"), ("slow=1s", "Failed", "CCR3423"),
            ("garbage", "Failed", "CCR3423"), ("endless-body", "Failed", "CCR3423"), ("endless-headers", "Failed", "CCR3423")),

        // The question comes first, so what fails on both has asked for nothing.
        .. Of(null, "B",
            ("delay=100ms", "Accepted", "CCR3401"), ("ok=200", "Accepted", "CCR3401"), ("denied", "Failed", "CCR3416"), ("status=500", "Failed", "CCR3423"),
            ("close", "Failed", "CCR3423"), ("garbage", "Failed", "CCR3423")),
    ];

    /// <summary>The rule of a plan that has the machine meet it.</summary>
    public string Rule => $"{Steps}@{Machine}";

    private static IEnumerable<AdminServiceFault> Of(string? on, string prefix, params (string Steps, string Outcome, string Code)[] faults) =>
        faults.Select((fault, number) => new AdminServiceFault(
            $"{prefix}{number:d2}", on is null ? fault.Steps : $"on={on}+{fault.Steps}", fault.Outcome, fault.Code));
}
