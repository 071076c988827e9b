using System.Reflection;
using System.Text;

namespace Crucible.Lab.Commands;

/// <summary>A folder for experiments, as <c>dotnet new crucible</c> makes it: the files are those of that template.</summary>
internal static class NewCommand
{
    private const string Usage = """
        new FOLDER

          Makes a folder for experiments: scripts with one that runs, data, reports, and a test.
        """;

    private const string Resources = "new/", Version = "CRUCIBLE_VERSION";

    internal static int Run(string[] arguments, CommandPlace place)
    {
        if (place.Read(Usage, new { }, arguments) is not { } read) return 0;
        if (read.Words is not [string folder]) throw CommandErrors.NewWords(read.Words.Length);
        if (File.Exists(folder) || (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any()))
            throw CommandErrors.FolderTaken(folder);
        Assembly library = typeof(NewCommand).Assembly;
        string version = library.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
        foreach (string name in library.GetManifestResourceNames().Where(name => name.StartsWith(Resources, StringComparison.Ordinal)))
        {
            using StreamReader reader = new(library.GetManifestResourceStream(name)!, Encoding.UTF8);
            string file = Path.Combine(folder, name[Resources.Length..].Replace('\\', '/'));
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, reader.ReadToEnd().Replace(Version, version, StringComparison.Ordinal));
        }

        place.Output.WriteLine($"Made {folder}. Go on with: cd {folder} && dotnet fsi scripts/sine.fsx");
        return 0;
    }
}
