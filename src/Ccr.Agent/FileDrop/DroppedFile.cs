using System.Globalization;

namespace Ccr.Agent.FileDrop;

/// <summary>
/// The content of a client configuration request as site systems without a management point wrote it: the section and the first five keys of the MSDN
/// sample, <c>Forced CCR</c> and <c>Client Type</c> of the field scripts of the SMS 2003 era. KB925282 asks for the section line and <c>Machine
/// Name</c> alone. No key is known that allows domain controllers.
/// </summary>
internal static class DroppedFile
{
    /// <summary>The form of the MSDN sample's dates, by the computer's own clock and zone.</summary>
    private const string DateForm = "MM/dd/yyyy HH:mm";

    /// <summary>Writes it; names were checked before, so no value can add a line.</summary>
    public static string Format(Submission submission, DateTimeOffset now, int? clientType)
    {
        var date = now.ToString(DateForm, CultureInfo.InvariantCulture);
        List<string> lines =
        [
            "[NT Client Configuration Request]",
            $"Machine Name={submission.Machine}",
            $"Domain={submission.Domain}",
            $"Initial Request Date={date}",
            $"Latest Request Date={date}",
            "Client Request Count=1",
            $"Forced CCR={(submission.Force ? "TRUE" : "FALSE")}",
        ];
        if (clientType is { } type) lines.Add(string.Create(CultureInfo.InvariantCulture, $"Client Type={type}"));
        return string.Join("\r\n", lines.Append(""));
    }
}
