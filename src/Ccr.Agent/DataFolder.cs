using Ccr.Hosting.Sqlite;

namespace Ccr.Agent;

/// <summary>The agent's folder: its journal, and the lock that keeps a second agent out.</summary>
internal sealed class DataFolder : IDisposable
{
    private readonly FileStream _lock;

    private DataFolder(FileStream @lock, SqliteLedgerStore journal) => (_lock, Journal) = (@lock, journal);

    public SqliteLedgerStore Journal { get; }

    /// <summary>Opens the folder, or makes it.</summary>
    /// <exception cref="AgentException">Another agent uses it, or a part of the program is missing.</exception>
    /// <exception cref="LedgerException">It cannot be made, or the journal in it cannot be used.</exception>
    public static DataFolder Open(string path)
    {
        var @lock = Lock(path);
        try
        {
            return new DataFolder(@lock, SqliteLedgerStore.Open(Path.Combine(path, "journal.db")));
        }
        catch (TypeInitializationException fault) when (fault.GetBaseException() is DllNotFoundException)
        {
            @lock.Dispose();
            throw new AgentException(AgentReasons.NoSqlite, AppContext.BaseDirectory, fault);
        }
        catch
        {
            @lock.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Journal.Dispose();
        _lock.Dispose();
    }

    private static FileStream Lock(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
            return new FileStream(Path.Combine(path, "agent.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException fault)
        {
            throw new LedgerException(LedgerReasons.CannotOpen, $"{path}: {fault.Message}", fault);
        }
        catch (IOException fault)
        {
            throw new AgentException(AgentReasons.InUse, $"{path}: {fault.Message}", fault);
        }
    }
}
