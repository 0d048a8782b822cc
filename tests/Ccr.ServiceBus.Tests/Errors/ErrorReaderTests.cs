using System.Net.Sockets;
using System.Security.Authentication;
using Amqp.Framing;
using Ccr.ServiceBus.Errors;

namespace Ccr.ServiceBus.Tests.Errors;

public class ErrorReaderTests
{
    [Theory]
    [InlineData("amqp:not-found", MessagingFault.EntityNotFound, "CCR4001", false)]
    [InlineData("amqp:unauthorized-access", MessagingFault.Unauthorized, "CCR4002", false)]
    [InlineData("com.microsoft:entity-disabled", MessagingFault.EntityDisabled, "CCR4003", false)]
    [InlineData("amqp:connection:forced", MessagingFault.ConnectionLost, "CCR4006", true)]
    [InlineData("amqp:link:detach-forced", MessagingFault.ConnectionLost, "CCR4006", true)]
    [InlineData("com.microsoft:server-busy", MessagingFault.ServerBusy, "CCR4007", true)]
    [InlineData("com.microsoft:timeout", MessagingFault.ServerBusy, "CCR4007", true)]
    [InlineData("com.microsoft:message-lock-lost", MessagingFault.LockLost, "CCR4010", false)]
    [InlineData("amqp:link:message-size-exceeded", MessagingFault.MessageTooLarge, "CCR4011", false)]
    [InlineData("amqp:resource-limit-exceeded", MessagingFault.QuotaExceeded, "CCR4012", true)]
    [InlineData("amqp:not-allowed", MessagingFault.Refused, "CCR4013", false)]
    [InlineData("com.microsoft:argument-error", MessagingFault.Refused, "CCR4013", false)]
    [InlineData("com.microsoft:message-not-found", MessagingFault.MessageNotFound, "CCR4014", false)]
    public void Closed_EachCondition_HasItsFaultAndCode(string condition, MessagingFault fault, string code, bool isTransient)
    {
        var read = ErrorReader.Closed(new Error(condition) { Description = "the broker's words" }, "queue", Claims.Listen);

        Assert.Equal((fault, code, isTransient), (read.Fault, read.Code, read.IsTransient));
        Assert.StartsWith($"{code}: ", read.Message);
        Assert.Contains("queue", read.Message);
    }

    [Theory]
    [InlineData(400, "CCR4013")]
    [InlineData(401, "CCR4002")]
    [InlineData(404, "CCR4001")]
    [InlineData(410, "CCR4010")]
    [InlineData(503, "CCR4007")]
    [InlineData(500, "CCR4007")]
    public void Reply_WithoutCondition_IsReadByItsStatus(int status, string code)
    {
        Assert.Equal(code, ErrorReader.Reply(status, null, "words", "queue", Claims.Send).Code);
    }

    [Fact]
    public void Reply_WithCondition_IsReadByThat()
    {
        Assert.Equal(
            "CCR4014", ErrorReader.Reply(404, "com.microsoft:message-not-found", "words", "queue", Claims.Send).Code);
    }

    [Fact]
    public void Rejected_ForAnUnknownReason_IsRefusedForGood()
    {
        var read = ErrorReader.Rejected(new Error("vendor:odd") { Description = "odd" }, "queue", Claims.Send);

        Assert.Equal(("CCR4013", false), (read.Code, read.IsTransient));
    }

    [Fact]
    public void Closed_ForNoReason_IsALossThatWillMend()
    {
        var read = ErrorReader.Closed(null, "queue", Claims.Send);

        Assert.Equal(("CCR4006", true), (read.Code, read.IsTransient));
    }

    [Fact]
    public void Closed_Unauthorized_NamesClaimEntityAndRole()
    {
        var read = ErrorReader.Closed(
            new Error("amqp:unauthorized-access") { Description = "Unauthorized access." }, "ccr-results", Claims.Send);

        Assert.Equal(
            "CCR4002: The Send claim on 'ccr-results' was refused (Unauthorized access). Check that the key or signature " +
            "belongs to this namespace and carries Send, or that the identity has the role that gives it (Azure Service " +
            "Bus Data Sender).", read.Message);
        Assert.Equal("ccr-results", read.Entity);
    }

    [Fact]
    public void Closed_BrokersWithManyWords_StayOnOneLine()
    {
        var read = ErrorReader.Closed(
            new Error("amqp:connection:forced") { Description = "first\r\n  second" + new string('x', 5000) }, "queue", Claims.Send);

        Assert.DoesNotContain('\n', read.Message);
        Assert.True(read.Message.Length < 500);
    }

    [Fact]
    public void Connecting_EachFailure_SaysWhatToLookAt()
    {
        var name = ErrorReader.Connecting(new SocketException((int)SocketError.HostNotFound), "amqps://n:5671");
        var tls = ErrorReader.Connecting(
            new AuthenticationException("outer", new AuthenticationException("the chain is not trusted")), "amqps://n:5671");
        var silence = ErrorReader.Connecting(new TaskCanceledException(), "amqps://n:5671");

        Assert.Equal(("CCR4004", true), (name.Code, name.IsTransient));
        Assert.Equal(("CCR4005", false), (tls.Code, tls.IsTransient));
        Assert.Contains("the chain is not trusted", tls.Message);
        Assert.Contains("TrustedCaFile", tls.Message);
        Assert.Contains("no answer in time", silence.Message);
    }
}
