namespace Ccr.Cli.Output;

/// <summary>What a command has to say, for a person or for a program.</summary>
internal interface IReport
{
    /// <summary>Says what was started or done, with the facts that a program may want.</summary>
    /// <param name="sentence">What people read.</param>
    /// <param name="name">What kind of fact it is.</param>
    /// <param name="facts">What programs read.</param>
    /// <param name="wrap">Whether a terminal may break it at spaces. A command, a body and whatever else people copy are not.</param>
    void Say(string sentence, string name, IReadOnlyDictionary<string, object?> facts, bool wrap = false);

    /// <summary>Shows a result.</summary>
    void Show(ReinstallResult result);

    /// <summary>Shows what was seen of a client after its push.</summary>
    void Show(VerificationResult verification);

    /// <summary>Shows a result of the past, with its time.</summary>
    void ShowAt(ReinstallResult result);

    /// <summary>Shows what was seen in the past, with its time.</summary>
    void ShowAt(VerificationResult verification);

    /// <summary>Shows how far a run has come, where that can be shown without a new line.</summary>
    void Progress(Summary summary);

    /// <summary>Shows how a run ended.</summary>
    void Close(Summary summary);
}
