using System.Text.RegularExpressions;
using Crucible.Lab.Studies;
using Xunit;

namespace Crucible.Lab.Tests.Studies;

/// <summary>What a study does while its server is away.</summary>
[NeedsPostgres]
[Collection(SharedServer.Name)]
[Trait("Speed", "Slow")]
public sealed partial class PostgresOutageTests(PostgresServer server) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Optimize_ServerRestarted_OnlyWaits()
    {
        using Study study = Open(server.NewDatabase());
        Task? restart = null;
        study.Optimize(20, trial =>
        {
            if (trial.Number == 6) restart = Task.Run(Restart);
            if (trial.Number == 6) Thread.Sleep(300); // it ends while the server is away
            return Toy.Bowl(trial);
        });
        await restart!;
        Assert.Equal(Alone(20), Toy.Table(study));

        void Restart()
        {
            server.Stop();
            Thread.Sleep(2000);
            server.Start();
        }
    }

    [Fact]
    public void Optimize_ServerAwayTooLong_SaysSoAndKeepsWhatHadEnded()
    {
        string address = server.NewDatabase("?patience=1.5");
        int begun = 0, stopsAt = 6;
        using (Study study = Open(address))
        {
            StudyException error = Assert.Throws<StudyException>(() => study.Optimize(20, Objective));
            Assert.Matches(Unreachable(), error.Message);
            Assert.DoesNotContain("sesame", error.ToString(), StringComparison.Ordinal);
        }

        server.Start();
        Assert.NotEmpty(Unsent());
        using Study again = Open(address);
        Assert.Empty(Unsent());
        Assert.Equal(7, again.Trials.Count); // 0 to 6: none is lost
        stopsAt = -1;
        again.Optimize(20, Objective);
        Assert.Equal(20, begun); // and none is done again
        Assert.Equal(Alone(20), Toy.Table(again));

        double Objective(Trial trial)
        {
            Interlocked.Increment(ref begun);
            if (trial.Number == stopsAt) server.Stop();
            return Toy.Bowl(trial);
        }
    }

    [Fact]
    public void Optimize_CancelledWhileTheServerIsAway_EndsAtOnce()
    {
        string address = server.NewDatabase();
        using CancellationTokenSource source = new();
        using (Study study = Open(address, source.Token))
        {
            StudyException error = Assert.Throws<StudyException>(() => study.Optimize(20, trial =>
            {
                if (trial.Number == 6) server.Stop();
                if (trial.Number == 6) source.CancelAfter(500);
                return Toy.Bowl(trial);
            }));
            Assert.Matches(Unreachable(), error.Message);
        }

        server.Start();
    }

    private string[] Unsent() => Directory.GetFiles(folder.Location, "trial-*.json", SearchOption.AllDirectories);

    private string Alone(int trials)
    {
        using Study study = Open(folder.File("alone.db"));
        study.Optimize(trials, Toy.Bowl);
        return Toy.Table(study);
    }

    private Study Open(string store, CancellationToken cancellation = default) =>
        new(
            "toy",
            new StudyOptions
            {
                Store = StudyStore.Open(store),
                Folder = folder.Location,
                Workers = 1,
                Window = 4,
                Cancellation = cancellation
            });

    [GeneratedRegex(
        @"^study: postgres://crucible@127\.0\.0\.1:\d+/studies_\d+ was not reached( in \d+ s of trying)?: .*\. Start again with the same command when the server is back: all that had ended is kept\.$")]
    private static partial Regex Unreachable();
}
