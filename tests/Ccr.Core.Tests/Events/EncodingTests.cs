using System.IO.Compression;
using System.Runtime.Serialization;
using System.Text;
using System.Xml;
using Ccr.Core.Events;
using Ccr.Core.Tests.Support;

namespace Ccr.Core.Tests.Events;

/// <summary>A body that is no JSON is read where that is sure, and else called what it is.</summary>
public class EncodingTests
{
    private const string Json = """{ "machine": "PC01" }""";

    private readonly EventReader _reader = new(Some.EventOptions());

    [Theory]
    [InlineData(20)]
    [InlineData(2_000)]
    [InlineData(70_000)]
    public void Read_StringOfTheOldServiceBusClient_IsRead(int padding)
    {
        var part = Read(Serialize(Json + new string(' ', padding)));

        Assert.Equal("PC01", Assert.IsType<MachinePart>(part).MachineText);
    }

    [Fact]
    public void Read_BytesOfTheOldServiceBusClient_AreRead()
    {
        Assert.Equal("PC01", Assert.IsType<MachinePart>(Read(Serialize(Encoding.UTF8.GetBytes(Json)))).MachineText);
    }

    [Fact]
    public void Read_SerialisedStringAsPlainXml_IsRead()
    {
        var xml = $"<string xmlns=\"http://schemas.microsoft.com/2003/10/Serialization/\">{Json.Replace("\"", "&quot;", StringComparison.Ordinal)}</string>";

        Assert.Equal("PC01", Assert.IsType<MachinePart>(Read(Encoding.UTF8.GetBytes(xml))).MachineText);
    }

    [Fact]
    public void Read_SerialisedStringThatIsCutOff_IsCalledWhatItIs()
    {
        AssertRefused("CCR1002", "XML-serialised string (BrokeredMessage", Serialize(Json)[..^8]);
    }

    [Fact]
    public void Read_XmlWithAnEntityBomb_IsRefusedAndNotExpanded()
    {
        var xml = """<!DOCTYPE a [<!ENTITY b "bbbbbbbb">]><string xmlns="http://schemas.microsoft.com/2003/10/Serialization/">&b;</string>""";

        AssertRefused("CCR1003", "XML or HTML", Encoding.UTF8.GetBytes(xml));
        AssertRefused("CCR1002", "BrokeredMessage", Encoding.UTF8.GetBytes(xml[xml.IndexOf("<string", StringComparison.Ordinal)..]));
    }

    [Theory]
    [InlineData("", "the body is empty")]
    [InlineData(" \r\n", "the body is empty")]
    [InlineData("<event/>", "XML or HTML")]
    [InlineData("eyAibWFjaGluZSI6ICJQQzAxIiB9", "Base64 of JSON")]
    [InlineData("{", "not JSON at line 1")]
    public void Read_TextThatIsNoJson_IsCalledWhatItIs(string body, string detail)
    {
        AssertRefused("CCR1003", detail, Encoding.UTF8.GetBytes(body));
    }

    [Fact]
    public void Read_BytesThatAreNoText_AreCalledWhatTheyAre()
    {
        AssertRefused("CCR1002", "compressed (gzip)", Compress(stream => new GZipStream(stream, CompressionLevel.Fastest)));
        AssertRefused("CCR1002", "compressed (zlib, deflate)", Compress(stream => new ZLibStream(stream, CompressionLevel.Optimal)));
        AssertRefused("CCR1002", "UTF-16 without a byte order mark", Encoding.Unicode.GetBytes(Json));
        AssertRefused("CCR1002", "UTF-16 without a byte order mark", Encoding.BigEndianUnicode.GetBytes(Json));
        AssertRefused("CCR1002", "UTF-32", Encoding.UTF32.GetBytes(Json));
        AssertRefused("CCR1002", "AMQP in its encoded form", [0x00, 0x53, 0x77, 0xD1, 0x00, 0x00]);
        AssertRefused("CCR1002", "AMQP value, map or sequence", [0xFF]);
    }

    [Theory]
    [InlineData("machine=PC01", "PC01")]
    [InlineData("machine=PC01&domain=LAB\r\n", "PC01")]
    [InlineData("machine=PC%30%31", "PC01")]
    public void Read_Form_IsReadAsItsFields(string body, string machine)
    {
        Assert.Equal(machine, Assert.IsType<MachinePart>(Read(Encoding.UTF8.GetBytes(body))).MachineText);
    }

    [Theory]
    [InlineData("machine=PC01&machine=PC02", "CCR1004")]
    [InlineData("machine=PC01&mp=evil", "CCR1008")]
    [InlineData("machine", "CCR1003")]
    [InlineData("=PC01", "CCR1003")]
    [InlineData("machine = PC01", "CCR1003")]
    public void Read_FormThatIsNotSound_IsRefused(string body, string code)
    {
        AssertRefused(code, "", Encoding.UTF8.GetBytes(body));
    }

    [Theory]
    [InlineData("""{ "$content-type": "application/json", "$content": "x!" }""", "{$content-type, $content}, and what is in it is not Base64")]
    [InlineData("""{ "ContentData": "e30=" , "ContentType": "application/json" }""", "no source recognised it")]
    [InlineData("""{ "WebhookName": "w", "RequestBody": "{ broken" }""", "{RequestBody}, and in it the body is not JSON")]
    [InlineData("""{ "ContentData": "eyAiQ29udGVudERhdGEiOiAiZTMwPSIgfQ==" }""", "no source recognised it")]
    [InlineData("\"\\\"{}\\\"\"", "no source recognised it")]
    public void Read_WrapperWithSomethingElse_IsRefusedAndOpenedOnce(string body, string detail)
    {
        AssertRefused(null, detail, Encoding.UTF8.GetBytes(body));
    }

    private static byte[] Serialize<T>(T value)
    {
        using var stream = new MemoryStream();
        using (var writer = XmlDictionaryWriter.CreateBinaryWriter(stream)) new DataContractSerializer(typeof(T)).WriteObject(writer, value);
        return stream.ToArray();
    }

    private static byte[] Compress(Func<Stream, Stream> compressed)
    {
        using var stream = new MemoryStream();
        using (var writer = compressed(stream)) writer.Write(Encoding.UTF8.GetBytes(Json));
        return stream.ToArray();
    }

    private void AssertRefused(string? code, string detail, byte[] body)
    {
        var verdict = Assert.IsType<EndedPart>(Read(body)).Verdict;
        Assert.Equal(code ?? verdict.Reason.Code, verdict.Reason.Code);
        Assert.Contains(detail, verdict.Detail);
    }

    private EventPart Read(byte[] body) => Assert.Single(_reader.Read(Some.Event(body)).Parts);
}
