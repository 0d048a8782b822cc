using Ccr.Agent.FileDrop;
using Ccr.Core.Machines;
using Ccr.Core.Sites;
using Microsoft.Extensions.Time.Testing;

namespace Ccr.Agent.Tests;

public sealed class FileDropTests : IDisposable
{
    private static readonly ManagementPoint Unused = new(new Uri("http://mp01"));
    private static readonly Submission Submission = new(MachineName.Parse("PC01"), DomainName.Parse("CORP"), Force: true);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ccr-drop-");
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 31, 9, 5, 0, TimeSpan.Zero));

    [Fact]
    public async Task Submit_ToAFolder_WritesTheDocumentedFileAndNothingElse()
    {
        var answer = await SubmitAsync(_folder.FullName, clientType: 1);

        var file = Assert.Single(_folder.GetFiles());
        Assert.Equal((SubmissionVerdict.Accepted, "CCR4620"), (answer.Verdict, answer.Reason.Code));
        Assert.Matches(@"^[A-Z0-9]{8}\.ccr$", file.Name);
        Assert.Equal(
            """
            [NT Client Configuration Request]
            Machine Name=PC01
            Domain=CORP
            Initial Request Date=01/31/2026 09:05
            Latest Request Date=01/31/2026 09:05
            Client Request Count=1
            Forced CCR=TRUE
            Client Type=1

            """.ReplaceLineEndings("\r\n"),
            await File.ReadAllTextAsync(file.FullName, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Submit_WithoutAClientType_LeavesTheKeyOut()
    {
        await SubmitAsync(_folder.FullName, clientType: null);

        Assert.DoesNotContain("Client Type", await File.ReadAllTextAsync(Assert.Single(_folder.GetFiles()).FullName, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Submit_ToAFolderThatIsNotThere_WasSurelyNotSent()
    {
        var answer = await SubmitAsync(Path.Combine(_folder.FullName, "gone"), clientType: null);

        Assert.Equal((SubmissionVerdict.NotSent, "CCR4621"), (answer.Verdict, answer.Reason.Code));
    }

    [Fact]
    public async Task Submit_Cancelled_WasSurelyNotSentAndLeavesNothing()
    {
        var submitter = new FileDropSubmitter(_folder.FullName, null, _time, new Random(1));

        var answer = await submitter.SubmitAsync(Unused, Submission, new CancellationToken(canceled: true));

        Assert.Equal(SubmissionVerdict.NotSent, answer.Verdict);
        Assert.Empty(_folder.GetFiles());
    }

    [Fact]
    public async Task Submit_NameIsTaken_OverwritesNothing()
    {
        await SubmitAsync(_folder.FullName, clientType: null);
        var first = Assert.Single(_folder.GetFiles());
        await File.WriteAllTextAsync(first.FullName, "another's", TestContext.Current.CancellationToken);

        var answer = await SubmitAsync(_folder.FullName, clientType: null);

        Assert.Equal(SubmissionVerdict.NotSent, answer.Verdict);
        Assert.Equal("another's", await File.ReadAllTextAsync(Assert.Single(_folder.GetFiles()).FullName, TestContext.Current.CancellationToken));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private Task<SubmissionAnswer> SubmitAsync(string folder, int? clientType) =>
        new FileDropSubmitter(folder, clientType, _time, new Random(1)).SubmitAsync(Unused, Submission, TestContext.Current.CancellationToken);
}
