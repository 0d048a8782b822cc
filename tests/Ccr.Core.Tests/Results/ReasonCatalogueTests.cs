using Ccr.Core.Configuration;
using Ccr.Core.Decisions;
using Ccr.Core.Events;
using Ccr.Core.Sites;
using Ccr.Core.Messaging;
using Ccr.Core.Results;

namespace Ccr.Core.Tests.Results;

public class ReasonCatalogueTests
{
    private static readonly IReadOnlyList<ReasonCode> Catalogue =
        [.. EventReasons.All, .. DecisionReasons.All, .. ManagementPointReasons.All, .. ConfigurationReasons.All, .. MessagingReasons.All];

    [Fact]
    public void Code_AcrossAllCatalogues_IsUniqueAndWellFormed()
    {
        Assert.All(Catalogue, reason => Assert.Matches("^CCR[1-5][0-9]{3}$", reason.Code));
        Assert.Equal(Catalogue.Count, Catalogue.Select(reason => reason.Code).Distinct().Count());
    }

    [Theory]
    [InlineData(typeof(EventReasons))]
    [InlineData(typeof(DecisionReasons))]
    [InlineData(typeof(ManagementPointReasons))]
    [InlineData(typeof(ConfigurationReasons))]
    [InlineData(typeof(MessagingReasons))]
    public void All_HoldsEveryReasonThatIsDefined(Type catalogue)
    {
        var defined = catalogue.GetFields().Where(f => f.FieldType == typeof(ReasonCode)).Select(f => (ReasonCode)f.GetValue(null)!);

        var listed = (IEnumerable<ReasonCode>)catalogue.GetProperty("All")!.GetValue(null)!;

        Assert.Equal(defined.Select(r => r.Code).Order(), listed.Select(r => r.Code).Order());
    }

    [Fact]
    public void MeaningAndRemedy_AreGivenForEveryReason()
    {
        Assert.All(Catalogue, reason => Assert.True(reason.Meaning.Length > 5 && reason.Remedy.EndsWith('.'), reason.Code));
    }
}
