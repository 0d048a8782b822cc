using System.Text;

namespace Ccr.Agent.FileDrop;

/// <summary>Writes the CCR into an inbox folder instead of asking a management point to.</summary>
/// <param name="folder">The folder, such as <c>\\server\SMS_HQ\inboxes\ccr.box</c>.</param>
/// <param name="clientType">The value of <c>Client Type</c>, or null to leave the key out.</param>
/// <param name="time">The clock.</param>
/// <param name="random">Names the files.</param>
internal sealed class FileDropSubmitter(string folder, int? clientType, TimeProvider time, Random random) : ISubmitter
{
    /// <summary>Eight random characters, as SMS 2.0 named them (Q262298).</summary>
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

    /// <inheritdoc/>
    public async Task<SubmissionAnswer> SubmitAsync(ManagementPoint managementPoint, Submission submission, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        string name;
        lock (random) name = new string(random.GetItems<char>(Letters, 8));
        var (unfinished, target) = (Path.Combine(folder, $"{name}.tmp"), Path.Combine(folder, $"{name}.ccr"));
        var renames = false;
        try
        {
            // Under another name first: the site server takes whatever *.ccr it sees, finished or not.
            await using (var file = new FileStream(unfinished, FileMode.CreateNew, FileAccess.Write))
            {
                await file.WriteAsync(Encoding.ASCII.GetBytes(DroppedFile.Format(submission, time.GetLocalNow(), clientType)), cancellationToken);
                file.Flush(flushToDisk: true);
            }

            renames = true;
            File.Move(unfinished, target);
            return Answer(SubmissionVerdict.Accepted, FileDropReasons.Written, $"{name}.ccr was written to {folder}");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or OperationCanceledException)
        {
            // A share that is lost in the middle of a renaming does not say on which side of it.
            return TryDelete(unfinished) || !renames
                ? Answer(SubmissionVerdict.NotSent, FileDropReasons.NotWritten, $"{folder}: {fault.Message}")
                : Answer(SubmissionVerdict.Unknown, FileDropReasons.PerhapsWritten, $"{target}: {fault.Message}");
        }

        SubmissionAnswer Answer(SubmissionVerdict verdict, ReasonCode reason, string detail) =>
            new(verdict, reason, detail, null, time.GetElapsedTime(started));
    }

    /// <summary>Removes the unfinished file; true when it was there, and so was not renamed.</summary>
    private static bool TryDelete(string unfinished)
    {
        try
        {
            if (!File.Exists(unfinished)) return false;
            File.Delete(unfinished);
            return true;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
