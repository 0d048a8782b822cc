using System.Text;
using Ccr.Core.Sites.Looks;
using Ccr.Core.Views;

namespace Ccr.Core.Sites.AdminService;

/// <summary>
/// Asks the AdminService of a Configuration Manager site for CCRs: it finds the one device that is meant, and then asks once. No redirections, no
/// repetition; what may have been taken is not asked for again.
/// </summary>
public sealed class AdminServiceClient(TimeProvider time) : ISubmitter
{
    /// <summary>Many more rows than one name can have; what is longer is not read.</summary>
    private const int MaxAnswerBytes = 256 * 1024;

    /// <inheritdoc/>
    public async Task<SubmissionAnswer> SubmitAsync(ManagementPoint managementPoint, Submission submission, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var (device, refusal) = await FindAsync(managementPoint, submission, cancellationToken);
        if (device is null) return refusal! with { Elapsed = time.GetElapsedTime(started) };

        var body = AdminServiceRequests.CreateCcrBody(managementPoint.AdminService!, device, submission.Force);
        var exchange = await ExchangeAsync(managementPoint, HttpMethod.Post, AdminServiceRequests.CreateCcr(managementPoint), body, cancellationToken);
        var known = exchange.Failure is { } failure
            ? AdminServiceAnswerRules.OfFailure(failure, isQuestion: false)
            : AdminServiceAnswerRules.OfSubmission(exchange.Status!.Value, exchange.Answer);
        return Answer(managementPoint, known, $" for device {device.ResourceId}", exchange.Status, time.GetElapsedTime(started));
    }

    /// <inheritdoc/>
    public async Task<string?> DescribeAsync(ManagementPoint managementPoint, Submission submission, CancellationToken cancellationToken)
    {
        var (device, refusal) = await FindAsync(managementPoint, submission, cancellationToken);
        return device is null
            ? $"but {refusal!.Reason.Code}: {refusal.Detail}"
            : $"which is {device.ResourceId}: "
                + Encoding.UTF8.GetString(AdminServiceRequests.CreateCcrBody(managementPoint.AdminService!, device, submission.Force));
    }

    /// <summary>Finds the device that a submission means, which asks for nothing: a dry run says it.</summary>
    public async Task<(Device? Device, SubmissionAnswer? Refusal)> FindAsync(
        ManagementPoint managementPoint, Submission submission, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(managementPoint);
        var exchange = await ExchangeAsync(
            managementPoint, HttpMethod.Get, AdminServiceRequests.Devices(managementPoint, submission), default, cancellationToken);
        if (WhyNot(exchange) is { } why) return (null, Answer(managementPoint, why, "", exchange.Status, exchange.Elapsed));
        if (Device.Read(exchange.Answer) is not { } rows)
        {
            var unread = new AnswerClass(SubmissionVerdict.NotSent, AdminServiceReasons.NotLookedUp, $"answered {exchange.Status} without a list of devices");
            return (null, Answer(managementPoint, unread, "", exchange.Status, exchange.Elapsed));
        }

        var (device, refusal, detail) = Device.Choose(rows, submission);
        return refusal is null ? (device, null) : (null, new SubmissionAnswer(SubmissionVerdict.Refused, refusal, detail, exchange.Status, exchange.Elapsed));
    }

    /// <summary>Looks at what the site shows of machines, which asks for nothing: two questions for all of them.</summary>
    public async Task<LookAnswer> LookAsync(ManagementPoint managementPoint, IReadOnlyList<LookedFor> machines, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(managementPoint);
        var (systems, fault) = await AskAsync(managementPoint, AdminServiceRequests.Systems(managementPoint, machines), cancellationToken);
        if (fault is not null) return fault;
        if (DeviceLook.ReadSystems(systems) is not { } devices) return NotReadable(managementPoint);

        if (devices.Count > 0)
        {
            var ids = devices.Values.Select(device => device.ResourceId);
            (var combined, fault) = await AskAsync(managementPoint, AdminServiceRequests.Combined(managementPoint, ids), cancellationToken);
            if (fault is not null) return fault;
            if (DeviceLook.ReadCombined(combined, devices) is not { } whole) return NotReadable(managementPoint);
            devices = whole;
        }

        return LookAnswer.Of(machines.ToDictionary(machine => machine.Key, machine => new SiteView { Device = devices.GetValueOrDefault(machine.Key) }));
    }

    /// <summary>Asks for the site's id, and then for one device: that shows way, certificate, identity and the right to read, and changes nothing.</summary>
    public async Task<PreflightAnswer> PreflightAsync(ManagementPoint managementPoint, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(managementPoint);
        var elapsed = TimeSpan.Zero;
        foreach (var question in new[] { AdminServiceRequests.SiteId(managementPoint), AdminServiceRequests.AnyDevice(managementPoint) })
        {
            var exchange = await ExchangeAsync(managementPoint, HttpMethod.Get, question, default, cancellationToken);
            elapsed += exchange.Elapsed;
            if (WhyNot(exchange) is { } why)
                return new PreflightAnswer(false, why.Reason, $"{managementPoint.Address.Authority} {why.Cause}", exchange.Status, elapsed);
        }

        return new PreflightAnswer(true, AdminServiceReasons.Accepted, $"{managementPoint.Address.Authority} answers", null, elapsed);
    }

    private static LookAnswer NotReadable(ManagementPoint managementPoint) =>
        LookAnswer.Failed(AdminServiceReasons.NotLookedUp, $"{managementPoint.Address.Authority} answered without a list of devices");

    private async Task<(byte[] Body, LookAnswer? Fault)> AskAsync(ManagementPoint managementPoint, Uri question, CancellationToken cancellationToken)
    {
        var exchange = await ExchangeAsync(managementPoint, HttpMethod.Get, question, default, cancellationToken);
        return WhyNot(exchange) is { } why
            ? ([], LookAnswer.Failed(why.Reason, $"{managementPoint.Address.Authority} {why.Cause}"))
            : (exchange.Answer!, null);
    }

    private static AnswerClass? WhyNot(SiteExchange<byte[]> exchange) =>
        exchange.Failure is { } failure ? AdminServiceAnswerRules.OfFailure(failure, isQuestion: true)
        : exchange.Status is >= 200 and < 300 ? null
        : AdminServiceAnswerRules.OfQuestion(exchange.Status!.Value, exchange.Answer);

    private static SubmissionAnswer Answer(ManagementPoint managementPoint, AnswerClass known, string about, int? status, TimeSpan elapsed) =>
        new(known.Verdict, known.Reason, $"{managementPoint.Address.Authority} {known.Cause}{about}", status, elapsed);

    private Task<SiteExchange<byte[]>> ExchangeAsync(
        ManagementPoint managementPoint, HttpMethod method, Uri uri, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) =>
        SiteExchange.RunAsync(
            managementPoint, method, uri, body, (response, token) => BodyStart.ReadAsync(response.Content, MaxAnswerBytes, token), time, cancellationToken);
}

/// <summary>Sends a submission by the method of its site.</summary>
public sealed class MethodSubmitter(ManagementPointClient managementPoints, AdminServiceClient adminServices) : ISubmitter
{
    /// <inheritdoc/>
    public Task<SubmissionAnswer> SubmitAsync(ManagementPoint managementPoint, Submission submission, CancellationToken cancellationToken) =>
        Of(managementPoint).SubmitAsync(managementPoint, submission, cancellationToken);

    /// <inheritdoc/>
    public Task<string?> DescribeAsync(ManagementPoint managementPoint, Submission submission, CancellationToken cancellationToken) =>
        Of(managementPoint).DescribeAsync(managementPoint, submission, cancellationToken);

    /// <summary>Whether it answers, found out without asking it for anything.</summary>
    public Task<PreflightAnswer> PreflightAsync(ManagementPoint managementPoint, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(managementPoint);
        return managementPoint.AdminService is null
            ? managementPoints.PreflightAsync(managementPoint, cancellationToken)
            : adminServices.PreflightAsync(managementPoint, cancellationToken);
    }

    private ISubmitter Of(ManagementPoint managementPoint) => managementPoint.AdminService is null ? managementPoints : adminServices;
}
