using System.Text;
using Ccr.Core.Events;
using Ccr.Core.Events.Mappings;
using Ccr.Core.Tests.Support;

namespace Ccr.Core.Tests.Events.Mappings;

public class MappingFaultTests
{
    [Fact]
    public void Parse_ManyFaults_AreFoundTogetherEachWithLineAndKey()
    {
        const string Json =
            """
            {
              "source": "Contoso Monitor",
              "recognise": [],
              "each": "$.alerts[",
              "machine": [
                { "at": "labels.host", "as": "hst" },
                { "at": "$.host" }
              ],
              "domain": 7,
              "hostname": "$.host",
              "time": [ { "at": "$.time", "format": "ISO" } ],
              "dnsSuffixes": { ".example.com": "CORP", "corp.example.com": "corp.example.com" },
              "title": "one",
              "title": "two"
            }
            """;

        MappingFile.Parse(Encoding.UTF8.GetBytes(Json), out var faults);

        Assert.Equal(
            [
                "2 source: 'Contoso Monitor' has another form: write the source's name in small letters, digits and hyphens, for example contoso-monitor.",
                "3 recognise: it has too few elements: write a list of conditions that all hold for an event of this source and not for one of another.",
                "4 each: '$.alerts[': the path is not understood from its character 9 on; write .name, ['name'], ['one','other'], [0], [-1], [*] or [?@.name=='text']: write the path of the items, if one event may hold several, for example $.alerts[*].",
                "6 machine[0].at: 'labels.host' has another form: write a path such as $.labels.host or @.labels.host, attribute:NAME or property:NAME, and steps such as | split ',' | prefix 'host:'.",
                "6 machine[0].as: 'hst' is not known: write name, host, dnsName, resourceId, or resourceName with the member of.",
                "7 machine[1]: the member 'as' is missing: write name, host, dnsName, resourceId, or resourceName with the member of.",
                "9 domain: it is not of the type string or array: write a selector such as @.labels.ccr_domain, or a list of them, of which the first that has a value counts.",
                "10 hostname: the member is not known: write one of $schema, source, title, recognise, each, state, machine, ignore, domain, site, id, time, severity, rule, reason, leftOut, only, dnsSuffixes.",
                "11 time[0].format: 'ISO' has another form: write iso, iso-utc, unix-seconds, unix-milliseconds, or a format such as yyyy-MM-dd HH:mm:ss, which is read as UTC.",
                "12 dnsSuffixes..example.com: '.example.com': a DNS suffix is labels of letters, digits and hyphens with dots between them, and none in front: write a DNS suffix without a dot in front, for example corp.example.com.",
                "12 dnsSuffixes.corp.example.com: 'corp.example.com': the domain name 'corp.example.com' has a dot, so it is a DNS name or an IP address; send the NetBIOS name alone, for example CORP: write a NetBIOS domain, for example CORP, or an empty text for the default domain.",
                "14 title: it stands there twice: write it once.",
            ],
            faults.Select(f => $"{f.Line} {f.Key}: {f.Text}"));
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("{\n\"source\": }", 2)]
    [InlineData("{\n\n} x", 3)]
    [InlineData("[]", 1)]
    [InlineData("{ \"source\": \"\\ud800\" }", 1)]
    public void Parse_NotAMapping_IsOneFaultWithItsLine(string json, int line)
    {
        var file = MappingFile.Parse(Encoding.UTF8.GetBytes(json), out var faults);

        Assert.Null(file);
        Assert.Equal(line, Assert.Single(faults).Line);
    }

    [Fact]
    public void FindFaults_BadFiles_NamesKeyFileLineAndMember()
    {
        using var bad = new TemporaryFile("{\n  \"source\": \"ccr\",\n  \"recognise\": [ { \"at\": \"$.a\" } ],\n  \"machine\": [ { \"at\": \"$.b\", \"as\": " +
            "\"x\" } ] }");
        using var taken = new TemporaryFile("""{ "source": "ccr", "recognise": [ { "at": "$.a" } ], "machine": [ { "at": "$.b", "as": "host" } ] }""");
        var options = new EventOptions();
        options.MappingFiles.Add(bad.Path);
        options.MappingFiles.Add(taken.Path);
        options.MappingFiles.Add("no-such-file.json");
        options.MappingFiles.Add("");

        var faults = options.FindFaults("Ccr:Events").Select(fault => fault.Message).ToList();

        Assert.Equal($"Ccr:Events:MappingFiles:0 ({bad.Path}), line 4, machine[0].as: 'x' is not known: write name, host, dnsName, resourceId, or resourceName with the member of.", faults[0]);
        Assert.Equal($"Ccr:Events:MappingFiles:1 ({taken.Path}), source: the name 'ccr' is taken: write another one.", faults[1]);
        Assert.StartsWith("Ccr:Events:MappingFiles:2 (no-such-file.json): Could not find file", faults[2]);
        Assert.StartsWith("Ccr:Events:MappingFiles:3 (): ", faults[3]);
        Assert.All(faults, fault => Assert.EndsWith(".", fault));
        Assert.Throws<ArgumentException>(() => new EventReader(options));
    }
}
