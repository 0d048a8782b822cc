using Ccr.Core.Results;

namespace Ccr.Core.Sites.AdminService;

/// <summary>The catalogue's 34xx: what came of a request to an AdminService.</summary>
public static class AdminServiceReasons
{
    private const string LookThere =
        "Look at the device in the console (client push status) and in ccm.log whether the request was taken; a further event is carried out after the "
        + "cool-down.";

    /// <summary>2xx with ReturnValue 0.</summary>
    public static readonly ReasonCode Accepted = new(
        "CCR3401", "The site took the CCR", "Nothing needs to be done; ccm.log on the site server tells how the installation goes.");

    /// <summary>The site knows no such device.</summary>
    public static readonly ReasonCode NoDevice = new(
        "CCR3411", "The site has no device of that name",
        "Look in the console whether the machine was discovered, and whether the account may see it: a role can be limited to collections.");

    /// <summary>The only devices of the name are of other domains.</summary>
    public static readonly ReasonCode OtherDomain = new(
        "CCR3412", "The site knows the name in another domain only", "See which domain the event names, and which the device has in the console.");

    /// <summary>More than one device answers to domain and name.</summary>
    public static readonly ReasonCode SeveralDevices = new(
        "CCR3413", "The site has several devices of that name and domain", "Remove the records that are no longer true in the console.");

    /// <summary>ReturnValue is not 0.</summary>
    public static readonly ReasonCode Declined = new(
        "CCR3414", "The site declined the CCR", "Look in SMSProv.log on the SMS Provider; the values of ReturnValue are documented nowhere.");

    /// <summary>401.</summary>
    public static readonly ReasonCode NotAuthenticated = new(
        "CCR3415", "AdminService does not accept who asks",
        "From version 2509 on it takes Kerberos only: write the provider's full name as the address, run as a domain account (on Linux with a ticket), and "
        + "see with setspn -Q HTTP/<name> that no user account has its SPN.");

    /// <summary>404: on this route it mostly means that a right is missing.</summary>
    public static readonly ReasonCode NoRight = new(
        "CCR3416", "AdminService says that there is nothing there, which mostly means that a right is missing",
        "Make the account an administrative user with Read, Read Resource and Modify Resource on the collection of these machines; it does not mean that "
        + "the device is unknown. If the account has these rights, see whether the site is of version 1910 or later.");

    /// <summary>403.</summary>
    public static readonly ReasonCode Forbidden = new(
        "CCR3417", "AdminService forbids the request", "Look at the account's security role and scope, and in adminservice.log.");

    /// <summary>400 and other statuses by which nothing was done.</summary>
    public static readonly ReasonCode Refused = new(
        "CCR3418", "AdminService refused the request", "Look in adminservice.log and SMSProv.log on the SMS Provider.");

    /// <summary>No connection.</summary>
    public static readonly ReasonCode NotReached = new(
        "CCR3421", "AdminService was not reached",
        "Look at the address, at port 443 and at the service SMS_REST_PROVIDER on the SMS Provider (SMS_REST_PROVIDER.log).");

    /// <summary>The TLS handshake failed, or the certificate is not the pinned one.</summary>
    public static readonly ReasonCode TlsFailed = new(
        "CCR3422", "TLS with AdminService failed",
        "A site's own certificate is issued by \"SMS Issuing\", which no computer trusts by itself: export that root, and name the file in CaFile.");

    /// <summary>It could not be found out which device is meant; nothing was asked for.</summary>
    public static readonly ReasonCode NotLookedUp = new(
        "CCR3423", "AdminService did not say which device is meant", "Nothing was asked of the site, and it is tried again; see SMSProv.log if it goes on.");

    /// <summary>5xx: it may have failed before or after.</summary>
    public static readonly ReasonCode ServerFailed = new("CCR3431", "AdminService failed", LookThere);

    /// <summary>Sent, and no answer.</summary>
    public static readonly ReasonCode NotAnswered = new("CCR3432", "AdminService did not answer the request for a CCR", LookThere);

    /// <summary>2xx without a ReturnValue that can be read.</summary>
    public static readonly ReasonCode Unreadable = new("CCR3433", "The answer of AdminService cannot be read", LookThere);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ReasonCode> All { get; } =
    [
        Accepted, NoDevice, OtherDomain, SeveralDevices, Declined, NotAuthenticated, NoRight, Forbidden, Refused, NotReached, TlsFailed, NotLookedUp,
        ServerFailed, NotAnswered, Unreadable,
    ];
}
