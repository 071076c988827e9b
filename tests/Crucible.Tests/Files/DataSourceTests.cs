using System.Net;
using System.Security.Cryptography;
using System.Text;
using Crucible.Files;
using Xunit;

namespace Crucible.Tests.Files;

public sealed class DataSourceTests : IDisposable
{
    private static readonly byte[] Content = Encoding.UTF8.GetBytes("to be, or not to be\n");
    private static readonly string Hash = Convert.ToHexStringLower(SHA256.HashData(Content));
    private readonly string folder = Directory.CreateTempSubdirectory("crucible-data-").FullName;

    private string FirstFolder => Path.Combine(folder, "first");

    private string Kept => Path.Combine(folder, "data", "hamlet.txt");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private DataSourceOptions Options(
        double timeoutSeconds = 30, Action<long, long>? progress = null, Func<DataSource, string?>? substitute = null) => new()
        {
            FirstFolder = FirstFolder,
            Folder = Path.Combine(folder, "data"),
            Timeout = TimeSpan.FromSeconds(timeoutSeconds),
            Progress = progress,
            Substitute = substitute,
        };

    private static DataSource Hamlet(params Uri[] addresses) => new("hamlet", "hamlet.txt", addresses, Hash, Content.Length);

    private static void Send(HttpListenerResponse response, byte[] content)
    {
        response.OutputStream.Write(content);
        response.Close();
    }

    private void AssertNothingKept() =>
        Assert.Empty(Directory.Exists(Path.Combine(folder, "data")) ? Directory.GetFiles(Path.Combine(folder, "data")) : []);

    [Fact]
    public void Get_NotOnDisk_FetchesOnceAndReportsProgress()
    {
        using FileServer server = new(response => Send(response, Content));
        List<(long, long)> progress = [];
        DataSource source = Hamlet(server.Address);
        Assert.Equal(Kept, source.Get(Options(progress: (done, all) => progress.Add((done, all)))));
        Assert.Equal(Content, File.ReadAllBytes(Kept));
        Assert.Equal((Content.Length, Content.Length), progress[^1]);
        Assert.Equal(Kept, source.Get(Options()));
        Assert.Equal(1, server.Requests);
        Assert.Equal([Kept], Directory.GetFiles(Path.Combine(folder, "data")));
    }

    [Fact]
    public void Get_InTheFirstFolder_IsFoundThereAndNothingIsWritten()
    {
        Directory.CreateDirectory(FirstFolder);
        File.WriteAllBytes(Path.Combine(FirstFolder, "hamlet.txt"), Content);
        Assert.Equal(Path.Combine(FirstFolder, "hamlet.txt"), Hamlet(FileServer.Silent()).Get(Options()));
        AssertNothingKept();
    }

    [Fact]
    public void Options_ByDefault_TakeTheFirstFolderFromTheEnvironment()
    {
        string? before = Environment.GetEnvironmentVariable("CRUCIBLE_DATA");
        try
        {
            Environment.SetEnvironmentVariable("CRUCIBLE_DATA", FirstFolder);
            Assert.Equal(FirstFolder, new DataSourceOptions().FirstFolder);
        }
        finally
        {
            Environment.SetEnvironmentVariable("CRUCIBLE_DATA", before);
        }
    }

    [Fact]
    public void Get_FirstAddressFails_TriesTheNext()
    {
        using FileServer server = new(response => Send(response, Content));
        Assert.Equal(Kept, Hamlet(FileServer.Silent(), server.Address).Get(Options()));
    }

    [Fact]
    public void Get_FileOnDiskIsAnother_NamesBothHashes()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Kept)!);
        File.WriteAllText(Kept, "something else");
        string actual = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("something else")));
        Assert.Equal(
            $"hamlet: {Kept} must have SHA-256 {Hash}, but has {actual}; delete it to download it again",
            Assert.Throws<DataException>(() => Hamlet().Get(Options())).Message);
    }

    [Fact]
    public void Get_WrongContent_IsNotKept()
    {
        byte[] wrong = Encoding.UTF8.GetBytes("to be, or not to bee");
        string actual = Convert.ToHexStringLower(SHA256.HashData(wrong));
        using FileServer server = new(response => Send(response, wrong));
        AssertNotFetched(server.Address, $"sent {wrong.Length} bytes with SHA-256 {actual} instead of {Content.Length} with {Hash}");
    }

    [Fact]
    public void Get_EndlessContent_StopsAtTheSize()
    {
        using FileServer server = new(response => Send(response, new byte[1000]));
        AssertNotFetched(server.Address, $"sent more than the {Content.Length} bytes of the file");
    }

    [Fact]
    public void Get_StatusOtherThanSuccess_IsNamed()
    {
        using FileServer server = new(response =>
        {
            response.StatusCode = 404;
            response.Close();
        });
        AssertNotFetched(server.Address, "answered 404 Not Found");
    }

    [Theory]
    [InlineData("file://")]
    [InlineData("file:///etc/hostname")]
    [InlineData("ftp://127.0.0.1:1/file.txt")]
    public void Get_SentOnToSomethingElseThanHttp_FailsInOneLine(string location)
    {
        using FileServer server = new(response =>
        {
            response.StatusCode = 302;
            response.AddHeader("Location", location);
            response.Close();
        });
        string message = Assert.Throws<DataException>(() => Hamlet(server.Address).Get(Options())).Message;
        Assert.StartsWith($"hamlet: the file must be downloaded once, but {server.Address} ", message, StringComparison.Ordinal);
        AssertNothingKept();
    }

    [Fact]
    public void Get_FileOnDiskIsAPipe_SaysSoAtOnce()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no pipes among its files");
        Directory.CreateDirectory(Path.GetDirectoryName(Kept)!);
        System.Diagnostics.Process.Start("mkfifo", Kept).WaitForExit();
        Assert.StartsWith(
            $"hamlet: {Kept} must be readable, but is not: {Kept} is no regular file",
            Assert.Throws<DataException>(() => Hamlet().Get(Options())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Get_ServerFallsSilent_GivesUpAfterTheTimeout()
    {
        List<HttpListenerResponse> open = [];
        using FileServer server = new(response =>
        {
            response.ContentLength64 = Content.Length;
            response.OutputStream.Write(Content.AsSpan(0, 5));
            response.OutputStream.Flush();
            open.Add(response);
        });
        AssertNotFetched(server.Address, "sent nothing for 0.5 seconds", timeoutSeconds: 0.5);
        open.ForEach(response => response.Abort());
    }

    [Fact]
    public void Get_NobodyAnswers_SaysWhereToPutTheFile()
    {
        Uri address = FileServer.Silent();
        string message = Assert.Throws<DataException>(() => Hamlet(address).Get(Options())).Message;
        Assert.StartsWith(
            $"hamlet: the file must be downloaded once, but {address} could not be reached (", message, StringComparison.Ordinal);
        Assert.EndsWith($"; download {address} yourself and save it as {Kept}", message, StringComparison.Ordinal);
        Assert.Equal(
            $"hamlet: the file must be downloaded once, but no address is known; put it at {Kept}",
            Assert.Throws<DataException>(() => Hamlet().Get(Options())).Message);
    }

    [Fact]
    public void Get_NobodyAnswersButThereIsASubstitute_GivesIt() =>
        Assert.Equal(
            "sonnets.txt", Hamlet(FileServer.Silent()).Get(Options(substitute: source => source.Name == "hamlet" ? "sonnets.txt" : null)));

    [Fact]
    public void Get_Cancelled_Throws()
    {
        using FileServer server = new(response => Send(response, Content));
        using CancellationTokenSource cancellation = new();
        cancellation.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => Hamlet(server.Address).Get(Options(), cancellation.Token));
        AssertNothingKept();
    }

    private void AssertNotFetched(Uri address, string because, double timeoutSeconds = 30)
    {
        Assert.Equal(
            $"hamlet: the file must be downloaded once, but {address} {because}; download {address} yourself and save it as {Kept}",
            Assert.Throws<DataException>(() => Hamlet(address).Get(Options(timeoutSeconds))).Message);
        AssertNothingKept();
    }
}
