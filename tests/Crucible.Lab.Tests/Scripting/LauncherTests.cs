using System.Runtime.CompilerServices;
using Xunit;

namespace Crucible.Lab.Tests.Scripting;

/// <summary>Scripts of a user's own, wherever they lie: compiled when they or what they load have changed, and interpreted where that is what they need.</summary>
public sealed class LauncherTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static string Shared([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(file, "..", "..", "..", "..", "scripts", "crucible.fsx")).Replace('\\', '/');

    private void Write(string name, params string[] lines) => File.WriteAllLines(folder.File(name), lines);

    private Task<ScriptProcess.Result> RunAsync(string script, params string[] arguments) => ScriptProcess.RunAsync(folder.Location, [folder.File(script), .. arguments]);

    [Fact]
    public async Task Script_ChangedFile_IsCompiledAnew()
    {
        Write("helper.fsx", "module Helper", "let word = \"first\"");
        Write("run.fsx", $"#load \"{Shared()}\"", "#load \"helper.fsx\"", "printfn \"%s %d\" Helper.word (Crucible.Tensors.Tensor.Zeros(2, 3).ElementCount)");
        Assert.Equal((0, "first 6", "Compiling run.fsx ..."), await RunAsync("run.fsx"));
        Assert.Equal((0, "first 6", ""), await RunAsync("run.fsx"));

        Write("helper.fsx", "module Helper", "let word = \"second\"");
        Assert.Equal((0, "second 6", "Compiling run.fsx ..."), await RunAsync("run.fsx"));
    }

    [Fact]
    public async Task Script_ThatDoesNotCompile_SaysWhereAndFails()
    {
        Write("run.fsx", $"#load \"{Shared()}\"", "let x: int = \"text\"");
        (int exitCode, string output, string errors) = await RunAsync("run.fsx");

        Assert.Equal((1, ""), (exitCode, output));
        Assert.Contains("run.fsx(2,14): error FS0001", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Script_SpeaksWithInteractive_IsInterpreted()
    {
        Write("run.fsx", $"#load \"{Shared()}\"", "printfn \"%s\" (String.concat \" \" fsi.CommandLineArgs[1..])");

        Assert.Equal((0, "a b", ""), await RunAsync("run.fsx", "a", "b"));
    }

    [Fact]
    public async Task Script_UncaughtError_IsALine()
    {
        Write("run.fsx", $"#load \"{Shared()}\"", "open Crucible.Tensors", "printfn \"%d\" (Tensor.Zeros(2, 3).MatMul(Tensor.Zeros(2, 3)).ElementCount)");

        Assert.Equal(
            (1, "", "Compiling run.fsx ...\nmatmul: inner sizes must agree, but a is [2, 3] and b is [2, 3] (a axis 1 = 3, b axis 0 = 2). b transposed would fit."),
            await RunAsync("run.fsx"));
        Assert.Contains("at Crucible.Tensors.Tensor.MatMul", (await RunAsync("run.fsx", "--trace")).Errors, StringComparison.Ordinal);
    }
}
