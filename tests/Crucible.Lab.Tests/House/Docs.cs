using System.Text.RegularExpressions;

namespace Crucible.Lab.Tests.House;

/// <summary>A text of the documentation, and what in it can be checked.</summary>
/// <param name="name">Its path in the workspace.</param>
internal sealed partial class Docs(string name)
{
    private readonly string text = File.ReadAllText(Path.Combine(Rooms.Root, name));

    /// <summary>
    /// All texts for those who use or change Crucible. CHANGELOG.md and docs/log.md tell of what is gone, so they are
    /// not among them.
    /// </summary>
    internal static IEnumerable<string> Names =>
        from file in (string[])[.. In("", false), .. In("docs"), .. In("scripts"), .. In("data", false), .. In("reports", false)]
        where file is not ("CHANGELOG.md" or "docs/log.md")
        select file;

    /// <summary>Calls that report a trial's value without naming both arguments, which Optuna has the other way around.</summary>
    internal static IEnumerable<string> UnnamedReports(string code) =>
        UnnamedReport().Matches(code).Select(call => call.Value);

    internal string[] Lines => text.TrimEnd().Split('\n');

    /// <summary>The pieces of F#, each with the lines that it is said to print.</summary>
    internal IEnumerable<(string Code, string[] Printed)> Pieces =>
        from block in Blocks
        where block.Groups["language"].Value == "fsharp"
        let code = block.Groups["code"].Value
        select (code, (string[])[.. Said(code), .. OutputAfter(block)]);

    /// <summary>Lines of F# that are said not to compile.</summary>
    internal string[] Refused =>
        [.. Blocks.Where(block => block.Groups["language"].Value == "refused").SelectMany(block => block.Groups["code"].Value.Split('\n'))];

    /// <summary>Commands in blocks and in running text: a script of F# and what it is given.</summary>
    internal IEnumerable<(string Script, string[] Arguments)> Commands =>
        from code in Blocks.Where(block => block.Groups["language"].Value == "").SelectMany(block => block.Groups["code"].Value.Split('\n'))
            .Concat(Inline().Matches(Prose).Select(code => code.Groups[1].Value.Replace('\n', ' ')))
        from Match command in Command().Matches(code)
        select (command.Groups["script"].Value, command.Groups["arguments"].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    /// <summary>The commands of the tool <c>crucible</c>, in blocks and in running text.</summary>
    internal IEnumerable<string> CommandsOfTheTool =>
        from code in Blocks.Where(block => block.Groups["language"].Value == "").SelectMany(block => block.Groups["code"].Value.Split('\n'))
            .Concat(Inline().Matches(Prose).Select(code => code.Groups[1].Value))
        from Match command in ToolCommand().Matches(code)
        from word in command.Groups[1].Value.Split('|')
        select word;

    /// <summary>
    /// What is named by its path, in links and in code. A folder ends in /; the first folders of a path may be left
    /// out. A file that a reader is to write is called mine.
    /// </summary>
    internal IEnumerable<string> Paths =>
        from Match named in NamedPath().Matches(Prose)
        let path = named.Groups["path"].Value.Split('#')[0]
        where path.Length > 0
            && !path.StartsWith("http", StringComparison.Ordinal)
            && !path.Split('/').Any(part => part is "mine" or "mine.fsx")
        select path;

    /// <summary>Our names in the table of names: what stands in code in a row's last cell and begins with a capital.</summary>
    internal IEnumerable<string> OurNames =>
        from line in Lines.SkipWhile(line => !line.StartsWith("| there | here |", StringComparison.Ordinal)).Skip(2)
            .TakeWhile(line => line.StartsWith('|'))
        from Match code in Inline().Matches(line.Split('|')[2])
        where char.IsUpper(code.Groups[1].Value[0])
        select code.Groups[1].Value;

    /// <summary>The map of the house: a folder, and the names after the line's last colon.</summary>
    internal IEnumerable<(string Folder, string[] Names)> Map =>
        from line in Blocks.Select(block => block.Groups["code"].Value).First(code => code.StartsWith("core/", StringComparison.Ordinal))
            .Split('\n')
        let colon = line.LastIndexOf(": ", StringComparison.Ordinal)
        where colon > 0 || line.StartsWith("core/", StringComparison.Ordinal)
        select (line[..line.IndexOf(' ', StringComparison.Ordinal)], colon > 0 ? line[(colon + 2)..].Split(' ') : []);

    /// <summary>The scripts that begin a row of a table.</summary>
    internal string[] Scripts => [.. Row().Matches(text).Select(row => row.Groups[1].Value)];

    /// <summary>The files through which a training step runs, in order.</summary>
    internal string[] TrainingStep
    {
        get
        {
            int begin = text.IndexOf("One training step runs through", StringComparison.Ordinal);
            return [.. Quoted().Matches(text[begin..text.IndexOf(".\n", begin, StringComparison.Ordinal)])
                .Select(path => path.Groups[1].Value)];
        }
    }

    private IEnumerable<Match> Blocks => Block().Matches(text);

    private string Prose => Block().Replace(text, "");

    /// <summary>What a command of a block is said to print: the next block.</summary>
    internal string[] OutputOf(string command) =>
        OutputAfter(Blocks.First(block => block.Groups["code"].Value.Split('\n').Contains(command)));

    private static string[] OutputAfter(Match block) =>
        block.NextMatch() is { Success: true } next && next.Groups["language"].Value == "output"
            ? next.Groups["code"].Value.Split('\n')
            : [];

    // printfn … // first line, then second line
    private static IEnumerable<string> Said(string code) =>
        Printing().Matches(code).SelectMany(line => line.Groups[1].Value.Split(", then "));

    private static IEnumerable<string> In(string folder, bool isDeep = true) =>
        from file in Directory.GetFiles(
            Path.Combine(Rooms.Root, folder), "*.md", isDeep ? SearchOption.AllDirectories : SearchOption.TopDirectoryOnly)
        let name = Path.GetRelativePath(Rooms.Root, file).Replace('\\', '/')
        orderby name
        select name;

    [GeneratedRegex(@"^```(?<language>\w*)\n(?<code>.*?)\n```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"\b\w*[tT]rial\.Report(\s|\((?!\s*step\s*=[^\n]*\bvalue\s*=|\s*value\s*=[^\n]*\bstep\s*=)).*")]
    private static partial Regex UnnamedReport();

    [GeneratedRegex(@"`([^`]+)`")]
    private static partial Regex Inline();

    [GeneratedRegex(@"(?<script>[\w./-]+\.fsx)(?<arguments>( [^\s#&;]+)*)")]
    private static partial Regex Command();

    [GeneratedRegex(@"^crucible ([a-z|]+)")]
    private static partial Regex ToolCommand();

    [GeneratedRegex(@"\]\((?<path>[^)]+)\)|`(?<path>[\w.-]+/[\w./-]*|[\w.-]+\.(cs|fs|fsx|md|yaml|sh))`")]
    private static partial Regex NamedPath();

    [GeneratedRegex(@"^\| `([\w./-]+\.fsx)`", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"`([\w./-]+)`")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\bprintfn\b.*? // (.+)$", RegexOptions.Multiline)]
    private static partial Regex Printing();
}
