using Ccr.Core.Results;

namespace Ccr.Core.Tests.Support;

/// <summary>A broker that refuses, as a test says.</summary>
internal sealed class BrokerFault(bool isAboutTheWay, bool isCertainlyNotSent)
    : BrokerException(new ReasonCode("CCR4999", "A test's fault", "None."), "A test's fault (ccr-agent-hq)", "CCR4999: A test's fault", null)
{
    /// <summary>Its link could not be opened: certainly nothing was sent.</summary>
    public static BrokerFault Missing { get; } = new(isAboutTheWay: true, isCertainlyNotSent: true);

    /// <summary>Its confirmation was lost: the message may be there.</summary>
    public static BrokerFault Unclear { get; } = new(isAboutTheWay: true, isCertainlyNotSent: false);

    /// <summary>The lock on a message is lost.</summary>
    public static BrokerFault LockLost { get; } = new(isAboutTheWay: false, isCertainlyNotSent: false);

    public override bool IsAboutTheWay { get; } = isAboutTheWay;

    public override bool IsCertainlyNotSent { get; } = isCertainlyNotSent;
}
