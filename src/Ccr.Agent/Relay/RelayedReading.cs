using Ccr.Agent.Commands;
using Ccr.Core.Machines;
using Ccr.Core.Text;
using Ccr.Core.Views;
using Ccr.Hosting.Relay;

namespace Ccr.Agent.Relay;

/// <summary>What a request that came through the relay says, if it is a question for this agent.</summary>
/// <param name="Status">The HTTP status of the answer; only a question whose signature is right gets 200, and an answer that says something.</param>
/// <param name="Question">The question, once its signature is known to be right.</param>
/// <param name="Owned">The command in it, when it is about one and is not refused.</param>
/// <param name="Refusal">Why it is refused.</param>
/// <param name="Detail">The cause in this very case.</param>
internal sealed record RelayedReading(int Status, RelayedSubmission? Question, OwnedCommand? Owned, ReasonCode? Refusal, string Detail)
{
    /// <summary>The machines that are to be looked at, by their canonical names.</summary>
    public IReadOnlyList<LookedFor>? Machines { get; init; }

    private static readonly string[] Verbs = [HttpMethod.Post.Method, CcrRequest.Method.Method];

    /// <summary>
    /// Reads a request, and trusts nothing in it: the agent is no proxy. Method and path only have to be right, and say nothing; of a signed body the
    /// version, the site, the time, the names and the addressee are looked at before anything is done.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="path">The only path that is served.</param>
    /// <param name="site">The site of this agent.</param>
    /// <param name="instance">This process.</param>
    /// <param name="skew">How far the processor's clock may be off.</param>
    /// <param name="now">The time by this computer.</param>
    public static RelayedReading Of(RelayedRequest request, string path, Site site, string instance, TimeSpan skew, DateTimeOffset now)
    {
        if (!Verbs.Contains(request.Method, StringComparer.Ordinal))
            return Deny(405, AgentReasons.NotServed, $"the method is {SafeText.Quote(request.Method)}");
        if (request.Target != path) return Deny(404, AgentReasons.NotServed, $"the path is {SafeText.Quote(request.Target)}");
        if (RelayedSubmission.Read(request.Body.Span) is not { } question) return Deny(400, AgentReasons.NotACommand, "the body is not the JSON of a question");

        // The signature first: who cannot sign learns nothing about what this agent would have done.
        if (!question.IsSigned(site.SigningKeys))
        {
            return Deny(
                403, AgentReasons.BadSignature, question.Signature is null ? "the question is not signed" : "none of the configured keys made this signature");
        }
        if (question.Version != RelayedSubmission.CurrentVersion)
            return Refuse(AgentReasons.OtherVersion, $"it has version {question.Version}, and this agent understands {RelayedSubmission.CurrentVersion}");
        if (question.Method != RelayedSubmission.ManagementPoint)
            return Refuse(AgentReasons.OtherVersion, $"this agent knows no method {SafeText.Quote(question.Method)}");
        if (question.Site != site.Key || (question.Command is { } about && about.Site != site.Key))
            return Refuse(AgentReasons.OtherSite, $"the question is for site {SafeText.Quote(question.Site)}, and this agent serves {site.Key}");
        if (now < question.Issued - skew || now >= question.Expires + skew)
            return Refuse(AgentReasons.Expired, $"it was good from {question.Issued:u} to {question.Expires:u}, and by this computer it is {now:u}");
        if (question.Kind == RelayedKind.Who) return new RelayedReading(200, question, null, null, "");
        if (question.Kind == RelayedKind.Look)
        {
            return LookReading.MachinesOf(question.Machines, out var cause) is { } machines
                ? new RelayedReading(200, question, null, null, "") { Machines = machines }
                : Refuse(AgentReasons.NotACommand, cause);
        }

        if (question.Command is not { } command) return Refuse(AgentReasons.NotACommand, "the question names no request");
        if (!MachineName.TryParse(command.Machine, out var machine, out var fault) || !DomainName.TryParse(command.Domain, out var domain, out fault))
            return Refuse(AgentReasons.NotACommand, fault);
        if (question.Kind == RelayedKind.Submit && question.For != instance)
            return Refuse(AgentReasons.OtherAgent, "it is addressed to another agent of the site, or to an earlier process of this one");

        // The processor's clock counts as a broker's does: a cool-down ends when it is over by both.
        return new RelayedReading(
            200, question, new OwnedCommand(command, OwnedCommand.RequestOf(command, machine, domain, site), question.Issued, null), null, "");

        RelayedReading Refuse(ReasonCode reason, string detail) => new(200, question, null, reason, detail);
    }

    private static RelayedReading Deny(int status, ReasonCode reason, string detail) => new(status, null, null, reason, detail);
}
