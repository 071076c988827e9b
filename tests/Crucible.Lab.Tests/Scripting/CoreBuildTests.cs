using Crucible.Lab.Scripting;
using Xunit;

namespace Crucible.Lab.Tests.Scripting;

public sealed class CoreBuildTests : IDisposable
{
    private readonly TemporaryFolder root = new();
    private readonly CoreBuild build;

    public CoreBuildTests()
    {
        build = new CoreBuild(root.Location);
        Write("core/Crucible/Errors.cs", "a");
        Write("core/Crucible/Ops/MatMul.cs", "a");
        Write("core/Crucible.Lab/bin/Release/net10.0/Crucible.Lab.dll", "a");
        Write("Directory.Build.props", "a");
    }

    public void Dispose() => root.Dispose();

    private void Write(string name, string text)
    {
        string file = root.File(name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    private void Stamp() => CoreBuild.Stamp(root.Location, DateTime.UtcNow.AddSeconds(1));

    [Fact]
    public void IsFresh_OnceStamped_UntilThen()
    {
        Assert.False(build.IsFresh());
        Stamp();
        Assert.True(build.IsFresh());
    }

    [Theory]
    [InlineData("core/Crucible/Ops/MatMul.cs")]
    [InlineData("core/Crucible/Errors.cs")]
    [InlineData("Directory.Build.props")]
    public void IsFresh_FileOfAnotherTime_IsNot(string name)
    {
        Stamp();
        File.SetLastWriteTimeUtc(root.File(name), new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc)); // older, as from an archive

        Assert.False(build.IsFresh());
    }

    [Fact]
    public void IsFresh_FileRemovedOrRenamed_IsNot()
    {
        Stamp();
        File.Move(root.File("core/Crucible/Ops/MatMul.cs"), root.File("core/Crucible/Ops/Product.cs"));
        Assert.False(build.IsFresh());

        Stamp();
        File.Delete(root.File("core/Crucible/Ops/Product.cs"));
        Assert.False(build.IsFresh());
    }

    [Fact]
    public void IsFresh_BuildOutputChanged_StillIs()
    {
        Stamp();
        Write("core/Crucible/obj/project.assets.json", "b");
        Write("core/Crucible/bin/Release/net10.0/Crucible.dll", "b");

        Assert.True(build.IsFresh());
    }

    [Fact]
    public void Stamp_SourceChangedDuringTheBuild_IsNotGiven()
    {
        CoreBuild.Stamp(root.Location, DateTime.UtcNow.AddMinutes(-1));

        Assert.False(build.IsFresh());
    }
}
