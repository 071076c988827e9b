using System.Diagnostics;
using System.Globalization;
using Crucible.Tensors;
using Xunit;
using static System.FormattableString;

namespace Crucible.Fuzz;

/// <summary>The search for half a minute, with a new seed each time, and what makes it worth trusting.</summary>
[Collection(nameof(FuzzTests))]
public class FuzzTests(ITestOutputHelper output)
{
    /// <summary>Operations of the library that no row of the table reaches, and why.</summary>
    private static readonly Dictionary<string, string> Unreached = new()
    {
        ["NoDerivative"] = "it marks results that cannot be differentiated; its tests are those of linear algebra",
        ["Recomputation"] = "it is a part of a layer that is computed again; its tests compare bits with the part as it is",
        ["LinearReluChainOperation"] = "it is what a sequence makes of linear layers with ReLU between; its tests compare bits with theirs",
        ["DropoutOperation"] = "its mask is random: there is no definition of its values; its tests count and compare seeds",
    };

    [Fact]
    [Trait("Speed", "Slow")]
    public void RandomPrograms_ForThirtySeconds_AgreeWithTheSlowInterpreter()
    {
        int seed = NewSeed();
        List<Finding> findings = [];
        int count = Search.For(TimeSpan.FromSeconds(30), seed, OperationCase.All, findings.Add);
        output.WriteLine(Invariant($"{count} programs from --seed {seed}"));
        Assert.True(findings.Count == 0, string.Join("\n\n", findings));
        Assert.True(count > 50, Invariant($"only {count} programs"));
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public void BadArguments_ForTenSeconds_AreRefusedInOneClearLine()
    {
        int seed = NewSeed();
        List<string> findings = [];
        int count = Abuse.For(TimeSpan.FromSeconds(10), seed, findings.Add);
        output.WriteLine(Invariant($"{count} calls from --seed {seed}"));
        Assert.True(findings.Count == 0, string.Join("\n\n", findings));
    }

    /// <summary>A new operation gets a row in the table, or a line above that says why it has none.</summary>
    [Fact]
    public void Table_ReachesEveryOperation_OrSaysWhyNot()
    {
        HashSet<string> seen = [];
        foreach (OperationCase row in OperationCase.All)
            for (int tries = 0, found = 0; tries < 300 && found < 12; tries++)
            {
                FuzzProgram program = new([]);
                if (!Search.Extend(program, new Draw(new Random(tries), program), row)) continue;
                found++;
                Visit(program, seen);
            }

        string[] operations = [.. typeof(Operation).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(Operation)) && !type.IsAbstract).Select(type => type.Name).Order()];
        Assert.Equal(Unreached.Keys.Order(), operations.Except(seen));
    }

    /// <summary>Methods that take what cannot be drawn are left: spans, functions, bounds of F# slices.</summary>
    [Fact]
    public void BadArguments_AreTriedOnAlmostEveryMethod() => Assert.True(Abuse.Methods.Count > 200, Invariant($"{Abuse.Methods.Count}"));

    public static TheoryData<string, string> Planted { get; } = new()
    {
        { "Exp", "t0.Exp()" }, // the value
        { "multiply", "*" }, // one derivative of two
        { "Sum", ".Sum(" }, // an axis
    };

    /// <summary>The slow interpreter is told a wrong definition, which is as good as a wrong library.</summary>
    [Theory]
    [MemberData(nameof(Planted))]
    public void PlantedFault_IsFound_AndShrunkToTwoCallsAtMost(string operation, string text)
    {
        OperationCase Spoiled(OperationCase row) => row.Name == operation ? row with { Draw = draw => Wrong(row.Draw(draw)) } : row;
        OperationCase[] table = [.. OperationCase.All.Select(Spoiled)];
        Finding? finding = Enumerable.Range(0, 2000).Select(seed => Search.Try(seed, table)).FirstOrDefault(one => one is not null);
        Assert.NotNull(finding);
        Assert.InRange(finding.Program.CallCount, 1, 2);
        Assert.Contains(text, finding.ToString(), StringComparison.Ordinal);
        output.WriteLine(finding.ToString());

        // Values and shapes stay: only the first derivative is a thousandth off.
        static Call? Wrong(Call? call) => call is null ? null : call with
        {
            Define = inputs => call.Define(inputs).Map(item => item with { D = item.D * 1.001 }),
        };
    }

    [Fact]
    public void Program_OfOneSeed_IsAlwaysTheSame() =>
        Assert.Equal(Search.Program(7, OperationCase.All).ToString(), Search.Program(7, OperationCase.All).ToString());

    /// <summary>What is printed runs, and computes what the program computes: a call of every row.</summary>
    [Fact]
    [Trait("Speed", "Slow")]
    public async Task Text_OfEveryOperation_ComputesTheSameInFSharp()
    {
        List<string> scripts = [], expected = [];
        foreach (OperationCase row in OperationCase.All)
            for (int seed = 0, tries = 0; tries < 300 && seed < 2; tries++)
            {
                FuzzProgram program = new([]);
                if (!Search.Extend(program, new Draw(new Random(tries), program), row)) continue;
                seed++;
                int last = program.Nodes.Count - 1;
                expected.Add(OneLine(program.Run(program.Data)[last].ToString()));
                IEnumerable<string> lines = program.ToString().Split('\n').Skip(2); // its own open
                scripts.Add(string.Join('\n', lines.Select(line => "    " + line)) + Invariant($"\n    show t{last}"));
            }

        string path = Path.Combine(Directory.CreateTempSubdirectory().FullName, "programs.fsx");
        string[] head =
        [
            Invariant($"#r \"{typeof(Tensor).Assembly.Location.Replace('\\', '/')}\""), "open Crucible.Layers", "open Crucible.Tensors",
            "let show (t: Tensor) = printfn \"%s\" (t.ToString().Replace(\"\\n\", \" \"))",
        ];
        await File.WriteAllTextAsync(path, string.Join('\n', [.. head, .. scripts.Select(script => "do\n" + script)]));
        ProcessStartInfo start = new("dotnet", ["fsi", path]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process fsi = Process.Start(start)!;
        Task<string> errors = fsi.StandardError.ReadToEndAsync();
        string[] found = (await fsi.StandardOutput.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await fsi.WaitForExitAsync();
        Assert.True(fsi.ExitCode == 0, await errors);
        Assert.Equal(expected, found);
    }

    private static string OneLine(string text) => text.Replace("\n", " ", StringComparison.Ordinal);

    internal static int NewSeed()
    {
        string? given = Environment.GetEnvironmentVariable("CRUCIBLE_FUZZ_SEED");
        return int.TryParse(given, CultureInfo.InvariantCulture, out int seed) ? seed : Random.Shared.Next();
    }

    /// <summary>The operations of a program's graph, and of its derivative's.</summary>
    private static void Visit(FuzzProgram program, HashSet<string> seen)
    {
        Tensor[] tensors = program.Run(program.Parameter);
        Tensor last = tensors[^1];
        Visit(last, seen, []);
        if (!last.RequiresGradient) return;
        Tensor[] leaves = [.. program.FloatLeaves.Select(leaf => tensors[leaf])];
        foreach (Tensor gradient in last.Sum().Gradients(leaves, createGraph: true)) Visit(gradient, seen, []);
    }

    private static void Visit(Tensor tensor, HashSet<string> seen, HashSet<Operation> visited)
    {
        if (tensor.Source is not { } operation || !visited.Add(operation)) return;
        seen.Add(operation.GetType().Name);
        foreach (Tensor input in operation.Inputs) Visit(input, seen, visited);
    }
}
