using Microsoft.Extensions.DependencyInjection;

namespace Ccr.TestHost.Processor;

internal static class Decorating
{
    /// <summary>Puts something around a service that is registered already; the container still disposes what was registered.</summary>
    public static void Decorate<T>(this IServiceCollection services, Func<T, IServiceProvider, T> around)
        where T : class
    {
        var inner = services.Last(service => service.ServiceType == typeof(T));
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
