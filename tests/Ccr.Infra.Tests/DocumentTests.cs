using System.Text.RegularExpressions;
using Ccr.Cli;
using Ccr.Infra.Tests.Support;

namespace Ccr.Infra.Tests;

/// <summary>What the pages tell people to type is there, and what they name is deployed.</summary>
public partial class DocumentTests
{
    private const int Patience = 300_000;

    /// <summary>The commands of Azure's command lines as their reference documents them, with the options that are used here.</summary>
    private static readonly Dictionary<string, string[]> Documented = new(StringComparer.Ordinal)
    {
        ["azd auth login"] = [],
        ["azd env new"] = [],
        ["azd env set"] = [],
        ["azd env get-values"] = [],
        ["azd up"] = [],
        ["azd down"] = [],
        ["azd provision"] = [],
        ["azd deploy"] = [],
        ["az login"] = [],
        ["az ad app create"] = ["--display-name", "--identifier-uris", "--sign-in-audience"],
        ["az ad app owner add"] = ["--id", "--owner-object-id"],
        ["az ad app update"] = ["--id", "--app-roles"],
        ["az ad sp create"] = ["--id"],
        ["az ad sp show"] = ["--id", "--query", "--output"],
        ["az ad sp update"] = ["--id", "--set"],
        ["az deployment group create"] = ["--resource-group", "--template-file", "--parameters"],
        ["az deployment sub create"] = ["--name", "--location", "--template-file", "--parameters"],
        ["az deployment sub show"] = ["--name", "--query"],
        ["az deployment sub what-if"] = [],
        ["az functionapp config appsettings list"] = ["--name", "--resource-group", "--query", "--output"],
        ["az functionapp deployment source config-zip"] = ["--name", "--resource-group", "--src"],
        ["az functionapp function keys delete"] = ["--name", "--resource-group", "--function-name", "--key-name"],
        ["az functionapp function keys set"] = ["--name", "--resource-group", "--function-name", "--key-name", "--key-value"],
        ["az functionapp restart"] = ["--name", "--resource-group"],
        ["az keyvault secret list"] = ["--vault-name", "--query", "--output"],
        ["az keyvault secret set"] = ["--vault-name", "--name", "--value", "--output"],
        ["az keyvault secret show"] = ["--vault-name", "--name", "--query", "--output"],
        ["az rest"] = ["--method", "--url", "--body", "--headers", "--resource", "--output"],
        ["az role assignment create"] = ["--role", "--assignee", "--scope"],
        ["az servicebus topic subscription create"] = ["--resource-group", "--namespace-name", "--topic-name", "--name"],
        ["az servicebus topic subscription rule create"] =
            ["--resource-group", "--namespace-name", "--topic-name", "--subscription-name", "--name", "--filter-sql-expression"],
        ["az storage blob upload"] = ["--auth-mode", "--account-name", "--container-name", "--name", "--file", "--overwrite"],
    };

    public static TheoryData<string, string> Commands
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var command in DocumentedCommand.All()) data.Add(command.Page, string.Join('\n', command.Words));
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Command_OfAPage_AndItsOptionsExist(string page, string text)
    {
        var command = new DocumentedCommand(page, text.Split('\n'));
        if (command.Program == "ccr")
        {
            Assert.Empty(FaultsOf(command));
            return;
        }

        var name = Documented.Keys.Where(known => $"{command.Program} {command.Name} ".StartsWith($"{known} ", StringComparison.Ordinal)).MaxBy(known => known.Length);
        Assert.True(name is not null, $"{page}: no command {command.Program} {command.Name}");
        Assert.Subset(Documented[name].ToHashSet(StringComparer.Ordinal), command.Options.ToHashSet(StringComparer.Ordinal));
    }

    /// <summary>The test above would see it.</summary>
    [Theory]
    [InlineData("ccr send event.json --tomorrow")]
    [InlineData("ccr sned event.json")]
    [InlineData("ccr pause maybe")]
    public void Command_ThatIsNone_HasFaults(string text) => Assert.NotEmpty(FaultsOf(Assert.Single(DocumentedCommand.In("page", $"    {text}\n"))));

    [Fact]
    public void Commands_OfThePages_AreFoundOverSeveralLines()
    {
        var commands = DocumentedCommand.All().ToList();

        Assert.True(commands.Count > 40, $"{commands.Count}");
        Assert.Contains(commands, each => each is { Program: "ccr", Page: "infra/README.md" } && each.Options.Contains("--relay") && each.Options.Contains("--output"));
        Assert.Contains(commands, each => each.Name == "ad app update" && each.Options.SequenceEqual(["--id", "--app-roles"]));
    }

    /// <summary>From an empty folder: get it, configure, deploy, the agent, ready, a first event.</summary>
    [Fact]
    public void Steps_ToAFirstDryRun_AreNumberedAndEachSaysWhatItPrints()
    {
        var section = Section("infra/README.md", "## From an empty folder to a first dry run");

        var steps = Step().Split(section).Skip(1).ToList();

        Assert.Equal(6, steps.Count);
        Assert.All(steps, step => Assert.Matches("It prints|print|log says|answers 200", step));
        Assert.Equal(
            ["git", "ccr", "azd", "ccr", "curl", "ccr"],
            steps.Select(step => Block().Match(step.Replace("export Ccr__", "ccr ", StringComparison.Ordinal)).Groups["program"].Value));
        Assert.Contains("\"DryRun\": true", File.ReadAllText(Repository.PathOf("infra", "ccr.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void Pilot_GoesFromADryRunToAllAndBack() => Assert.Equal(
        ["1. a week of dry run", "2. ten machines", "3. a site", "4. all", "back, at once"],
        Section("infra/README.md", "## From a dry run to all machines").Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal))
            .Select(line => line.Split('|')[1].Trim()).Skip(1));

    /// <summary>Words in angle brackets that look like outputs are outputs; what is set with azd env set is read.</summary>
    [Fact(Timeout = Patience)]
    public async Task Names_OfOutputsParametersAndVariables_AreThere()
    {
        using var infra = new InfraCopy();
        var template = await infra.BuildAsync();
        var outputs = template.GetProperty("outputs").EnumerateObject().Select(output => output.Name).ToHashSet(StringComparer.Ordinal);
        var parameters = template.GetProperty("parameters").EnumerateObject().Select(parameter => parameter.Name).ToHashSet(StringComparer.Ordinal);
        var pages = File.ReadAllText(Repository.PathOf("infra", "README.md")) + File.ReadAllText(Repository.PathOf("infra", "EVENTS.md"));
        string[] yours =
        [
            "ACCEPT", "CALLER_OBJECT_ID", "CLIENT_ID", "GROUP", "NAME", "NEW_GUID", "NEW_KEY", "OBJECT_ID", "OBJECT_ID_OF_THE_AGENTS_IDENTITY",
            "OBJECT_ID_OF_THE_GROUP", "OBJECT_ID_OF_THE_SENDER", "OBJECT_ID_OF_WHOEVER_DEPLOYS", "SUBSCRIPTION", "TOPIC_ID", "URL_OF_THIS_REPOSITORY", "VAULT",
            "WORKSPACE",
        ];

        Assert.Empty(Bracketed().Matches(pages).Select(match => match.Groups["name"].Value).Except(outputs).Except(yours));
        Assert.Empty(Parameter().Matches(pages).Select(match => match.Groups["name"].Value).Except(parameters));
        var read = infra.Read("main.bicepparam");
        Assert.All(
            DocumentedCommand.All().Where(each => each.Name.StartsWith("env set ", StringComparison.Ordinal)),
            each => Assert.Contains($"readEnvironmentVariable('{each.Words[3]}'", read, StringComparison.Ordinal));
    }

    [Fact]
    public void Links_OfThePages_LeadSomewhere()
    {
        foreach (var page in Directory.EnumerateFiles(Repository.PathOf("infra"), "*.md", SearchOption.AllDirectories))
        {
            Assert.All(
                Link().Matches(File.ReadAllText(page)).Select(match => match.Groups["path"].Value),
                path => Assert.True(Path.Exists(Path.Combine(Path.GetDirectoryName(page)!, path)), $"{page}: {path}"));
        }
    }

    /// <summary>A part for each of the things that can be known, and none that was deployed.</summary>
    [Fact]
    public void Table_OfWhatIsKnown_HasARowForEveryPartAndClaimsNoDeployment()
    {
        var rows = Section("infra/README.md", "## What is known, and how").Split('\n').Where(line => line.StartsWith('|')).Select(line => line.Trim('|').Split('|')).ToList();

        Assert.Equal(["part", "read in the documentation", "compiled", "run here", "never run"], rows[0].Select(cell => cell.Trim()));
        Assert.All(rows, row => Assert.Equal(5, row.Length));
        Assert.All(rows.Skip(2), row => Assert.StartsWith("yes", row[1].Trim(), StringComparison.Ordinal));
        Assert.Contains(rows, row => row[4].Contains("a deployment", StringComparison.Ordinal));
    }

    [Fact]
    public void Local_Emulators_TakeTheSameEntitiesAndSamplesThatAreNotTooOld()
    {
        var compose = File.ReadAllText(Repository.PathOf("infra", "local", "compose.yaml"));

        Assert.Contains("../service-bus/Config.json:/ServiceBus_Emulator/ConfigFiles/Config.json", compose, StringComparison.Ordinal);
        Assert.Contains("azure-storage/azurite", compose, StringComparison.Ordinal);
        var simulator = Simulator().Match(compose).Groups["command"].Value;
        Assert.Empty(FaultsOf(Assert.Single(DocumentedCommand.In("compose.yaml", $"    ccr {simulator}"))));
        Assert.Contains("--mp-port 8080", simulator, StringComparison.Ordinal);
        Assert.Contains("\"http://localhost:8080\"", File.ReadAllText(Repository.PathOf("local.settings.sample.json")), StringComparison.Ordinal);
        var sends = DocumentedCommand.All().Where(each => each is { Program: "ccr", Words: [_, "send", ..] }).ToList();
        Assert.NotEmpty(sends);
        Assert.All(sends, each => Assert.Contains("--now", each.Words));
    }

    private static IEnumerable<string> FaultsOf(DocumentedCommand command)
    {
        using var line = new CommandLine(TextWriter.Null, TextWriter.Null, Stream.Null, TimeProvider.System);
        var root = line.Build();
        var parsed = root.Parse([.. command.Words.Skip(1).Select(word => word.Trim('<', '>'))]);

        // What looks like an option and is none may be read as a file.
        var known = parsed.CommandResult.Command.Options.Concat(root.Options).SelectMany(option => option.Aliases.Append(option.Name));
        return [.. parsed.Errors.Select(fault => fault.Message), .. command.Options.Except(known)];
    }

    private static string Section(string page, string heading)
    {
        var text = File.ReadAllText(Repository.PathOf(page));
        var start = text.IndexOf($"{heading}\n", StringComparison.Ordinal);
        Assert.True(start >= 0, heading);
        var rest = text[(start + heading.Length)..];
        return rest.IndexOf("\n## ", StringComparison.Ordinal) is var end and >= 0 ? rest[..end] : rest;
    }

    [GeneratedRegex(@"^\d\. ", RegexOptions.Multiline, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Step();

    [GeneratedRegex(@"^ {7}(?<program>[a-z]+) ", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Block();

    [GeneratedRegex("<(?<name>[A-Z][A-Z_]+)>", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Bracketed();

    [GeneratedRegex(@"^ +param (?<name>\w+) =|parameter `(?<name>\w+)`", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Parameter();

    [GeneratedRegex(@"\]\((?<path>[^)#:]+)(#[^)]*)?\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Link();

    [GeneratedRegex("src/Ccr.Cli -- (?<command>simulate-site [^\"]*)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Simulator();
}
