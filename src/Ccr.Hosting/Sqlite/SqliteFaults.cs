namespace Ccr.Hosting.Sqlite;

/// <summary>What SQLite's result codes (sqlite.org/rescode.html) mean to whoever runs this.</summary>
internal static class SqliteFaults
{
    private const int Corrupt = 11;
    private const int NotADatabase = 26;

    public static LedgerException OnOpen(string path, SqliteException fault) =>
        new(fault.SqliteErrorCode switch { Corrupt => LedgerReasons.Damaged, NotADatabase => LedgerReasons.NotOurs, _ => LedgerReasons.CannotOpen },
            Detail(path, fault), fault);

    public static LedgerException OnRead(string path, SqliteException fault) =>
        new(IsDamage(fault) ? LedgerReasons.Damaged : LedgerReasons.CannotRead, Detail(path, fault), fault);

    public static LedgerException OnWrite(string path, SqliteException fault) =>
        new(IsDamage(fault) ? LedgerReasons.Damaged : LedgerReasons.CannotWrite, Detail(path, fault), fault);

    private static bool IsDamage(SqliteException fault) => fault.SqliteErrorCode is Corrupt or NotADatabase;

    private static string Detail(string path, SqliteException fault) => $"{path}: {fault.Message}";
}
