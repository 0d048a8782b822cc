using CsCheck;

namespace Ccr.Core.Tests.Support;

internal static class Pick
{
    /// <summary>Any one of these values.</summary>
    public static Gen<T> One<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);
}
