using Ccr.Core.Results;

namespace Ccr.Core.Sites;

/// <summary>
/// The catalogue's 3xxx: what a management point answered. 30xx accepted, 31xx refused for good, 32xx certainly not sent, 33xx unknown. Two codes of
/// what was certainly not sent are 2xxx: they are older than their place here, and codes do not change.
/// </summary>
public static class ManagementPointReasons
{
    /// <summary>200: the CCR was written (blog 2006).</summary>
    public static readonly ReasonCode Accepted = new(
        "CCR3001", "The management point wrote the CCR", "Nothing needs to be done; ccm.log on the site server tells how the installation goes.");

    /// <summary>401: the virtual directory wants to know who asks. IIS asks before the module runs, so no CCR was written.</summary>
    public static readonly ReasonCode NotAuthenticated = new(
        "CCR3101", "The management point wants authentication",
            "Allow anonymous access to the SMS_MP virtual directory in IIS, or configure Authentication for this management point.");

    /// <summary>403: the virtual directory is closed to us.</summary>
    public static readonly ReasonCode Forbidden = new(
        "CCR3102", "The management point denies access", "Look at the SMS_MP virtual directory in IIS: address restrictions, execute permission, required " +
            "SSL or client certificate.");

    /// <summary>404: request filtering, or no SMS 2003 management point. It does not mean that the machine is unknown.</summary>
    public static readonly ReasonCode NotServed = new(
        "CCR3103", "The management point does not serve the request", "Look in IIS whether the verb SMS_POST is denied (404.6, or UrlScan AllowVerbs), the " +
            "extension .ccr (404.7) or the ISAPI module (404.2), and whether this is an SMS 2003 management point at all.");

    /// <summary>405: a web server without the management point's mapping.</summary>
    public static readonly ReasonCode VerbNotMapped = new(
        "CCR3104", "The verb SMS_POST is not mapped there", "Look whether the management point is installed on that server, and whether IIS maps machine.ccr " +
            "to its ISAPI module with all verbs.");

    /// <summary>3xx: something in between. It is not followed.</summary>
    public static readonly ReasonCode Redirected = new(
        "CCR3105", "The request was redirected", "Look for a proxy or a rewrite rule in front of the management point, and configure the address that it " +
            "really has.");

    /// <summary>Any other 4xx.</summary>
    public static readonly ReasonCode OtherRefusal = new(
        "CCR3106", "The management point refused the request", "Look at the IIS log of the management point for the sub-status of the request.");

    /// <summary>407: a proxy in between wants to know who asks. The management point was sent nothing.</summary>
    public static readonly ReasonCode ProxyAuthentication = new(
        "CCR3107", "A proxy in front of the management point wants authentication",
        "Let the proxy pass requests to the management point without authentication, or go round it; the management point itself was sent nothing.");

    /// <summary>A check, which asks for nothing: a web server answered with a page of its own.</summary>
    public static readonly ReasonCode OtherPage = new(
        "CCR3108", "Something else than a management point answers",
        "Look which web server or proxy answers at that address with a page, for example to sign in; a management point answers with an empty page or a list.");

    /// <summary>A check, which asks for nothing, was not answered as it should be. Nothing was asked of the site, so nothing can have been written.</summary>
    public static readonly ReasonCode CheckNotAnswered = new(
        "CCR3109", "The management point did not answer the check",
        "Look at its web service: whether the application pool of SMS_MP runs, and how busy the server is. No CCR was asked for.");

    /// <summary>The name of the management point has no address.</summary>
    public static readonly ReasonCode NameNotResolved = new(
        "CCR3201", "The management point's name cannot be resolved",
            "Look at the configured address and at DNS as this process sees it; behind a hybrid connection the host must be named there exactly so.");

    /// <summary>Nothing listens.</summary>
    public static readonly ReasonCode ConnectionRefused = new(
        "CCR3202", "The management point refused the connection",
            "Look whether its web service runs, listens on that port, and is let through by its firewall.");

    /// <summary>No way there.</summary>
    public static readonly ReasonCode Unreachable = new(
        "CCR3203", "The management point cannot be reached", "Look at routing, VPN or hybrid connection between this process and the management point.");

    /// <summary>No connection in time.</summary>
    public static readonly ReasonCode ConnectTimedOut = new(
        "CCR3204", "No connection to the management point in time",
            "Look at firewalls, which drop silently, and at the load of the management point; if it is only slow, raise its ConnectTimeout.");

    /// <summary>The TLS handshake failed.</summary>
    public static readonly ReasonCode TlsFailed = new(
        "CCR3205", "TLS with the management point failed", "Look at its certificate (name, dates, issuer; a private issuer belongs in CaFile) and TLS " +
            "versions: Windows Server 2003 has none that is still accepted.");

    /// <summary>A valid certificate, but another one.</summary>
    public static readonly ReasonCode NotPinned = new(
        "CCR3206", "The management point's certificate is not the pinned one",
            "If it was renewed, configure its new CertificatePin; otherwise find out who answers at that address.");

    /// <summary>This process was told to stop first.</summary>
    public static readonly ReasonCode StoppedBefore = new(
        "CCR3207", "The worker stopped before it sent the request", "Nothing needs to be done: the request may be sent again.");

    /// <summary>It failed here, for a reason without a code of its own.</summary>
    public static readonly ReasonCode NotSent = new(
        "CCR3208", "The request could not be sent", "Look at the cause named; it lies on this side of the network.");

    /// <summary>The time for one submission was over before anything was sent.</summary>
    public static readonly ReasonCode NotInTime = new(
        "CCR2006", "The request was not sent in time", "If that happens often, raise Ccr:Rate, or lower the concurrency of the host.");

    /// <summary>The management point failed so often that it is left alone for a while.</summary>
    public static readonly ReasonCode CircuitOpen = new(
        "CCR2018", "The management point failed too often, and is left alone for a while", "See to the management point; it is tried again by itself.");

    /// <summary>5xx: it can have failed before or after it wrote the CCR.</summary>
    public static readonly ReasonCode ServerFailed = new(
        "CCR3301", "The management point failed", "Look in ccr.box, in ccm.log and at the heartbeat of the machine whether it took the request; a further " +
            "event is carried out after the cool-down.");

    /// <summary>Sent, and no answer in time.</summary>
    public static readonly ReasonCode AnswerTimedOut = new(
        "CCR3302", "The management point did not answer in time",
            "Look in ccr.box, in ccm.log and at the heartbeat of the machine whether it took the request; if it is only slow, raise its TotalTimeout.");

    /// <summary>
    /// Sent, and the connection broke. Behind a hybrid connection or a port forwarder over plain http this is also how a management point that is down
    /// looks.
    /// </summary>
    public static readonly ReasonCode ConnectionLost = new(
        "CCR3303", "The connection broke before the answer",
            "Look in ccr.box, in ccm.log and at the heartbeat of the machine whether the request was taken, and whether the web service restarted then.");

    /// <summary>Sent, and what came back is no HTTP answer within reason.</summary>
    public static readonly ReasonCode NotUnderstood = new(
        "CCR3304", "The answer is not understood", "Look whether a web server answers at that address and port, http for http and https for https.");

    /// <summary>1xx, or a success other than 200: nothing that the protocol knows.</summary>
    public static readonly ReasonCode UnexpectedStatus = new(
        "CCR3305", "The answer is none that a management point gives", "Look which web server or proxy answers at that address.");

    /// <summary>200 with a page, where the site says that its answers are empty: a proxy or a sign-in page may have answered instead.</summary>
    public static readonly ReasonCode AnswerNotEmpty = new(
        "CCR3307", "A page came back where the management point answers with none",
        "Look which web server or proxy answers at that address, and in ccr.box whether the request was taken; "
        + "if the management point itself sends pages, set its AnswersAreEmpty to false.");

    /// <summary>This process was told to stop after it had sent.</summary>
    public static readonly ReasonCode StoppedAfter = new(
        "CCR3306", "The worker stopped before the answer came",
            "Look in ccr.box, in ccm.log and at the heartbeat of the machine whether the request was taken.");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ReasonCode> All { get; } =
    [
        Accepted,
        NotAuthenticated, Forbidden, NotServed, VerbNotMapped, Redirected, OtherRefusal, ProxyAuthentication, OtherPage, CheckNotAnswered,
        NameNotResolved, ConnectionRefused, Unreachable, ConnectTimedOut, TlsFailed, NotPinned, StoppedBefore, NotSent, NotInTime, CircuitOpen,
        ServerFailed, AnswerTimedOut, ConnectionLost, NotUnderstood, UnexpectedStatus, StoppedAfter, AnswerNotEmpty,
    ];
}
