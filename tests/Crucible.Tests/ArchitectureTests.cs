using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Xunit;

namespace Crucible.Tests;

/// <summary>The house: a folder is a namespace, and uses only the folders before it.</summary>
public partial class ArchitectureTests
{
    private static readonly string[] Folders = ["Kernels", "Tensors", "Ops", "Autograd", "Layers", "Losses", "Optimizers", "Models", "Text", "Data", "Statistics", "Training"];

    public static TheoryData<string> ExistingFolders => [.. Folders.Where(folder => Directory.Exists(Path.Combine(Core(), folder)))];

    [Theory]
    [MemberData(nameof(ExistingFolders))]
    public void Folder_UsesOnlyThoseBeforeIt(string folder)
    {
        var position = Array.IndexOf(Folders, folder);
        var late =
            from file in Directory.GetFiles(Path.Combine(Core(), folder), "*.cs")
            from Match use in UsingLine().Matches(File.ReadAllText(file))
            where Array.IndexOf(Folders, use.Groups[1].Value) > position
            select $"{Path.GetFileName(file)} uses {use.Groups[1].Value}";
        Assert.Empty(late);
    }

    [Theory]
    [MemberData(nameof(ExistingFolders))]
    public void Folder_IsTheNamespace(string folder)
    {
        // Tensor is one class with faces in several folders, and so are the operations, whose faces they are.
        string[] allowed = folder is "Ops" or "Autograd" or "Data" ? [folder, "Tensors"] : [folder];
        var strangers =
            from file in Directory.GetFiles(Path.Combine(Core(), folder), "*.cs")
            let name = NamespaceLine().Match(File.ReadAllText(file)).Groups[1].Value
            where !allowed.Contains(name)
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
