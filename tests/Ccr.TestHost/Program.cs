// What ships, for tests that need it in a process of its own, with something between its steps: a place to be killed at, a clock that is wrong, or one
// part that is broken on purpose. Nothing of this is in what ships.
using Ccr.TestHost.Agent;
using Ccr.TestHost.Broker;
using Ccr.TestHost.Processor;
using Ccr.TestHost.Relay;

return args switch
{
    ["processor"] => await ProcessorHost.RunAsync(),
    ["agent", .. var rest] => await AgentTestHost.RunAsync(rest),
    ["broker", .. var rest] => await BrokerHost.RunAsync(rest),
    ["relay", .. var rest] => await RelayHost.RunAsync(rest),
    _ => throw new ArgumentException("Say which: processor, agent, broker or relay.", nameof(args)),
};
