using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Ccr.Agent;
using Ccr.Core;
using Ccr.Core.Decisions.Rules;
using Ccr.Core.Sites;
using Ccr.Core.Sites.AdminService;
using Ccr.Hosting.Relay;

namespace Ccr.Cli.Init;

/// <summary>The configuration of the processor and, for each site that an agent serves, of its agent.</summary>
internal static class InitFiles
{
    public const string Processor = "ccr.json";
    public const string ProcessorSchema = "ccr.schema.json";
    public const string AgentSchema = "agent.schema.json";

    public static IEnumerable<(string Name, JsonObject Json)> Make(InitAnswers answers)
    {
        var keys = answers.Sites.ToDictionary(site => site.Key, _ => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)), StringComparer.Ordinal);
        var job = JobOf(answers, answers.Sites, site => SiteAtProcessor(answers, site, keys[site.Key]));
        if (answers.Sites.Count > 1) job[nameof(CcrOptions.DefaultSite)] = answers.Sites[0].Key;
        yield return (Processor, new JsonObject
        {
            ["$schema"] = $"./{ProcessorSchema}",
            [ServiceBusOptions.Section] = BrokerOf(answers),
            [CcrOptions.Section] = job,
        });
        if (answers.Transport == SiteTransport.Direct) yield break;

        foreach (var site in answers.Sites)
        {
            var agent = new JsonObject
            {
                ["$schema"] = $"./{AgentSchema}",
                [AgentOptions.Section] = AgentOf(answers, site.Key),
                [CcrOptions.Section] = JobOf(answers, [site], each => SiteAtAgent(answers, each, keys[each.Key])),
            };

            // What listens on the relay needs no Service Bus.
            if (answers.Transport == SiteTransport.Agent) agent[ServiceBusOptions.Section] = BrokerOf(answers);
            yield return (answers.Sites.Count == 1 ? "agent.json" : $"agent-{site.Key}.json", agent);
        }
    }

    private static JsonNode BrokerOf(InitAnswers answers) => answers.Connection.Contains('=', StringComparison.Ordinal)
        ? JsonValue.Create(answers.Connection)
        : new JsonObject { [nameof(ServiceBusOptions.FullyQualifiedNamespace)] = answers.Connection };

    private static JsonObject JobOf(
        InitAnswers answers, IEnumerable<KeyValuePair<string, string>> sites, Func<KeyValuePair<string, string>, JsonObject> settings) => new()
        {
            [nameof(CcrOptions.DefaultDomain)] = answers.Domains[0],
            [nameof(CcrOptions.Targets)] = new JsonObject
            {
                [nameof(TargetOptions.Domains)] = new JsonArray([.. answers.Domains.Select(domain => JsonValue.Create(domain))]),
            },
            [nameof(CcrOptions.Sites)] = new JsonObject(sites.Select(site => KeyValuePair.Create<string, JsonNode?>(site.Key, settings(site)))),
        };

    private static JsonObject SiteAtProcessor(InitAnswers answers, KeyValuePair<string, string> site, string key)
    {
        if (answers.Transport == SiteTransport.Direct) return MethodOf(answers, site.Value);

        // By what a site behind the relay makes its CCRs is its agent's alone.
        var settings = answers.Transport == SiteTransport.Relay ? RelayOf(answers, site.Key) : MethodOf(answers, site.Value);
        settings.Insert(0, nameof(SiteOptions.Transport), answers.Transport.ToString());
        settings[nameof(SiteOptions.SigningKeys)] = new JsonArray(key);
        return settings;
    }

    private static JsonObject SiteAtAgent(InitAnswers answers, KeyValuePair<string, string> site, string key)
    {
        var settings = MethodOf(answers, site.Value);
        if (answers.Transport == SiteTransport.Relay)
            foreach (var (name, value) in RelayOf(answers, site.Key)) settings[name] = value!.DeepClone();
        settings[nameof(SiteOptions.SigningKeys)] = new JsonArray(key);
        return settings;
    }

    private static JsonObject MethodOf(InitAnswers answers, string address) => answers.Method == InitMethod.AdminService
        ? new JsonObject { [nameof(SiteOptions.AdminService)] = new JsonObject { [nameof(AdminServiceOptions.Address)] = address } }
        : new JsonObject
        {
            [nameof(SiteOptions.ManagementPoints)] = new JsonArray(new JsonObject { [nameof(ManagementPointOptions.Address)] = address }),
        };

    private static JsonObject RelayOf(InitAnswers answers, string site) => new()
    {
        [nameof(SiteOptions.Relay)] = new JsonObject { [nameof(RelayOptions.Endpoint)] = $"https://{answers.RelayHost}/{site}" },
    };

    private static JsonObject AgentOf(InitAnswers answers, string site)
    {
        var settings = new JsonObject { [nameof(AgentOptions.Site)] = site, [nameof(AgentOptions.DataDirectory)] = answers.AgentData };
        if (answers.Method == InitMethod.FileDrop) settings[nameof(AgentOptions.FileDropFolder)] = answers.Inbox;
        return settings;
    }
}
