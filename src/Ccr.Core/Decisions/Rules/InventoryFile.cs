using Ccr.Core.Telemetry;
using Microsoft.Extensions.Logging;

namespace Ccr.Core.Decisions.Rules;

/// <summary>Keeps the inventory as its file is, looking at most once a minute. A file that turns bad changes nothing.</summary>
internal sealed class InventoryFile
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private Inventory _inventory;
    private DateTime _written;
    private long _looked;

    public InventoryFile(string path, TimeProvider time, ILogger logger)
    {
        (_path, _time, _logger) = (path, time, logger);
        (_written, _looked, _inventory) = (File.GetLastWriteTimeUtc(path), time.GetTimestamp(), Inventory.Read(path));
    }

    public Inventory Current
    {
        get
        {
            lock (_gate)
            {
                if (_time.GetElapsedTime(_looked) >= LookEvery) Look();
                return _inventory;
            }
        }
    }

    private void Look()
    {
        _looked = _time.GetTimestamp();
        try
        {
            var written = File.GetLastWriteTimeUtc(_path);
            if (written == _written) return;

            _inventory = Inventory.Read(_path);
            _written = written;
        }
        catch (Exception fault) when (fault is FormatException or IOException or UnauthorizedAccessException)
        {
            Log.InventoryKept(_logger, fault.Message);
        }
    }
}
