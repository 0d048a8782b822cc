using Ccr.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Ccr.Console.Tests.Support;

/// <summary>A ledger in a folder of its own, as <c>--data</c> names one.</summary>
internal sealed class DiskLedger : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    public DiskLedger(string? folder = null)
    {
        Folder = folder ?? Directory.CreateTempSubdirectory("ccr-console-").FullName;
        var settings = new Dictionary<string, string?> { ["Ledger:Path"] = File };
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        _services = new ServiceCollection().AddLogging().AddSingleton(TimeProvider.System).AddCcrLedger(configuration).BuildServiceProvider();
        Ledger = _services.GetRequiredService<IOperatorLedger>();
    }

    public string Folder { get; }

    public string File => Path.Combine(Folder, "ledger.db");

    public IOperatorLedger Ledger { get; }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
