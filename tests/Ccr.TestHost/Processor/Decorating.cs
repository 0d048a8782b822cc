using Microsoft.Extensions.DependencyInjection;

namespace Ccr.TestHost.Processor;

internal static class Decorating
{
    /// <summary>Puts something around a service that is registered already; the container still disposes what was registered.</summary>
    public static void Decorate<T>(this IServiceCollection services, Func<T, IServiceProvider, T> around)
        where T : class
    {
        Decorate(services, services.Last(service => service.ServiceType == typeof(T)), around);
    }

    /// <summary>The same for every registration of a service.</summary>
    public static void DecorateAll<T>(this IServiceCollection services, Func<T, IServiceProvider, T> around)
        where T : class
    {
        foreach (var inner in services.Where(service => service.ServiceType == typeof(T) && !service.IsKeyedService).ToList())
            Decorate(services, inner, around);
    }

    private static void Decorate<T>(IServiceCollection services, ServiceDescriptor inner, Func<T, IServiceProvider, T> around)
        where T : class
    {
        services.Remove(inner);
        services.AddKeyedSingleton(typeof(T), inner, (provider, _) => inner switch
        {
            { ImplementationInstance: { } instance } => instance,
            { ImplementationFactory: { } factory } => factory(provider),
            _ => ActivatorUtilities.CreateInstance(provider, inner.ImplementationType!),
        });
        services.AddSingleton(provider => around(provider.GetRequiredKeyedService<T>(inner), provider));
    }
}
