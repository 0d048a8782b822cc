using System.Text.Json.Nodes;

namespace Ccr.Agent.Tests.Support;

/// <summary>The inboxes of a site server in a folder, with the requests of some machines.</summary>
internal sealed class SiteInboxes
{
    private readonly string _folder;

    public SiteInboxes(string folder)
    {
        _folder = folder;
        foreach (var box in new[] { "ccr.box", "ccrretry.box" }) Directory.CreateDirectory(Path.Combine(folder, box));
    }

    public void Put(string box, string machine) => File.WriteAllText(
        PathOf(box, machine), $"[NT Client Configuration Request]\r\nMachine Name={machine}\r\nDomain=CORP\r\nForced CCR=TRUE\r\n");

    public void Remove(string box, string machine) => File.Delete(PathOf(box, machine));

    /// <summary>Names the folder in the configuration of an agent.</summary>
    public void Configure(JsonObject config) =>
        config["Ccr"]!["Sites"]!["hq"]!["Verification"] = new JsonObject { ["Enabled"] = true, ["InboxesFolder"] = _folder };

    private string PathOf(string box, string machine) => Path.Combine(_folder, box, $"{machine}.ccr");
}
