using System.Net;
using System.Net.Sockets;

namespace Ccr.Tests;

/// <summary>
/// A free port that stays a test's own while nobody listens on it: a server that is started on it again finds it free, whatever other tests start
/// meanwhile. The socket that holds it does not listen, so who connects is refused.
/// </summary>
internal sealed class HeldPort : IDisposable
{
    private readonly Socket _holder = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public HeldPort()
    {
        _holder.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Number = ((IPEndPoint)_holder.LocalEndPoint!).Port;

        // Elsewhere the holder would be in the way of the server, too.
        if (!OperatingSystem.IsLinux()) _holder.Dispose();
    }

    public int Number { get; }

    public void Dispose() => _holder.Dispose();
}
