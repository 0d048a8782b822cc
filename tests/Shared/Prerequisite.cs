namespace Ccr.Tests;

/// <summary>What a test needs on its machine, beside the SDK.</summary>
internal static class Prerequisite
{
    private static readonly bool IsCi = Environment.GetEnvironmentVariable("CI") == "true";

    /// <summary>Skips the test that calls it where something is missing that <c>.ci/run</c> installs; in CI, where it must not be missing, fails it.</summary>
    /// <param name="isInstalled">Whether it is there.</param>
    /// <param name="what">What it is and how to get it, the reason that is shown.</param>
    public static void Require(bool isInstalled, string what) => Require(isInstalled, what, IsCi);

    internal static void Require(bool isInstalled, string what, bool isCi)
    {
        if (isCi) Assert.True(isInstalled, $"{what} CI was to install it.");
        Assert.SkipUnless(isInstalled, what);
    }
}
