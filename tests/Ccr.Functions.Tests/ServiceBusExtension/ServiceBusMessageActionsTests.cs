using Azure.Messaging.ServiceBus;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Azure.Amqp;
using Microsoft.Azure.Amqp.Encoding;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.ServiceBusExtension;

namespace Ccr.Functions.Tests.ServiceBusExtension;

/// <summary>What our own stand-in tells the host, member by member; it is not compiled where the package is.</summary>
public class ServiceBusMessageActionsTests
{
    private static readonly Guid Token = Guid.Parse("8f2f7b0e-6f0a-4a0c-9d0e-2f6f3f1f5a10");

    private static readonly ServiceBusReceivedMessage Message = ServiceBusModelFactory.ServiceBusReceivedMessage(lockTokenGuid: Token);

    private readonly RecordingHost _host = new();

    private ServiceBusMessageActions Actions => new(new Settlement.SettlementClient(_host));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Actions_EachOfThem_CallTheHostWithTheLockToken()
    {
        await Actions.CompleteMessageAsync(Message, Stop);
        await Actions.AbandonMessageAsync(Message, null, Stop);
        await Actions.DeferMessageAsync(Message, null, Stop);
        await Actions.RenewMessageLockAsync(Message, Stop);
        await Actions.DeadLetterMessageAsync(Message, null, "CCR1003", "not JSON", Stop);

        var token = Token.ToString();
        Assert.Equal(
            [
                ("/Settlement/Complete", new CompleteRequest { Locktoken = token }),
                ("/Settlement/Abandon", new AbandonRequest { Locktoken = token }),
                ("/Settlement/Defer", new DeferRequest { Locktoken = token }),
                ("/Settlement/RenewMessageLock", new RenewMessageLockRequest { Locktoken = token }),
                ("/Settlement/Deadletter", new DeadletterRequest { Locktoken = token, DeadletterReason = "CCR1003", DeadletterErrorDescription = "not JSON" }),
            ],
            _host.Calls);
    }

    [Fact]
    public async Task Properties_OfEveryKindThatServiceBusKnows_AreAnAmqpMap()
    {
        var now = new DateTimeOffset(2026, 11, 25, 12, 0, 0, TimeSpan.FromHours(1));
        await Actions.AbandonMessageAsync(
            Message,
            new Dictionary<string, object>(StringComparer.Ordinal) { ["tries"] = 3, ["by"] = "a test", ["link"] = new Uri("http://mp01/x"), ["for"] = TimeSpan.FromSeconds(5), ["at"] = now },
            Stop);

        var bytes = ((AbandonRequest)Assert.Single(_host.Calls).Request).PropertiesToModify.ToByteArray();
        var map = AmqpCodec.DecodeMap(new ByteBuffer(bytes, 0, bytes.Length));
        Assert.Equal((3, "a test"), ((int)map[new MapKey("tries")], (string)map[new MapKey("by")]));
        Assert.Equal(("com.microsoft:uri", "http://mp01/x"), Described(map, "link"));
        Assert.Equal(("com.microsoft:timespan", TimeSpan.FromSeconds(5).Ticks), Described(map, "for"));
        Assert.Equal(("com.microsoft:datetime-offset", now.UtcTicks), Described(map, "at"));
    }

    [Fact]
    public async Task Properties_OfAnotherKind_AreRefusedByName()
    {
        var properties = new Dictionary<string, object>(StringComparer.Ordinal) { ["machines"] = new[] { "PC01" } };

        var fault = await Assert.ThrowsAsync<NotSupportedException>(() => Actions.DeferMessageAsync(Message, properties, Stop));

        Assert.Contains("machines", fault.Message, StringComparison.Ordinal);
        Assert.Empty(_host.Calls);
    }

    private static (string, object) Described(AmqpMap map, string name)
    {
        var value = Assert.IsType<DescribedType>(map[new MapKey(name)]);
        return (value.Descriptor.ToString()!, value.Value);
    }

    private sealed class RecordingHost : CallInvoker
    {
        public List<(string Method, IMessage Request)> Calls { get; } = [];

        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
        {
            Calls.Add((method.FullName, (IMessage)request));
            return new AsyncUnaryCall<TResponse>(
                Task.FromResult((TResponse)(object)new Empty()), Task.FromResult(new Metadata()), () => Status.DefaultSuccess, () => [], () => { });
        }

        public override TResponse BlockingUnaryCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
            throw new NotSupportedException();

        public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) => throw new NotSupportedException();

        public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options) => throw new NotSupportedException();

        public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options) => throw new NotSupportedException();
    }
}
