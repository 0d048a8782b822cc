using System.Text;
using Azure.Messaging.ServiceBus;
using Ccr.Hosting.DeadLetters;
using Ccr.Hosting.ServiceBus;
using Microsoft.AspNetCore.Components;

namespace Ccr.Console.Components.Parts;

/// <summary>One dead letter: what is on it, and its body as text.</summary>
public sealed partial class LetterView
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private ServiceBusReceivedMessage? _letter;
    private string _body = "";
    private string? _fault;
    private bool _isRead;
    private bool _isWhole;

    /// <summary>Whose it is.</summary>
    [Parameter, EditorRequired]
    public DeadLetterEntity Entity { get; set; } = default!;

    /// <summary>Its sequence number.</summary>
    [Parameter, EditorRequired]
    public long Number { get; set; }

    [Inject]
    private ServiceBusConnection Connection { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    /// <inheritdoc/>
    protected override async Task OnParametersSetAsync()
    {
        try
        {
            await using var box = new DeadLetterBox(Connection, Entity, Time);
            _letter = await box.FindAsync(Number, CancellationToken.None).WaitAsync(Patience, Time);
            _body = _letter is null ? "" : Encoding.UTF8.GetString(_letter.ToEvent().Body.Span);
            _isRead = true;
        }
        catch (Exception fault) when (fault is MessagingException or TimeoutException)
        {
            _fault = fault is MessagingException ? fault.Message : $"no answer within {Patience.TotalSeconds:0} s";
        }
    }
}
