using System.Collections.Concurrent;
using Ccr.Core.Sites.AdminService;
using Ccr.Core.Views;

namespace Ccr.Core.Sites.Looks;

/// <summary>Looks at a site that this process reaches itself: asks its AdminService, or reads its inboxes and its log.</summary>
public sealed class DirectLook(AdminServiceClient adminServices, TimeProvider time) : ISiteLook
{
    private readonly ConcurrentDictionary<string, SiteFolders> _folders = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public async Task<LookAnswer> LookAsync(Site site, IReadOnlyList<LookedFor> machines, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(site);
        if (site.ManagementPoints is [{ AdminService: not null } service, ..]) return await adminServices.LookAsync(service, machines, cancellationToken);
        if (site.InboxesFolder is not { } inboxes)
            return LookAnswer.Failed(LookReasons.NoWayToLook, $"site {site.Key} has no AdminService, and no folder of inboxes is configured");

        var folders = _folders.GetOrAdd(site.Key, _ => new SiteFolders(inboxes, site.CcmLogFile, new SiteFolderLimits(), time));
        var answer = await folders.LookAsync(machines, cancellationToken);

        // Of a machine that may be in a file which could not be read nothing is known now.
        return answer.Views is null ? answer : answer with { Views = answer.Views.Where(view => view.Value.Ccr is not null).ToDictionary() };
    }
}
