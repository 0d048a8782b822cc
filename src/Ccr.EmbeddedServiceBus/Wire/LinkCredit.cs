using System.Runtime.InteropServices;

namespace Ccr.EmbeddedServiceBus.Wire;

/// <summary>A flow frame's word on one link.</summary>
/// <param name="DeliveryCount">The deliveries that the receiver had seen.</param>
/// <param name="Credit">The deliveries that it takes from there.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct FlowState(uint DeliveryCount, uint Credit);

/// <summary>
/// How many messages a client's link may still be sent. Counted from the flow frames themselves: the library passes on only differences to a count of
/// its own, which it resets when a flow repeats itself.
/// </summary>
internal sealed class LinkCredit
{
    private readonly Lock _lock = new();
    private uint _sent;
    private uint _limit;
    private bool _draining;

    /// <summary>Takes over a flow; both counts wrap around.</summary>
    public void Set(FlowState flow, bool draining)
    {
        lock (_lock)
            (_limit, _draining) = (flow.DeliveryCount + flow.Credit, draining);
    }

    /// <summary>Takes credit for at most so many messages; returns for how many there is some.</summary>
    public int Take(int most)
    {
        lock (_lock)
        {
            var count = (uint)Math.Clamp((int)(_limit - _sent), 0, most);
            _sent += count;
            return (int)count;
        }
    }

    /// <summary>Returns credit that was taken and not used.</summary>
    public void GiveBack(int count)
    {
        lock (_lock)
            _sent -= (uint)count;
    }

    /// <summary>Gives up what credit is left if the client asked for that; true if it did and is to be told.</summary>
    public bool TryFinishDrain()
    {
        lock (_lock)
        {
            if (!_draining)
                return false;
            (_limit, _draining) = (_sent, false);
            return true;
        }
    }
}
