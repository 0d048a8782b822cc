using System.IO.Enumeration;
using Ccr.SiteSimulator.Devices;

namespace Ccr.SiteSimulator;

/// <summary>The devices of a site: what the site pushes to, and what its AdminService tells of. Safe for concurrent use.</summary>
public sealed class DeviceSet
{
    private const long FirstKey = 16777220;

    private readonly Lock _gate = new();
    private readonly List<SimulatedDevice> _devices = [];
    private readonly DeviceFile _file;
    private long _lastKey = FirstKey;

    private DeviceSet(DeviceFile file) => _file = file;

    /// <summary>A set without devices, to which each machine that is named is added; the client of each is back ten minutes after a push.</summary>
    public static DeviceSet Empty() => new(new DeviceFile());

    /// <summary>Reads a set from JSON text; README.md has the form. What a device did before is reckoned back from <paramref name="now"/>.</summary>
    /// <exception cref="FormatException">The text is not in that form; the message says where and what would be.</exception>
    public static DeviceSet Parse(string json, DateTimeOffset now)
    {
        var file = DeviceFile.Parse(json);
        var set = new DeviceSet(file);
        foreach (var device in file.Devices) set.Add(device, now);
        return set;
    }

    /// <summary>Whether the client of a machine talks at a time of the site; false for a machine that is not known.</summary>
    public bool Talks(string name, string domain, DateTimeOffset at) => At(at).Any(device => IsNamed(device, name, domain) && device.TalksSince <= at);

    /// <summary>All records as they are at a time of the site.</summary>
    internal IReadOnlyList<SimulatedDevice> At(DateTimeOffset now)
    {
        lock (_gate)
        {
            for (var i = 0; i < _devices.Count; i++)
            {
                var settled = _devices[i].At(now, NewKey);
                _devices[i] = settled[0];
                if (settled.Count > 1) _devices.Insert(++i, settled[1]);
            }

            return [.. _devices];
        }
    }

    /// <summary>Adds a machine that was named and is not known, if the set is to know every machine.</summary>
    internal void Meet(string name, string? domain, DateTimeOffset now)
    {
        lock (_gate)
        {
            var isKnown = _devices.Exists(device => IsNamed(device, name, domain));
            if (!isKnown && _file.AddUnknown) Add(new SimulatedDevice { Name = name, Domain = domain }, now);
        }
    }

    /// <summary>The record that a push to a machine means: one that is neither obsolete nor decommissioned, if there is one.</summary>
    internal SimulatedDevice? Find(string name, string? domain, DateTimeOffset now) => At(now)
        .Where(device => IsNamed(device, name, domain))
        .MinBy(device => device.Obsolete || device.Decommissioned);

    internal SimulatedDevice? Find(long resourceId, DateTimeOffset now) => At(now).FirstOrDefault(device => device.ResourceId == resourceId);

    internal void Update(long resourceId, Func<SimulatedDevice, SimulatedDevice> change)
    {
        lock (_gate)
        {
            var at = _devices.FindIndex(device => device.ResourceId == resourceId);
            _devices[at] = change(_devices[at]);
        }
    }

    private void Add(SimulatedDevice device, DateTimeOffset now)
    {
        var rule = _file.Fates.FirstOrDefault(each => FileSystemName.MatchesSimpleExpression(each.Pattern, device.Name));
        _devices.Add(device.WithPast(now) with
        {
            ResourceId = device.ResourceId == 0 ? NewKey() : device.ResourceId,
            Domain = device.Domain ?? _file.Domain,
            Fate = device.Fate ?? rule?.Fate ?? DeviceFate.Default,
        });
    }

    /// <summary>A key that neither a device nor the file has.</summary>
    private long NewKey()
    {
        do _lastKey++;
        while (_file.Devices.Any(device => device.ResourceId == _lastKey));
        return _lastKey;
    }

    /// <summary>Whether it is a machine of that name, and of that domain if one is given.</summary>
    private static bool IsNamed(SimulatedDevice device, string name, string? domain) =>
        device.Name.Equals(name, StringComparison.OrdinalIgnoreCase)
        && (domain is null || string.Equals(device.Domain, domain, StringComparison.OrdinalIgnoreCase));
}
