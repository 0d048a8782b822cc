using Ccr.Cli.Events;
using Ccr.Cli.Local;
using Ccr.Core;
using Ccr.Core.Events;
using Ccr.Core.Processing;
using Microsoft.Extensions.Options;

namespace Ccr.Cli.Commands;

/// <summary><c>ccr explain</c>: what would be made of an event, and why. Nothing is sent.</summary>
internal static class ExplainCommand
{
    private static readonly TimeSpan WatchInterval = TimeSpan.FromMilliseconds(250);

    private static readonly Argument<string[]> Files = new("FILE")
    {
        Description = "Events: .json files, .ndjson files, folders of them, or - for standard input",
        Arity = ArgumentArity.OneOrMore,
    };
    private static readonly Option<string?> Source = new("--source") { Description = "The source at the end of the webhook's address", HelpName = "NAME" };
    private static readonly Option<string[]> Mappings = new("--mapping")
    {
        Description = "A mapping file to try, besides those of the configuration",
        HelpName = "FILE",
        DefaultValueFactory = _ => [],
    };
    private static readonly Option<string?> Config = ConfigArgument.Create("the section Ccr");
    private static readonly Option<bool> Watch = new("--watch") { Description = "Explain again whenever one of these files is saved, until it is stopped" };

    public static Command Create(CommandLine line)
    {
        var command = new Command("explain", "Shows what would be made of events, and why; sends nothing.") { Files, Source, Mappings, Config, Watch };
        command.SetAction((arguments, stop) => RunAsync(line, arguments, stop));
        return command;
    }

    private static async Task<int> RunAsync(CommandLine line, ParseResult arguments, CancellationToken stop)
    {
        if (!arguments.GetValue(Watch))
        {
            await ExplainAsync(line, arguments, stop);
            return ExitCode.Done;
        }

        string[] paths =
        [
            .. arguments.GetValue(Files)!, .. arguments.GetValue(Mappings)!, .. arguments.GetValue(Config) is { } config ? [config] : Array.Empty<string>(),
        ];
        await new FileWatch(paths, line.Time, WatchInterval).RunAsync(() => ExplainOrComplainAsync(line, arguments, stop), stop);
        return ExitCode.Done;
    }

    /// <summary>With --watch the file is still being edited: a fault is shown, and the next save may correct it.</summary>
    private static async Task ExplainOrComplainAsync(CommandLine line, ParseResult arguments, CancellationToken stop)
    {
        try
        {
            await ExplainAsync(line, arguments, stop);
        }
        catch (UserErrorException fault)
        {
            line.Complain(fault.Message);
        }
        catch (IOException fault)
        {
            line.Complain(fault.Message);
        }
        catch (OptionsValidationException faults)
        {
            foreach (var fault in faults.Failures) line.Complain(fault);
        }
    }

    private static async Task ExplainAsync(CommandLine line, ParseResult arguments, CancellationToken stop)
    {
        var settings = arguments.GetValue(Mappings)!.Select(
            (path, i) => KeyValuePair.Create<string,
            string?>($"{CcrOptions.Section}:{nameof(CcrOptions.Events)}:{nameof(EventOptions.MappingFiles)}:mapping{i}", path));
        using var services = LocalServices.BuildExplainer(arguments.GetValue(Config), settings, line.Time);
        var explainer = services.GetRequiredService<EventExplainer>();
        var report = line.ReportFor(arguments);
        foreach (var (name, body) in await EventFiles.ReadAsync(arguments.GetValue(Files)!, line.StandardInput, stop))
        {
            var now = line.Time.GetUtcNow();
            var incoming = new IncomingEvent { Body = body, MessageId = "explained", EnqueuedTime = now };
            if (arguments.GetValue(Source) is { } source)
                incoming = incoming with { Properties = new Dictionary<string, object> { [IncomingEvent.SourceProperty] = source } };

            var explanation = explainer.Explain(incoming, now);
            report.Say(
                ExplanationText.Of(name, explanation), "explanation", new Dictionary<string, object?> { ["name"] = name, ["items"] = explanation.Items });
        }
    }
}
