using System.Net.Sockets;
using System.Security.Authentication;
using Azure.Identity;
using Azure.Messaging.ServiceBus;
using Ccr.Hosting.ServiceBus;

namespace Ccr.Hosting.Tests.ServiceBus;

public sealed class MessagingFaultsTests
{
    public static TheoryData<string, Exception, bool> Faults => new()
    {
        { "CCR4001", new ServiceBusException("m", ServiceBusFailureReason.MessagingEntityNotFound), false },
        { "CCR4002", new UnauthorizedAccessException("m"), false },
        { "CCR4003", new ServiceBusException("m", ServiceBusFailureReason.MessagingEntityDisabled), false },
        { "CCR4004", new SocketException((int)SocketError.ConnectionRefused), true },
        { "CCR4004", new ServiceBusException(
            "m", ServiceBusFailureReason.ServiceCommunicationProblem, innerException: new SocketException((int)SocketError.HostNotFound)), true },
        { "CCR4005", new ServiceBusException(
            "m", ServiceBusFailureReason.GeneralError, innerException: new AuthenticationException("bad certificate")), false },
        { "CCR4006", new ServiceBusException("m", ServiceBusFailureReason.ServiceCommunicationProblem), true },
        { "CCR4007", new ServiceBusException("m", ServiceBusFailureReason.ServiceBusy), true },
        { "CCR4009", new ServiceBusException("m", ServiceBusFailureReason.ServiceTimeout), true },
        { "CCR4009", new OperationCanceledException(), true },
        { "CCR4010", new ServiceBusException("m", ServiceBusFailureReason.MessageLockLost), false },
        { "CCR4011", new ServiceBusException("m", ServiceBusFailureReason.MessageSizeExceeded), false },
        { "CCR4012", new ServiceBusException("m", ServiceBusFailureReason.QuotaExceeded), true },
        { "CCR4013", new ServiceBusException("m", ServiceBusFailureReason.GeneralError), false },
        { "CCR4013", new InvalidOperationException("m"), false },
        { "CCR4014", new ServiceBusException("m", ServiceBusFailureReason.MessageNotFound), false },
        { "CCR4015", new CredentialUnavailableException("m"), true },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Of_EachFaultOfTheClient_HasItsCode(string code, Exception fault, bool isTransient)
    {
        var known = MessagingFaults.Of(fault, "queue", Operation.Send, "host");

        Assert.Equal((code, isTransient), (known.Reason.Code, known.IsTransient));
        Assert.Same(fault, known.InnerException);
        Assert.DoesNotContain('\n', known.Message);
    }

    [Fact]
    public void Of_TimeoutOfAReceive_IsNotUnconfirmed() =>
        Assert.Equal(ServiceBusReasons.Timeout, MessagingFaults.Of(new TimeoutException(), "queue", Operation.Receive, "host").Reason);

    [Fact]
    public void Of_KnownFault_StaysAsItIs()
    {
        var known = new MessagingException(ServiceBusReasons.Busy, "queue", "", isTransient: true);

        Assert.Same(known, MessagingFaults.Of(known, "other", Operation.Send, "host"));
    }

    [Fact]
    public void DetailOf_TextOfABroker_LosesWhatOnlyItsSupportCanRead() => Assert.Equal(
        "The messaging entity 'x' could not be found",
        MessagingFaults.DetailOf(new InvalidOperationException("The messaging entity 'x'\r\ncould not be found. TrackingId:1234_G1, SystemTracker:a, Timestamp:2026-01-01. For troubleshooting information, see https://aka.ms/x.")));

    [Fact]
    public void DetailOf_LongText_IsCut() => Assert.Equal(303, MessagingFaults.DetailOf(new InvalidOperationException(new string('x', 1000))).Length);
}
