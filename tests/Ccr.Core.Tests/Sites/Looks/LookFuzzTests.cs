using Ccr.Core.Views;
using System.Text;
using Ccr.Core.Machines;
using Ccr.Core.Sites.Looks;

namespace Ccr.Core.Tests.Sites.Looks;

/// <summary>Others write the inboxes and the log: whatever stands there, nothing breaks, and nothing is said of a machine that is not named.</summary>
public sealed class LookFuzzTests
{
    private static readonly string[] Samples =
    [
        SiteOnDisk.Line("""Received request: "01MOLQGI" for machine name: "SPARC" on queue: "Incoming".""", SiteOnDisk.Noon),
        SiteOnDisk.Line("""======>Begin Processing request: "2097152019", machine name: "TESTPC1" """, SiteOnDisk.Noon),
        SiteOnDisk.Line("""---> Unable to connect to WMI on remote machine "TESTPC1", error = 0x80070005.""", SiteOnDisk.Noon),
        SiteOnDisk.Line("Execute query exec [sp_CP_SetLastErrorCode] 2097152019, -2147024891", SiteOnDisk.Noon),
        SiteOnDisk.Line(@"WNetAddConnection2 failed using account domain\account for '\\SPARC\admin$' (000004b3)", SiteOnDisk.Noon),
        "ERROR: machine name: \"SPARC\", error code: 67\tSMS_CLIENT_CONFIG_MANAGER\t06/07/2015 13:11:09\t6708 (0x1A34)",
        SiteOnDisk.Ccr("SPARC", "CORP"),
    ];

    private static readonly string[] Pieces =
    [
        "\"", "$$<", "><", "\\\\", "\\admin$", "error ", "machine \"", "(0000", "0x", "-", "99999999999999999999", "\0", "\uFFFF", "[", "]", "=", "\t", "\r\n",
        "9999", "+840", "-841", "01-01-0001 00:00:00.000",
    ];

    [Fact]
    public void Read_ThousandsOfMutatedLines_NeverThrows()
    {
        var random = new Random(20260925);
        var log = new CcmLogReader();
        for (var i = 0; i < 30_000; i++)
        {
            var line = Mutate(random);
            log.Read(line);

            var alone = new CcmLogReader();
            alone.Read(line);
            if (!line.Contains("SPARC", StringComparison.OrdinalIgnoreCase)) Assert.Null(alone.Of(MachineName.Parse("SPARC")));
        }

        // The whole lines among them still count.
        Assert.NotNull(log.Of(MachineName.Parse("SPARC")));
        Assert.NotNull(log.Of(MachineName.Parse("TESTPC1")));
    }

    [Fact]
    public void Read_ThousandsOfMutatedFiles_NeverThrows()
    {
        var random = new Random(20260926);
        Encoding[] encodings = [Encoding.Latin1, Encoding.UTF8, Encoding.Unicode, Encoding.BigEndianUnicode];
        var named = 0;
        for (var i = 0; i < 30_000; i++)
        {
            var encoding = encodings[random.Next(encodings.Length)];
            byte[] file = [.. encoding.GetPreamble(), .. encoding.GetBytes(Mutate(random))];
            if (file.Length > 0 && random.Next(2) == 0) random.NextBytes(file.AsSpan(random.Next(file.Length), 1));
            if (CcrContent.Read(file.AsSpan(0, random.Next(file.Length + 1))).Machine is not null) named++;
        }

        Assert.InRange(named, 100, 29_000);
    }

    [Fact]
    public async Task Look_AtFoldersFullOfJunk_AnswersAndStillFindsAMachine()
    {
        using var site = new SiteOnDisk();
        var random = new Random(20260927);
        string[] folders = ["ccr.box", "ccr.box/inproc", "ccrretry.box"];
        for (var i = 0; i < 300; i++)
        {
            var junk = new byte[random.Next(600)];
            random.NextBytes(junk);
            File.WriteAllBytes(
                site.PathOf($"{folders[i % 3]}/{random.Next(1_000_000)}{(i % 2 == 0 ? ".ccr" : ".CPB")}"),
                i % 5 == 0 ? junk : Encoding.Latin1.GetBytes(Mutate(random)));
        }

        site.Write("ccrretry.box/FINE.ccr", SiteOnDisk.Ccr("FINE"));
        var log = new StringBuilder();
        for (var i = 0; i < 5_000; i++) log.Append(Mutate(random)).Append('\n');
        log.Append('\n').Append(SiteOnDisk.Failure("FINE", 53, SiteOnDisk.Noon));
        await File.WriteAllTextAsync(site.LogFile, log.ToString(), Encoding.Latin1, TestContext.Current.CancellationToken);

        Assert.Equal(new CcrTrace { Place = CcrPlace.Retry, Attempted = SiteOnDisk.Noon, Error = 53 }, await site.LookAsync("FINE"));
    }

    /// <summary>A sample with a few cuts, copies, strange pieces and random characters in it.</summary>
    private static string Mutate(Random random)
    {
        var text = Samples[random.Next(Samples.Length)];
        for (var changes = random.Next(4); changes > 0; changes--)
        {
            var at = random.Next(text.Length + 1);
            text = random.Next(4) switch
            {
                0 => text.Remove(at, random.Next(text.Length - at + 1)),
                1 => text.Insert(at, Pieces[random.Next(Pieces.Length)]),
                2 => text.Insert(at, text[..at]),
                _ => text.Insert(at, ((char)random.Next(char.MaxValue)).ToString()),
            };
        }

        return text;
    }
}
