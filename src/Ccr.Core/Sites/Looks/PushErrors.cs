namespace Ccr.Core.Sites.Looks;

/// <summary>What the error of a push means, and what to do about it. Only errors that are known from the field are explained.</summary>
public static class PushErrors
{
    /// <summary>The meaning of an error as a site writes it: a Win32 code, or an HRESULT such as -2147024891 (0x80070005). Null when it is not known.</summary>
    public static string? MeaningOf(long error) => Win32Of(error) switch
    {
        5 => "access denied: make one of the site's push accounts a local administrator of the machine",
        8 => "not enough memory, on the machine or on the site server: restart the one that lacks it",
        21 => "the machine's drive is not ready: see whether the machine has just started, and whether its system drive is sound",
        53 => "network path not found: the name is not known, the machine is off, or a firewall blocks File and Printer Sharing",
        64 => "the connection to the machine broke: see whether it was restarted, and whether the network between is stable",
        67 => "the machine has no Admin$: allow File and Printer Sharing; a device without Windows cannot be pushed to",
        112 => "the machine's disk is full: make room on its system drive",
        120 => "the client is there and force was not asked for: send force: true to have it reinstalled",
        1203 => "no network provider accepted the path: see whether the name is right, and whether the Workstation and Server services run",
        1326 => "wrong user name or password: correct the site's push accounts",
        1327 => "an account restriction: see whether the push account is locked, expired, or barred from this machine",
        1396 => "the name leads to another machine: look for a duplicate or stale entry in DNS",
        1722 => "the machine's RPC server cannot be reached: see whether a firewall blocks RPC and WMI",
        1825 => "Kerberos failed and nothing else was allowed: see whether the machine's clock, name and domain account are right",
        _ => null,
    };

    /// <summary>An HRESULT 0x8007xxxx holds a Win32 code; a site writes it with a sign or without.</summary>
    private static long Win32Of(long error) =>
        error is >= int.MinValue and <= uint.MaxValue && (error & 0xFFFF_0000) == 0x8007_0000 ? error & 0xFFFF : error;
}
