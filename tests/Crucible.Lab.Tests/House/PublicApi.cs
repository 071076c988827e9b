using System.Reflection;
using PublicApiGenerator;
using Xunit;

namespace Crucible.Lab.Tests.House;

/// <summary>What users of the packages can call, listed beside each project, so that a review sees every change of it.</summary>
internal static class PublicApi
{
    internal const string Command = "api";

    private static readonly ApiGeneratorOptions Options = new() { IncludeAssemblyAttributes = false };

    /// <summary>The projects that become packages.</summary>
    internal static IReadOnlyList<string> Projects { get; } = ["Crucible", "Crucible.Onnx", "Crucible.Lab"];

    /// <summary>The list that a project has.</summary>
    internal static string FileOf(string project) => Path.Combine(Rooms.Root, "core", project, "PublicApi.txt");

    /// <summary>The list that it should have.</summary>
    internal static string Of(string project)
    {
        Assembly assembly = Assembly.LoadFrom(Path.Combine(AppContext.BaseDirectory, project + ".dll"));
        return assembly.GeneratePublicApi(Options).ReplaceLineEndings("\n") + "\n";
    }

    /// <summary>Writes the lists anew.</summary>
    internal static int Write()
    {
        foreach (string project in Projects) File.WriteAllText(FileOf(project), Of(project));
        return 0;
    }
}

/// <summary>The lists are as the code is.</summary>
public class PublicApiTests
{
    public static TheoryData<string> Projects => [.. PublicApi.Projects];

    [Theory]
    [MemberData(nameof(Projects))]
    public void List_IsThatOfTheCode(string project)
    {
        string[] listed = File.ReadAllText(PublicApi.FileOf(project)).Split('\n'), there = PublicApi.Of(project).Split('\n');
        IEnumerable<string> gone = listed.Except(there).Select(line => "- " + line);
        string changes = string.Join('\n', gone.Concat(there.Except(listed).Select(line => "+ " + line)));
        Assert.True(listed.SequenceEqual(there), $"dotnet fsi build.fsx api writes the list anew; review what changed:\n{changes}");
    }
}
