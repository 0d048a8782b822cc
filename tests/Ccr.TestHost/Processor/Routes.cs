using Azure.Messaging.ServiceBus;
using Ccr.Core.Messaging;
using Ccr.Hosting.Processing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ccr.TestHost.Processor;

/// <summary>What stands around the handlers that ship: crash points, and two builds that are broken on purpose.</summary>
internal static class Routes
{
    public static void Decorate(IServiceCollection services, CrashPoint crash, Broken broken)
    {
        var hasty = broken.Is(BrokenBuilds.CompleteOnStop) ? new HastyEnd() : null;
        if (hasty is not null) services.AddSingleton<IHostedService>(hasty);
        services.DecorateAll<EntityRoute>((route, _) => route with
        {
            Handle = route.Entity switch
            {
                Entities.Requests => (message, settlement, stop) => HandleRequestAsync(route, message, settlement, crash, broken, hasty, stop),
                Entities.Verifications => (message, settlement, stop) => HandleLookAsync(route, message, settlement, crash, stop),
                _ => (message, settlement, stop) => route.Handle(message, new CrashingSettlement(settlement, crash), stop),
            },
        });
    }

    private static Task HandleLookAsync(
        EntityRoute route, ServiceBusReceivedMessage message, ISettlement settlement, CrashPoint crash, CancellationToken stop)
    {
        crash.Pass(CrashPoints.LookReceived);
        return route.Handle(message, new CrashingSettlement(settlement, crash, CrashPoints.BeforeLookComplete, CrashPoints.AfterLookComplete), stop);
    }

    private static async Task HandleRequestAsync(
        EntityRoute route, ServiceBusReceivedMessage message, ISettlement settlement, CrashPoint crash, Broken broken, HastyEnd? hasty, CancellationToken stop)
    {
        crash.Pass(CrashPoints.Received);
        ISettlement settle = new CrashingSettlement(settlement, crash);
        if (broken.Is(BrokenBuilds.SettleFirst))
        {
            await settle.CompleteAsync(stop);
            settle = new NothingToSettle();
        }

        Task HandleAsync() => route.Handle(message, settle, stop);
        await (hasty?.HandleAsync(settle, HandleAsync) ?? HandleAsync());
    }
}
