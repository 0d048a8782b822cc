using System.Text;
using Ccr.Core.Messaging;
using Ccr.Core.Processing;
using Ccr.Functions.Tests.Support;
using Ccr.Hosting.ServiceBus;

namespace Ccr.Functions.Tests;

public class LookAfterPushTests
{
    [Fact(Timeout = Some.Patience)]
    public Task Run_ForSomethingElse_DeadLettersIt() => AssertRefusedAsync("{}", "CCR4524");

    [Fact(Timeout = Some.Patience)]
    public Task Run_ForAPushThatNobodyAwaits_DeadLettersIt() =>
        AssertRefusedAsync(Encoding.UTF8.GetString(new PendingLook("ccr-1", "PC01", "CORP", 1).Write()), "CCR4525");

    private static async Task AssertRefusedAsync(string body, string code)
    {
        await using var installation = await Installation.StartAsync();
        await installation.SendAsync(Entities.Verifications, body);

        await installation.TakeAsync(
            Entities.Verifications,
            trigger => installation.Get<LookAfterPush>().RunAsync(trigger.Message, trigger.Actions.Object, TestContext.Current.CancellationToken));

        Assert.Equal(code, Assert.Single(await installation.PeekAsync(EntityPath.DeadLetterQueue(Entities.Verifications))).DeadLetterReason);
        Assert.Empty(await installation.PeekAsync(Entities.Verifications));
    }
}
