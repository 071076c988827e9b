using System.Diagnostics;
using Crucible.Lab.Tables;
using Xunit;
using static System.FormattableString;

namespace Crucible.Fuzz;

/// <summary>Files of every format, damaged: each is read or refused in a clear line, within memory and time of its size.</summary>
[Collection(nameof(FuzzTests))] // one after the other: memory that there is and time that a read takes must not be shared
public class FileFuzzTests(ITestOutputHelper output)
{
    private const int Seeds = 10;

    public static TheoryData<string> Readers { get; } = [.. FileReader.All.Select(reader => reader.Name)];

    [Fact]
    [Trait("Speed", "Slow")]
    public void DamagedFiles_ForTwentySeconds_AreReadOrRefused()
    {
        int seed = FuzzTests.NewSeed();
        List<FileFinding> findings = [];
        int count = FileSearch.For(TimeSpan.FromSeconds(20), seed, FileReader.All, findings.Add);
        output.WriteLine(Invariant($"{count} files from --seed {seed}"));
        Assert.True(findings.Count == 0, string.Join("\n\n", findings));
        Assert.True(count > 50, Invariant($"only {count} files"));
    }

    [Theory]
    [MemberData(nameof(Readers))]
    public void DamagedFiles_OfFixedSeeds_AreReadOrRefused(string name)
    {
        FileReader[] reader = [.. FileReader.All.Where(reader => reader.Name == name)];
        using FileSearch search = new();
        Assert.All(Enumerable.Range(0, Seeds), seed => Assert.Null(search.Try(seed, reader)?.ToString()));
    }

    /// <summary>What a reader can do wrong, and the bytes that are left when the file is shrunk.</summary>
    public static TheoryData<string, string, string> Planted { get; } = new()
    {
        { "exception", "System.IO.File.WriteAllBytes(path \"bad.bin\", \"7\"B)", "InvalidOperationException" },
        { "memory", "System.IO.File.WriteAllBytes(path \"bad.bin\", \"7\"B)", "memory: " },
        { "lines", "System.IO.File.WriteAllBytes(path \"bad.bin\", \"7\"B)", "line: " },
        { "name", "System.IO.File.WriteAllBytes(path \"bad.bin\", \"7\"B)", "name: " },
        { "seal", "System.IO.File.WriteAllBytes(path \"bad.bin\", \"seal7\"B)", "seal: " },
        { "values", "System.IO.File.WriteAllBytes(path \"bad.bin\", \"seal 1 2 3 4 5 6\"B)", "values: " },
    };

    [Theory]
    [MemberData(nameof(Planted))]
    public void PlantedFault_IsFound_AndShrunk(string fault, string written, string wrong)
    {
        FileReader reader = new("planted", _ => FileCase.Of(new("bad.bin", [.. "seal 1 2 3 4 5 6"u8]), path =>
        {
            string text = File.ReadAllText(path);
            if (fault == "values") return () => "6";
            if (!text.Contains('7')) return () => "6 5 4 3 2 1";
            return fault switch
            {
                "exception" => throw new InvalidOperationException(),
                "memory" => Told(new byte[4 << 20]),
                "lines" => throw new Refusal("a\nb"),
                "name" => throw new DataException("it cannot be read"),
                _ => () => text,
            };
        }, "6 5 4 3 2 1", "read") with
        {
            Seal = fault == "seal" ? [.. "seal"u8] : null,
            IsRefusal = error => error is DataException or Refusal,
        });
        using FileSearch search = new();

        FileFinding? finding = Enumerable.Range(0, 3000).Select(seed => search.Try(seed, [reader])).FirstOrDefault(one => one is not null);

        Assert.NotNull(finding);
        output.WriteLine(finding.ToString());
        Assert.Contains(written, finding.ToString(), StringComparison.Ordinal);
        Assert.Contains(wrong, finding.ToString(), StringComparison.Ordinal);

        static Func<string> Told(byte[] bytes) => () => Invariant($"{bytes.Length}");
    }

    private sealed class Refusal(string message) : Exception(message);

    [Fact]
    public void Files_OfOneSeed_AreAlwaysTheSame()
    {
        foreach (FileReader reader in FileReader.All.Where(reader => reader.Name != "checkpoint")) // which says how many seconds it took
            Assert.Equal(Text(reader), Text(reader));

        static string Text(FileReader reader)
        {
            Random random = new(7);
            return string.Join('\n', reader.Draw(random).Files.Select(file => file.Damaged(random).ToString()));
        }
    }

    /// <summary>What is printed runs: a file of every reader.</summary>
    [Fact]
    [Trait("Speed", "Slow")]
    public async Task Text_OfEveryReader_RunsInFSharp()
    {
        IEnumerable<string> libraries = new[] { typeof(Tensors.Tensor), typeof(Onnx.OnnxFile), typeof(Csv), typeof(Deedle.Frame) }
            .Select(type => $"#r \"{type.Assembly.Location.Replace('\\', '/')}\"");
        IEnumerable<string> scripts = FileReader.All.Select(reader =>
        {
            FileCase one = reader.Draw(new(1));
            string text = FileScript.Of(one, one.Files).Replace("\n", "\n    ", StringComparison.Ordinal);
            return $"do\n    {text}\n    printfn \"read {reader.Name}\"";
        });
        string path = Path.Combine(Directory.CreateTempSubdirectory().FullName, "files.fsx");
        await File.WriteAllTextAsync(path, string.Join('\n', [.. libraries, FileScript.Head, .. scripts]));
        ProcessStartInfo start = new("dotnet", ["fsi", path]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process fsi = Process.Start(start)!;
        Task<string> errors = fsi.StandardError.ReadToEndAsync();
        string found = await fsi.StandardOutput.ReadToEndAsync();
        await fsi.WaitForExitAsync();
        Assert.True(fsi.ExitCode == 0, await errors);
        IEnumerable<string> read = found.Split('\n').Where(line => line.StartsWith("read ", StringComparison.Ordinal));
        Assert.Equal(FileReader.All.Select(reader => $"read {reader.Name}"), read);
    }
}
