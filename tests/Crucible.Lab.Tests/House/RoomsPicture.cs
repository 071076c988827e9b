namespace Crucible.Lab.Tests.House;

/// <summary>The picture of all rooms in docs/design.md, between two marks.</summary>
internal static class RoomsPicture
{
    internal const string Command = "rooms";

    private const string Begin = "<!-- rooms: drawn from the compiled code by dotnet fsi build.fsx rooms -->\n";
    private const string End = "<!-- end of the rooms -->";

    internal static string File { get; } = Path.Combine(Rooms.Root, "docs", "design.md");

    /// <summary>Draws the picture anew.</summary>
    internal static int Write()
    {
        System.IO.File.WriteAllText(File, Drawn(System.IO.File.ReadAllText(File)));
        return 0;
    }

    /// <summary>A text with the picture as it should be.</summary>
    internal static string Drawn(string text)
    {
        int begin = text.IndexOf(Begin, StringComparison.Ordinal), end = text.IndexOf(End, StringComparison.Ordinal);
        if (begin < 0 || end < begin) throw new InvalidDataException($"{File} needs the marks\n{Begin}{End}");
        IEnumerable<string> pictures =
            from project in Rooms.Projects
            let rooms = new Rooms(project)
            where rooms.HasSeveral
            select $"\n**{project}**\n\n{rooms.Picture()}\n";
        return text[..(begin + Begin.Length)] + string.Concat(pictures) + "\n" + text[end..];
    }
}
