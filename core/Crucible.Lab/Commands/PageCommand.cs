using Crucible.Lab.Reports;
using Crucible.Lab.Scripting;
using Crucible.Lab.Workspace;

namespace Crucible.Lab.Commands;

/// <summary>A script as a page or notebook, and a notebook as a script.</summary>
internal static class PageCommand
{
    private const string Usage = """
        page [--to FILE] SCRIPT [ARGUMENT …]

          Runs a script, which gets the arguments, and writes a page: prose from comments (** … *) in Markdown, code, and what each piece
          printed and showed. FILE is SCRIPT's name with .html in the current folder; one that ends in .ipynb is a notebook.
        """;

    private const string ImportUsage = """
        import NOTEBOOK [SCRIPT]

          Writes an F# notebook (.ipynb or .dib) as a script: Markdown as comments (** … *), F# as code. SCRIPT is NOTEBOOK's name with
          .fsx, and must be new.
        """;

    internal static int Run(string[] arguments, CommandPlace place)
    {
        if (arguments is [] or ["help" or "--help" or "-h", ..])
        {
            place.Output.WriteLine($"Usage: {Folders.Door} {Usage}");
            return arguments.Length == 0 ? throw CommandErrors.NoPageScript() : 0;
        }

        string? to = arguments is ["--to", { } named, ..] ? named : null;
        string[] rest = to is null ? arguments : arguments[2..];
        if (rest is not [{ } script, ..] || script.StartsWith('-')) throw CommandErrors.NoPageScript();
        if (!File.Exists(script)) throw CommandErrors.NoScript(script, null);
        return new PageRun(Path.GetFullPath(script)).Run(rest[1..], to ?? PageRun.NameFor(script), place.Console, place.Output);
    }

    internal static int Import(string[] arguments, CommandPlace place)
    {
        if (place.Read(ImportUsage, new { }, arguments) is not { } read) return 0;
        if (read.Words is not [{ } notebook, .. { Length: <= 1 } further]) throw CommandErrors.ImportWords(read.Words.Length);
        string script = further.FirstOrDefault() ?? Path.ChangeExtension(notebook, ".fsx");
        string text = NotebookFile.ToScript(notebook);
        if (File.Exists(script)) throw CommandErrors.FileTaken(script);
        File.WriteAllText(script, text);
        place.Output.WriteLine(script);
        return 0;
    }
}
