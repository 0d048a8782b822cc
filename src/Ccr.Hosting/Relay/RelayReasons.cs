namespace Ccr.Hosting.Relay;

/// <summary>The catalogue's 402x to 404x: what goes wrong with Azure Relay.</summary>
internal static class RelayReasons
{
    // Certainly not delivered.
    public static readonly ReasonCode Unauthorized = new(
        "CCR4020", "The relay does not know who asks",
        "Check the key, this machine's clock, and that the identity is of the directory in which the relay is.");
    public static readonly ReasonCode Forbidden = new(
        "CCR4021", "The relay refuses this identity",
        "Give it the role Azure Relay Listener (the agent) or Azure Relay Sender (the processor) on this hybrid connection, or a key with that right.");
    public static readonly ReasonCode NotFound = new(
        "CCR4022", "The hybrid connection does not exist", "Correct the last part of the endpoint's address, or create the hybrid connection.");
    public static readonly ReasonCode NoListener = new(
        "CCR4023", "Nobody listens on the hybrid connection", "Start the site's agent, and look at its health for why it is not connected.");
    public static readonly ReasonCode CannotConnect = new(
        "CCR4024", "The relay cannot be reached", "Check the host name, the firewall (443), the proxy, and whether the relay runs.");
    public static readonly ReasonCode TlsFailed = new(
        "CCR4025", "TLS with the relay failed", "If a private authority issued the certificate, name its file in trustedCaFile.");
    public static readonly ReasonCode NoToken = new(
        "CCR4026", "Entra ID gave no token for the relay", "Sign in (az login), assign a managed identity, or use a key.");
    public static readonly ReasonCode StoppedBefore = new(
        "CCR4027", "The process stopped before the request was sent", "Nothing needs to be done: it was not sent.");

    // It may have been delivered.
    public static readonly ReasonCode NoAnswerInTime = new(
        "CCR4030", "No answer came through the relay in time", "Look at the agent and the site: the request may have been carried out.");
    public static readonly ReasonCode ConnectionLost = new(
        "CCR4031", "The connection to the relay broke before the answer", "Look at the network and the relay: the request may have been carried out.");
    public static readonly ReasonCode RelayFailed = new(
        "CCR4032", "The relay failed", "If this goes on, look at the health of the namespace: the request may have been carried out.");
    public static readonly ReasonCode AnswerUnreadable = new(
        "CCR4033", "The answer through the relay cannot be read", "Check what listens on the hybrid connection: it is to be the site's agent.");
    public static readonly ReasonCode StoppedAfter = new(
        "CCR4034", "The process stopped before the answer came", "Look at the agent and the site: the request may have been carried out.");

    // Of the listener only.
    public static readonly ReasonCode ListenerClosed = new(
        "CCR4040", "The relay closed the listener's connection", "Nothing needs to be done unless this goes on: it is opened again.");

    public static IReadOnlyList<ReasonCode> All { get; } =
    [
        Unauthorized, Forbidden, NotFound, NoListener, CannotConnect, TlsFailed, NoToken, StoppedBefore, NoAnswerInTime,
        ConnectionLost, RelayFailed, AnswerUnreadable, StoppedAfter, ListenerClosed,
    ];
}
