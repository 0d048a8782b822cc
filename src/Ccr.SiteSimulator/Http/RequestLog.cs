using System.Globalization;

namespace Ccr.SiteSimulator.Http;

/// <summary>
/// Writes <c>requests.log</c> in the W3C extended log file format, one line a request, handed to the system line by line. Not safe for concurrent use.
/// </summary>
internal sealed class RequestLog : IDisposable
{
    private readonly FileStream _owner;
    private readonly StreamWriter _writer;

    /// <exception cref="IOException">Another simulator keeps its log in the folder.</exception>
    public RequestLog(string dataDirectory, string software, DateTimeOffset now)
    {
        Directory.CreateDirectory(dataDirectory);

        // A lock file, since Unix lets two processes write one log and readers must be able to open it meanwhile.
        _owner = new FileStream(
            Path.Combine(dataDirectory, "in-use.lock"),
            FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);

        var path = Path.Combine(dataDirectory, "requests.log");
        _writer = new StreamWriter(new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read))
        {
            AutoFlush = true,
            NewLine = "\n",
        };
        _writer.Write(
            $"""
            #Software: {software}
            #Version: 1.0
            #Date: {now.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)}
            #Fields: date time cs-method cs-uri-stem cs-uri-query sc-status

            """.ReplaceLineEndings("\n"));
    }

    public void Write(RecordedRequest request) => _writer.WriteLine(Format(request));

    public void Dispose()
    {
        _writer.Dispose();
        _owner.Dispose();
    }

    internal static string Format(RecordedRequest request) => string.Create(
        CultureInfo.InvariantCulture,
        $"{request.Time.UtcDateTime:yyyy-MM-dd HH:mm:ss.fff} {Field(request.Method)} {Field(request.Path)} "
        + $"{Field(request.Query)} {request.Status?.ToString(CultureInfo.InvariantCulture) ?? "-"}");

    /// <summary>A field has no white space; a missing value is a hyphen.</summary>
    private static string Field(string value) => value.Length == 0
        ? "-"
        : string.Concat(value.Select(c => c <= ' ' || char.IsControl(c) || char.IsWhiteSpace(c) ? '+' : c));
}
