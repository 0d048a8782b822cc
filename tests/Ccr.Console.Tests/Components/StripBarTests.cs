using Bunit;
using Ccr.Console.Components.Parts;
using Microsoft.Extensions.DependencyInjection;

namespace Ccr.Console.Tests.Components;

/// <summary>Components alone, by bunit.</summary>
public sealed class StripBarTests
{
    [Fact]
    public void StripBar_OfAReadOnlyConsoleWithAnOldLedger_SaysBoth()
    {
        using var context = new BunitContext();
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(new DateTimeOffset(2026, 11, 26, 3, 0, 0, TimeSpan.Zero));
        var state = new ConsoleState(time);
        state.Update(_ => Some.Snapshot(time.GetUtcNow()));
        context.Services.AddSingleton(state).AddSingleton(new CcrOptions()).AddSingleton(new ConsoleFacts(Some.Who, "ledger of test", null));
        var bar = context.Render<StripBar>();
        Assert.Contains("Nothing is held", bar.Markup, StringComparison.Ordinal);

        time.Advance(TimeSpan.FromSeconds(11));
        state.Update(now => now);
        state.Show();

        bar.WaitForAssertion(() => Assert.Contains("ledger 11 s ago", bar.Find(".age.amber").TextContent, StringComparison.Ordinal));
        Assert.Contains("READ ONLY", bar.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Sources_OfThePage_WriteNoMarkup() => Assert.Equal([], Directory
        .EnumerateFiles(Path.Combine(CcrProcess.Root, "src", "Ccr.Console"), "*.*", SearchOption.AllDirectories)
        .Where(file => file.EndsWith(".razor", StringComparison.Ordinal) || file.EndsWith(".razor.cs", StringComparison.Ordinal))
        .Where(file => File.ReadAllText(file) is var text && (text.Contains("MarkupString", StringComparison.Ordinal)
            || text.Contains("AddMarkupContent", StringComparison.Ordinal))));
}
