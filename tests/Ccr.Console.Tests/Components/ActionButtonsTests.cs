using Bunit;
using Ccr.Console.Actions;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;

namespace Ccr.Console.Tests.Components;

/// <summary>The buttons of the pause and the brakes: which are there, and which may be pressed.</summary>
public sealed class ActionButtonsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 26, 2, 41, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(ConsoleRights.None, "")]
    [InlineData(ConsoleRights.Pause, "Pause all sites")]
    [InlineData(ConsoleRights.Brake, "Release the brake of hq")]
    [InlineData(ConsoleRights.All, "Pause all sites, Release the brake of hq")]
    public void ActionButtons_OfAConsoleWithRights_AreThoseOfTheRights(ConsoleRights rights, string names)
    {
        using var context = new BunitContext();
        var state = NewState(context, rights);
        state.Update(_ => Some.Snapshot(Now) with { Switches = [new SwitchRecord(SwitchRecord.BrakeKey("hq"), true, Now.AddMinutes(-1))] });

        var buttons = context.Render<ActionButtons>();

        Assert.Equal(names, string.Join(", ", buttons.FindAll("button").Select(button => button.TextContent)));
    }

    [Fact]
    public void ActionButtons_AfterARefusedWrite_AreDisabledForAWhileAndSayWhy()
    {
        using var context = new BunitContext();
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(Now);
        var state = NewState(context, ConsoleRights.All, time);
        state.Update(_ => Some.Snapshot(Now) with { Refusal = ("a role is missing", Now) });
        var buttons = context.Render<ActionButtons>();
        Assert.Equal("a role is missing", buttons.Find("button[disabled]").GetAttribute("title"));

        time.Advance(TimeSpan.FromMinutes(2));
        state.Update(now => now);
        state.Show();

        buttons.WaitForAssertion(() => Assert.Empty(buttons.FindAll("button[disabled]")));
    }

    private static ConsoleState NewState(BunitContext context, ConsoleRights rights, TimeProvider? time = null)
    {
        var state = new ConsoleState(time ?? new Microsoft.Extensions.Time.Testing.FakeTimeProvider(Now));
        context.Services.AddMudServices();
        context.Services.AddSingleton(state).AddSingleton(new ConsoleFacts(Some.Who, "ledger of test", null, rights));
        return state;
    }
}
