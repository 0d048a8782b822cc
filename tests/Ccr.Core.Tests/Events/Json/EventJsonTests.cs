using System.Text;
using System.Text.Json;
using Ccr.Core.Events;
using Ccr.Core.Events.Json;
using CsCheck;

namespace Ccr.Core.Tests.Events.Json;

public class EventJsonTests
{
    [Theory]
    [InlineData("""{ "a": 1, "a": 2 }""")]
    [InlineData("""{ "a": 1, "\u0061": 2 }""")]
    [InlineData("""[ { "x": { "\u00e4": 1, "ä": 2 } } ]""")]
    public void Parse_MemberTwice_IsRefused(string json)
    {
        Assert.Equal(EventReasons.DuplicateMember, Assert.Throws<EventFaultException>(() => Parse(json)).Reason);
    }

    [Theory]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(5_000)]
    public void Parse_LastOfManyMembersTwice_IsRefused(int count)
    {
        var members = string.Join(",", Enumerable.Range(0, count).Select(i => $"\"name{i}\":{i}"));

        using var json = Parse($"{{{members}}}");

        Assert.Equal($"{count - 1}", json.Root.Find($"NAME{count - 1}").RawText);
        Assert.Throws<EventFaultException>(() => Parse($"{{{members},\"name{count - 1}\":0}}"));
        Assert.Throws<EventFaultException>(() => Parse($"{{{members},\"name0\":0}}"));
    }

    [Theory]
    [InlineData("name", "NAME")]
    [InlineData("a", "A")]
    [InlineData("monitoringObjectPath", "MONITORINGOBJECTPATH")]
    [InlineData("rechnername-für-ä", "RECHNERNAME-FÜR-Ä")]
    [InlineData("na\\u006de", "name")]
    [InlineData("", "")]
    public void Find_NameInOtherCase_IsFound(string written, string sought)
    {
        using var json = Parse($$"""{ "other": 0, "{{written}}": 1, "last": 2 }""");

        Assert.Equal("1", json.Root.Find(sought).RawText);
    }

    [Fact]
    public void Find_NullOrAbsent_IsNotPresent()
    {
        using var json = Parse("""{ "a": null, "b": [null] }""");

        Assert.False(json.Root.Find("a").IsPresent);
        Assert.False(json.Root.Find("c").Find("d").IsPresent);
        Assert.False(json.Root.Find("b").Find("d").IsPresent);
    }

    [Fact]
    public void Parse_LevelsOfNesting_AreThirtyTwoAtMost()
    {
        using var json = Parse(new string('[', 32) + new string(']', 32));

        Assert.Equal(1, json.Root.Count);
        Assert.ThrowsAny<JsonException>(() => Parse(new string('[', 33) + new string(']', 33)));
    }

    [Fact]
    public void Parse_LoneSurrogate_IsRefusedInANameAtOnceAndInATextWhenItIsRead()
    {
        using var json = Parse("""{ "a": "\ud800" }""");

        Assert.Equal(EventReasons.NotText, Assert.Throws<EventFaultException>(() => json.Root.Find("a").Text("a")).Reason);
        Assert.Equal(EventReasons.NotText, Assert.Throws<EventFaultException>(() => Parse("""{ "\ud800": 1 }""")).Reason);
    }

    [Fact]
    public void Parse_AnyJson_HoldsWhatTheFrameworksReaderFinds()
    {
        var text = Gen.String[Gen.Char["aZ0 \"\\\u00e4\u20ac\n{}[],:"], 0, 12];
        var documents = Gen.Recursive<object?>((depth, inner) => depth > 4
            ? text.Select(t => (object?)t)
            : Gen.OneOf(
                text.Select(t => (object?)t),
                Gen.Int.Select(i => (object?)i),
                Gen.Bool.Select(b => (object?)b),
                Gen.Const((object?)null),
                inner.Array[0, 4].Select(items => (object?)items),
                Gen.Select(text, inner).Array[0, 4].Select(members => (object?)members.DistinctBy(m => m.Item1).ToDictionary(m => m.Item1, m => m.Item2))));

        documents.Sample(
            document =>
            {
                var bytes = JsonSerializer.SerializeToUtf8Bytes(document);
                using var expected = JsonDocument.Parse(bytes);
                using var json = EventJson.Parse(bytes);
                AssertSame(expected.RootElement, json.Root);
            },
            iter: 5_000);
    }

    private static void AssertSame(JsonElement expected, EventValue actual)
    {
        Assert.Equal(expected.ValueKind, actual.Kind);
        switch (expected.ValueKind)
        {
            case JsonValueKind.Object:
                Assert.Equal(expected.EnumerateObject().Select(m => m.Name), Names(actual));
                foreach (var (member, value) in expected.EnumerateObject().Zip(ChildrenOf(actual))) AssertSame(member.Value, value);
                break;

            case JsonValueKind.Array:
                Assert.Equal(expected.GetArrayLength(), actual.Count);
                foreach (var (element, value) in expected.EnumerateArray().Zip(ChildrenOf(actual))) AssertSame(element, value);
                break;

            case JsonValueKind.String:
                Assert.Equal(expected.GetString(), actual.Text("value"));
                break;

            default:
                Assert.Equal(expected.GetRawText(), actual.RawText);
                break;
        }
    }

    private static List<string> Names(EventValue parent) => [.. ChildrenOf(parent).Select(child => child.Name)];

    private static List<EventValue> ChildrenOf(EventValue parent)
    {
        var children = new List<EventValue>();
        foreach (var child in parent.Children) children.Add(child);
        return children;
    }

    private static EventJson Parse(string json) => EventJson.Parse(Encoding.UTF8.GetBytes(json));
}
