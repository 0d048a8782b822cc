using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Ccr.Core.Results;
using Ccr.Core.Tests.Support;
using Ccr.Core.Views;

namespace Ccr.Core.Tests.Results;

/// <summary>
/// The schemas for consumers are what the types write. To accept a change, run the tests with CCR_ACCEPT_SNAPSHOTS=1 and review the difference: a
/// member that goes or changes its meaning breaks others, a new one does not.
/// </summary>
public class ResultSchemaTests
{
    private static readonly string Folder = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "../../../src/Ccr.Core/Results"));

    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly ReinstallResult Result = new()
    {
        RequestId = "ccr-1",
        Source = "servicenow-event",
        EventId = "key 2026-01-31 11:59:58 New 2",
        Part = 1,
        Parts = 1,
        Outcome = Outcome.Accepted,
        Reason = "CCR3001",
        Meaning = "Meaning",
        Detail = "Detail",
        Remedy = "Remedy",
        Time = Some.Time,
    };

    private static readonly VerificationResult Verification = new()
    {
        RequestId = "ccr-1",
        Source = "servicenow-event",
        EventId = "key 2026-01-31 11:59:58 New 2",
        Number = 1,
        Machine = "PC01",
        Domain = "CORP",
        Site = "hq",
        Outcome = VerificationOutcome.Verified,
        Strength = EvidenceStrength.Strong,
        Reason = "CCR2601",
        Meaning = "Meaning",
        Detail = "Detail",
        Remedy = "Remedy",
        Time = Some.Time,
        Pushed = Some.Time,
    };

    public static TheoryData<ReinstallResult> Results =>
    [
        .. Enum.GetValues<Outcome>().Select(outcome => Result with { Outcome = outcome }),
        Result with
        {
            Machine = "PC01",
            Domain = "CORP",
            Site = "hq",
            Repeats = "ccr-0",
            Until = Some.Time,
            ManagementPoint = "mp01:80",
            HttpStatus = 200,
            Agent = "agent-1",
            Late = true,
            Before = new SiteView
            {
                Device = new DeviceView { ResourceId = 16777220, HasClient = true, Registered = Some.Time, PushError = 1396 },
                Ccr = new CcrTrace { Place = CcrPlace.Retry, Error = 53 },
            },
        },
    ];

    public static TheoryData<VerificationResult> Verifications =>
    [
        .. Enum.GetValues<VerificationOutcome>().Select(outcome => Verification with { Outcome = outcome }),
        .. Enum.GetValues<EvidenceStrength>().Select(strength => Verification with { Strength = strength }),
        Verification with
        {
            Signs = ["registration"],
            ClientVersionBefore = "5.00.9000",
            ClientVersion = "5.00.9100",
            Error = 1396,
            ErrorMeaning = "m",
            Settles = true,
        },
    ];

    [Theory]
    [InlineData("result")]
    [InlineData("verification")]
    public void Schema_OfBothKinds_IsWhatTheTypesWrite(string kind)
    {
        var (type, name) = kind == "result"
            ? ((JsonTypeInfo)ResultJson.Default.CloudEventReinstallResult, ResultMessage.Type)
            : (ResultJson.Default.CloudEventVerificationResult, ResultMessage.VerificationType);

        var schema = ContractSchema.Of(type, name).ToJsonString(Readable) + "\n";

        var file = Path.Combine(Folder, $"{kind}.schema.json");
        if (Environment.GetEnvironmentVariable("CCR_ACCEPT_SNAPSHOTS") == "1") File.WriteAllText(file, schema);
        Assert.Equal(File.ReadAllText(file), schema);
    }

    [Theory]
    [InlineData("result")]
    [InlineData("verification")]
    public void Schema_EveryMember_HasATypeAndADescription(string kind) => Assert.All(
        MembersOf(JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, $"{kind}.schema.json")))!.AsObject()),
        member => Assert.True(member.Schema["type"] is not null && member.Schema["description"]!.GetValue<string>().EndsWith('.'), member.Name));

    [Theory]
    [MemberData(nameof(Results))]
    public void Schema_RealResult_IsValid(ReinstallResult result) => Assert.Empty(Validate("result", Write(ResultMessage.From(result))));

    [Theory]
    [MemberData(nameof(Verifications))]
    public void Schema_RealVerification_IsValid(VerificationResult verification) =>
        Assert.Empty(Validate("verification", Write(ResultMessage.From(verification))));

    [Theory]
    [InlineData("result")]
    [InlineData("verification")]
    public void Schema_MemberThatNobodyKnowsYet_IsValid(string kind)
    {
        var message = MessageOf(kind);
        message["extension"] = "later";
        message["data"]!["later"] = 1;

        Assert.Empty(Validate(kind, message.ToJsonString()));
    }

    [Theory]
    [InlineData("result")]
    [InlineData("verification")]
    public void Schema_AnyRequiredMemberThatIsMissing_IsNotValid(string kind)
    {
        foreach (var name in MessageOf(kind)["data"]!.AsObject().Select(member => member.Key))
        {
            var message = MessageOf(kind);
            message["data"]!.AsObject().Remove(name);

            Assert.True(Validate(kind, message.ToJsonString()).Count > 0, name);
        }
    }

    [Theory]
    [InlineData("result", "outcome", "\"Verified\"")]
    [InlineData("result", "outcome", "0")]
    [InlineData("result", "reason", "\"3001\"")]
    [InlineData("result", "time", "\"yesterday\"")]
    [InlineData("result", "part", "\"1\"")]
    [InlineData("verification", "outcome", "\"Accepted\"")]
    [InlineData("verification", "strength", "\"strong\"")]
    [InlineData("verification", "signs", "\"policy\"")]
    [InlineData("verification", "settles", "1")]
    [InlineData("verification", "error", "\"1396\"")]
    public void Schema_MemberOfAnotherKind_IsNotValid(string kind, string name, string value)
    {
        var message = MessageOf(kind);
        message["data"]![name] = JsonNode.Parse(value);

        Assert.NotEmpty(Validate(kind, message.ToJsonString()));
    }

    [Fact]
    public void Schema_MessageOfTheOtherKind_IsNotValid()
    {
        Assert.NotEmpty(Validate("result", Write(ResultMessage.From(Verification))));
        Assert.NotEmpty(Validate("verification", Write(ResultMessage.From(Result))));
    }

    [Fact]
    public void Readme_OfTheContract_NamesEveryOutcomeStrengthAndProperty()
    {
        var readme = File.ReadAllText(Path.Combine(Folder, "README.md"));
        var late = ResultMessage.From(Result with { Machine = "PC01", Domain = "CORP", Site = "hq", Late = true });

        string[] words =
        [
            .. Enum.GetNames<Outcome>(), .. Enum.GetNames<VerificationOutcome>(), .. Enum.GetNames<EvidenceStrength>(),
            .. late.Properties.Keys, .. ResultMessage.From(Verification).Properties.Keys,
        ];
        Assert.Equal([], words.Distinct().Where(word => !readme.Contains($"`{word}`", StringComparison.Ordinal)));
    }

    /// <summary>The examples of the README are messages.</summary>
    [Fact]
    public void Readme_Examples_AreValid()
    {
        var examples = File.ReadAllText(Path.Combine(Folder, "README.md")).Split("```json\n")[1..].Select(part => part.Split("```")[0]).ToList();

        Assert.Equal(2, examples.Count);
        Assert.Empty(Validate("result", examples[0]));
        Assert.Empty(Validate("verification", examples[1]));
        Assert.Equal(Outcome.Accepted, ResultMessage.Read(Encoding.UTF8.GetBytes(examples[0]))!.Outcome);
        Assert.Equal(VerificationOutcome.Verified, ResultMessage.ReadVerification(Encoding.UTF8.GetBytes(examples[1]))!.Outcome);
    }

    private static IEnumerable<(string Name, JsonObject Schema)> MembersOf(JsonObject schema) =>
        (schema["properties"]?.AsObject() ?? []).SelectMany(member =>
            MembersOf(member.Value!.AsObject()).Prepend((member.Key, member.Value!.AsObject())));

    private static JsonObject MessageOf(string kind) =>
        JsonNode.Parse(Write(kind == "result" ? ResultMessage.From(Result) : ResultMessage.From(Verification)))!.AsObject();

    private static string Write(ResultMessage message) => Encoding.UTF8.GetString(message.Body.Span);

    private static ICollection<NJsonSchema.Validation.ValidationError> Validate(string kind, string json) => NJsonSchema.JsonSchema
        .FromJsonAsync(File.ReadAllText(Path.Combine(Folder, $"{kind}.schema.json"))).GetAwaiter().GetResult().Validate(json);

    private static string Here([CallerFilePath] string path = "") => path;
}
