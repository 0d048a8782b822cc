using System.CommandLine;
using Ccr.Experiment;
using Ccr.Experiment.Contestants;

var quick = new Option<bool>("--quick") { Description = "1,000 events, 3 rounds, three loads: minutes. This is the default" };
var full = new Option<bool>("--full") { Description = "10,000 events, 7 rounds, five loads: hours" };
var seed = new Option<int>("--seed") { Description = "Repeats the chance of an earlier run", DefaultValueFactory = _ => 2003 };
var chart = new Option<string>("--chart") { Description = "Where the chart is written", DefaultValueFactory = _ => "experiment.svg" };
var events = new Option<int?>("--events") { Description = "Another number of events" };
var rounds = new Option<int?>("--rounds") { Description = "Another number of rounds" };
var loads = new Option<int?>("--loads") { Description = "Only so many of the loads" };
var only = new Option<string[]>("--only") { Description = "Only contestants whose name has this in it, and the 100 % line", HelpName = "TEXT", AllowMultipleArgumentsPerToken = true };
var command = new RootCommand("Measures the processing beside what one could write instead.") { quick, full, seed, chart, events, rounds, loads, only };
command.SetAction((arguments, stop) =>
{
    var options = arguments.GetValue(full) ? ExperimentOptions.Full(arguments.GetValue(seed)) : ExperimentOptions.Quick(arguments.GetValue(seed));
    options = options with
    {
        Events = arguments.GetValue(events) ?? options.Events,
        Rounds = arguments.GetValue(rounds) ?? options.Rounds,
        Loads = arguments.GetValue(loads) ?? options.Loads,
        Only = arguments.GetValue(only) ?? [],
    };
    return new PerformanceExperiment(options, Console.Out).RunAsync(arguments.GetValue(chart)!, stop);
});

var connection = new Argument<string>("connection");
var managementPoint = new Argument<string>("management-point");
var concurrency = new Argument<int>("concurrency");
var contestant = new Command("contestant", "Is the bare pipeline; the experiment starts it.") { connection, managementPoint, concurrency };
contestant.Hidden = true;
contestant.SetAction((arguments, _) => BarePipeline.RunAsync(arguments.GetValue(connection)!, arguments.GetValue(managementPoint)!, arguments.GetValue(concurrency)));
command.Add(contestant);

var parsed = command.Parse(args);
var exitCode = await parsed.InvokeAsync();
return parsed.Errors.Count > 0 ? 2 : exitCode;
