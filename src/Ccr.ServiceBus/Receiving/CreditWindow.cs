namespace Ccr.ServiceBus.Receiving;

/// <summary>
/// Counts how many messages the broker may still send, so that never more than <paramref name="size"/> are unsettled here.
/// </summary>
internal sealed class CreditWindow(int size)
{
    private int _granted;
    private int _unsettled;

    /// <summary>A message arrived; one from a link before the last reset had no credit of this one.</summary>
    public void Delivered(bool onCurrentLink)
    {
        _unsettled++;
        if (onCurrentLink) _granted--;
    }

    /// <summary>A message is settled, or about to be.</summary>
    public void Settled() => _unsettled--;

    /// <summary>The link is a new one, without credit.</summary>
    public void Reset() => _granted = 0;

    /// <summary>Whether enough has come together to be worth a flow frame at once.</summary>
    public bool IsWorthTaking => (size - _unsettled - _granted) * 4 >= size;

    /// <summary>Takes what may be granted now.</summary>
    public int Take()
    {
        var free = Math.Max(0, size - _unsettled - _granted);
        _granted += free;
        return free;
    }
}
