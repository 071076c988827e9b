using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crucible.Lab.Studies;
using Json.Schema;
using Xunit;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace Crucible.Lab.Tests.Studies;

/// <summary>The files of scripts/cluster.</summary>
[Trait("Speed", "Slow")]
public sealed class ClusterTests : IDisposable
{
    private const string Worker = "/spec/template/spec/containers/0";
    private const string Unknown = "All values fail against the false schema";
    private const string NotOfThese = "Value should match one of the values specified by the enum";
    private const string NoMatch = "The string value is not a match for the indicated regular expression";

    private static readonly string Manifest = File.ReadAllText(Cluster("kubernetes.yaml"));
    private static readonly string Rules = File.ReadAllText(Beside("kubernetes-job.schema.json"));
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Kubernetes_Job_StartsTheSameCommandInEveryPod()
    {
        JsonNode job = Yaml(Manifest);
        Assert.Equal(("batch/v1", "Job"), ((string)job["apiVersion"]!, (string)job["kind"]!));
        JsonNode spec = job["spec"]!;
        Assert.Equal("Indexed", (string)spec["completionMode"]!);
        Assert.Equal((int)spec["completions"]!, (int)spec["parallelism"]!);
        JsonNode pod = spec["template"]!["spec"]!;
        Assert.Equal("Never", (string)pod["restartPolicy"]!); // backoffLimitPerIndex asks for it
        JsonNode container = Assert.Single(pod["containers"]!.AsArray())!;
        string[] command = [.. container["command"]!.AsArray().Select(part => (string)part!)];
        Assert.Equal(["dotnet", "fsi"], command[..2]);
        Assert.Equal("$(CRUCIBLE_STORE)", command[Array.IndexOf(command, "--store") + 1]);
        JsonNode[] variables = [.. container["env"]!.AsArray()!];
        Assert.Equal(["CRUCIBLE_STORE", "PGPASSWORD"], variables.Select(variable => (string)variable["name"]!));
        Assert.Equal(("crucible-store", "password"), (Secret("name"), Secret("key")));
        PostgresAddress address = PostgresAddress.Parse((string)variables[0]["value"]!);
        Assert.DoesNotContain("Password", address.ConnectionString, StringComparison.OrdinalIgnoreCase);

        string Secret(string key) => (string)variables[1]["valueFrom"]!["secretKeyRef"]![key]!;
    }

    [Fact]
    public void Kubernetes_Job_IsWhatTheSchemaAsksFor() => Assert.Empty(Faults(Manifest));

    /// <summary>What a server would refuse, or worse, would not see.</summary>
    [Theory]
    [InlineData(
        "completions:", "completion:",
        "/spec/completion: " + Unknown,
        "/spec: Some required property dependencies are missing: [\"completions\"]")]
    [InlineData("restartPolicy: Never", "restartPolicy: Always", "/spec/template/spec/restartPolicy: " + NotOfThese)]
    [InlineData("parallelism: 8", "parallelism: eight", "/spec/parallelism: Value is \"string\" but should be \"integer\"")]
    [InlineData("- \"1000\"", "- 1000", Worker + "/command/4: Value is \"integer\" but should be \"string\"")]
    [InlineData("memory: 2Gi", "memory: 2GB", Worker + "/resources/requests/memory: " + NoMatch)]
    [InlineData("secretKeyRef:", "secretRef:", Worker + "/env/1/valueFrom/secretRef: " + Unknown)]
    [InlineData(
        "key: password", "kye: password",
        Worker + "/env/1/valueFrom/secretKeyRef/kye: " + Unknown,
        Worker + "/env/1/valueFrom/secretKeyRef: Required properties [\"key\"] are not present")]
    [InlineData("name: worker", "name: Worker", Worker + "/name: " + NoMatch)]
    [InlineData("- name: PGPASSWORD", "- name: PGPASSWORD\n              value: x", Worker + "/env/1/valueFrom: " + Unknown)]
    [InlineData("workingDir:", "workingDirectory:", Worker + "/workingDirectory: " + Unknown)]
    [InlineData("apiVersion: batch/v1", "apiVersion: batch/v2", "/apiVersion: " + NotOfThese)]
    public void Kubernetes_WrongField_IsRefusedByTheSchema(string right, string wrong, params string[] faults) =>
        Assert.Equal(faults.Order(), Faults(Changed(Manifest, right, wrong)).Order());

    [Fact]
    public void Kubernetes_FieldTwice_IsRefused()
    {
        string manifest = Changed(Manifest, "kind: Job", "kind: Job\nkind: Job");
        Assert.Equal("Encountered duplicate key kind", Assert.Throws<YamlException>(() => Yaml(manifest)).Message);
    }

    /// <summary>A rule that nobody checks would be worse than none.</summary>
    [Theory]
    [InlineData("maxLength", "maxLenght", "Unknown keywords (maxLenght) are disallowed for this dialect.")]
    [InlineData("\"maxLength\": 63", "\"maxLength\": \"63\"", "'maxLength' value must be a number, found String")]
    [InlineData("\"boolean\"", "\"bool\"", "'bool' is not a valid JSON Schema value type")]
    public void Schema_WrongRule_IsRefused(string right, string wrong, string message) =>
        Assert.Equal(message, Assert.Throws<JsonSchemaException>(() => Schema(Changed(Rules, right, wrong))).Message);

    [Theory]
    [InlineData("8", "8")]
    [InlineData("-1.5", "-1.5")]
    [InlineData("\"1000\"", "\"1000\"")]
    [InlineData("true", "true")]
    [InlineData("yes", "\"yes\"")] // a boolean in YAML 1.1
    [InlineData("2Gi", "\"2Gi\"")]
    [InlineData("~", "null")]
    [InlineData("'~'", "\"~\"")]
    public void Yaml_Scalar_HasItsTypeOfTheCoreSchema(string scalar, string json) =>
        Assert.Equal($"{{\"a\":{json}}}", Yaml($"a: {scalar}").ToJsonString());

    /// <summary>What the schema finds wrong with a manifest, each fault behind its place.</summary>
    private static string[] Faults(string manifest)
    {
        EvaluationResults results = Schema(Rules).Evaluate(
            JsonSerializer.SerializeToElement(Yaml(manifest)), new EvaluationOptions { OutputFormat = OutputFormat.List });
        string[] faults =
        [
            .. from result in results.Details ?? []
               from error in result.Errors ?? []
               select $"{result.InstanceLocation}: {error.Value}",
        ];
        Assert.Equal(results.IsValid, faults.Length == 0);
        return faults;
    }

    /// <summary>
    /// A schema of the draft 2020-12 that may use only keywords which the library checks. It must not name its draft: that would
    /// bring back the draft's own rule, by which unknown keywords are allowed.
    /// </summary>
    private static JsonSchema Schema(string text) =>
        JsonSchema.FromText(text, new BuildOptions { Dialect = Dialect.Draft202012.With([], allowUnknownKeywords: false) });

    /// <summary>YAML as JSON: plain scalars by the core schema of YAML 1.2, but for 0o17, which YamlDotNet takes for a text.</summary>
    private static JsonNode Yaml(string text)
    {
        IDeserializer deserializer =
            new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().WithDuplicateKeyChecking().Build();
        return JsonSerializer.SerializeToNode(deserializer.Deserialize<object>(text))!;
    }

    private static string Changed(string text, string right, string wrong)
    {
        Assert.Contains(right, text, StringComparison.Ordinal);
        return text.Replace(right, wrong, StringComparison.Ordinal);
    }

    [Fact]
    public void Slurm_TwoTasks_StartTheSameCommand()
    {
        foreach (string task in new[] { "1", "2" })
        {
            (int exitCode, string output, string errors) =
                Slurm("postgres://me@db.example/studies", ["scripts/sweep.fsx", "--trials", "9"], task);
            Assert.Equal((0, ""), (exitCode, errors));
            Assert.Equal(
                $"worker {task} on {Environment.MachineName}|fsi scripts/sweep.fsx --trials 9 --store postgres://me@db.example/studies --threads 3",
                output);
        }
    }

    [Theory]
    [InlineData("postgres://me@db.example/studies", "slurm.sh: name the script to run and its options, as scripts/sweep.fsx --trials 1000")]
    [InlineData("", "slurm.sh: set CRUCIBLE_STORE to the store of the study, as postgres://me@db.example/studies", "scripts/sweep.fsx")]
    [InlineData(
        "postgres://me:secret@db.example/studies",
        "slurm.sh: CRUCIBLE_STORE has a password, which everybody on the machine could read in the list of processes. Put it into ~/.pgpass or PGPASSWORD.", "scripts/sweep.fsx")]
    public void Slurm_WrongInput_IsOneLine(string store, string message, params string[] arguments)
    {
        (int exitCode, string output, string errors) = Slurm(store, arguments, "1");
        Assert.Equal((2, "", message), (exitCode, output, errors));
    }

    /// <summary>Runs the job's script as Slurm does, with a dotnet that only says how it was called.</summary>
    private (int ExitCode, string Output, string Errors) Slurm(string store, string[] arguments, string task)
    {
        string dotnet = folder.File("dotnet");
        File.WriteAllText(dotnet, "#!/bin/sh\necho \"$@\"\n");
        Process.Start("chmod", ["+x", dotnet]).WaitForExit();
        ProcessStartInfo start =
            new("bash", [Cluster("slurm.sh"), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PATH"] = $"{folder.Location}:{start.Environment["PATH"]}";
        start.Environment["CRUCIBLE_STORE"] = store;
        start.Environment["SLURM_ARRAY_TASK_ID"] = task;
        start.Environment["SLURM_CPUS_PER_TASK"] = "3";
        start.Environment["SLURM_SUBMIT_DIR"] = folder.Location;
        using Process process = Process.Start(start)!;
        string errors = process.StandardError.ReadToEnd().Trim();
        string output = process.StandardOutput.ReadToEnd().Trim().Replace('\n', '|');
        process.WaitForExit();
        return (process.ExitCode, output, errors);
    }

    private static string Cluster(string name) => Beside(Path.Combine("..", "..", "..", "scripts", "cluster", name));

    private static string Beside(string name, [CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, name));
}
