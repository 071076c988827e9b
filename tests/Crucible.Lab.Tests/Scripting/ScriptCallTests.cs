using Crucible.Lab.Scripting;
using Crucible.Lab.Workspace;
using Xunit;

namespace Crucible.Lab.Tests.Scripting;

public sealed class ScriptCallTests
{
    [Fact]
    public void Parse_Script_HasNameAndArguments()
    {
        ScriptCall call = ScriptCall.Parse(["fsi.dll", "--define:CRUCIBLE", "my scripts/housing.fsx", "--seed", "3", "other.fsx"]);

        Assert.Equal("housing", call.Name);
        Assert.Equal(["--seed", "3", "other.fsx"], call.Arguments);
        Assert.False(call.IsSession);
    }

    [Fact]
    public void Parse_LoneDashes_AreFSharpInteractives() =>
        Assert.Equal(["--help"], ScriptCall.Parse(["fsi.dll", "housing.fsx", "--", "--help"]).Arguments);

    [Fact]
    public void Parse_UsedScript_IsAScript() =>
        Assert.Equal("housing", ScriptCall.Parse(["fsi.dll", "--use:scripts/housing.fsx", "--exec"]).Name);

    [Fact]
    public void Parse_ScriptInAFolderOfScripts_IsNamedByBoth()
    {
        string script = Path.Combine(Folders.Scripts, "houses", "batch-size.fsx");

        ScriptCall call = ScriptCall.Parse(["fsi.dll", script]);

        Assert.Equal(("houses-batch-size", script), (call.Name, call.File));
    }

    [Theory]
    [InlineData("--nologo")]
    [InlineData("--load:scripts/crucible.fsx")]
    public void Parse_NoScript_IsASession(string option) => Assert.True(ScriptCall.Parse(["fsi.dll", option]).IsSession);
}
