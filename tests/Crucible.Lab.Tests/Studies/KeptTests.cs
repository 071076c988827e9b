using Crucible.Lab.Studies;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Crucible.Lab.Tests.Studies;

/// <summary>What is kept beside trials: attributes and artifacts. And studies that are copied with all of it.</summary>
public sealed class KeptTests : IDisposable
{
    private const int Piece = 256 << 10;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void SetUserAttribute_OfATrial_IsKeptAtOnceAndWithIt()
    {
        using CancellationTokenSource source = new();
        using (Study cut = Opened(source.Token))
        {
            Assert.Throws<OperationCanceledException>(() => cut.Optimize(1, trial =>
            {
                trial.SetUserAttribute("host", "here");
                trial.SetUserAttribute("epochs", 12);
                trial.SetUserAttribute("rate", 1.0);
                trial.SetUserAttribute("scores", new[] { 0.5, 2.0 });
                trial.SetUserAttribute("epochs", 13);
                source.Cancel();
                throw new OperationCanceledException();
            }));
        }

        using Study study = Opened();
        study.Optimize(2, trial =>
        {
            if (trial.Number == 0)
            {
                Assert.Equal("here", trial.UserAttributes["host"]);
                trial.SetUserAttribute("fine", true);
                trial.SetUserAttribute("nothing", null);
            }

            return trial.SuggestFloat("x", 0, 1);
        });
        IReadOnlyDictionary<string, object?> kept = study.Trials[0].UserAttributes;
        Assert.Equal(["host", "epochs", "rate", "scores", "fine", "nothing"], kept.Keys);
        Assert.Equal(("here", 13, 1.0, true, null), (kept["host"], kept["epochs"], kept["rate"], kept["fine"], kept["nothing"]));
        Assert.Equal([0.5, 2.0], Assert.IsType<object[]>(kept["scores"]));
        Assert.Empty(study.Trials[1].UserAttributes);
    }

    [Fact]
    public void SetUserAttribute_OfAStudy_IsSeenByOthers()
    {
        using Study study = Opened(), other = Opened();
        Assert.Empty(other.UserAttributes);
        study.SetUserAttribute("dataset", "houses");
        other.SetUserAttribute("rows", 506);
        study.SetUserAttribute("dataset", "more houses");
        Assert.Equal(("more houses", 506), (other.UserAttributes["dataset"], study.UserAttributes["rows"]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Piece)]
    [InlineData((2 * Piece) + 5)]
    public void UploadArtifact_AnySize_ComesBackWithItsHash(int size)
    {
        byte[] content = Content(size);
        File.WriteAllBytes(folder.File("weights.bin"), content);
        using Study study = Opened(), other = Opened();
        study.Optimize(2, trial =>
        {
            if (trial.Number == 0)
            {
                trial.UploadArtifact(folder.File("weights.bin"), "model");
                Artifact kept = trial.UploadArtifact(folder.File("weights.bin"));
                Assert.Equal(("weights.bin", size), (kept.Name, kept.Size));
            }

            return trial.SuggestFloat("x", 0, 1);
        });
        Assert.Equal(["model", "weights.bin"], other.Artifacts(0).Select(artifact => artifact.Name));
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content)), other.Artifacts(0)[0].Sha256);
        Assert.Empty(other.Artifacts(1));
        other.DownloadArtifact(0, "model", folder.File("sub/back.bin"));
        Assert.Equal(content, File.ReadAllBytes(folder.File("sub/back.bin")));
    }

    [Fact]
    public void UploadArtifact_OfTheSameName_ReplacesAllOfIt()
    {
        using Study study = Opened();
        study.Optimize(1, trial =>
        {
            foreach (int size in new[] { 3 * Piece, 7 })
            {
                File.WriteAllBytes(folder.File("log"), Content(size));
                trial.UploadArtifact(folder.File("log"));
            }

            return trial.SuggestFloat("x", 0, 1);
        });
        Assert.Equal(7, Assert.Single(study.Artifacts(0)).Size);
        Assert.Equal(1L, Ask("SELECT count(*) FROM pieces"));
        study.DownloadArtifact(0, "log", folder.File("back"));
        Assert.Equal(Content(7), File.ReadAllBytes(folder.File("back")));
    }

    [Fact]
    public void UploadArtifact_OfAStudy_IsSeenByOthersAndReplaced()
    {
        using Study study = Opened(), other = Opened();
        foreach (int size in new[] { 3 * Piece, 7 })
        {
            File.WriteAllBytes(folder.File("houses.csv"), Content(size));
            Assert.Equal(("houses.csv", size), (study.UploadArtifact(folder.File("houses.csv")).Name, other.Artifacts()[0].Size));
        }

        Assert.Equal(1L, Ask("SELECT count(*) FROM pieces"));
        other.DownloadArtifact("houses.csv", folder.File("back"));
        Assert.Equal(Content(7), File.ReadAllBytes(folder.File("back")));
        Assert.Equal(
            "study.downloadArtifact: the study has no artifact 'house.csv', only houses.csv",
            Assert.Throws<OptionException>(() => study.DownloadArtifact("house.csv", folder.File("back"))).Message);
        Assert.StartsWith(
            "study.uploadArtifact: none cannot be read: ",
            Assert.Throws<StudyException>(() => study.UploadArtifact("none")).Message,
            StringComparison.Ordinal);
    }

    /// <summary>The parameter and the attribute of one name stand apart; what a trial has nothing of is missing.</summary>
    [Fact]
    public void ToFrame_Trials_HaveTheirConstraintsAndAttributesAsColumns()
    {
        using Study study = Opened();
        study.Optimize(3, trial =>
        {
            double rate = trial.SuggestFloat("rate", 0, 1);
            if (trial.Number == 1) trial.SuggestCategorical("kind", ["a, b"]);
            trial.SetConstraint("memory", trial.Number - 1);
            trial.SetUserAttribute("rate", "fast");
            if (trial.Number == 2) throw new InvalidOperationException("say \"no\"");
            trial.SetUserAttribute("shape", new[] { 2, 3 });
            return rate;
        });
        Deedle.Frame<int, string> frame = study.ToFrame();
        string[] names = ["trial", "state", "value", "rate", "kind", "memory", "attribute rate", "shape", "seconds", "error"];
        Assert.Equal(names, frame.ColumnKeys);
        Assert.Equal([-1.0, 0.0], frame.GetColumn<double>("memory").Values.Take(2));
        Assert.Equal([study.Trials[0].Value, study.Trials[1].Value], frame.GetColumn<double>("value").Values);
        Assert.Equal(["[2, 3]", "[2, 3]"], frame.GetColumn<string>("shape").Values);
        using StringWriter output = new();
        Assert.Equal(0, StudiesCommand.Run(["trials", "toy", "--store", folder.File("studies.db")], output, output));
        string[] lines = output.ToString().Split('\n');
        Assert.Equal(string.Join(',', names), lines[0]);
        Assert.StartsWith($"1,complete,{study.Trials[1].Value:R},{study.Trials[1].Value:R},\"a, b\",0,fast,\"[2, 3]\",", lines[2]);
        Assert.StartsWith("2,failed,,", lines[3]);
        Assert.EndsWith(",\"say \"\"no\"\"\"", lines[3]);
        Assert.Equal(2, StudiesCommand.Run(["trials", "tyo", "--store", folder.File("studies.db")], output, output));
    }

    [Fact]
    public void Artifact_WrongOrDamaged_IsSaidInALine()
    {
        string large = folder.File("large");
        using (FileStream file = File.Create(large)) file.SetLength((1L << 30) + 1);
        File.WriteAllText(folder.File("log"), "all is well");
        using Study study = Opened();
        study.Optimize(1, trial =>
        {
            Assert.Equal(
                $"trial.uploadArtifact: an artifact must be at most 1024 MiB, but {large} is 1024.0 MiB",
                Assert.Throws<StudyException>(() => trial.UploadArtifact(large)).Message);
            Assert.StartsWith(
                $"trial.uploadArtifact: {folder.File("none")} cannot be read: ",
                Assert.Throws<StudyException>(() => trial.UploadArtifact(folder.File("none"))).Message,
                StringComparison.Ordinal);
            trial.UploadArtifact(folder.File("log"));
            return trial.SuggestFloat("x", 0, 1);
        });
        Assert.Equal(
            "study.downloadArtifact: trial 0 has no artifact 'lgo', only log",
            Assert.Throws<OptionException>(() => study.DownloadArtifact(0, "lgo", folder.File("back"))).Message);
        Assert.Equal(
            "study.downloadArtifact: trial 5 has no artifact 'log'",
            Assert.Throws<OptionException>(() => study.DownloadArtifact(5, "log", folder.File("back"))).Message);
        Ask("UPDATE pieces SET content = x'00'");
        Assert.StartsWith(
            "study.downloadArtifact: 'log' of trial 0 must have SHA-256 ",
            Assert.Throws<StudyException>(() => study.DownloadArtifact(0, "log", folder.File("back"))).Message,
            StringComparison.Ordinal);
        Assert.False(File.Exists(folder.File("back")));
        Assert.StartsWith(
            "trial.uploadArtifact: 'log' is kept with a trial that a study has under way",
            Assert.Throws<StudyException>(() => study.Trials[0].Again().UploadArtifact(folder.File("log"))).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Copy_Study_GoesOnAsItselfWithAllThatItKeeps(bool toAnotherStore)
    {
        File.WriteAllBytes(folder.File("weights"), Content(Piece + 1));
        using (Study study = Searched())
        {
            study.SetUserAttribute("dataset", "houses");
            study.UploadArtifact(folder.File("weights"), "data");
            study.Optimize(20, trial =>
            {
                if (trial.Number == 3) trial.UploadArtifact(folder.File("weights"));
                trial.SetUserAttribute("number", trial.Number);
                return Toy.Mixed(trial);
            });
            study.Enqueue([new("x", 1.25)]);
        }

        using (SqliteStore store = new(folder.File("studies.db")), to = new(folder.File("others.db")))
            Study.Copy("toy", "again", store, toAnotherStore ? to : null);
        using Study original = Searched();
        using Study copy = Searched("again", toAnotherStore ? "others.db" : "studies.db");
        original.Optimize(40, Toy.Mixed);
        copy.Optimize(40, Toy.Mixed);
        Assert.Equal(Toy.Table(original), Toy.Table(copy));
        Assert.Equal(1.25, copy.Trials[20].Parameters[0].Value);
        Assert.Equal(("houses", 7), (copy.UserAttributes["dataset"], copy.Trials[7].UserAttributes["number"]));
        using (SqliteStore store = new(folder.File("studies.db"))) Study.Delete("toy", store);
        copy.DownloadArtifact(3, "weights", folder.File("back"));
        Assert.Equal(Content(Piece + 1), File.ReadAllBytes(folder.File("back")));
        copy.DownloadArtifact("data", folder.File("data"));
        Assert.Equal(Content(Piece + 1), File.ReadAllBytes(folder.File("data")));
        Assert.Equal(toAnotherStore ? 0L : 4L, Ask("SELECT count(*) FROM pieces")); // those of the original are gone

        Study Searched(string name = "toy", string file = "studies.db") => new(name, new StudyOptions
        {
            Store = new SqliteStore(folder.File(file)),
            Sampler = new TpeSampler(),
            Pruner = new MedianPruner(),
            Window = 4,
            Reuse = true,
            Tell = _ => { },
        });
    }

    [Fact]
    public void Copy_WrongNames_AreRefused()
    {
        using Study study = Opened();
        using SqliteStore store = new(folder.File("studies.db"));
        Assert.Equal(
            "study.copy: there is a study 'toy' already. Give the copy another name.",
            Assert.Throws<OptionException>(() => Study.Copy("toy", "toy", store)).Message);
        Assert.Equal(
            "study: there is no study 'tyo' among the 1 of this store; 'toy' is nearest",
            Assert.Throws<OptionException>(() => Study.Copy("tyo", "new", store)).Message);
        Assert.Equal(
            "study: newName must be a name, but is ' '",
            Assert.Throws<StudyException>(() => Study.Copy("toy", " ", store)).Message);
    }

    private static byte[] Content(int size) => [.. Enumerable.Range(0, size).Select(i => (byte)(i * 31 / 7))];

    private Study Opened(CancellationToken token = default) => new("toy", new StudyOptions
    {
        Store = new SqliteStore(folder.File("studies.db")),
        Workers = 1,
        Reuse = true,
        Cancellation = token,
    });

    private object? Ask(string sql)
    {
        using SqliteConnection connection = new($"Data Source={folder.File("studies.db")};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
