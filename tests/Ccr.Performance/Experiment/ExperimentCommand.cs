using System.CommandLine;
using Ccr.Performance.Experiment.Contestants;

namespace Ccr.Performance.Experiment;

/// <summary>The command line of the performance experiment.</summary>
internal static class ExperimentCommand
{
    public static async Task<int> RunAsync(string[] args)
    {
        var quick = new Option<bool>("--quick") { Description = "1,000 events, 3 rounds, loads 1 to 3: minutes. This is the default" };
        var full = new Option<bool>("--full") { Description = "10,000 events, 7 rounds, all loads: one to two hours" };
        var seed = new Option<int>("--seed") { Description = "Repeats the chance of an earlier run", DefaultValueFactory = _ => 2003 };
        var chart = new Option<string>("--chart")
        {
            Description = "Where the chart of the loads is written",
            DefaultValueFactory = _ => "experiment.svg",
            HelpName = "FILE",
        };
        var events = new Option<int?>("--events") { Description = "Another number of events, at least 100" };
        var rounds = new Option<int?>("--rounds") { Description = "Another number of rounds, at least 1" };
        var parts = new Option<Part[]>("--parts")
        {
            Description = "Only these parts of the experiment",
            HelpName = "senders|loads|open|kill|scale",
            AllowMultipleArgumentsPerToken = true,
        };
        var loads = new Option<int[]>("--loads")
        {
            Description = "Only these loads, by number: 1 MP 0 ms, 2 the same with 20 events a machine, 3 MP 50 ms, 4 MP 500 ms, 5 MP 0 ms with 10 % 503",
            HelpName = "N",
            AllowMultipleArgumentsPerToken = true,
        };
        var only = new Option<string[]>("--only")
        {
            Description = "Only contestants whose name has this in it, and the 100 % line",
            HelpName = "TEXT",
            AllowMultipleArgumentsPerToken = true,
        };
        var pin = new Option<bool>("--pin") { Description = "Contestants on one core, broker, management point and the rest on another (Linux with taskset)" };
        events.Validators.Add(result => { if (result.GetValueOrDefault<int?>() < 100) result.AddError("--events must be at least 100."); });
        rounds.Validators.Add(result => { if (result.GetValueOrDefault<int?>() < 1) result.AddError("--rounds must be at least 1."); });
        loads.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int[]>() is { } numbers && numbers.Any(number => number is < 1 or > 5)) result.AddError("--loads takes numbers from 1 to 5.");
        });

        var command = new RootCommand(
            "Measures the processing beside what one could write instead.") { quick, full, seed, chart, events, rounds, parts, loads, only, pin };
        command.SetAction((arguments, stop) =>
        {
            var options = arguments.GetValue(full) ? ExperimentOptions.Full(arguments.GetValue(seed)) : ExperimentOptions.Quick(arguments.GetValue(seed));
            options = options with
            {
                Events = arguments.GetValue(events) ?? options.Events,
                Rounds = arguments.GetValue(rounds) ?? options.Rounds,
                Loads = arguments.GetValue(loads) is { Length: > 0 } numbers ? numbers : options.Loads,
                Parts = arguments.GetValue(parts) is { Length: > 0 } some ? some : options.Parts,
                Only = arguments.GetValue(only) ?? [],
                Pin = arguments.GetValue(pin),
            };
            return new PerformanceExperiment(options, System.Console.Out).RunAsync(arguments.GetValue(chart)!, stop);
        });

        var connection = new Argument<string>("connection");
        var managementPoint = new Argument<string>("management-point");
        var concurrency = new Argument<int>("concurrency");
        var contestant = new Command("contestant", "Is the bare pipeline; the experiment starts it.") { connection, managementPoint, concurrency };
        contestant.Hidden = true;
        contestant.SetAction(
            (arguments, _) => BarePipeline.RunAsync(arguments.GetValue(connection)!, arguments.GetValue(managementPoint)!, arguments.GetValue(concurrency)));
        command.Add(contestant);

        var machines = new Argument<int>("machines");
        var sender = new Command("sender", "Is HttpClient without a broker; the experiment starts it.") { managementPoint, machines, concurrency };
        sender.Hidden = true;
        sender.SetAction((arguments, stop) => Senders.RunHttpAsync(
            arguments.GetValue(managementPoint)!, arguments.GetValue(machines), arguments.GetValue(concurrency), stop));
        command.Add(sender);

        var parsed = command.Parse(args);
        var exitCode = await parsed.InvokeAsync();
        return parsed.Errors.Count > 0 ? 2 : exitCode;
    }
}
