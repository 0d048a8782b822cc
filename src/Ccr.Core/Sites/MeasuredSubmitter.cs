using System.Diagnostics;
using Ccr.Core.Telemetry;

namespace Ccr.Core.Sites;

/// <summary>Measures and traces what another submitter does.</summary>
public sealed class MeasuredSubmitter(ISubmitter inner, TimeProvider time) : ISubmitter
{
    /// <inheritdoc/>
    public Task<SubmissionAnswer?> AskAsync(ManagementPoint managementPoint, Submission submission, CancellationToken cancellationToken) =>
        inner.AskAsync(managementPoint, submission, cancellationToken);

    /// <inheritdoc/>
    public Task<string?> DescribeAsync(ManagementPoint managementPoint, Submission submission, CancellationToken cancellationToken) =>
        inner.DescribeAsync(managementPoint, submission, cancellationToken);

    /// <inheritdoc/>
    public async Task<SubmissionAnswer> SubmitAsync(ManagementPoint managementPoint, Submission submission, CancellationToken cancellationToken)
    {
        using var activity = Traces.StartSubmission(managementPoint.Address.Authority, submission.Machine.Value);
        var claim = Metrics.OpenClaim(time);
        try
        {
            var answer = await inner.SubmitAsync(managementPoint, submission, cancellationToken);
            Metrics.RecordSubmission(managementPoint.Address.Authority, answer.Verdict.ToString(), answer.Reason, answer.Elapsed);
            activity?.SetTag("ccr.verdict", answer.Verdict.ToString()).SetTag("ccr.reason", answer.Reason.Code)
                .SetTag("http.response.status_code", answer.HttpStatus);
            if (answer.Verdict != SubmissionVerdict.Accepted) activity?.SetStatus(ActivityStatusCode.Error, answer.Reason.Code);
            return answer;
        }
        finally
        {
            Metrics.CloseClaim(claim);
        }
    }
}
