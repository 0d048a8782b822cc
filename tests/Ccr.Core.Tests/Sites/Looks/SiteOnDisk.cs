using Ccr.Core.Views;
using System.Text;
using Ccr.Core.Sites.Looks;

namespace Ccr.Core.Tests.Sites.Looks;

/// <summary>The folders of a site server, made by hand.</summary>
internal sealed class SiteOnDisk : IDisposable
{
    public static readonly DateTimeOffset Noon = new(2026, 9, 25, 12, 0, 0, TimeSpan.Zero);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ccr-look-");

    public SiteOnDisk()
    {
        foreach (var each in (string[])["inboxes/ccr.box/inproc", "inboxes/ccrretry.box", "Logs"]) _folder.CreateSubdirectory(each);
    }

    public string Inboxes => Path.Combine(_folder.FullName, "inboxes");

    public string LogFile => Path.Combine(_folder.FullName, "Logs", "ccm.log");

    public static string Ccr(string machine, string? domain = null) =>
        $"[NT Client Configuration Request]\r\nMachine Name={machine}\r\n{(domain is null ? "" : $"Domain={domain}\r\n")}";

    public static string Failure(string machine, int error, DateTimeOffset time) => Line($"ERROR: machine name: \"{machine}\", error code: {error}", time);

    public static string Line(string text, DateTimeOffset time) =>
        $"{text}  $$<SMS_CLIENT_CONFIG_MANAGER><{time:MM-dd-yyyy HH:mm:ss.fff}+0><thread=18612 (0x48B4)>\r\n";

    public string Write(string file, string text, Encoding? encoding = null)
    {
        var path = PathOf(file);
        File.WriteAllText(path, text, encoding ?? Encoding.ASCII);
        return path;
    }

    public string PathOf(string file) => Path.Combine(Inboxes, file);

    public SiteFolders Folders(Func<string, Stream>? open = null, SiteFolderLimits? limits = null, TimeProvider? time = null)
    {
        var noPause = (limits ?? new()) with { Pause = TimeSpan.Zero };
        var folders = new SiteFolders(Inboxes, LogFile, noPause, time ?? TimeProvider.System);
        return open is null ? folders : new(Inboxes, LogFile, noPause, time ?? TimeProvider.System) { Open = open };
    }

    public async Task<CcrTrace?> LookAsync(string machine, Func<string, Stream>? open = null, SiteFolderLimits? limits = null)
    {
        LookedFor asked = new(machine, "CORP");
        var answer = await Folders(open, limits).LookAsync([asked], TestContext.Current.CancellationToken);
        Assert.True(answer.Views is not null, answer.Detail);
        return answer.Views[asked.Key].Ccr;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
