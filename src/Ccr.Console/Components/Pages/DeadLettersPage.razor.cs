using Ccr.Console.State;
using Ccr.Core;
using Ccr.Hosting.ServiceBus;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Ccr.Console.Components.Pages;

/// <summary>The dead letters of all our entities, grouped by cause.</summary>
public sealed partial class DeadLettersPage
{
    /// <summary>Only those of this entity.</summary>
    [SupplyParameterFromQuery(Name = "entity")]
    public string? Entity { get; set; }

    /// <summary>Only those with this reason.</summary>
    [SupplyParameterFromQuery(Name = "reason")]
    public string? Reason { get; set; }

    /// <summary>This letter of the entity.</summary>
    [SupplyParameterFromQuery(Name = "number")]
    public long? Number { get; set; }

    [Inject]
    private CcrOptions Settings { get; set; } = default!;

    [Inject]
    private IServiceProvider Services { get; set; } = default!;

    private ServiceBusConnection? Connection => Services.GetService<ServiceBusConnection>();

    private static string LinkTo(DeadLetterCause cause, long letter) => Links.To("/dead-letters", ("entity", cause.Entity), ("number", $"{letter}"));

    private List<DeadLetterCause> Shown(IReadOnlyList<DeadLetterCause> causes) =>
        [.. causes.Where(cause => (Entity is null || cause.Entity == Entity) && (Reason is null || cause.Reason == Reason))];
}
