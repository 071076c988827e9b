using System.Text.RegularExpressions;
using Mono.Cecil;

namespace Crucible.Lab.Tests.House;

/// <summary>
/// The rooms of a project, and which uses which, read from its compiled code: base types, fields, signatures,
/// attributes, and what method bodies name. A room is the first folder below the project and the second part of a
/// namespace; files beside the project file are in a room of the project's own name.
/// </summary>
internal sealed partial class Rooms
{
    private readonly string project;
    private readonly ILookup<string, Use> uses;

    internal Rooms(string project)
    {
        this.project = project;
        using ModuleDefinition module = ModuleDefinition.ReadModule(Path.Combine(AppContext.BaseDirectory, project + ".dll"));
        uses = (
            from type in module.GetTypes()
            from used in References.Of(type)
            where used.Scope == module
            let use = new Use(Outer(type), Outer(used))
            where RoomOf(use.Type) is not null && RoomOf(use.Used) is not null && RoomOf(use.Type) != RoomOf(use.Used)
            select use).Distinct().ToLookup(use => RoomOf(use.Type)!);
    }

    /// <summary>The projects of core/ that are here beside the tests.</summary>
    internal static IEnumerable<string> Projects =>
        Directory.GetDirectories(Path.Combine(Root, "core")).Select(folder => Path.GetFileName(folder))
            .Where(project => File.Exists(Path.Combine(AppContext.BaseDirectory, project + ".dll"))).Order(StringComparer.Ordinal);

    /// <summary>The folder of the whole.</summary>
    internal static string Root { get; } =
        Ancestors(AppContext.BaseDirectory).First(folder => File.Exists(Path.Combine(folder, "Crucible.slnx")));

    /// <summary>Whether there is a picture to draw.</summary>
    internal bool HasSeveral => uses.Count > 0;

    /// <summary>Each way from room to room that is part of a circle, with examples; the thinnest first, which is the one to cut.</summary>
    internal IEnumerable<string> Circles() =>
        from way in uses.SelectMany(room => room).GroupBy(use => (From: RoomOf(use.Type)!, To: RoomOf(use.Used)!))
        where Reach(way.Key.To).Contains(way.Key.From)
        orderby way.Count(), way.Key
        let examples = way.Take(4).Select(use => $"    {use.Type} names {use.Used}")
        select $"{way.Key.From} uses {way.Key.To} {way.Count()} times, as\n{string.Join('\n', examples)}";

    /// <summary>
    /// Source files whose namespace is not that of their folder. Folders within a room may share its namespace or
    /// extend it.
    /// </summary>
    internal IEnumerable<string> Strangers() =>
        from file in Directory.GetFiles(Path.Combine(Root, "core", project), "*.cs", SearchOption.AllDirectories)
        let path = Path.GetRelativePath(Path.Combine(Root, "core", project), file).Split(Path.DirectorySeparatorChar)
        where path[0] is not ("bin" or "obj")
        from Match line in NamespaceLine().Matches(File.ReadAllText(file))
        let folder = string.Join('.', [project, .. path[..^1]]) + "."
        let room = string.Join('.', [project, .. path[..^1].Take(1)]) + "."
        let name = line.Groups[1].Value + "."
        where !name.StartsWith(room, StringComparison.Ordinal) || !folder.StartsWith(name, StringComparison.Ordinal)
        select $"{string.Join('/', path)} is in {line.Groups[1].Value}";

    /// <summary>The rooms as a Mermaid flowchart: an arrow says "uses"; one that follows from others is left out.</summary>
    internal string Picture()
    {
        IEnumerable<string> arrows =
            from room in uses
            let direct = room.Select(use => RoomOf(use.Used)!).Distinct().ToList()
            from used in direct
            where !direct.Exists(other => other != used && Reach(other).Contains(used) && !Reach(used).Contains(other))
            orderby room.Key, used
            select $"    {room.Key} --> {used}";
        return $"```mermaid\nflowchart TD\n{string.Join('\n', arrows)}\n```";
    }

    /// <summary>All rooms that one uses, by way of others too.</summary>
    private HashSet<string> Reach(string room)
    {
        HashSet<string> reached = [];
        Stack<string> next = new([room]);
        while (next.TryPop(out string? from))
        {
            foreach (Use use in uses[from])
            {
                if (reached.Add(RoomOf(use.Used)!)) next.Push(RoomOf(use.Used)!);
            }
        }

        return reached;
    }

    // What the compiler makes for itself has no namespace of the project's.
    private string? RoomOf(string type)
    {
        string[] names = type.Split('.')[..^1];
        string[] own = project.Split('.');
        if (!names.AsSpan().StartsWith(own)) return null;
        return names.Length == own.Length ? project : names[own.Length];
    }

    private static string Outer(TypeReference type) => type.DeclaringType is null ? type.FullName : Outer(type.DeclaringType);

    private static IEnumerable<string> Ancestors(string? folder)
    {
        for (; folder is not null; folder = Path.GetDirectoryName(folder)) yield return folder;
    }

    [GeneratedRegex(@"^namespace ([\w.]+)", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();

    private readonly record struct Use(string Type, string Used);
}
