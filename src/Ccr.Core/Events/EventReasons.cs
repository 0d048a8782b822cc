using Ccr.Core.Results;

namespace Ccr.Core.Events;

/// <summary>The catalogue's 1xxx: what is wrong with an event (10xx, rejected), or why it asks for nothing (11xx, ignored).</summary>
public static class EventReasons
{
    /// <summary>The body is larger than is read.</summary>
    public static readonly ReasonCode TooLarge = new(
        "CCR1001", "The event is too large", "Send fewer machines in one event. If the queue takes larger messages, say so in Ccr:Events:MaxMessageBytes.");

    /// <summary>The body is not UTF-8 text.</summary>
    public static readonly ReasonCode NotText = new(
        "CCR1002", "The event is not UTF-8 text", "Send JSON in UTF-8.");

    /// <summary>The body is not JSON, or nested too deeply to be an event.</summary>
    public static readonly ReasonCode NotJson = new(
        "CCR1003", "The event is not JSON", "Correct the JSON at the place named.");

    /// <summary>A JSON object has a member twice; readers disagree on which of them counts.</summary>
    public static readonly ReasonCode DuplicateMember = new(
        "CCR1004", "A member stands twice in the event", "Send every member once.");

    /// <summary>No source recognised the event.</summary>
    public static readonly ReasonCode UnknownFormat = new(
        "CCR1005", "The event has no known format", "Send one of the formats that src/Ccr.Core/Events/README.md lists.");

    /// <summary>A member that the format requires is missing, or has another type.</summary>
    public static readonly ReasonCode WrongSchema = new(
        "CCR1006", "The event does not follow its format", "Correct the member named.");

    /// <summary>Our own format has a member that it does not know: a misspelt dryRun must not become a real push.</summary>
    public static readonly ReasonCode UnknownMember = new(
        "CCR1007", "The event has an unknown member", "Remove the member named, or correct its spelling.");

    /// <summary>The event tries to say where the request goes.</summary>
    public static readonly ReasonCode AddressInEvent = new(
        "CCR1008", "The event names an address", "Name the key of a configured site, or leave it out; addresses are configured.");

    /// <summary>An option that a management point cannot carry (KB886055).</summary>
    public static readonly ReasonCode OptionNotCarried = new(
        "CCR1009", "The event has an option that a management point cannot carry", "Leave the option out.");

    /// <summary>The machine's name is missing or is not a NetBIOS name.</summary>
    public static readonly ReasonCode MachineInvalid = new(
        "CCR1010", "The machine's name is not valid", "Send the machine's NetBIOS name.");

    /// <summary>The domain's name is missing or is not a NetBIOS name.</summary>
    public static readonly ReasonCode DomainInvalid = new(
        "CCR1011", "The domain's name is not valid", "Send the domain's NetBIOS name, or configure Ccr:DefaultDomain.");

    /// <summary>No site is configured under the event's key.</summary>
    public static readonly ReasonCode SiteUnknown = new(
        "CCR1012", "The site is not configured", "Send one of the configured keys, or leave the site out.");

    /// <summary>The event names more machines than one event may.</summary>
    public static readonly ReasonCode TooManyMachines = new(
        "CCR1013", "The event names too many machines", "Send fewer machines in one event, or raise Ccr:Events:MaxMachines.");

    /// <summary>The event names no machine where its format has machines.</summary>
    public static readonly ReasonCode NoMachine = new(
        "CCR1014", "The event names no machine", "Have the sender fill one of the fields named.");

    /// <summary>More than one source claims the event.</summary>
    public static readonly ReasonCode AmbiguousFormat = new(
        "CCR1015", "Several sources recognise the event", "Send the name of the right one in the application property 'source', or disable the other one.");

    /// <summary>The application property <c>source</c> names no source.</summary>
    public static readonly ReasonCode SourceUnknown = new(
        "CCR1016", "The source that the sender names does not exist", "Send one of the names listed in the application property 'source', or leave it out.");

    /// <summary>The application property <c>source</c> names a source, and the event is not one of that source's.</summary>
    public static readonly ReasonCode NotOfSource = new(
        "CCR1017", "The event is not of the source that the sender names", "Correct the event, or the application property 'source'.");

    /// <summary>An IP or MAC address stands where the machine's name should.</summary>
    public static readonly ReasonCode AddressNotName = new(
        "CCR1018", "The event has an address instead of the machine's name", "Have the sender fill the field named with the host's name.");

    /// <summary>A macro of the monitor stands where the machine's name should.</summary>
    public static readonly ReasonCode MacroNotExpanded = new(
        "CCR1019", "The sender did not expand a macro", "Correct the macro in the sender's template; it has no value for this alert.");

    /// <summary>The key of a record or the id of another resource stands where the machine's name should.</summary>
    public static readonly ReasonCode IdNotName = new(
        "CCR1020", "The event has an id instead of the machine's name", "Have the sender fill one of the fields named with the name of the host.");

    /// <summary>The host's DNS suffix is not one that may be taken off.</summary>
    public static readonly ReasonCode DnsSuffixUnknown = new(
        "CCR1021", "The host's DNS suffix is not configured",
        "Configure the NetBIOS domain of the suffix in Ccr:Events:DnsSuffixes, or send the NetBIOS name.");

    /// <summary>The sender says that it left alerts out.</summary>
    public static readonly ReasonCode MachinesLeftOut = new(
        "CCR1022", "The sender left machines out of the event", "Raise the sender's limit of alerts in one message; look there which machines are missing.");

    /// <summary>The event names a resource, a group or a gateway, and no machine.</summary>
    public static readonly ReasonCode NotAMachine = new(
        "CCR1023", "What the event names is no machine",
        "Have the sender send the machine's name at one of the places named; look first whether an alert about such a thing is meant.");

    /// <summary>Another kind of name stands where the machine's name should.</summary>
    public static readonly ReasonCode OtherName = new(
        "CCR1024", "The event has another kind of name instead of the machine's name",
        "Have the sender send the machine's NetBIOS name alone, for example PC01.");

    /// <summary>A word stands where the machine's name should that says that there is none.</summary>
    public static readonly ReasonCode Placeholder = new(
        "CCR1025", "A placeholder stands in the place of the machine's name",
        "Have the sender fill the field named with the name of the host; it had none for this alert.");

    /// <summary>An alert of Azure Monitor in a schema of before the common one.</summary>
    public static readonly ReasonCode OldAzureSchema = new(
        "CCR1026", "The alert is in an old schema of Azure Monitor", "Switch the common alert schema on in the action group (usecommonalertschema).");

    /// <summary>A domain or site was asked for where, or in a form in which, nobody reads it. The default would be another machine.</summary>
    public static readonly ReasonCode OptionNotRead = new(
        "CCR1027", "The event asks for a domain or a site in a form that is not read", "Send it at the place that the documentation of the source names.");

    /// <summary>The monitor says that the problem is over.</summary>
    public static readonly ReasonCode Resolved = new(
        "CCR1101", "The problem is resolved", "Nothing needs to be done.");

    /// <summary>The request expired before it could be carried out.</summary>
    public static readonly ReasonCode Expired = new(
        "CCR1102", "The request has expired", "Send a new event if the machine still needs its client.");

    /// <summary>The event is about something else than a new problem of a machine.</summary>
    public static readonly ReasonCode NotAProblem = new(
        "CCR1111", "The event reports no problem that a reinstallation solves", "Nothing needs to be done.");

    /// <summary>The configuration leaves this severity or alert rule out.</summary>
    public static readonly ReasonCode NotMeant = new(
        "CCR1112", "Alerts like this one are not meant",
        "Nothing needs to be done; Severities and Rules of the source in Ccr:Events:Sources say which are meant.");

    /// <summary>Somebody pressed the monitor's test button.</summary>
    public static readonly ReasonCode TestArrived = new(
        "CCR1113", "A test arrived", "Nothing needs to be done: the way from the monitor to here is sound. The detail says what a real event is asked for.");

    /// <summary>The monitor could not look, which says nothing of the machine.</summary>
    public static readonly ReasonCode MonitoringFailed = new(
        "CCR1114", "The monitoring failed, not the machine", "Look at the check, data source or parent that the monitor names.");

    /// <summary>Somebody works on the machine.</summary>
    public static readonly ReasonCode InMaintenance = new(
        "CCR1115", "The machine is in maintenance",
        "Nothing needs to be done; if the client is still broken when the maintenance ends, have the monitor alert again.");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ReasonCode> All { get; } =
    [
        TooLarge, NotText, NotJson, DuplicateMember, UnknownFormat, WrongSchema, UnknownMember, AddressInEvent,
        OptionNotCarried, MachineInvalid, DomainInvalid, SiteUnknown, TooManyMachines, NoMachine, AmbiguousFormat,
        SourceUnknown, NotOfSource, AddressNotName, MacroNotExpanded, IdNotName, DnsSuffixUnknown, MachinesLeftOut,
        NotAMachine, OtherName, Placeholder, OldAzureSchema, OptionNotRead, Resolved, Expired, NotAProblem, NotMeant, TestArrived, MonitoringFailed,
        InMaintenance,
    ];
}
