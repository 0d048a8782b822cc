using Ccr.FunctionsTestHost.Rpc;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Azure.Functions.Worker.ServiceBusExtension;
using RpcException = Grpc.Core.RpcException;

namespace Ccr.FunctionsTestHost;

/// <summary>Takes the stream of the worker that was started.</summary>
internal sealed class FunctionRpcService(FunctionsHost host) : FunctionRpc.FunctionRpcBase
{
    public override async Task EventStream(
        IAsyncStreamReader<StreamingMessage> requestStream, IServerStreamWriter<StreamingMessage> responseStream, ServerCallContext context)
    {
        if (!await requestStream.MoveNext(context.CancellationToken) || requestStream.Current.StartStream?.WorkerId != host.Worker.Id)
            throw new RpcException(new Status(StatusCode.NotFound, "No such worker was started."));
        await host.Worker.ServeAsync(requestStream, responseStream, context.CancellationToken);
    }
}

/// <summary>Settles for the worker what the host received and holds the lock of, in the ways that this app uses.</summary>
internal sealed class SettlementService(ServiceBusTriggers triggers) : Settlement.SettlementBase
{
    public override Task<Empty> Complete(CompleteRequest request, ServerCallContext context) =>
        triggers.SettleAsync(request.Locktoken, held => held.CompleteMessageAsync(held.Message, context.CancellationToken));

    public override Task<Empty> Abandon(AbandonRequest request, ServerCallContext context) =>
        triggers.SettleAsync(request.Locktoken, held => held.AbandonMessageAsync(held.Message, null, context.CancellationToken));

    public override Task<Empty> Deadletter(DeadletterRequest request, ServerCallContext context) => triggers.SettleAsync(
        request.Locktoken,
        held => held.DeadLetterMessageAsync(held.Message, request.DeadletterReason, request.DeadletterErrorDescription, context.CancellationToken));
}
