namespace Ccr.Agent.FileDrop;

/// <summary>The catalogue's 462x: what became of a file for the site's inbox.</summary>
internal static class FileDropReasons
{
    public static readonly ReasonCode Written = new(
        "CCR4620", "The CCR file was written to the inbox of the site", "Nothing needs to be done: the site now pushes the client, for up to 7 days.");

    public static readonly ReasonCode NotWritten = new(
        "CCR4621", "The CCR file could not be written", "See to the share, its free space, and the rights of the account that the agent runs as.");

    public static readonly ReasonCode PerhapsWritten = new(
        "CCR4622", "It is not known whether the CCR file was written", "Look in ccr.box and in ccm.log; a further event is carried out after the cool-down.");

    public static IReadOnlyList<ReasonCode> All { get; } = [Written, NotWritten, PerhapsWritten];
}
