namespace Ccr.Agent;

/// <summary>The catalogue's 46xx: why an agent does not carry out what is on its queue.</summary>
internal static class AgentReasons
{
    public static readonly ReasonCode NotACommand = new(
        "CCR4601", "The message is not a command", "See who sends other messages to the agents' queue.");

    public static readonly ReasonCode BadSignature = new(
        "CCR4602", "The command is not signed with a key of this site",
        "Write the same SigningKeys at the processor and at the agent; if they are the same, somebody else sends commands.");

    public static readonly ReasonCode OtherVersion = new(
        "CCR4603", "The command is of another version", "Update the agent to the version of the processor.");

    public static readonly ReasonCode OtherSite = new(
        "CCR4604", "The command is for another site", "Correct Agent:Site, or the queue's name.");

    public static readonly ReasonCode Expired = new(
        "CCR4605", "The command has expired", "Send a new event if the machine still needs its client; see to the computers' clocks.");

    public static readonly ReasonCode OtherMessage = new(
        "CCR4606", "The message is a copy of a command", "Nothing was done for it. Find out who sends commands to the agents' queue a second time.");

    public static readonly ReasonCode LateMessage = new(
        "CCR4607", "The command came to its queue too late to be the processor's own message",
        "Nothing was done for it. If the broker was away for minutes, send a new event; otherwise find out who sends old commands a second time.");

    public static readonly ReasonCode OtherAgent = new(
        "CCR4608", "What came through the relay is addressed to another agent", "Nothing needs to be done: the processor tries again.");

    public static readonly ReasonCode NotServed = new(
        "CCR4609", "What came through the relay is no question of the processor", "See who else may send to the hybrid connection.");

    public static readonly ReasonCode Repeated = new(
        "CCR4612", "The question came a second time, and nothing is known of its request",
        "Nothing was done for it. Find out who sends questions to the hybrid connection a second time.");

    public static readonly ReasonCode Withdrawn = new(
        "CCR4613", "What was to come through the relay did not come, and is not taken any more", "Nothing needs to be done: the processor tries again.");

    public static readonly ReasonCode TooManyLooks = new(
        "CCR4614", "More looks came at once than the agent answers",
        "Nothing needs to be done for one: the site is looked at again later. If it lasts, see why its inboxes, its log or its AdminService answer slowly.");

    public static readonly ReasonCode InUse = new(
        "CCR4610", "The data folder is used by another agent", "Stop that one, or give each agent a folder of its own.");

    public static readonly ReasonCode CannotListen = new(
        "CCR4611", "The port of the status page cannot be used", "Write another Agent:StatusPort, or -1 for none.");

    public static readonly ReasonCode NoSqlite = new(
        "CCR4615", "The library of SQLite is not beside the program",
        "Copy libe_sqlite3.so (Windows: e_sqlite3.dll) there, which was published with the program.");

    public static IReadOnlyList<ReasonCode> All { get; } =
    [
        NotACommand, BadSignature, OtherVersion, OtherSite, Expired, OtherMessage, LateMessage, OtherAgent, NotServed, Repeated, Withdrawn,
        TooManyLooks, InUse, CannotListen, NoSqlite,
    ];
}
