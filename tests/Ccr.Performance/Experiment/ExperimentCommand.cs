using System.CommandLine;
using Ccr.Performance.Experiment.Contestants;

namespace Ccr.Performance.Experiment;

/// <summary>The command line of the performance experiment.</summary>
internal static class ExperimentCommand
{
    public static async Task<int> RunAsync(string[] args)
    {
        var quick = new Option<bool>("--quick") { Description = "1,000 events, one round, loads 1 and 3: three minutes. This is the default" };
        var full = new Option<bool>("--full") { Description = "10,000 events, 5 rounds, all loads and parts, pinned and not: about two hours" };
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
            Description = "Only these loads, by number: 1 MP 0 ms, 2 the same with 20 events a machine, 3 MP 50 ms, 4 MP 0 ms with 10 % 503",
            HelpName = "N",
            AllowMultipleArgumentsPerToken = true,
        };
        var only = new Option<string[]>("--only")
        {
            Description = "Only contestants whose name has this in it, and the 100 % line",
            HelpName = "TEXT",
            AllowMultipleArgumentsPerToken = true,
        };
        var beside = new Option<string[]>("--beside")
        {
            Description = "Ours once more with an environment variable (NAME=VALUE), or as built in another folder, in the same rounds",
            HelpName = "WHAT",
            AllowMultipleArgumentsPerToken = true,
        };
        var pin = new Option<bool>("--pin") { Description = "Only with contestants on one core, all else on another (Linux with taskset)" };
        var noPin = new Option<bool>("--no-pin") { Description = "Only with everything where the system puts it, as --quick does" };
        var publish = new Option<bool>("--publish") { Description = "Ours published, as they ship; --full does that by itself" };
        events.Validators.Add(result => { if (result.GetValueOrDefault<int?>() < 100) result.AddError("--events must be at least 100."); });
        rounds.Validators.Add(result => { if (result.GetValueOrDefault<int?>() < 1) result.AddError("--rounds must be at least 1."); });
        loads.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int[]>() is { } numbers && numbers.Any(number => number is < 1 or > 4))
                result.AddError("--loads takes numbers from 1 to 4.");
        });

        var command = new RootCommand("Measures the processing beside what one could write instead.")
        {
            quick, full, seed, chart, events, rounds, parts, loads, only, beside, pin, noPin, publish,
        };
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
                Beside = arguments.GetValue(beside) ?? [],
                NotPinned = !arguments.GetValue(pin),
                Pinned = arguments.GetValue(pin) || (options.Pinned && !arguments.GetValue(noPin)),
                Publish = options.Publish || arguments.GetValue(publish),
            };
            return new PerformanceExperiment(options, System.Console.Out).RunAsync(arguments.GetValue(chart)!, stop);
        });

        // What the experiment starts.
        var connection = new Argument<string>("connection");
        var managementPoint = new Argument<string>("management-point");
        var best = new Option<bool>("--best");
        var notKept = new Option<bool>("--not-kept");
        var twin = new Command("be-twin", "Is the raw twin.") { connection, managementPoint, best, notKept };
        twin.Hidden = true;
        twin.SetAction((arguments, _) =>
        {
            var isBest = arguments.GetValue(best);
            return RawTwin.RunAsync(
                arguments.GetValue(connection)!, arguments.GetValue(managementPoint)!, calls: isBest ? 32 : Contestant.Concurrency,
                prefetch: isBest ? 100 : 0, inGroups: isBest, kept: !arguments.GetValue(notKept));
        });
        command.Add(twin);

        var bare = new Command("be-bare", "Is the bare pipeline.") { connection, managementPoint };
        bare.Hidden = true;
        bare.SetAction((arguments, _) => BarePipeline.RunAsync(
            arguments.GetValue(connection)!, arguments.GetValue(managementPoint)!, Contestant.Concurrency));
        command.Add(bare);

        var concurrency = new Argument<int>("concurrency");
        var machines = new Argument<int>("machines");
        var sender = new Command("be-sender", "Is HttpClient without a broker.") { managementPoint, machines, concurrency };
        sender.Hidden = true;
        sender.SetAction((arguments, stop) => Senders.RunHttpAsync(
            arguments.GetValue(managementPoint)!, arguments.GetValue(machines), arguments.GetValue(concurrency), stop));
        command.Add(sender);

        var parsed = command.Parse(args);
        var exitCode = await parsed.InvokeAsync();
        return parsed.Errors.Count > 0 ? 2 : exitCode;
    }
}
