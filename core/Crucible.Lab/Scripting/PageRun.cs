using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Crucible.Files;
using Crucible.Lab.Reports;
using Crucible.Lab.Workspace;
using static System.FormattableString;

namespace Crucible.Lab.Scripting;

/// <summary>
/// A script run for a page or a notebook. What runs is a copy in a temporary folder that calls <see cref="Literate"/> between
/// its cells; it knows itself by the script's own name, and errors name the script's own lines.
/// </summary>
/// <param name="script">The script's full path.</param>
internal sealed class PageRun(string script)
{
    private const string Recorder = "Crucible.Lab.Reports.Literate";

    private readonly IReadOnlyList<Cell> cells = LiterateScript.CellsOf(File.ReadAllText(script));

    /// <summary>The page of a script, in the current folder.</summary>
    internal static string NameFor(string script) => Path.GetFileNameWithoutExtension(script) + ".html";

    /// <summary>Runs the script and writes the page, or the notebook where its name ends in <c>.ipynb</c>.</summary>
    /// <param name="arguments">What stands behind the script.</param>
    /// <param name="page">The file that is written.</param>
    /// <param name="console">Where it speaks.</param>
    /// <param name="output">Where the script speaks.</param>
    /// <returns>The script's exit code; without any cell that ran there is no page.</returns>
    internal int Run(IEnumerable<string> arguments, string page, ScriptConsole console, TextWriter output)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("crucible-page-");
        try
        {
            string copy = Path.Combine(folder.FullName, Path.GetFileName(script)), kept = Path.Combine(folder.FullName, "cells.jsonl");
            File.WriteAllText(copy, Copy());
            (int exitCode, string? error) = Start(copy, arguments, kept, console, output);
            Dictionary<int, JsonArray> outputs = Read(kept);
            if (outputs.Count == 0) return exitCode == 0 ? 1 : exitCode;
            bool isNotebook = Path.GetExtension(page).Equals(".ipynb", StringComparison.OrdinalIgnoreCase);
            AtomicFile.WriteText(Path.GetFullPath(page), isNotebook
                ? NotebookFile.OfScript(cells, outputs)
                : new LiteratePage(script, cells, outputs, error).Render(PlotlyScript.OfUserAsync().GetAwaiter().GetResult()));
            output.WriteLine($"{(isNotebook ? "notebook" : "page")}: {page}");
            return exitCode;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>The script with the calls, whose directives name files by their full paths.</summary>
    internal string Copy()
    {
        StringBuilder copy = new();
        if (!ScriptSource.Files(script).Any(file => File.ReadAllText(file).Contains("Crucible.Lab", StringComparison.Ordinal)))
        {
            string folder = Path.GetDirectoryName(typeof(PageRun).Assembly.Location)!;
            foreach (string library in new[] { "Crucible.dll", "Crucible.Lab.dll" })
                copy.Append(Invariant($"#r @\"{Path.Combine(folder, library)}\"\n"));
        }

        Cell[] code = [.. cells.Where(cell => !cell.IsProse)];
        int begin = Math.Max(Array.FindIndex(code, cell => BehindDirectives(cell.Text.Split('\n')) > 0), 0);
        for (int place = 0; place < code.Length; place++)
        {
            string[] lines = LiterateScript.Showing(code[place].Text, $"{Recorder}.Show").Split('\n');
            int first = place == begin ? BehindDirectives(lines) : 0; // the recorder is known behind what brings the library
            Append(copy, code[place].Line, lines[..first]);
            if (place == begin) copy.Append(Recorder).Append(".Begin()\n");
            Append(copy, code[place].Line + first, lines[first..]);
            copy.Append(Invariant($"{Recorder}.End {place}\n"));
        }

        return copy.ToString();
    }

    private void Append(StringBuilder copy, int line, string[] lines)
    {
        if (lines.Length == 0) return;
        copy.Append(Invariant($"# {line} @\"{script}\"\n"));
        copy.Append(ScriptSource.Redirect(string.Join('\n', lines), FullPath)).Append('\n');
    }

    private string? FullPath(string kind, string name) =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(script)!, name)) is var file && File.Exists(file) ? file : null;

    private static int BehindDirectives(string[] lines) => Array.FindLastIndex(lines, line =>
        line.StartsWith("#load", StringComparison.Ordinal) || line.StartsWith("#r", StringComparison.Ordinal)) + 1;

    private (int ExitCode, string? Error) Start(
        string copy, IEnumerable<string> arguments, string kept, ScriptConsole console, TextWriter output)
    {
        ProcessStartInfo start = new("dotnet", ["fsi", "--define:CRUCIBLE", copy, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        (start.Environment[Literate.Variable], start.Environment[ScriptSource.Original]) = (kept, script);
        start.Environment[Parents.Variable] = WorkerProcess.Name;
        start.Environment.Remove("MSBUILD_EXE_PATH"); // of this process's SDK command, which is not the script's
        using Process process = Process.Start(start)!;
        List<string> errors = [];
        process.OutputDataReceived += (_, line) => { if (line.Data is not null) output.WriteLine(line.Data); };
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is not { Length: > 0 } text) return;
            errors.Add(text);
            console.Fail(text);
        };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.WaitForExit();
        return (process.ExitCode, process.ExitCode == 0 ? null : errors.FirstOrDefault() ?? Invariant($"exit code {process.ExitCode}"));
    }

    private static Dictionary<int, JsonArray> Read(string kept) => !File.Exists(kept) ? [] : File.ReadLines(kept)
        .Select(line => JsonNode.Parse(line)!)
        .ToDictionary(cell => (int)cell["cell"]!, cell => (JsonArray)cell["outputs"]!);
}
