using Crucible.Launch;
using Xunit;

namespace Crucible.Lab.Tests.Launch;

public sealed class ScriptSourcesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private string Write(string name, params string[] lines)
    {
        string file = folder.File(name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllLines(file, lines);
        return file;
    }

    [Fact]
    public void Of_LoadsOfLoads_AreFollowedOnce()
    {
        string library = Write("bin/Some.dll", "");
        string shared = Write("crucible.fsx", "#r \"bin/Some.dll\"", "fsi.AddPrinter(fun (x: int) -> string x)");
        string helper = Write("lib/helper.fsx", "#load \"../crucible.fsx\"", "#load \"helper.fsx\"");
        string script = Write("run.fsx", "#load \"crucible.fsx\" \"lib/helper.fsx\"", "printfn \"#load \\\"nothing\\\"\"");

        Assert.Equal(new[] { library, shared, helper, script }.Order(), ScriptSources.Of(script)!.Order());
    }

    [Theory]
    [InlineData("printfn \"%s\" fsi.CommandLineArgs[0]")]
    [InlineData("    fsi.AddPrinter(fun (x: int) -> string x)")]
    [InlineData("#r \"nuget: FSharp.Data\"")]
    [InlineData("#r \"missing.dll\"")]
    [InlineData("#load \"missing.fsx\"")]
    [InlineData("#I \"elsewhere\"")]
    public void Of_WhatOnlyInteractiveCanRun_IsNothing(string line)
    {
        string helper = Write("helper.fsx", line);

        Assert.Null(ScriptSources.Of(helper));
        Assert.Null(ScriptSources.Of(Write("run.fsx", "#load \"helper.fsx\"")));
    }

    [Theory]
    [InlineData("// as in dotnet fsi run.fsx")]
    [InlineData("let x = notfsi.Length")]
    [InlineData("let file = \"scripts/fsi.txt\"")]
    public void Of_WordsThatLookLikeInteractive_Compile(string line) => Assert.NotNull(ScriptSources.Of(Write("run.fsx", line)));
}
