using Crucible.Lab.Workspace;
using Xunit;

namespace Crucible.Lab.Tests.Scripting;

public sealed class ScriptSourceTests
{
    [Fact]
    public void Hash_ScriptOrWhatItLoadsChanged_IsAnother()
    {
        using TemporaryFolder folder = new();
        string script = folder.File("run.fsx");
        File.WriteAllText(script, "#load \"helper.fsx\"\nprintfn \"1\"");
        File.WriteAllText(folder.File("helper.fsx"), "module Helper");
        string before = ScriptSource.Hash(script)!;

        Assert.Equal(before, ScriptSource.Hash(script));
        File.WriteAllText(folder.File("helper.fsx"), "module Helper // changed");
        string helperChanged = ScriptSource.Hash(script)!;
        Assert.NotEqual(before, helperChanged);
        File.AppendAllText(script, " // changed");
        Assert.NotEqual(helperChanged, ScriptSource.Hash(script));
        File.Delete(folder.File("helper.fsx"));
        Assert.Null(ScriptSource.Hash(script));
    }
}
