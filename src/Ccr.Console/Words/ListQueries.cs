namespace Ccr.Console.Words;

/// <summary>Which machines, as the address of a page says it.</summary>
internal static class MachineQuery
{
    public static MachineFilter ToFilter(string? state, string? site, string? text, DateTimeOffset now) => new()
    {
        State = Enum.TryParse<MachineState>(state, ignoreCase: true, out var known) ? known : null,
        At = now,
        Site = string.IsNullOrEmpty(site) ? null : site,
        Text = string.IsNullOrEmpty(text) ? null : text,
    };
}

/// <summary>Which actions, as the address of a page says it.</summary>
internal static class ActionQuery
{
    public static bool Matches(OperatorAction action, string? text) => string.IsNullOrEmpty(text)
        || $"{action.Kind} {action.Target} {action.Who.Name} {action.Reason}".Contains(text, StringComparison.OrdinalIgnoreCase);
}
