namespace Ccr.Console.Words;

/// <summary>How machines stand, in words.</summary>
internal static class StateWords
{
    public static IReadOnlyList<(MachineState State, string Words)> All { get; } = [.. Enum.GetValues<MachineState>().Select(state => (state, Of(state)))];

    public static string Of(MachineState state) => state switch
    {
        MachineState.Pushing => "being pushed",
        MachineState.Waiting => "waiting",
        MachineState.Awaited => "awaited",
        MachineState.NotBack => "not back",
        MachineState.Back => "back",
        MachineState.CoolingDown => "cooling down",
        MachineState.Idle => "nothing to say",
        _ => "quarantined",
    };

    public static Mood MoodOf(MachineState state) => state switch
    {
        MachineState.Quarantined or MachineState.NotBack => Mood.Bad,
        MachineState.Pushing or MachineState.Waiting or MachineState.Awaited => Mood.Notice,
        _ => Mood.Good,
    };

    public static Mood MoodOf(Outcome outcome) => outcome switch
    {
        Outcome.Accepted => Mood.Good,
        Outcome.Failed or Outcome.Rejected => Mood.Bad,
        Outcome.Indeterminate => Mood.Unknown,
        _ => Mood.Notice,
    };
}
