using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Ccr.Core.Events;
using Ccr.Core.Events.Json;
using Ccr.Core.Events.Mappings;
using Ccr.Core.Tests.Support;

namespace Ccr.Core.Tests.Events.Mappings;

public class SelectorStepTests
{
    private const string Tags = "host:pc01, env:prod,myhost:pc09, HOST:pc02";

    [Theory]
    [InlineData(Tags, "$.t | split ',' | prefix 'host:'", "pc01", "pc02")]
    [InlineData("[Triggered on {host:pc01}] silent", "$.t | between '{host:' '}'", "pc01")]
    [InlineData("[Triggered on {host:pc01", "$.t | between '{host:' '}'")]
    [InlineData("Host pc01", "$.t | after 'Host '", "pc01")]
    [InlineData("pc01", "$.t | after 'Host '")]
    [InlineData("pc01;MSSQL", "$.t | before ';'", "pc01")]
    [InlineData("pc01", "$.t | before ';'", "pc01")]
    [InlineData("a|b", "$.t | split '|'", "a", "b")]
    [InlineData("it's pc01", "$.t | after 'it\\'s '", "pc01")]
    [InlineData("{\"a\":[{\"n\":\"x\",\"v\":\"PC01\"},{\"n\":\"y\",\"v\":\"PC02\"}]}", "$.t | json $.a[?@.n=='y'].v", "PC02")]
    [InlineData("[\"PC01\",\"PC02\"]", "$.t | json $[*]", "PC01", "PC02")]
    [InlineData("\"host:pc01\"", "$.t | json | prefix 'host:'", "pc01")]
    [InlineData("{ broken", "$.t | json $.a")]
    [InlineData("", "$.t | json $.a")]
    [InlineData(" ", "$.t | split ','")]
    public void FindTexts_Steps_TakeThePartThatCounts(string text, string selector, params string[] expected)
    {
        Assert.Equal(expected, Find(JsonSerializer.Serialize(new { t = text }), selector));
    }

    [Theory]
    [InlineData("""{ "t": { "host": ["PC01"] } }""", "$.t | json $.host[0]", "PC01")]
    [InlineData("""{ "t": [ "PC01" ] }""", "$.t | json $[*]", "PC01")]
    [InlineData("""{ "t": [ "PC01" ] }""", "$.t | split ','")]
    [InlineData("""{ "t": { "a": 1 } }""", "$.t | prefix 'a'")]
    [InlineData("""{ "t": null }""", "$.t | json $.a")]
    public void FindTexts_ValueThatIsNoText_IsJsonAlreadyAndHasNoParts(string json, string selector, params string[] expected)
    {
        Assert.Equal(expected, Find(json, selector));
    }

    [Theory]
    [InlineData("$.t | regex 'x'", "the step 'regex 'x'' is not known")]
    [InlineData("$.t |", "the step '' is not known")]
    [InlineData("$.t | split", "the step 'split' is not known")]
    [InlineData("$.t | split ''", "the step 'split ''' is not known")]
    [InlineData("$.t | split ','x", "is not known")]
    [InlineData("$.t | between 'a'", "is not known")]
    [InlineData("$.t | prefix 'a", "is not known")]
    [InlineData("$.t | json a.b", "the path of a step json begins with $")]
    [InlineData("$.t | json $..a", "the descendant segment '..' of RFC 9535 is not supported")]
    [InlineData("attribute:color | json", "an attribute is one of")]
    public void TryParse_StepThatIsNotKnown_IsRefusedSayingWhatIs(string selector, string cause)
    {
        Assert.False(Selector.TryParse(selector, out _, out var fault));

        Assert.Contains(cause, fault);
    }

    [Fact]
    public void FindTexts_ManyPieces_AreRefused()
    {
        var json = JsonSerializer.Serialize(new { t = new string(',', 5_000).Replace(",", "a,", StringComparison.Ordinal) });

        var fault = Assert.Throws<EventFaultException>(() => Find(json, "$.t | split ','"));

        Assert.Equal(EventReasons.WrongSchema, fault.Reason);
    }

    [Fact]
    public void FindTexts_TextMadeToBeSlow_TakesOneLook()
    {
        var json = JsonSerializer.Serialize(new { t = new string('a', 200_000) });
        var watch = Stopwatch.StartNew();

        Assert.Empty(Find(json, "$.t | between 'aaaaaaaaaaaaaaaaaaaaaaaaaab' 'b' | after 'aaaaaaaab' | split 'aab'"));

        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(30));
    }

    private static List<string> Find(string json, string selector)
    {
        using var parsed = EventJson.Parse(Encoding.UTF8.GetBytes(json));
        var payload = new Payload(parsed.Root, new Envelope(null, "1", Some.Time), Some.Event(json));
        var texts = new List<string>();
        Selector.Parse(selector).FindTexts(new Scope(payload, parsed.Root), texts);
        return texts;
    }
}
