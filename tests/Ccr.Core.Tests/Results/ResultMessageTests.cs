using System.Text;
using System.Text.Json;
using Ccr.Core.Results;
using Ccr.Core.Tests.Support;

namespace Ccr.Core.Tests.Results;

public class ResultMessageTests
{
    private static readonly ReinstallResult Accepted = new()
    {
        RequestId = "ccr-1",
        Source = "ccr",
        EventId = "/cmdb 1",
        Part = 1,
        Parts = 2,
        Machine = "PC01",
        Domain = "CORP",
        Site = "hq",
        Outcome = Outcome.Accepted,
        Reason = "CCR3001",
        Meaning = "Meaning",
        Detail = "Detail",
        Remedy = "Remedy",
        Time = Some.Time,
        ManagementPoint = "mp01",
        HttpStatus = 200,
    };

    [Fact]
    public void From_Result_IsACloudEventThatReadsBack()
    {
        var message = ResultMessage.From(Accepted);

        using var json = JsonDocument.Parse(message.Body);
        Assert.Equal("1.0", json.RootElement.GetProperty("specversion").GetString());
        Assert.Equal("ccr.reinstall.result", json.RootElement.GetProperty("type").GetString());
        Assert.Equal("PC01", json.RootElement.GetProperty("subject").GetString());
        Assert.Equal("application/json", json.RootElement.GetProperty("datacontenttype").GetString());
        Assert.Equal("Accepted", json.RootElement.GetProperty("data").GetProperty("outcome").GetString());
        Assert.Equal(Accepted, ResultMessage.Read(message.Body.Span));
    }

    [Fact]
    public void From_Result_CarriesWhatSubscriptionsFilterBy()
    {
        var message = ResultMessage.From(Accepted);

        var expected = new Dictionary<string, object>
        {
            ["outcome"] = "Accepted",
            ["reason"] = "CCR3001",
            ["machine"] = "PC01",
            ["domain"] = "CORP",
            ["site"] = "hq",
            ["source"] = "ccr",
        };
        Assert.Equivalent(expected, message.Properties, strict: true);
        Assert.Equal(("ccr-1", "ccr-1", "PC01"), (message.MessageId, message.CorrelationId, message.Subject));
    }

    [Fact]
    public void From_InterimResult_HasAMessageIdOfItsOwn()
    {
        var deferred = Accepted with { Outcome = Outcome.Deferred, Until = Some.Time.AddHours(1) };

        var ids = new[] { Accepted, deferred, deferred, deferred with { Until = Some.Time.AddHours(2) } }.Select(r => ResultMessage.From(r).MessageId);

        Assert.Equal(3, ids.Distinct().Count());
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("""{ "type": "com.example.other", "data": {} }""")]
    public void Read_AnythingElse_IsNoResult(string body)
    {
        Assert.Null(ResultMessage.Read(Encoding.UTF8.GetBytes(body)));
    }
}
