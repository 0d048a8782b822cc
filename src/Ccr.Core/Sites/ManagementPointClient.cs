using System.Net;
using Ccr.Core.Results;

namespace Ccr.Core.Sites;

/// <summary>Whether a management point answers, found out without asking it for anything.</summary>
/// <param name="IsSound">True when it answered as a management point does.</param>
/// <param name="Reason">The catalogue entry of what it did otherwise; <see cref="ManagementPointReasons.Accepted"/> stands for nothing.</param>
/// <param name="Detail">One sentence: what happened.</param>
/// <param name="HttpStatus">The status, if it answered with one.</param>
/// <param name="Elapsed">From the first step to the end.</param>
public sealed record PreflightAnswer(bool IsSound, ReasonCode Reason, string Detail, int? HttpStatus, TimeSpan Elapsed);

/// <summary>
/// Talks to management points over HTTP. One submission is one request on the wire, whatever the management point does; only with HTTP authentication
/// may requests that were answered with 401 come before it.
/// </summary>
/// <remarks>Safe for concurrent use; no retry handler belongs around it.</remarks>
public sealed class ManagementPointClient(TimeProvider time) : ISubmitter
{
    /// <inheritdoc/>
    public async Task<SubmissionAnswer> SubmitAsync(ManagementPoint managementPoint, Submission submission, CancellationToken cancellationToken)
    {
        var uri = CcrRequest.UriOf(managementPoint, submission);
        var (known, status, isPage, elapsed) = await ExchangeAsync(managementPoint, CcrRequest.Method, uri, cancellationToken);
        if (isPage && managementPoint.AnswersAreEmpty) known = AnswerRules.OfPage();
        var detail = $"{managementPoint.Address.Authority} {known.Cause}";
        return new SubmissionAnswer(known.Verdict, known.Reason, detail, status, elapsed);
    }

    /// <summary>
    /// Asks for the list of management points, which changes nothing. SMS 2003 answers with an empty page, later versions with a list (myitforum.com,
    /// March 2008); both are taken, but no page of a proxy or portal.
    /// </summary>
    public async Task<PreflightAnswer> PreflightAsync(ManagementPoint managementPoint, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(managementPoint);
        var uri = new Uri(managementPoint.Address, "/sms_mp/.sms_aut?mplist");
        var (answer, status, isPage, elapsed) = await ExchangeAsync(managementPoint, HttpMethod.Get, uri, cancellationToken);
        var known = AnswerRules.OfCheck(answer, isPage);
        var cause = status is null ? known.Cause : $"answered {status}{(isPage ? " with a page" : "")} to {uri.PathAndQuery}";
        return new PreflightAnswer(
            known.Verdict == SubmissionVerdict.Accepted, known.Reason, $"{managementPoint.Address.Authority} {cause}", status, elapsed);
    }

    private async Task<(AnswerClass Known, int? Status, bool IsPage, TimeSpan Elapsed)> ExchangeAsync(
        ManagementPoint managementPoint, HttpMethod method, Uri uri, CancellationToken cancellationToken)
    {
        var exchange = await SiteExchange.RunAsync(
            managementPoint, method, uri, default,
            async (response, token) => response.StatusCode == HttpStatusCode.OK && await HtmlPage.IsInAsync(response.Content, token),
            time, cancellationToken);
        return (exchange.Failure ?? AnswerRules.OfStatus(exchange.Status!.Value), exchange.Status, exchange.Answer, exchange.Elapsed);
    }
}
