using System.Diagnostics;
using System.IO.Compression;
using System.Xml.Linq;
using Crucible.Lab.Tests.Scripting;
using Xunit;

namespace Crucible.Lab.Tests.House;

/// <summary>The packages as those who take them find them: made, put into a folder, used by scripts and by programs elsewhere.</summary>
[Trait("Speed", "Slow")]
public sealed class PackagesTests(PackagesTests.Feed feed) : IClassFixture<PackagesTests.Feed>, IDisposable
{
    private const string CSharp = """
        using Crucible.Layers;
        using Crucible.Tensors;

        Generator generator = new(1);
        Layer model = new Sequential(new Linear(2, 3, generator), new Tanh(), new Linear(3, 1, generator));
        Tensor x = Tensor.Ones(4, 2);
        Console.WriteLine($"{model.Forward(x).Shape} {(float)model.Forward(x).Sum() == 4 * (float)model.Forward(x)[0, 0]}");
        """;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    public static TheoryData<string> Names => ["Crucible", "Crucible.Onnx", "Crucible.Lab"];

    [Theory]
    [MemberData(nameof(Names))]
    public void Package_HasWhatAPackageShould(string name)
    {
        using ZipArchive package = ZipFile.OpenRead(feed.FileOf(name));
        string[] files = [.. package.Entries.Select(entry => entry.FullName)];
        Assert.All([$"lib/net10.0/{name}.dll", $"lib/net10.0/{name}.xml", "README.md", "icon.png"], file => Assert.Contains(file, files));
        XElement metadata = XDocument.Load(package.GetEntry($"{name}.nuspec")!.Open()).Root!.Elements().Single();
        string Of(string element) => metadata.Elements().Single(one => one.Name.LocalName == element).Value;
        Assert.Equal(
            (name, feed.Version, "MIT", "README.md", "icon.png"), (Of("id"), Of("version"), Of("license"), Of("readme"), Of("icon")));
        Assert.True(File.Exists(Path.ChangeExtension(feed.FileOf(name), "snupkg")));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Script_WithThePackage_PrintsWhatItsReadmeSays(string name)
    {
        (string code, string[] printed) = new Docs($"core/{name}/README.md").Pieces.Single();
        string script = code.Replace($"nuget: {name}", $"nuget: {name}, {feed.Version}", StringComparison.Ordinal);
        File.WriteAllText(folder.File("mine.fsx"), $"#i \"nuget: {feed.Location}\"\n{script}\n");

        // Plotly.NET asks for an FSharp.Core that may be newer than F# Interactive's own, of which NuGet warns.
        ScriptProcess.Result result = await ScriptProcess.RunAsync(("NoWarn", "NU1605"), folder.Location, folder.File("mine.fsx"));

        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        Assert.Equal(printed, result.Output.TrimEnd().Split('\n'));
    }

    [Theory]
    [InlineData("fs")]
    [InlineData("cs")]
    public async Task Program_WithThePackage_IsCompiledAndRuns(string language)
    {
        (string code, string[] printed) = new Docs("core/Crucible/README.md").Pieces.Single();
        feed.WriteProgram(
            folder.Location, language, language == "cs" ? CSharp : code.Replace("#r \"nuget: Crucible\"", "", StringComparison.Ordinal));

        (int exitCode, string output) = await Feed.DotnetAsync(folder.Location, "run");

        Assert.True(exitCode == 0, output);
        Assert.Equal(language == "cs" ? ["[4, 1] True"] : printed, output.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task Program_CompiledAheadOfTime_WritesWithATrainedModel_WithoutAWarning()
    {
        Assert.SkipUnless(
            HasLinker, "a program is compiled ahead of time by gcc or clang, and neither is here: apt-get install gcc zlib1g-dev");
        AheadOfTime.Program program = await AheadOfTime.PublishAsync(feed, folder.Location);
        Assert.DoesNotContain("warning", program.Told, StringComparison.Ordinal);
        Assert.DoesNotContain("will always throw", program.Told, StringComparison.Ordinal);

        (int exitCode, string output) = await Feed.RunAsync(program.File, folder.Location);

        Assert.Equal((0, program.Writes), (exitCode, output.TrimEnd('\n')));
    }

    [Fact]
    public async Task Tool_Installed_RunsScriptsAndAnswersQueries()
    {
        string tool = await InstallToolAsync();
        Task<(int ExitCode, string Output)> Crucible(params string[] arguments) =>
            Feed.RunAsync(tool, folder.Location, arguments);
        File.WriteAllText(folder.File("mine.fsx"), "printfn \"%s\" (String.concat \" \" fsi.CommandLineArgs[1..])\nexit 7\n");
        Directory.CreateDirectory(folder.File("reports/mine/1"));
        File.WriteAllText(
            folder.File("reports/mine/1/run.json"),
            """{ "script": "mine", "status": "completed", "seed": 1, "seconds": 1, "metrics": { "test_mse": 0.25 }, "checks": [] }""");

        Assert.Equal((7, "--seed 1\n"), await Crucible("run", "mine.fsx", "--seed", "1"));
        Assert.Equal((2, ""), await Crucible("run", "other.fsx"));
        (int exitCode, string answer) = await Crucible("query", "select script, test_mse from runs", "--json");
        Assert.Equal((0, """[{"script":"mine","test_mse":0.25}]"""), (exitCode, string.Concat(answer.Where(c => !char.IsWhiteSpace(c)))));
        Assert.Equal((0, folder.File("reports/index.html") + "\n"), await Crucible("reports", "--no-open"));
        Assert.StartsWith("Usage: crucible <command>", (await Crucible()).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tool_Installed_RunsAScriptWithThePackage_WithoutAWarning()
    {
        string tool = await InstallToolAsync();
        File.WriteAllText(
            folder.File("mine.fsx"),
            $"#i \"nuget: {feed.Location}\"\n#r \"nuget: Crucible.Lab, {feed.Version}\"\nprintfn \"%d\" (Seq.length [ 7 ])\n");
        ProcessStartInfo start = new(tool, ["run", "mine.fsx"])
        {
            WorkingDirectory = folder.Location,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["NUGET_PACKAGES"] = folder.File("packages"); // empty
        start.Environment.Remove("MSBUILD_EXE_PATH"); // the test host's, which is not the child's
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);

        Assert.Equal(("1\n", ""), (output, await errors));
    }

    [Fact]
    public async Task Template_Created_RunsItsExperimentAndItsTest()
    {
        string[] hive = ["--debug:custom-hive", folder.File("hive")]; // templates of the user's own stay as they are
        string mine = folder.File("my-experiments");
        (int installed, string told) =
            await Feed.DotnetAsync(folder.Location, ["new", "install", feed.FileOf("Crucible.Template"), .. hive]);
        Assert.True(installed == 0, told);
        (int created, told) = await Feed.DotnetAsync(folder.Location, ["new", "crucible", "-o", mine, .. hive]);
        Assert.True(created == 0, told);

        (int ran, told) = await Feed.DotnetAsync(mine, ("RestoreAdditionalProjectSources", feed.Location), "fsi", "scripts/sine.fsx");
        Assert.True(ran == 0, told);
        Assert.Contains("✓ test error (MSE): ", told, StringComparison.Ordinal);
        string run = Assert.Single(Directory.GetDirectories(Path.Combine(mine, "reports", "sine")));
        Assert.True(File.Exists(Path.Combine(run, "report.html")));
        (int tested, told) =
            await Feed.DotnetAsync(mine, ("RestoreAdditionalProjectSources", feed.Location), "test", "--project", "tests", "--no-ansi");
        Assert.True(tested == 0, told);
        Assert.Contains("succeeded: 1", told, StringComparison.Ordinal);
    }

    private async Task<string> InstallToolAsync()
    {
        string[] install =
            ["tool", "install", "Crucible.Tool", "--tool-path", folder.File("tools"), "--version", feed.Version, "--source", feed.Location];
        (int installed, string told) = await Feed.DotnetAsync(folder.Location, install);
        Assert.True(installed == 0, told);
        return folder.File(OperatingSystem.IsWindows() ? "tools/crucible.exe" : "tools/crucible");
    }

    private static bool HasLinker => OperatingSystem.IsWindows() || (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator).Any(place => File.Exists(Path.Combine(place, "gcc")) || File.Exists(Path.Combine(place, "clang")));

    /// <summary>The packages in a folder, of a version that no other has.</summary>
    public sealed class Feed : IAsyncLifetime
    {
        private readonly TemporaryFolder folder = new();

        /// <summary>The version.</summary>
        public string Version { get; } = $"0.0.1-test.{DateTime.UtcNow.Ticks}";

        /// <summary>Where they are.</summary>
        public string Location => folder.File("feed");

        /// <summary>The file of a package.</summary>
        public string FileOf(string name) => Path.Combine(Location, $"{name}.{Version}.nupkg");

        public async ValueTask InitializeAsync()
        {
            // Built elsewhere, so that what other tests use stays as it is.
            string[] elsewhere = ["-p:UseArtifactsOutput=true", $"-p:ArtifactsPath={folder.File("built")}", "-p:RunAnalyzers=false"];
            foreach (string project in (string[])[.. Names.Select(row => row.Data), "Crucible.Tool", "Crucible.Template"])
            {
                (int exitCode, string output) = await DotnetAsync(
                    Rooms.Root, ["pack", $"core/{project}", "-o", Location, "-v", "quiet", $"-p:Version={Version}", .. elsewhere]);
                Assert.True(exitCode == 0, output);
            }
        }

        public ValueTask DisposeAsync()
        {
            folder.Dispose();
            string packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
                ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
            foreach (string name in Names.Select(row => row.Data))
            {
                string restored = Path.Combine(packages, name.ToLowerInvariant(), Version);
                if (Directory.Exists(restored)) Directory.Delete(restored, recursive: true);
            }

            return ValueTask.CompletedTask;
        }

        /// <summary>A program with the library's package.</summary>
        internal void WriteProgram(string place, string language, string program, string settings = "")
        {
            string compiled = language == "fs" ? "<ItemGroup><Compile Include=\"Program.fs\" /></ItemGroup>" : "";
            File.WriteAllText(Path.Combine(place, $"Program.{language}"), program + "\n");
            File.WriteAllText(Path.Combine(place, $"mine.{language}proj"), $"""
                <Project Sdk="Microsoft.NET.Sdk">
                  <PropertyGroup>
                    <OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings>
                    <TreatWarningsAsErrors>true</TreatWarningsAsErrors>{settings}
                    <RestoreAdditionalProjectSources>{Location}</RestoreAdditionalProjectSources>
                  </PropertyGroup>
                  <ItemGroup><PackageReference Include="Crucible" Version="{Version}" /></ItemGroup>
                  {compiled}
                </Project>
                """);
        }

        internal static Task<(int ExitCode, string Output)> DotnetAsync(string folder, params string[] arguments) =>
            RunAsync("dotnet", folder, arguments);

        internal static Task<(int ExitCode, string Output)> DotnetAsync(
            string folder, (string Name, string Value) variable, params string[] arguments)
        {
            ProcessStartInfo start = new("dotnet", arguments) { WorkingDirectory = folder };
            start.Environment[variable.Name] = variable.Value;
            return RunAsync(start);
        }

        internal static Task<(int ExitCode, string Output)> RunAsync(string program, string folder, params string[] arguments) =>
            RunAsync(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder });

        private static async Task<(int ExitCode, string Output)> RunAsync(ProcessStartInfo start)
        {
            start.RedirectStandardOutput = true;
            start.Environment.Remove("MSBUILD_EXE_PATH"); // the test host's, which is not the child's
            using Process process = Process.Start(start)!;
            string output = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            return (process.ExitCode, output);
        }
    }
}
