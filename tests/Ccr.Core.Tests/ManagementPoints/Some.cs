using Ccr.Core.Machines;
using Ccr.Core.ManagementPoints;

namespace Ccr.Core.Tests.ManagementPoints;

/// <summary>Values that a test needs but does not care about.</summary>
internal static class Some
{
    public const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

    public static readonly Submission Submission = SubmissionFor("PC01");

    public static Submission SubmissionFor(string machine) =>
        new(MachineName.Parse(machine), DomainName.Parse("CONTOSO"), Force: true);
}
