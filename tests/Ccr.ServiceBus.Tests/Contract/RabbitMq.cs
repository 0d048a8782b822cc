using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Ccr.ServiceBus.Tests.Contract;

/// <summary>
/// RabbitMQ with its AMQP 1.0 plugin, as Debian packages it (<c>apt-get install rabbitmq-server</c>), in a directory and
/// on ports of its own. An AMQP 1.0 peer that nobody here wrote, on a library that nobody here uses; no Service Bus.
/// </summary>
public sealed class RabbitMq : IAsyncLifetime
{
    // The program itself; the one on the path insists on the system's own directories and user.
    private const string Program = "/usr/lib/rabbitmq/bin/rabbitmq-server";

    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("ccr-rabbit-");
    private readonly int[] _ports = FreePorts(3);
    private Process? _process;

    public static bool IsInstalled => File.Exists(Program);

    public int Port => _ports[0];

    public async ValueTask InitializeAsync()
    {
        if (!IsInstalled) return;

        File.WriteAllText(InHome("plugins"), "[rabbitmq_amqp1_0].");
        File.WriteAllText(InHome("rabbitmq.conf"), "amqp1_0.default_user = guest\nloopback_users = none\n");
        ProcessStartInfo start = new(Program)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Dictionary<string, string> environment = new()
        {
            ["HOME"] = _home.FullName,
            ["RABBITMQ_NODENAME"] = $"{_home.Name}@localhost",
            ["RABBITMQ_NODE_IP_ADDRESS"] = "127.0.0.1",
            ["RABBITMQ_NODE_PORT"] = $"{_ports[0]}",
            ["RABBITMQ_DIST_PORT"] = $"{_ports[1]}",
            ["ERL_EPMD_PORT"] = $"{_ports[2]}",
            ["RABBITMQ_MNESIA_BASE"] = InHome("data"),
            ["RABBITMQ_LOG_BASE"] = InHome("log"),
            ["RABBITMQ_ENABLED_PLUGINS_FILE"] = InHome("plugins"),
            ["RABBITMQ_CONFIG_FILE"] = InHome("rabbitmq.conf"),
            ["RABBITMQ_CONF_ENV_FILE"] = InHome("none"),
        };
        foreach (var (name, value) in environment) start.Environment[name] = value;

        TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, output) =>
        {
            if (output.Data is null) started.TrySetException(new InvalidOperationException("RabbitMQ ended at once."));
            else if (output.Data.Contains("completed with", StringComparison.Ordinal)) started.TrySetResult();
        };
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await started.Task.WaitAsync(TimeSpan.FromMinutes(2), TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
            _process.Dispose();

            // Erlang's port mapper puts itself out of the process tree.
            ProcessStartInfo end = new("epmd", ["-port", $"{_ports[2]}", "-kill"])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
            };
            using var ended = Process.Start(end)!;
            await ended.WaitForExitAsync();
        }

        _home.Delete(recursive: true);
    }

    private static int[] FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        listeners.ForEach(listener => listener.Start());
        var ports = listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port).ToArray();
        listeners.ForEach(listener => listener.Dispose());
        return ports;
    }

    private string InHome(string name) => Path.Combine(_home.FullName, name);
}
