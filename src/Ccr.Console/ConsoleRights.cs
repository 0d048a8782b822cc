namespace Ccr.Console;

/// <summary>What may be done by a console. What is not among them has no button, and the gate refuses it.</summary>
[Flags]
public enum ConsoleRights
{
    /// <summary>Nothing: it only shows.</summary>
    None = 0,

    /// <summary>Pause all sites or one, and end a pause.</summary>
    Pause = 1,

    /// <summary>Let a storm brake go.</summary>
    Brake = 2,

    /// <summary>Release machines from quarantine.</summary>
    Release = 4,

    /// <summary>Send dead letters again.</summary>
    Redrive = 8,

    /// <summary>Delete dead letters, once they stand in a file.</summary>
    Discard = 16,

    /// <summary>All of them.</summary>
    All = Pause | Brake | Release | Redrive | Discard,
}
