using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Xunit;

namespace Crucible.Tests;

/// <summary>The house: a namespace is a room, the first folder below the project, and uses only the rooms before it.</summary>
public partial class ArchitectureTests
{
    private static readonly string[] Folders = ["Kernels", "Tensors", "Files", "Layers", "Optimizers", "Models", "Text", "Data", "Training", "Diagnostics"];

    public static TheoryData<string> ExistingFolders => [.. Folders.Where(folder => Directory.Exists(Path.Combine(Core(), folder)))];

    [Theory]
    [MemberData(nameof(ExistingFolders))]
    public void Folder_UsesOnlyThoseBeforeIt(string folder)
    {
        var position = Array.IndexOf(Folders, folder);
        var late =
            from file in Directory.GetFiles(Path.Combine(Core(), folder), "*.cs", SearchOption.AllDirectories)
            from Match use in UsingLine().Matches(File.ReadAllText(file))
            where Array.IndexOf(Folders, use.Groups[1].Value) > position
            select $"{Path.GetFileName(file)} uses {use.Groups[1].Value}";
        Assert.Empty(late);
    }

    [Theory]
    [MemberData(nameof(ExistingFolders))]
    public void Folder_IsTheNamespace(string folder)
    {
        var strangers =
            from file in Directory.GetFiles(Path.Combine(Core(), folder), "*.cs", SearchOption.AllDirectories)
            let name = NamespaceLine().Match(File.ReadAllText(file)).Groups[1].Value
            where name != folder
            select $"{Path.GetFileName(file)} is in {name}";
        Assert.Empty(strangers);
    }

    [Fact]
    public void Folders_AreAllInTheOrder() =>
        Assert.Empty(Directory.GetDirectories(Core()).Select(Path.GetFileName).Except([.. Folders, "bin", "obj"]));

    private static string Core([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "core", "Crucible"));

    [GeneratedRegex(@"^using Crucible\.(\w+);", RegexOptions.Multiline)]
    private static partial Regex UsingLine();

    [GeneratedRegex(@"^namespace Crucible\.(\w+)", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();
}
