using Ccr.Core.Agents;
using Ccr.Core.Tests.Support;

namespace Ccr.Core.Tests.Agents;

public class CommandSignatureTests
{
    private static readonly SigningKey Old = KeyOf(1);
    private static readonly SigningKey New = KeyOf(2);

    private static readonly AgentCommand Command = Some.Command with
    {
        Source = "/cmdb \u00e9<",
        Parts = 2,
        Issued = new DateTimeOffset(2026, 1, 31, 12, 0, 0, 123, TimeSpan.Zero),
        Expires = new DateTimeOffset(2026, 2, 1, 12, 0, 0, TimeSpan.Zero),
        AnswerBy = new DateTimeOffset(2026, 2, 1, 13, 0, 0, TimeSpan.Zero),
    };

    [Fact]
    public void IsValid_OfASignedCommandThatTravelled_IsTrue()
    {
        var arrived = AgentCommand.Read(CommandSignature.Sign(Command, [New, Old]).Write())!;

        Assert.True(CommandSignature.IsValid(arrived, [New]));
        Assert.Equal(CommandSignature.Sign(Command, [New]), arrived);
    }

    [Fact]
    public void IsValid_WhileKeysChange_BelievesTheOldAndTheNew()
    {
        Assert.True(CommandSignature.IsValid(CommandSignature.Sign(Command, [Old]), [New, Old]));
        Assert.True(CommandSignature.IsValid(CommandSignature.Sign(Command, [New, Old]), [Old, New]));
        Assert.False(CommandSignature.IsValid(CommandSignature.Sign(Command, [Old]), [New]));
    }

    public static TheoryData<string, Func<AgentCommand, AgentCommand>> Forgeries => new()
    {
        { "machine", c => c with { Machine = "DC01" } },
        { "domain", c => c with { Domain = "LAB" } },
        { "site", c => c with { Site = "branch" } },
        { "request", c => c with { RequestId = "ccr-2" } },
        { "force", c => c with { Force = false } },
        { "expiry", c => c with { Expires = c.Expires.AddSeconds(1) } },
        { "answer time", c => c with { AnswerBy = c.AnswerBy.AddSeconds(1) } },
        { "issued", c => c with { Issued = c.Issued.AddSeconds(1) } },
        { "version", c => c with { Version = 2 } },
        { "part", c => c with { Part = 2 } },
        { "event", c => c with { EventId = "2" } },
        { "source", c => c with { Source = "scom" } },
        { "no signature", c => c with { Signature = null } },
        { "short signature", c => c with { Signature = c.Signature![..62] } },
        { "no digits", c => c with { Signature = new string('x', 64) } },
    };

    [Theory]
    [MemberData(nameof(Forgeries))]
    public void IsValid_OfAChangedCommand_IsFalse(string what, Func<AgentCommand, AgentCommand> change)
    {
        var signed = CommandSignature.Sign(Command, [Old]);

        Assert.False(CommandSignature.IsValid(change(signed), [Old]), what);
    }

    [Fact]
    public void IsValid_WithoutKeys_BelievesNoCommandUnlessUnsignedOnesAreAllowed()
    {
        Assert.False(CommandSignature.IsValid(Command, []));
        Assert.False(CommandSignature.IsValid(CommandSignature.Sign(Command, [Old]), []));
        Assert.True(CommandSignature.IsValid(Command, [], allowUnsigned: true));
        Assert.True(CommandSignature.IsValid(CommandSignature.Sign(Command, [Old]), [], allowUnsigned: true));
    }

    [Fact]
    public void IsValid_WithKeysWhereUnsignedOnesAreAllowed_BelievesTheUnsignedAndNoWrongSignature()
    {
        Assert.True(CommandSignature.IsValid(Command, [New], allowUnsigned: true));
        Assert.False(CommandSignature.IsValid(CommandSignature.Sign(Command, [Old]), [New], allowUnsigned: true));
    }

    [Theory]
    [InlineData("")]
    [InlineData("not base64 at all, and long enough to be one")]
    [InlineData("c2hvcnQ=")]
    public void ReadKey_OfWhatIsNoKey_IsNull(string text) => Assert.Null(SigningKey.Read(text));

    private static SigningKey KeyOf(byte fill) => SigningKey.Read(Convert.ToBase64String(Enumerable.Repeat(fill, 32).ToArray()))!;
}
