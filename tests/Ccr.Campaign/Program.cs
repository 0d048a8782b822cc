using System.CommandLine;
using Ccr.Campaign;
using Ccr.TestHost.Processor;

var quick = new Option<bool>("--quick") { Description = "The small counts, in some minutes; this is the default" };
var full = new Option<bool>("--full") { Description = "The counts that prove something; takes hours" };
var only = new Option<string[]>("--only") { Description = "Only these scenarios, for example R5", HelpName = "ID", AllowMultipleArgumentsPerToken = true };
var except = new Option<string[]>("--except") { Description = "All scenarios but these", HelpName = "ID", AllowMultipleArgumentsPerToken = true };
var seed = new Option<int>("--seed") { Description = "Repeats the chance of an earlier run", DefaultValueFactory = _ => new Random().Next() };
var jobs = new Option<int>("--jobs") { Description = "How many scenarios run at a time", DefaultValueFactory = _ => 3 };
var keep = new Option<bool>("--keep") { Description = "Leave the files of every installation behind, not only of those that failed" };
var broken = new Option<string?>("--broken") { Description = "Run a build that is broken on purpose, to see scenarios fail", HelpName = "NAME" };
broken.AcceptOnlyFromAmong([.. BrokenBuilds.All]);
var command = new RootCommand(
    "Does everything bad to a running installation, and checks from outside what came of it.") { quick, full, only, except, seed, jobs, keep, broken };
command.Validators.Add(arguments =>
{
    if (arguments.GetValue(quick) && arguments.GetValue(full)) arguments.AddError("--quick and --full cannot both be meant.");
    foreach (var id in (arguments.GetValue(only) ?? []).Concat(arguments.GetValue(except) ?? []))
    {
        if (!FaultCampaign.Scenarios.Any(scenario => scenario.Id.Equals(id, StringComparison.OrdinalIgnoreCase)))
            arguments.AddError($"There is no scenario {id}; there are {string.Join(", ", FaultCampaign.Scenarios.Select(scenario => scenario.Id))}.");
    }
});
command.SetAction(async (arguments, stop) =>
{
    var options = new CampaignOptions(
        arguments.GetValue(full), arguments.GetValue(only) ?? [], arguments.GetValue(except) ?? [], arguments.GetValue(seed),
        Math.Max(1, arguments.GetValue(jobs)), arguments.GetValue(keep),
        arguments.GetValue(broken));
    return await new FaultCampaign(options, Console.Out).RunAsync(stop) ? 0 : 1;
});
var parsed = command.Parse(args);
var exitCode = await parsed.InvokeAsync();
return parsed.Errors.Count > 0 ? 2 : exitCode;
