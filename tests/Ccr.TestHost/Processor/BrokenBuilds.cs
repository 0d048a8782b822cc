namespace Ccr.TestHost.Processor;

/// <summary>The ways in which this host can be broken on purpose; the campaign must catch each.</summary>
public static class BrokenBuilds
{
    /// <summary>The claim is not written before the request is sent.</summary>
    public const string NoIntent = "no-intent";

    /// <summary>The message is completed before anything is done with it.</summary>
    public const string SettleFirst = "settle-first";

    /// <summary>The ledger answers before anything is on the disk, and a kill finds nothing there.</summary>
    public const string NoFlush = "no-flush";

    /// <summary>What may have reached the management point is taken for not sent, and sent again.</summary>
    public const string ResendUnknown = "resend-unknown";

    /// <summary>The request has no content, so that HttpClient sends it again by itself when a used connection dies.</summary>
    public const string NoContent = "no-content";

    /// <summary>Nobody remembers that a machine was pushed.</summary>
    public const string NoCoolDown = "no-cool-down";

    /// <summary>The ledger acknowledges a write, and writes it when the next one comes.</summary>
    public const string WriteLater = "write-later";

    /// <summary>A ledger that fails is taken for an empty one that was written.</summary>
    public const string PretendWritten = "pretend-written";

    /// <summary>A result that could not be published is taken for published.</summary>
    public const string SwallowFailure = "swallow-failure";

    /// <summary>What is in hand when the host is asked to end is completed, and not done.</summary>
    public const string CompleteOnStop = "complete-on-stop";

    /// <summary>What was certainly not sent fails at once, and is not tried again.</summary>
    public const string GiveUp = "give-up";

    /// <summary>Results do not say which ledger they are from.</summary>
    public const string NoIdentity = "no-identity";

    /// <summary>Not this host but the broker: it keeps nothing on the disk.</summary>
    public const string ForgetfulBroker = "forgetful-broker";

    /// <summary>Every result that comes from the topic, and every command that comes back, is believed.</summary>
    public const string BelieveAnybody = "believe-anybody";

    /// <summary>Not this host but the agent: it takes a copy for a command of its own, whatever its message id is.</summary>
    public const string BelieveCopies = "believe-copies";

    /// <summary>Not this host but the agent: it carries out every question that the site's key has signed, whoever it is addressed to, and each time.</summary>
    public const string BelieveReplays = "believe-replays";

    /// <summary>An exchange through the relay that nobody answers soon is taken for one that did not happen: nobody is asked, and it is sent again.</summary>
    public const string SubmitAgain = "submit-again";

    /// <summary>A look is taken for scheduled at once, and scheduled a moment later.</summary>
    public const string LookLater = "look-later";

    /// <summary>The last of a push is said, and not written down.</summary>
    public const string EndUnwritten = "end-unwritten";

    /// <summary>A site that cannot be asked is taken for one that shows nothing of the machine.</summary>
    public const string SeeNothing = "see-nothing";

    public static IReadOnlyList<string> All { get; } =
    [
        NoIntent, SettleFirst, NoFlush, ResendUnknown, NoContent, NoCoolDown, WriteLater, PretendWritten, SwallowFailure, CompleteOnStop, GiveUp, NoIdentity,
        ForgetfulBroker, BelieveAnybody, BelieveCopies, BelieveReplays, SubmitAgain, LookLater, EndUnwritten,
        SeeNothing,
    ];
}

/// <summary>Which broken build this is, if any.</summary>
internal sealed record Broken(string? Name)
{
    public static Broken FromEnvironment() => new(Environment.GetEnvironmentVariable("CCR_BROKEN"));

    public bool Is(string name) => Name == name;
}
