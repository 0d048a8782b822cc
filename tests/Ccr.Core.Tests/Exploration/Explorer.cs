using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Ccr.Core.Tests.Exploration;

/// <summary>Tries every order in which things can happen, to the end or to a depth.</summary>
internal sealed class Explorer(Variant variant, Limits limits, int depth)
{
    private readonly HashSet<UInt128> _seen = [];

    public int States => _seen.Count;

    public int Runs { get; private set; }

    /// <summary>Whether some order was longer than the depth, so that not all of it was seen.</summary>
    public bool WasCut { get; private set; }

    /// <summary>The first violation, with the steps to it, or null.</summary>
    public string? FindViolation(CancellationToken cancellationToken)
    {
        var open = new Stack<Step[]>([[]]);
        while (open.TryPop(out var start))
        {
            cancellationToken.ThrowIfCancellationRequested();

            // A run cannot be taken back, so each way off it is run again from the start.
            Runs++;
            var world = new World(variant, limits);
            var way = start.ToList();
            foreach (var step in way) world.Do(step);
            while (world.Violation is null && _seen.Add(Fingerprint(world.State())))
            {
                var next = world.Steps();
                if (next.Count == 0 || way.Count == depth)
                {
                    WasCut |= next.Count > 0;
                    world.Drain();
                    break;
                }

                foreach (var step in next.Skip(1)) open.Push([.. way, step]);
                way.Add(next[0]);
                world.Do(next[0]);
            }

            if (world.Violation is { } violation) return $"{violation}, after: {string.Join("; ", way.Select(step => step.ToString()))}";
        }

        return null;
    }

    private static UInt128 Fingerprint(string state) => BinaryPrimitives.ReadUInt128LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(state)));
}
