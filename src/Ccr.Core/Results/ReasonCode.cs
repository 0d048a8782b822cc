namespace Ccr.Core.Results;

/// <summary>One entry of the catalogue of reasons: stable, so that people and filters may rely on it.</summary>
/// <param name="Code">
/// CCR and four digits: 1xxx the event, 2xxx the decision, 3xxx the management point, 4xxx messaging, 5xxx configuration. A code is never used again
/// for another meaning.
/// </param>
/// <param name="Meaning">What happened, in one phrase.</param>
/// <param name="Remedy">What the reader can do about it.</param>
public sealed record ReasonCode(string Code, string Meaning, string Remedy)
{
    /// <summary>The code alone.</summary>
    public override string ToString() => Code;
}
