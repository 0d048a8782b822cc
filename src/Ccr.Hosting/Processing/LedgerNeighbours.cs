using System.Security.Cryptography;
using System.Text;

namespace Ccr.Hosting.Processing;

/// <summary>
/// Makes sure that no other processor of this user takes from the same namespace with another ledger file. Each holds a lock on a file of its own for as
/// long as it lives; the system lets go of it when the process ends, however it ends.
/// </summary>
public sealed class LedgerNeighbours : IDisposable
{
    private readonly FileStream? _own;

    private LedgerNeighbours(FileStream? own) => _own = own;

    /// <summary>Enters the namespace of a host. A ledger that is no file can be shared by all computers, and has no neighbours.</summary>
    /// <exception cref="LedgerException">Somebody else is there with another ledger.</exception>
    internal static LedgerNeighbours Enter(LedgerStoreOptions ledger, ServiceBusOptions serviceBus)
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
        return string.IsNullOrEmpty(ledger.Path) || home.Length == 0
            ? new LedgerNeighbours(null)
            : Enter(Path.Combine(home, "ccr", "processors"), serviceBus.Namespace, ledger.Path, ledger.AllowOthers);
    }

    /// <summary>Enters a namespace with a ledger.</summary>
    /// <param name="folder">Where the lock files are.</param>
    /// <param name="serviceBus">The namespace.</param>
    /// <param name="ledger">The ledger's file.</param>
    /// <param name="areAllowed">Whether others may be there.</param>
    /// <exception cref="LedgerException">Somebody else is there with another ledger.</exception>
    internal static LedgerNeighbours Enter(string folder, string serviceBus, string ledger, bool areAllowed)
    {
        ledger = Path.GetFullPath(ledger);
        var (prefix, name) = (Hash(serviceBus), Hash(ledger));
        try
        {
            PrivateFolder.Create(folder);
            var file = Path.Combine(folder, $"{prefix}-{name}.lock");
            if (!File.Exists(file)) File.WriteAllText(file, ledger);

            // Processors with the same ledger hold it together.
            var own = new LedgerNeighbours(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read));
            var neighbour = areAllowed ? null : Directory.EnumerateFiles(folder, $"{prefix}-*.lock").Where(other => other != file).FirstOrDefault(IsHeld);
            if (neighbour is null) return own;

            own.Dispose();
            throw new LedgerException(LedgerReasons.Neighbour, $"{serviceBus} is served with {File.ReadAllText(neighbour)}, and this one has {ledger}");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // It is a check against mistakes: where no file can be kept, it is not made.
            return new LedgerNeighbours(null);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_own is null) return;
        _own.Dispose();
        if (!IsHeld(_own.Name)) File.Delete(_own.Name);
    }

    private static bool IsHeld(string file)
    {
        try
        {
            using var alone = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return false;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 8));
}
