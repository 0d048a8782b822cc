using System.Globalization;
using System.Text;

namespace Ccr.Performance.Scale;

/// <summary>Prints what the model says of a million machines, as the tables of infra/README.md, and writes the chart beside it.</summary>
internal static class ScaleCommand
{
    private const int Fleet = 1_000_000;

    private const double Minute = 60;

    /// <summary>Monitoring reports all machines within a minute: the worst case.</summary>
    private const double Within = Minute;

    private static readonly double[] Shares = [0.01, 0.1, 1];
    private static readonly int[] Sites = [1, 10, 100, 1_000, 10_000];

    private static readonly Plan Standard = new("Standard, 1 instance", 1_000, 1);

    private static readonly Plan[] Plans =
    [
        Standard,
        new("Premium 1 MU, 1 instance", 4_000, 1),
        new("Premium 1 MU, 4 instances", 4_000, 4),
        new("Premium 4 MU, 16 instances", 16_000, 16),
    ];

    public static int Run(string? chart, TextWriter output)
    {
        output.WriteLine(OfSites());
        output.WriteLine(OfPlans([1_000, 10_000, 100_000, Fleet]));
        output.WriteLine(OfSettings());
        if (chart is not null) File.WriteAllText(chart, ScaleChart.Of(Plans));
        return 0;
    }

    /// <summary>How long it takes until all are answered.</summary>
    public static double Answered(Plan plan, int machines) => Course(plan, machines, SitesOf(machines)).Answered;

    /// <summary>The table of plans for installations of so many machines.</summary>
    public static string OfPlans(IEnumerable<int> fleets)
    {
        var table = new StringBuilder("Which plan: until all are answered, when all of them break, a thousand to a site\n\n");
        table.Append("| machines |").AppendJoin("", Plans.Select(plan => $" {plan.Name} |")).AppendLine();
        table.Append("|---|").Insert(table.Length, "---|", Plans.Length).AppendLine();
        foreach (var machines in fleets)
        {
            table.Append(CultureInfo.InvariantCulture, $"| {machines:n0} |");
            foreach (var plan in Plans)
            {
                var course = Course(plan, machines, SitesOf(machines));
                table.Append($" {Time(course.Answered)}, {Limit(course)} |");
            }

            table.AppendLine();
        }

        return table.ToString();
    }

    private static string OfSites()
    {
        var table = new StringBuilder($"A million machines, {Standard.Name}: until all are answered, what limits it, and until the sites have pushed all\n\n");
        table.AppendLine("| sites | 1 % | 10 % | all |").AppendLine("|---|---|---|---|");
        foreach (var sites in Sites)
        {
            table.Append(CultureInfo.InvariantCulture, $"| {sites:n0} |");
            foreach (var share in Shares)
            {
                var course = Course(Standard, (int)(Fleet * share), sites);
                table.Append($" {Time(course.Answered)}, {Limit(course)}; pushed {Time(course.Pushed)} |");
            }

            table.AppendLine();
        }

        return table.ToString();
    }

    private static string OfSettings()
    {
        (string What, Plan Plan, Surroundings Around)[] changes =
        [
            ("as it is", Standard, new Surroundings()),
            ("`Rate.MaxConcurrent` 20", Standard with { AtOnce = 20 }, new Surroundings()),
            ("`Rate.MaxPerMinute` 60", Standard with { PerMinute = 60 }, new Surroundings()),
            ("64 messages in hand", Standard with { InHand = 64 }, new Surroundings()),
            ("4 instances", Standard with { Instances = 4 }, new Surroundings()),
            ("Premium 1 MU", Plans[1], new Surroundings()),
            ("one subscription on `ccr-results` in place of two", Standard with { Messages = 5 }, new Surroundings()),
            ("a management point that takes 1 s", Standard, new Surroundings { ManagementPoint = 1 }),
            ("a push that takes 1 minute", Standard, new Surroundings { Push = Minute }),
        ];
        var table = new StringBuilder("What changes it: 100,000 broken machines of 100 sites\n\n")
            .AppendLine("| setting | answered | limit | pushed |")
            .AppendLine("|---|---|---|---|");
        foreach (var (what, plan, around) in changes)
        {
            var course = Model.Run(plan, new Outage(100_000, 100, Within), around);
            table.AppendLine($"| {what} | {Time(course.Answered)} | {Limit(course)} | {Time(course.Pushed)} |");
        }

        return table.ToString();
    }

    private static int SitesOf(int machines) => Math.Max(1, machines / 1_000);

    private static Course Course(Plan plan, int machines, int sites) => Model.Run(plan, new Outage(machines, sites, Within), new Surroundings());

    private static string Limit(Course course) => course.Busiest.Share >= 0.8 ? course.Busiest.Name : "nothing";

    private static string Time(double seconds) => seconds switch
    {
        < 2 * Minute => string.Create(CultureInfo.InvariantCulture, $"{seconds:f0} s"),
        < 120 * Minute => string.Create(CultureInfo.InvariantCulture, $"{seconds / Minute:f0} min"),
        < 48 * 60 * Minute => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60 / Minute:f0} h"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60 / 24 / Minute:f0} d"),
    };
}
