using Ccr.Core.Text;

namespace Ccr.Cli.Init;

/// <summary>Asks a person for what the command line does not say.</summary>
internal sealed class Interview(CommandLine line, CancellationToken stop) : IDisposable
{
    private readonly StreamReader _answers = new(line.StandardInput, leaveOpen: true);

    /// <summary>What was given, else what is answered; asks again until it is one of <paramref name="choices"/>.</summary>
    public async Task<string> ChooseAsync(string? given, string option, string question, IReadOnlyList<string> choices)
    {
        while (true)
        {
            var answer = given ?? await AskAsync(option, $"{question} ({string.Join(", ", choices)})", choices[0]);
            if (choices.FirstOrDefault(choice => choice.Equals(answer, StringComparison.OrdinalIgnoreCase)) is { } choice) return choice;
            var fault = $"{option} is {SafeText.Quote(answer)}: write one of {string.Join(", ", choices)}";
            if (given is not null) throw new UserErrorException(CliReasons.BadArgument, fault);
            line.Complain($"{fault}.");
        }
    }

    /// <summary>What was given, else what is answered, else what is usual.</summary>
    public async Task<string> TextAsync(string? given, string option, string question, string? usual = null) =>
        given ?? await AskAsync(option, question, usual);

    public void Dispose() => _answers.Dispose();

    private async Task<string> AskAsync(string option, string question, string? usual)
    {
        while (true)
        {
            line.Complain(usual is null ? $"{question}:" : $"{question} [{usual}]:");

            // Nothing ends a read of a terminal, so a stopped command leaves it behind.
            var answer = await Task.Run(() => _answers.ReadLine(), CancellationToken.None).WaitAsync(stop)
                ?? throw new UserErrorException(CliReasons.BadArgument, $"{option} is missing, and nobody answered the question for it");
            if (answer.Trim() is { Length: > 0 } text) return text;
            if (usual is not null) return usual;
        }
    }
}
