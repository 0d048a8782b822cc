using Ccr.Core.Agents;
using Ccr.Core.Machines;
using Ccr.Core.Results;

namespace Ccr.Core.Sites;

/// <summary>What one SMS_POST to one management point says.</summary>
/// <param name="Machine">The machine whose client is to be installed (<c>mn</c>).</param>
/// <param name="Domain">Its NetBIOS domain (<c>dn</c>).</param>
/// <param name="Force">Whether to install even if the client is present (<c>fkey</c>).</param>
public sealed record Submission(MachineName Machine, DomainName Domain, bool Force)
{
    /// <summary>The same as an agent is told it, for a site that is reached through the relay.</summary>
    public AgentCommand? Command { get; init; }
}

/// <summary>What is known about a submission once it has ended.</summary>
public enum SubmissionVerdict
{
    /// <summary>The management point answered 200: it wrote the CCR.</summary>
    Accepted,

    /// <summary>The management point refused for good; sending it again would be refused again.</summary>
    Refused,

    /// <summary>The request certainly never reached a management point, so it may be sent again.</summary>
    NotSent,

    /// <summary>The request may have reached the management point, so it must not be sent again.</summary>
    Unknown,
}

/// <summary>The end of one submission.</summary>
/// <param name="Verdict">What is known.</param>
/// <param name="Reason">The catalogue entry, 3xxx.</param>
/// <param name="Detail">One sentence: what happened, and what an administrator should look at.</param>
/// <param name="HttpStatus">The status, if the management point answered with one.</param>
/// <param name="Elapsed">From the first step towards the management point to the end.</param>
public sealed record SubmissionAnswer(SubmissionVerdict Verdict, ReasonCode Reason, string Detail, int? HttpStatus, TimeSpan Elapsed)
{
    /// <summary>The result of the agent that carried it out, when one did and said so through the relay.</summary>
    public ReinstallResult? Agents { get; init; }

    /// <summary>What an agent's result says of the submission that it is about.</summary>
    public static SubmissionAnswer Of(ReinstallResult result, TimeSpan elapsed)
    {
        var verdict = result.Outcome switch
        {
            Outcome.Accepted => SubmissionVerdict.Accepted,
            Outcome.Deferred => SubmissionVerdict.NotSent,
            Outcome.Indeterminate or Outcome.Dispatched => SubmissionVerdict.Unknown,
            _ => SubmissionVerdict.Refused,
        };
        var reason = new ReasonCode(result.Reason, result.Meaning, result.Remedy);
        return new SubmissionAnswer(verdict, reason, result.Detail, result.HttpStatus, elapsed) { Agents = result };
    }
}

/// <summary>Sends one submission to one management point: one request on the wire, or none.</summary>
public interface ISubmitter
{
    /// <summary>Submits. It does not throw for anything that the network or the management point does.</summary>
    Task<SubmissionAnswer> SubmitAsync(ManagementPoint managementPoint, Submission submission, CancellationToken cancellationToken);

    /// <summary>
    /// Finds out what became of a submission that may have been sent, and sends none. Null when nobody knows: only agents that are reached through the
    /// relay keep what they did.
    /// </summary>
    Task<SubmissionAnswer?> AskAsync(ManagementPoint managementPoint, Submission submission, CancellationToken cancellationToken) =>
        Task.FromResult<SubmissionAnswer?>(null);

    /// <summary>
    /// Finds out what a submission would be about, and sends none: what completes the sentence of a dry run. Null when there is nothing to find out.
    /// </summary>
    Task<string?> DescribeAsync(ManagementPoint managementPoint, Submission submission, CancellationToken cancellationToken) =>
        Task.FromResult<string?>(null);
}
