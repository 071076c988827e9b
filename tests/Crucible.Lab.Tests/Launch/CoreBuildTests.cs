using Crucible.Launch;
using Xunit;

namespace Crucible.Lab.Tests.Launch;

public sealed class CoreBuildTests : IDisposable
{
    private readonly TemporaryFolder root = new();

    public CoreBuildTests()
    {
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

    private bool IsFresh() => CoreBuild.IsFresh(root.Location);

    private void Stamp() => CoreBuild.Stamp(root.Location, DateTime.UtcNow.AddSeconds(1));

    [Fact]
    public void IsFresh_OnceStamped_UntilThen()
    {
        Assert.False(IsFresh());
        Stamp();
        Assert.True(IsFresh());
    }

    [Theory]
    [InlineData("core/Crucible/Ops/MatMul.cs")]
    [InlineData("core/Crucible/Errors.cs")]
    [InlineData("Directory.Build.props")]
    public void IsFresh_FileOfAnotherTime_IsNot(string name)
    {
        Stamp();
        File.SetLastWriteTimeUtc(root.File(name), new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc)); // older, as from an archive

        Assert.False(IsFresh());
    }

    [Fact]
    public void IsFresh_FileRemovedOrRenamed_IsNot()
    {
        Stamp();
        File.Move(root.File("core/Crucible/Ops/MatMul.cs"), root.File("core/Crucible/Ops/Product.cs"));
        Assert.False(IsFresh());

        Stamp();
        File.Delete(root.File("core/Crucible/Ops/Product.cs"));
        Assert.False(IsFresh());
    }

    [Fact]
    public void IsFresh_BuildOutputChanged_StillIs()
    {
        Stamp();
        Write("core/Crucible/obj/project.assets.json", "b");
        Write("core/Crucible/bin/Release/net10.0/Crucible.dll", "b");

        Assert.True(IsFresh());
    }

    [Fact]
    public void Stamp_SourceChangedDuringTheBuild_IsNotGiven()
    {
        CoreBuild.Stamp(root.Location, DateTime.UtcNow.AddMinutes(-1));

        Assert.False(IsFresh());
    }

    [Fact]
    public void IsFresh_WorkspaceMoved_StillIs()
    {
        using TemporaryFolder elsewhere = new();
        Stamp();
        string moved = elsewhere.File("workspace");
        Directory.Move(root.Location, moved);

        Assert.True(CoreBuild.IsFresh(moved));
        Directory.Move(moved, root.Location);
    }
}
