using Ccr.Core.Agents;
using Ccr.Core.Sites;
using Ccr.Core.Sites.Looks;
using Ccr.Core.Views;

namespace Ccr.Hosting.Sites;

/// <summary>Looks at a site by the way that it is reached: itself, through the relay, or by its agents, whose answer comes home by itself.</summary>
internal sealed class TransportLook(DirectLook direct, RelayedSites relayed, ICommandSender commands, TimeProvider time) : ISiteLook
{
    public async Task<LookAnswer> LookAsync(Site site, IReadOnlyList<LookedFor> machines, CancellationToken cancellationToken)
    {
        switch (site.Transport)
        {
            case SiteTransport.Direct:
                return await direct.LookAsync(site, machines, cancellationToken);

            case SiteTransport.Relay:
                return await relayed.Find(site.ManagementPoints[0].Address)!.LookAsync(machines, cancellationToken);

            default:
                var look = AgentLook.Of(site.Key, machines, time.GetUtcNow()).Sign(site.SigningKeys);
                try
                {
                    await commands.SendAsync(look, cancellationToken);
                    return new LookAnswer(null, null, "") { Asked = look.Nonce };
                }
                catch (BrokerException fault)
                {
                    // If it may be there all the same, its answer counts.
                    return LookAnswer.Failed(fault.Reason, fault.Cause) with { Asked = fault.IsCertainlyNotSent ? null : look.Nonce };
                }
        }
    }
}
