using Ccr.Core.Results;

namespace Ccr.Hosting.Tests.Ledger;

/// <summary>Things that tests need and do not care about.</summary>
internal static class Some
{
    public static readonly DateTimeOffset Time = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    public static ReinstallResult Result(string requestId) => new()
    {
        RequestId = requestId,
        Source = "ccr",
        EventId = "/cmdb 1",
        Part = 1,
        Parts = 1,
        Machine = "PC01",
        Outcome = Outcome.Accepted,
        Reason = "CCR3000",
        Meaning = "Meaning",
        Detail = "Detail",
        Remedy = "Remedy",
        Time = Time,
        Until = Time.AddDays(1),
    };
}

/// <summary>A folder that is gone when the test is.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ccr-ledger-");

    public string File(string name) => Path.Combine(_folder.FullName, name);

    public void Dispose() => _folder.Delete(recursive: true);
}
