using Bunit;
using Ccr.Console.Actions;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using MudBlazor.Services;

namespace Ccr.Console.Tests.Components;

/// <summary>
/// On a console that had just started, a field was lost now and then when it was filled in right after another one: its handler had been replaced, and the
/// old one was forgotten while the browser's word for it waited. So no handler of a field is ever replaced.
/// </summary>
public sealed class FieldTests
{
    [Fact]
    public async Task Fields_OfADialogThatIsDrawnAgain_KeepTheirHandlers()
    {
        await using var context = new BunitContext();
        context.JSInterop.Mode = JSRuntimeMode.Loose;
        var (time, ledger) = (TimeProvider.System, new InMemoryLedgerStore());
        context.Services.AddMudServices();
        var facts = new ConsoleFacts(Some.Who, "test", null, ConsoleRights.All);
        var people = new LedgerOperator(ledger, time, Some.Who);
        context.Services.AddSingleton(new OperatorGate(people, new LedgerReader(ledger), new ConsoleState(time), facts, time)).AddSingleton(time);
        var page = context.Render<MudDialogProvider>();
        await page.InvokeAsync(() => context.Services.GetRequiredService<IDialogService>().ShowAsync<PauseDialog>());
        var before = Handlers();

        page.Find("#reason").Input("INC4711");
        page.Find("#until").Change("4");

        Assert.Equal(before, Handlers());
        Assert.False(page.Find("#confirm").HasAttribute("disabled"));

        List<string> Handlers() => [.. page.FindAll("#reason, #until, #confirm").Select(field =>
            field.Attributes.Single(each => each.Name is "blazor:oninput" or "blazor:onchange" or "blazor:onclick").Value)];
    }

    [Fact]
    public void Pages_InTheirSource_BindNoField() => Assert.Equal([], Directory
        .EnumerateFiles(Path.Combine(CcrProcess.Root, "src", "Ccr.Console"), "*.razor", SearchOption.AllDirectories)
        .Where(path => File.ReadAllText(path).Contains("@bind", StringComparison.Ordinal)));
}
