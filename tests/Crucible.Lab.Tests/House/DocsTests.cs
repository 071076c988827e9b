using System.Reflection;
using System.Text.RegularExpressions;
using Crucible.Lab.Commands;
using Crucible.Lab.Reports;
using Crucible.Lab.Studies;
using Crucible.Lab.Tests.Scripting;
using Crucible.Onnx;
using Crucible.Tensors;
using Xunit;

namespace Crucible.Lab.Tests.House;

/// <summary>
/// What the documentation says is so: its code runs and prints what it says, its commands, options, paths and lists are
/// those there are.
/// </summary>
public partial class DocsTests
{
    private static readonly Lazy<string[]> Places = new(() => [.. AllPlaces(Rooms.Root)]);

    private const BindingFlags AllMembers =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.FlattenHierarchy;

    private static readonly Docs Readme = new("README.md");

    private static readonly Dictionary<string, string> CommandsOfCommands = new()
    {
        ["runs"] = RunsCommand.Usage,
        ["studies"] = StudiesCommand.Usage,
    };

    public static TheoryData<string> Names => [.. Docs.Names];

    public static TheoryData<string, int> Pieces
    {
        get
        {
            TheoryData<string, int> pieces = [];
            foreach (string name in Docs.Names)
                for (int i = 0; i < new Docs(name).Pieces.Count(); i++) pieces.Add(name, i);
            return pieces;
        }
    }

    public static TheoryData<string> Scripts =>
        [.. Docs.Names.SelectMany(name => new Docs(name).Commands).Where(HasOptions).Select(command => Script(command.Script)).Distinct()];

    [Fact]
    public void Readme_IsShort()
    {
        Assert.InRange(Readme.Lines.Length, 1, 150);
        Assert.All(Readme.Lines, line => Assert.InRange(line.Length, 0, 140));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Paths_Exist(string name)
    {
        string folder = Path.Combine(Rooms.Root, Path.GetDirectoryName(name)!);
        Assert.All(new Docs(name).Paths, path =>
            Assert.True(IsWritten(path) || Exists(path) || File.Exists(Path.Combine(folder, path)), $"there is no {path}"));
    }

    [Fact]
    public void Map_ListsTheFoldersThereAre() => Assert.All(Readme.Map, line => Assert.Equal(
        Folders(line.Folder).Select(name => name.StartsWith("Crucible.", StringComparison.Ordinal) ? name["Crucible.".Length..] : name)
            .Order(StringComparer.Ordinal),
        line.Names.Order(StringComparer.Ordinal)));

    [Fact]
    public void Map_HasEveryProject() => Assert.Equal(
        Folders("core/").Select(name => $"core/{name}/"), Readme.Map.Select(line => line.Folder)
            .Where(folder => folder.StartsWith("core/", StringComparison.Ordinal)));

    [Fact]
    public void Experiments_AreTheScriptsThatRun()
    {
        IEnumerable<string> scripts =
            from file in Directory.GetFiles(Path.Combine(Rooms.Root, "scripts"), "*.fsx", SearchOption.AllDirectories)
            let lines = File.ReadAllLines(file)
            // as build.fsx chooses them
            where lines.Any(line => LoadsTheCore().IsMatch(line)) && !lines[0].StartsWith("// Moved to ", StringComparison.Ordinal)
            let name = Path.GetRelativePath(Path.Combine(Rooms.Root, "scripts"), file).Replace('\\', '/')
            orderby name
            select name;
        string[] listed = new Docs("scripts/README.md").Scripts;
        Assert.Equal(scripts, listed.Order());
        Assert.Empty(Readme.Scripts.Except(listed));
    }

    [Fact]
    public void OurNames_BesideThoseOfOthers_Exist()
    {
        Type[] types =
        [
            .. typeof(Tensor).Assembly.GetExportedTypes(), .. typeof(OnnxFile).Assembly.GetExportedTypes(),
            .. typeof(Study).Assembly.GetExportedTypes(),
        ];
        string[] names = [.. new Docs("docs/index.md").OurNames];
        Assert.True(names.Length > 100, $"only {names.Length} names were found");
        Assert.All(names, name => Assert.True(IsThere(name.Split('.')), $"there is no {name}"));

        bool IsThere(string[] path) => types.Any(type =>
            type.Name.Split('`')[0] == path[0]
            && (path.Length == 1 || type.GetMember(path[1], AllMembers).Any(member => member is not MethodBase { IsPrivate: true })));
    }

    [Fact]
    public void Reports_OfATrial_NameTheirArguments()
    {
        Assert.Equal(["trial.Report(i, loss)"], Docs.UnnamedReports("trial.Report(i, loss)\ntrial.Report(step = i, value = loss)"));
        IEnumerable<string> texts = Docs.Names.Select(name => Path.Combine(Rooms.Root, name))
            .Concat(Directory.GetFiles(Path.Combine(Rooms.Root, "scripts"), "*.fsx", SearchOption.AllDirectories));
        Assert.Empty(
            from file in texts
            from call in Docs.UnnamedReports(File.ReadAllText(file))
            select $"{Path.GetRelativePath(Rooms.Root, file)}: {call}");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Commands_OfTheBuildScript_AreThoseItKnows(string name)
    {
        string usage = File.ReadAllText(Path.Combine(Rooms.Root, "build.fsx"));
        IEnumerable<string> words =
            from command in new Docs(name).Commands
            where command.Script == "build.fsx"
            from word in string.Join(' ', command.Arguments.Where(argument => argument != "-->").TakeWhile(argument => !IsOption(argument)))
                .Trim('[', ']', '.', ',').Split('|')
            where word.Length > 0
            select word;
        Assert.All(words, word =>
        {
            // 'studies list' is a command of 'studies', whose own usage has it.
            string[] parts = word.Split(' ', 2);
            if (CommandsOfCommands.TryGetValue(parts[0], out string? own) && parts.Length > 1)
            {
                Assert.Contains($"\n  {parts[0]} ", usage, StringComparison.Ordinal);
                Assert.Contains($"\n  {parts[1].Split(' ')[0]} ", own, StringComparison.Ordinal);
            }
            else Assert.Contains($"\n  {word} ", usage, StringComparison.Ordinal);
        });
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Commands_OfTheTool_AreThoseItKnows(string name) => Assert.All(new Docs(name).CommandsOfTheTool, word =>
        Assert.Contains($"\n  {word} ", $"\n{CommandLine.Usage}\n  run \n  help ", StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Scripts))]
    [Trait("Speed", "Slow")]
    public async Task Options_OfAScript_AreInItsHelp(string script)
    {
        ScriptProcess.Result help = await ScriptProcess.RunAsync(Rooms.Root, script, "help");
        IEnumerable<string> options =
            from command in Docs.Names.SelectMany(name => new Docs(name).Commands)
            where HasOptions(command) && Script(command.Script) == script
            from option in command.Arguments
            where IsOption(option)
            select option.TrimEnd('.', ',', ')').Split('=')[0];
        Assert.All(options, option => Assert.Contains(option, help.Output, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Pieces))]
    [Trait("Speed", "Slow")]
    public async Task Code_PrintsWhatItSays(string name, int index)
    {
        (string code, string[] printed) = new Docs(name).Pieces.ElementAt(index);
        Assert.True(printed.Length > 0, "a piece of code must say what it prints");
        using TemporaryFolder folder = new();
        string core = Path.Combine(Rooms.Root, "scripts", "crucible.fsx");
        string script = folder.File($"piece{index}.fsx");
        // Here, and not beside the scripts, whose list other tests read.
        File.WriteAllText(script, $"#load @\"{core}\"\n{code.Replace("#load \"crucible.fsx\"", "", StringComparison.Ordinal)}");
        ForgetStudies(code);
        string[] place = code.Contains("Experiment.Run", StringComparison.Ordinal) ? ["--out", folder.File("report")] : [];
        ScriptProcess.Result run = await ScriptProcess.RunAsync(folder.Location, [script, .. place]);
        ForgetStudies(code);
        Assert.True(run.ExitCode == 0, run.Errors);
        Contains(printed, run.Output);
    }

    [Theory]
    [InlineData("README.md", "scripts/housing.fsx")]
    [InlineData("docs/tutorials/1-start.md", "scripts/template.fsx")]
    [Trait("Speed", "Slow")]
    public async Task Script_PrintsWhatTheTextSays(string name, string script)
    {
        using TemporaryFolder folder = new();
        ScriptProcess.Result run = await ScriptProcess.RunAsync(Rooms.Root, script, "--out", folder.Location);
        Assert.True(run.ExitCode == 0, run.Errors);
        Contains(new Docs(name).OutputOf($"dotnet fsi {script}"), run.Output);
    }

    [Theory]
    [InlineData("", "scripts/crucible.fsx")]
    [InlineData("scripts", "crucible.fsx")]
    [Trait("Speed", "Slow")]
    public async Task Snippet_InAFileOfItsOwn_RunsWhereTheReadmeSays(string folder, string core)
    {
        string load = $"#load \"{core}\"";
        Assert.Contains(Readme.Lines, line => line.Contains($"`{load}`", StringComparison.Ordinal));
        (string code, string[] printed) = Readme.Pieces.First();
        string file = Path.Combine(Rooms.Root, folder, "mine.fsx");
        Assert.False(File.Exists(file), $"{file} is in the way of this test");
        try
        {
            File.WriteAllText(file, $"{load}\n{code}");
            ScriptProcess.Result run = await ScriptProcess.RunAsync(Path.GetTempPath(), file);
            Assert.True(run.ExitCode == 0, run.Errors);
            Contains(printed, run.Output);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public async Task Code_ThatIsSaidNotToCompile_DoesNot()
    {
        string[] refused = new Docs("docs/fsharp.md").Refused;
        Assert.NotEmpty(refused);
        // A session, because it goes on after an error, and says "val line0: …" of a line that compiles.
        string core = Path.Combine(Rooms.Root, "scripts", "crucible.fsx");
        string[] first = [$"#load @\"{core}\"", ";;", "open Crucible.Tensors", "let t = Tensor.Ones 2", ";;"];
        IEnumerable<string> lines = refused.SelectMany((line, i) => (string[])[$"let line{i} () = {line}", ";;"]);
        ScriptProcess.Result session = await ScriptProcess.SessionAsync(Rooms.Root, [.. first, .. lines]);
        Assert.Contains("val t:", session.Output, StringComparison.Ordinal);
        for (int i = 0; i < refused.Length; i++)
            Assert.False(session.Output.Contains($"val line{i}:", StringComparison.Ordinal), $"this compiles: {refused[i]}");
    }

    /// <summary>A template is read before it is copied: twenty lines beside what it opens.</summary>
    [Fact]
    public void Template_IsTwentyLines()
    {
        string[] lines = File.ReadAllLines(Path.Combine(Rooms.Root, "scripts", "template.fsx"));
        Assert.InRange(lines.Count(line => line.Trim().Length > 0 && !IsAside().IsMatch(line)), 1, 20);
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public async Task TrainingStep_RunsThroughTheFilesInOrder()
    {
        string[] passed = await StepPath.OfAChildAsync();
        int place = -1;
        foreach (string file in Readme.TrainingStep.Skip(1)) // the first is the script
        {
            place = Array.FindIndex(passed, place + 1, one => one.EndsWith("/" + file, StringComparison.Ordinal));
            Assert.True(place >= 0, $"the step does not come to {file} after the file before it, but through\n{string.Join('\n', passed)}");
        }
    }

    /// <summary>Lines stand in a text in their order; others may stand between them.</summary>
    private static void Contains(string[] lines, string output)
    {
        string[] all = [.. output.Split('\n').Select(line => line.TrimEnd())];
        int place = -1;
        foreach (string line in lines)
        {
            place = Array.IndexOf(all, line.TrimEnd(), place + 1);
            Assert.True(place >= 0, $"'{line}' is not printed in its place, but\n{output}");
        }
    }

    /// <summary>A study would go on where the last run of the piece ended.</summary>
    private static void ForgetStudies(string code)
    {
        using SqliteStore store = SqliteStore.Default();
        foreach (Match study in NewStudy().Matches(code)) store.Remove(study.Groups[1].Value);
    }

    private static bool HasOptions((string Script, string[] Arguments) command) =>
        command.Script is not ("build.fsx" or "mine.fsx" or "scripts/mine.fsx") && command.Arguments.Any(IsOption);

    private static bool IsOption(string argument) => argument.StartsWith("--", StringComparison.Ordinal);

    private static string Script(string name) => name.StartsWith("scripts/", StringComparison.Ordinal) ? name : "scripts/" + name;

    private static bool Exists(string path) => Places.Value.Any(place => place.EndsWith("/" + path.TrimEnd('/'), StringComparison.Ordinal));

    /// <summary>Whether scripts write it, so that a clone has none before the first run.</summary>
    private static bool IsWritten(string path) => path.StartsWith("reports/", StringComparison.Ordinal);

    private static IEnumerable<string> AllPlaces(string folder) =>
        from entry in Directory.GetFileSystemEntries(folder)
        where Path.GetFileName(entry) is not ("bin" or "obj" or ".git" or ".artifacts")
        from place in Directory.Exists(entry) ? AllPlaces(entry).Prepend(entry) : [entry]
        select place.Replace('\\', '/');

    private static string[] Folders(string folder) => [..
        from place in Directory.GetDirectories(Path.Combine(Rooms.Root, folder))
        let name = Path.GetFileName(place)
        where name is not ("bin" or "obj" or "TestResults")
        orderby name
        select name];

    [GeneratedRegex("""^#load .*\bcrucible\.fsx"(?!\w)""")]
    private static partial Regex LoadsTheCore();

    [GeneratedRegex(@"^\s*(//|#load|open )")]
    private static partial Regex IsAside();

    [GeneratedRegex("""new Study\("(\w+)""")]
    private static partial Regex NewStudy();
}
