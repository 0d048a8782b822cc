using Ccr.Core.Events.Json;

namespace Ccr.Core.Events.Mappings;

/// <summary>Where a mapping's selectors look.</summary>
/// <param name="Payload">The event.</param>
/// <param name="Item">The item of it that is being read; without <c>each</c> the event itself.</param>
internal readonly record struct Scope(Payload Payload, EventValue Item);
