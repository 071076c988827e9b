using Crucible.Lab.Commands;
using Crucible.Lab.Studies;
using Crucible.Lab.Tests.Studies;
using Xunit;

namespace Crucible.Lab.Tests.Commands;

[Trait("Speed", "Slow")]
public sealed class ServeCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string File => folder.File("studies.db");

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("study.store: there is no store none.db", "--store", "none.db")]
    [InlineData("dashboard: host must be an address of this machine, or 0.0.0.0 for all of them, but is 'here'", "--host", "here")]
    [InlineData("dashboard: port 0 of 192.0.2.1 cannot be used", "--host", "192.0.2.1")]
    [InlineData("--port", "--port", "65536")]
    [InlineData("studies serve: only options may follow, but there is 'all'", "all")]
    public void Command_Wrong_SaysWhy(string message, params string[] arguments)
    {
        Fill();
        using StringWriter output = new(), errors = new();
        string[] all = arguments[0] == "--store" ? arguments : [.. arguments, "--store", File];
        Assert.Equal(2, CommandLine.Run(["studies", "serve", .. all], new CommandPlace(folder.Location, output, errors)));
        Assert.Contains(message, errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Command_Serve_ServesUntilItIsToldToEnd()
    {
        Fill();
        using HttpClient client = new();
        using StringWriter output = new(), errors = new();
        using ManualResetEventSlim end = new();
        Task<int> served = Task.Run(() => ServeCommand.Run(["--store", File], new CommandPlace(folder.Location, output, errors), end));
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(60));
        while (!output.ToString().Contains('\n', StringComparison.Ordinal)) await Task.Delay(20, limit.Token);
        Uri address = new(output.ToString().Split(": ", 2)[1].Trim());
        Assert.Contains("<h1>Studies</h1>", await client.GetStringAsync(address), StringComparison.Ordinal);
        end.Set();
        Assert.Equal(0, await served);
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(address));
    }

    private void Fill()
    {
        using Study study = new("bowl", new StudyOptions { Store = new SqliteStore(File), Sampler = new RandomSampler() });
        study.Optimize(1, Toy.Bowl);
    }
}
