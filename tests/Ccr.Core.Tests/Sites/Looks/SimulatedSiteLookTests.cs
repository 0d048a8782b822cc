using Ccr.Core.Views;
using Ccr.SiteSimulator;
using Microsoft.Extensions.Time.Testing;

namespace Ccr.Core.Tests.Sites.Looks;

/// <summary>What is seen of machines whose CCRs a simulated site works on.</summary>
public sealed class SimulatedSiteLookTests
{
    private const int Limit = 120_000;

    private static readonly DateTimeOffset Start = new(2026, 9, 25, 8, 0, 0, TimeSpan.Zero);

    [Theory(Timeout = Limit)]
    [InlineData("PC1.ccr", "PC2.ccr", null, 67)]
    [InlineData("16777301.CPB", "16777302.CPB", 16777301, -2147023174)]
    public async Task Look_FromTheBoxToTheEnd_ShowsEachStepOfAGoodMachineAndOfABadOne(string good, string bad, int? resourceId, int error)
    {
        using var disk = new SiteOnDisk();
        var time = new FakeTimeProvider(Start);
        time.SetLocalTimeZone(TimeZoneInfo.CreateCustomTimeZone("Site", TimeSpan.FromHours(-4), "Site", "Site"));
        await using var site = SimulatedSite.Start(new()
        {
            DataDirectory = Path.GetDirectoryName(disk.Inboxes)!,
            Devices = DeviceSet.Parse("""
                { "fates": [{ "pattern": "PC2", "fate": "firewall" }],
                  "devices": [{ "resourceId": 16777301, "name": "PC1" }, { "resourceId": 16777302, "name": "PC2" }] }
                """, Start),
            TimeProvider = time,
            PollInterval = TimeSpan.FromDays(40),
        });
        Assert.Equal((new(), new()), await LookAsync());

        disk.Write($"ccr.box/{good}", Ccr("PC1", resourceId));
        disk.Write($"ccr.box/{bad}", Ccr("PC2", resourceId + 1));
        Assert.Equal((new() { Place = CcrPlace.Incoming }, new() { Place = CcrPlace.Incoming }), await LookAsync());

        site.CatchUp();
        Assert.Equal((At(CcrPlace.Processing, Start), At(CcrPlace.Processing, Start)), await LookAsync());

        var tried = Start.AddSeconds(30);
        Pass(tried);
        Assert.Equal((At(CcrPlace.Retry, tried), At(CcrPlace.Retry, tried, error)), await LookAsync());

        // The hourly pass begins another attempt, of which nothing is known yet.
        var pass = Start.AddHours(1);
        Pass(pass);
        Assert.Equal((At(CcrPlace.Processing, pass), At(CcrPlace.Processing, pass)), await LookAsync());

        Pass(pass.AddSeconds(30));
        Assert.Equal((At(CcrPlace.None, pass.AddSeconds(30)), At(CcrPlace.Retry, pass.AddSeconds(30), error)), await LookAsync());

        // After seven days the bad one is gone too: its place alone does not tell the two apart, its error does.
        Pass(Start.AddHours(169));
        var (_, last) = await LookAsync();
        Assert.Equal((CcrPlace.None, (long?)error), (last!.Place, last.Error));

        void Pass(DateTimeOffset to)
        {
            time.SetUtcNow(to);
            site.CatchUp();
        }

        async Task<(CcrTrace? Good, CcrTrace? Bad)> LookAsync() => (await disk.LookAsync("PC1"), await disk.LookAsync("PC2"));
    }

    private static CcrTrace At(CcrPlace place, DateTimeOffset attempted, long? error = null) => new() { Place = place, Attempted = attempted, Error = error };

    private static string Ccr(string machine, int? resourceId) =>
        SiteOnDisk.Ccr(machine, "CORP") + "Forced CCR=TRUE\r\n" + (resourceId is null ? "" : $"Resource ID={resourceId}\r\n");
}
