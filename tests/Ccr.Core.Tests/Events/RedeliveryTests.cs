using Ccr.Core.Events;
using Ccr.Core.Telemetry;
using Ccr.Core.Tests.Support;

namespace Ccr.Core.Tests.Events;

/// <summary>What was accepted can always wait: there is room for what a copy adds.</summary>
public class RedeliveryTests
{
    private static readonly Dictionary<string, object> OfTheSender = new(StringComparer.Ordinal) { ["team"] = "Süd", ["priority"] = 1 };

    [Fact]
    public void LargestBody_OfACopy_IsThatOfItsEvent()
    {
        var options = new EventOptions();
        var original = Some.Event("{}", OfTheSender, "application/json");
        var copy = Redelivery.PropertiesOf(original, Enumerable.Range(0, 200).ToDictionary(part => part, _ => "CCR2014"));
        foreach (var name in Traces.Properties) copy[name] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        var redriven = Redelivery.PropertiesOfRedriven(original with { Properties = copy }, "redrive-9223372036854775807-1769860800000");

        var largest = Redelivery.LargestBody(original.Properties, original.ContentType, options);

        Assert.Equal(largest, Redelivery.LargestBody(copy, original.ContentType, options));
        Assert.Equal(largest, Redelivery.LargestBody(redriven, original.ContentType, options));
        Assert.InRange(largest, 250_000, options.MaxMessageBytes);
    }

    [Fact]
    public void LargestBody_WithProperties_IsSmallerByThem()
    {
        var options = new EventOptions();

        var less = Redelivery.LargestBody(options) - Redelivery.LargestBody(OfTheSender, "application/json", options);

        Assert.InRange(less, "teamSüdpriorityapplication/json".Length, 200);
    }

    [Fact]
    public void Read_EventThatCouldNotBeCopied_IsRejectedWithTheSizeThatWouldFit()
    {
        var options = new EventOptions();
        var largest = Redelivery.LargestBody(OfTheSender, null, options);
        var reader = new EventReader(options);

        var fits = reader.Read(Some.Event(Padded(largest), OfTheSender)).Parts;
        var tooLarge = (EndedPart)reader.Read(Some.Event(Padded(largest + 1), OfTheSender)).Parts.Single();

        Assert.IsType<MachinePart>(fits.Single());
        Assert.Equal(("CCR1001", $"the body has {largest + 1} bytes, and {largest} would fit"), (tooLarge.Verdict.Reason.Code, tooLarge.Verdict.Detail));
    }

    private static string Padded(int length) => """{ "machine": "PC01" }""".PadRight(length);
}
