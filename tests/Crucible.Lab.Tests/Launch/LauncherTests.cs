using System.Runtime.CompilerServices;
using Crucible.Lab.Tests.Scripting;
using Crucible.Launch;
using Xunit;

namespace Crucible.Lab.Tests.Launch;

/// <summary>
/// Scripts of a user's own, wherever they lie: compiled when they or what they load have changed, and interpreted where
/// that is what they need.
/// </summary>
[Trait("Speed", "Slow")]
public sealed class LauncherTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static string Shared([CallerFilePath] string file = "") =>
        Path.GetFullPath(Path.Combine(file, "..", "..", "..", "..", "scripts", "crucible.fsx")).Replace('\\', '/');

    private void Write(string name, params string[] lines) => File.WriteAllLines(folder.File(name), lines);

    private Task<ScriptProcess.Result> RunAsync(string script, params string[] arguments) =>
        ScriptProcess.RunAsync(folder.Location, [folder.File(script), .. arguments]);

    [Fact]
    public async Task Script_ChangedFile_IsCompiledAnew()
    {
        Write("helper.fsx", "module Helper", "let word = \"first\"");
        Write(
            "run.fsx",
            $"#load \"{Shared()}\"",
            "#load \"helper.fsx\"",
            "printfn \"%s %d\" Helper.word (Crucible.Tensors.Tensor.Zeros(2, 3).ElementCount)");
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
        Write(
            "run.fsx",
            $"#load \"{Shared()}\"",
            "open Crucible.Tensors",
            "printfn \"%d\" (Tensor.Zeros(2, 3).MatMul(Tensor.Zeros(2, 3)).ElementCount)");

        Assert.Equal(
            (
                1,
                "",
                "Compiling run.fsx ...\nmatmul: inner sizes must agree, but a is [2, 3] and b is [2, 3] (a axis 1 = 3, b axis 0 = 2). b transposed would fit."),
            await RunAsync("run.fsx"));
        Assert.Contains("at Crucible.Tensors.Tensor.MatMul", (await RunAsync("run.fsx", "--trace")).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Script_ThatMoved_RunsFromItsNewPlaceAndSaysSo()
    {
        Directory.CreateDirectory(folder.File("houses"));
        Write("houses/prices.fsx", $"#load \"{Shared()}\"", "printfn \"%s\" (System.Environment.GetCommandLineArgs() |> Array.last)");
        Write("run.fsx", "// Moved to houses/prices.fsx", $"#load \"{Shared()}\"");

        string place = folder.File("houses/prices.fsx");
        Assert.Equal(
            (0, "an argument", $"{folder.File("run.fsx")} has moved to {place}.\nCompiling prices.fsx ..."),
            await RunAsync("run.fsx", "an argument"));
    }

    [Theory]
    [InlineData("/usr/share/dotnet/sdk/10.0.104/FSharp/fsi.dll", "10.0.104")]
    [InlineData("/usr/share/dotnet/sdk/10.0.100-rc.1.2/FSharp/fsi.dll", "10.0.100-rc.1.2")]
    public void SdkTooOld_OlderThanTheLibrariesNeed_IsALine(string interactive, string version) => Assert.Equal(
        $"Crucible needs the .NET SDK 10.0.200 or later, but this is {version}. Get it from https://dotnet.microsoft.com/download",
        Launcher.SdkTooOld(interactive));

    [Theory]
    [InlineData("/usr/share/dotnet/sdk/10.0.200/FSharp/fsi.dll")]
    [InlineData("/usr/share/dotnet/sdk/11.0.100/FSharp/fsi.dll")]
    [InlineData("fsi.dll")]
    public void SdkTooOld_NewerOrUnknown_IsNothing(string interactive) => Assert.Null(Launcher.SdkTooOld(interactive));

    [Theory]
    [InlineData("/usr/share/dotnet/sdk/10.0.401/FSharp/fsi.dll", true)]
    [InlineData("/home/me/.dotnet/tools/Microsoft.DotNet.Interactive.App.dll", false)]
    public void IsInteractive_ANotebooksKernel_IsNot(string program, bool expected) =>
        Assert.Equal(expected, Launcher.IsInteractive(program));

    [Fact]
    public async Task Times_Asked_AreToldPhaseByPhase()
    {
        Write("run.fsx", $"#load \"{Shared()}\"", "printfn \"done\"");
        (int exitCode, string output, string errors) = await ScriptProcess.RunAsync(
            ("CRUCIBLE_TIMES", "1"), folder.Location, folder.File("run.fsx"));

        Assert.Equal((0, "done"), (exitCode, output));
        string[] phases = ["starting F# Interactive", "seeing that the core is built", "seeing that the script is compiled", "running"];
        Assert.All(phases, phase => Assert.Matches($@"\d+\.\d\d s {phase}", errors));
    }
}
