using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Crucible.Lab.Studies;
using Xunit;

namespace Crucible.Lab.Tests.Studies;

/// <summary>The files of scripts/cluster.</summary>
[Trait("Speed", "Slow")]
public sealed class ClusterTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Kubernetes_Job_StartsTheSameCommandInEveryPod()
    {
        JsonNode job = BlockYaml.Parse(File.ReadAllText(Cluster("kubernetes.yaml")));
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
    public void Kubernetes_Job_IsWhatTheSchemaAsksFor() => Assert.Empty(Faults("", ""));

    /// <summary>What a server would refuse, or worse, would not see.</summary>
    [Theory]
    [InlineData("completions:", "completion:", "spec.completion: unknown field", "spec.completions: is missing")]
    [InlineData("restartPolicy: Never", "restartPolicy: Always", "restartPolicy: must be of [\"OnFailure\",\"Never\"], got \"Always\"")]
    [InlineData("parallelism: 8", "parallelism: eight", "spec.parallelism: must be integer, got \"eight\"")]
    [InlineData("- \"1000\"", "- 1000", "spec.template.spec.containers[0].command[4]: must be string, got 1000")]
    [InlineData("memory: 2Gi", "memory: 2GB", "spec.template.spec.containers[0].resources.requests.memory: must match")]
    [InlineData("secretKeyRef:", "secretRef:", "spec.template.spec.containers[0].env[1].valueFrom.secretRef: unknown field")]
    [InlineData("key: password", "kye: password", "secretKeyRef.kye: unknown field", "secretKeyRef.key: is missing")]
    [InlineData("name: worker", "name: Worker", "spec.template.spec.containers[0].name: must match")]
    [InlineData("- name: PGPASSWORD", "- name: PGPASSWORD\n              value: x", "spec.template.spec.containers[0].env[1]: must not be")]
    [InlineData("workingDir:", "workingDirectory:", "spec.template.spec.containers[0].workingDirectory: unknown field")]
    [InlineData("apiVersion: batch/v1", "apiVersion: batch/v2", "apiVersion: must be of [\"batch/v1\"], got \"batch/v2\"")]
    public void Kubernetes_WrongField_IsRefusedByTheSchema(string right, string wrong, params string[] faults)
    {
        IReadOnlyList<string> found = Faults(right, wrong);
        Assert.Equal(faults.Length, found.Count);
        foreach (string fault in faults) Assert.Contains(found, one => one.Contains(fault, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("a: 1\n b: 2", "line 2: an indentation that belongs to nothing")]
    [InlineData("a:\nb: 2", "line 2: nothing below 'a'")]
    [InlineData("a: 1\na: 2", "line 2: 'a' for the second time")]
    [InlineData("a: \"1", "line 1: an open quote")]
    [InlineData("- a: 1\n  b\n", "line 2: neither 'key: value' nor '- item'")]
    public void BlockYaml_Wrong_SaysWhere(string text, string message) =>
        Assert.Equal(message, Assert.Throws<FormatException>(() => BlockYaml.Parse(text)).Message);

    /// <summary>What the schema finds wrong with the manifest when a text in it is another.</summary>
    private static IReadOnlyList<string> Faults(string right, string wrong, [CallerFilePath] string here = "")
    {
        string manifest = File.ReadAllText(Cluster("kubernetes.yaml"));
        if (right.Length > 0)
        {
            Assert.Contains(right, manifest, StringComparison.Ordinal);
            manifest = manifest.Replace(right, wrong, StringComparison.Ordinal);
        }

        string schema = File.ReadAllText(Path.Combine(Path.GetDirectoryName(here)!, "kubernetes-job.schema.json"));
        return new JsonSchema(JsonNode.Parse(schema)!.AsObject()).Faults(BlockYaml.Parse(manifest));
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

    private static string Cluster(string name, [CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "scripts", "cluster", name));
}
