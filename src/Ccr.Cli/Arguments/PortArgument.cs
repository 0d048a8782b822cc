using System.Globalization;
using System.Net;

namespace Ccr.Cli.Arguments;

/// <summary>An option that names a port to listen on.</summary>
internal static class PortArgument
{
    public static Option<int> Create(string name, string whose, int usual = 0)
    {
        var option = new Option<int>(name) { Description = $"The port {whose}; 0 takes a free one", HelpName = "PORT", DefaultValueFactory = _ => usual };
        option.Validators.Add(given =>
        {
            if (given.Tokens is [var token] && !ushort.TryParse(token.Value, NumberStyles.None, CultureInfo.InvariantCulture, out _))
                given.AddError($"{name} is '{token.Value}'; write a number from {IPEndPoint.MinPort} to {IPEndPoint.MaxPort}.");
        });
        return option;
    }
}
