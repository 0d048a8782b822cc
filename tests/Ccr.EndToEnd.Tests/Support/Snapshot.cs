namespace Ccr.EndToEnd.Tests.Support;

/// <summary>Holds what people read to the text that was reviewed. To accept a change, run the tests with CCR_ACCEPT_SNAPSHOTS=1.</summary>
internal static class Snapshot
{
    public static async Task VerifyAsync(string file, string text)
    {
        var path = Repository.PathOf("tests", "Ccr.EndToEnd.Tests", "Snapshots", file);
        text = text.ReplaceLineEndings("\n");
        if (Environment.GetEnvironmentVariable("CCR_ACCEPT_SNAPSHOTS") == "1")
            await File.WriteAllTextAsync(path, text, TestContext.Current.CancellationToken);
        Assert.Equal(await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken), text);
    }
}
