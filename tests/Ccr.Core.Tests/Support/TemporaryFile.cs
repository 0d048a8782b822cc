namespace Ccr.Core.Tests.Support;

/// <summary>A file that exists as long as a test.</summary>
internal sealed class TemporaryFile : IDisposable
{
    public TemporaryFile(string text) => File.WriteAllText(Path, text);

    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"ccr-test-{Guid.NewGuid():N}.json");

    public void Dispose() => File.Delete(Path);
}
