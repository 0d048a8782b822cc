using Ccr.SiteSimulator.Devices;
using Ccr.SiteSimulator.Tests.Site;

namespace Ccr.SiteSimulator.Tests.Devices;

public sealed class DeviceSetTests
{
    private static readonly DateTimeOffset Now = SiteFixture.Start;

    [Fact]
    public void Parse_OfEverything_GivesTheDevices()
    {
        var set = DeviceSet.Parse(
            """
            {
              "domain": "LAB", // of all that do not say one
              "fates": [{ "pattern": "PC0*", "fate": "firewall" }, { "pattern": "*", "fate": "off=3h" }],
              "devices": [
                { "name": "PC01" },
                { "name": "PC01", "domain": "OTHER", "resourceId": 16777221, "obsolete": true, "talks": true, "clientVersion": "5.0" },
                { "name": "X", "client": false, "decommissioned": true, "fate": "back=90s", "returnsAs": "new-record" },
              ]
            }
            """,
            Now);

        var (first, second, third) = (set.At(Now)[0], set.At(Now)[1], set.At(Now)[2]);
        Assert.Equal(("LAB", new DeviceFate(FateKind.Firewall), 16777222L), (first.Domain, first.Fate, first.ResourceId));
        Assert.Equal(("OTHER", true, "5.0", 16777221L), (second.Domain, second.Obsolete, second.ClientVersion, second.ResourceId));
        Assert.Equal((Now - TimeSpan.FromDays(30), (DateTimeOffset?)Now), (first.LastPolicyRequest(Now), second.LastPolicyRequest(Now)));
        Assert.Equal((false, true, ReturnsAs.NewRecord), (third.Client, third.Decommissioned, third.ReturnsAs));
        Assert.Equal((new DeviceFate(FateKind.Back, TimeSpan.FromSeconds(90)), null), (third.Fate, third.LastHeartbeat(Now)));
    }

    [Theory]
    [InlineData("", "JSON")]
    [InlineData("null", "It holds nothing; write an object, such as {}.")]
    [InlineData("""{ "devices": [{ "domain": "CORP" }] }""", "name")]
    [InlineData("""{ "devices": [{ "name": "PC01", "fat": "never" }] }""", "fat")]
    [InlineData("""{ "devices": [{ "name": "PC01", "fate": "gone" }] }""", "'gone' is no fate; write back=TIME, off=TIME, access-denied, firewall or never")]
    [InlineData("""{ "devices": [{ "name": "PC01", "fate": "off=5" }] }""", "Path: $.devices[0].fate.")]
    [InlineData("""{ "devices": [{ "name": "PC01", "fate": 5 }] }""", "'' is no fate")]
    [InlineData("""{ "devices": [{ "name": "A", "resourceId": 5 }, { "name": "B", "resourceId": 5 }] }""", "Two devices have the resourceId 5; give each its own, or none.")]
    public void Parse_OutsideTheForm_SaysWhatIsWrong(string json, string message) =>
        Assert.Contains(message, Assert.Throws<FormatException>(() => DeviceSet.Parse(json, Now)).Message, StringComparison.Ordinal);

    [Fact]
    public void Meet_OfAnUnknownMachine_MakesItADeviceOnce()
    {
        var set = DeviceSet.Parse("""{ "fates": [{ "pattern": "PC9*", "fate": "never" }] }""", Now);

        set.Meet("PC91", "LAB", Now);
        set.Meet("pc91", "lab", Now);
        set.Meet("PC91", null, Now);
        set.Meet("PC02", null, Now);

        Assert.Equal(["PC91 LAB Never", "PC02 CORP Back"], set.At(Now).Select(device => $"{device.Name} {device.Domain} {device.Fate!.Kind}"));
    }

    [Fact]
    public void Meet_WhenUnknownMachinesStayUnknown_AddsNothing()
    {
        var set = DeviceSet.Parse("""{ "addUnknown": false }""", Now);

        set.Meet("PC01", "CORP", Now);

        Assert.Empty(set.At(Now));
    }

    [Fact]
    public void Find_OfTwoRecords_TakesTheOneThatIsNotObsolete()
    {
        var set = DeviceSet.Parse("""{ "devices": [{ "name": "PC01", "obsolete": true }, { "name": "PC01" }] }""", Now);

        Assert.False(set.Find("pc01", "corp", Now)!.Obsolete);
    }

    [Theory]
    [InlineData("registered", true)]
    [InlineData("heartbeat-only", false)]
    public void At_WhenTheClientIsBack_ShowsWhatTheSiteWouldSee(string returnsAs, bool registersAgain)
    {
        var (set, back) = PushedSet(returnsAs);

        Assert.Equal("5.00.9128.1007", set.At(back - TimeSpan.FromSeconds(1)).Single().ClientVersion);
        var device = set.At(back).Single();

        Assert.Equal(("5.00.9141.1011", registersAgain), (device.ClientVersion, device.Registered == back));
        Assert.Equal((back, (DateTimeOffset?)back), (device.LastPolicyRequest(back), device.LastHeartbeat(back)));
        Assert.Equal(back + TimeSpan.FromHours(3), device.LastPolicyRequest(back + TimeSpan.FromHours(3.9)));
        Assert.Equal(back + TimeSpan.FromDays(7), device.LastHeartbeat(back + TimeSpan.FromDays(8)));
    }

    [Fact]
    public void At_WhenTheClientIsBackAsANewRecord_HasTheObsoleteOneToo()
    {
        var (set, back) = PushedSet("new-record");

        var (old, successor) = (set.At(back)[0], set.At(back)[1]);

        Assert.Equal((true, false), (old.Obsolete, successor.Obsolete));
        Assert.NotEqual(old.ResourceId, successor.ResourceId);
        Assert.NotEqual(old.UniqueIdentifier, successor.UniqueIdentifier);
        Assert.Equal((back, 2), (successor.Registered, set.At(back).Count));
    }

    private static (DeviceSet Set, DateTimeOffset Back) PushedSet(string returnsAs)
    {
        var set = DeviceSet.Parse($$"""{ "devices": [{ "name": "PC01", "returnsAs": "{{returnsAs}}" }] }""", Now);
        var back = Now + TimeSpan.FromMinutes(10);
        set.Update(set.At(Now).Single().ResourceId, device => device with { BackAt = back });
        return (set, back);
    }
}
