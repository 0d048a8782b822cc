using System.Text;
using Ccr.Core.Sites.Looks;

namespace Ccr.Core.Tests.Sites.Looks;

public sealed class CcrContentTests
{
    private const string Least = "[NT Client Configuration Request]\r\nMachine Name=PC01\r\n";

    [Theory]
    [InlineData(Least, null)]
    [InlineData("[NT Client Configuration Request]\n  machine name = pc01 \n DOMAIN = CORP\n\n[IP Address ]\nIP Address 1=\n", "CORP")]
    [InlineData("[IDENT]\rTYPE=Client Config Request File\r[ nt client configuration request ]\rDomain=\rMachine Name=PC01", null)]
    [InlineData("[NT Client Configuration Request]\r\nDomain=A\r\nDomain=B\r\nMachine Name=PC01\r\nMachine Name=PC02", "A")]
    [InlineData("junk\0\u00ff=\r\n=\r\n[NT Client Configuration Request]\r\nMachine Name=PC01\r\n[Request Processing]\r\nMachine Name=PC02", null)]
    public void Read_AFileThatNamesAMachine_TakesItAndItsDomain(string text, string? domain)
    {
        var content = CcrContent.Read(Encoding.Latin1.GetBytes(text));

        Assert.Equal(("PC01", domain), (content.Machine?.Value, content.Domain));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Machine Name=PC01")]
    [InlineData("[Other]\r\nMachine Name=PC01")]
    [InlineData("[NT Client Configuration Request]\r\nMachine Name=")]
    [InlineData("[NT Client Configuration Request]\r\nMachine Name=PC01.corp.example")]
    [InlineData("[NT Client Configuration Request]\r\nMachine Name=192.168.1.1@8080")]
    [InlineData("[NT Client Configuration Request]\r\nMachine Name=PC 01")]
    [InlineData("[NT Client Configuration Request]\r\nMachine Name PC01")]
    public void Read_AFileThatNamesNoMachine_IsNoOnes(string text) => Assert.Null(CcrContent.Read(Encoding.Latin1.GetBytes(text)).Machine);

    [Theory]
    [InlineData("us-ascii")]
    [InlineData("iso-8859-1")]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    public void Read_AnyEncoding_FindsTheName(string name)
    {
        var encoding = Encoding.GetEncoding(name);
        byte[] file = [.. encoding.GetPreamble(), .. encoding.GetBytes(Least + "Comment=Büro")];

        Assert.Equal("PC01", CcrContent.Read(file).Machine?.Value);
    }

    [Fact]
    public void Read_Utf8WithoutAMark_FindsTheName() => Assert.Equal("PC01", CcrContent.Read(Encoding.UTF8.GetBytes("Büro=€\n" + Least)).Machine?.Value);

    [Theory]
    [InlineData("PC01.ccr", "PC01", null)]
    [InlineData("pc01.CORP.CCR", "PC01", "CORP")]
    [InlineData("16777221.ccr", null, null)]
    [InlineData("PC01.CORP.more.ccr", null, null)]
    [InlineData("PC01_CORP.ccr", null, null)]
    public void OfName_InTheRetryBox_TellsTheTarget(string file, string? machine, string? domain)
    {
        var content = CcrContent.OfName(file);

        Assert.Equal((machine, domain), (content.Machine?.Value, content.Domain));
    }
}
