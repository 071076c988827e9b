using static System.FormattableString;

namespace Crucible.Fuzz;

/// <summary>A kind of file that the library reads.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Draw">Draws a whole file, and says how it is read.</param>
internal sealed record FileReader(string Name, Func<Random, FileCase> Draw)
{
    /// <summary>All that the fuzzer knows; another format is a file beside these, and its line here.</summary>
    public static IReadOnlyList<FileReader> All { get; } =
    [
        .. TensorFiles.Readers, .. ModelFiles.Readers, .. OnnxFiles.Readers, .. TokenizerFiles.Readers, .. TextFiles.Readers,
        .. TableFiles.Readers, .. DataFiles.Readers, .. PictureFiles.Readers, .. RunFiles.Readers,
    ];
}

/// <summary>Whole files that are read together, and what reading them must give.</summary>
/// <param name="Files">The files.</param>
/// <param name="Read">
/// Reads them in a folder, which is what is measured; the result tells what was read, every value of it, and may use it.
/// </param>
/// <param name="Expected">What is told of the whole files.</param>
/// <param name="Text">The same call in F#, where <c>path "name"</c> is a file and <c>folder</c> is theirs.</param>
internal sealed record FileCase(FuzzFile[] Files, Func<string, Func<string>> Read, string Expected, string Text)
{
    /// <summary>Bytes that protect a file: while they are in it, it is read as it was written or not at all.</summary>
    public byte[]? Seal { get; init; }

    /// <summary>How reading may say that a file is no good; by default with the library's own exception.</summary>
    public Func<Exception, bool> IsRefusal { get; init; } = error => error is CrucibleException;

    /// <summary>What reading may allocate for an empty file, in bytes.</summary>
    public long Base { get; init; } = 1 << 20;

    /// <summary>What it may allocate for each byte of the files.</summary>
    public long PerByte { get; init; } = 200;

    /// <summary>A reader of one file.</summary>
    public static FileCase Of(FuzzFile file, Func<string, Func<string>> read, string expected, string text) =>
        new([file], folder => read(Path.Combine(folder, file.Name)), expected, text);
}

/// <summary>
/// A file in parts. Each is damaged by itself before the parts are joined, so that damage gets past the lengths around
/// them.
/// </summary>
/// <param name="Name">Its name, perhaps with folders.</param>
/// <param name="Parts">The parts.</param>
/// <param name="Join">Makes the file of them.</param>
internal sealed record FuzzFile(string Name, byte[][] Parts, Func<byte[][], byte[]> Join)
{
    /// <summary>A file of one part.</summary>
    public FuzzFile(string name, byte[] bytes)
        : this(name, [bytes], parts => parts[0])
    {
    }

    /// <summary>Its content.</summary>
    public byte[] Bytes => Join(Parts);

    /// <summary>With another part.</summary>
    public FuzzFile With(int part, byte[] bytes) => this with { Parts = [.. Parts.Select((old, i) => i == part ? bytes : old)] };

    /// <summary>A copy with one to three changes, in its parts or in the file as it is.</summary>
    public FuzzFile Damaged(Random random)
    {
        FuzzFile file = random.Next(3) == 0 ? new(Name, Bytes) : this;
        for (int changes = random.Next(1, 4); changes > 0; changes--)
        {
            int part = random.Next(file.Parts.Length);
            file = file.With(part, Damage.Of(file.Parts[part], random));
        }

        return file;
    }

    /// <summary>F# that writes it.</summary>
    public override string ToString()
    {
        IEnumerable<string> bytes = Bytes.Select(value => value switch
        {
            (byte)'"' or (byte)'\\' => $"\\{(char)value}",
            (byte)'\n' => "\\n",
            >= (byte)' ' and <= (byte)'~' => ((char)value).ToString(),
            _ => Invariant($"\\{value:D3}"),
        });
        return $"System.IO.File.WriteAllBytes(path \"{Name}\", \"{string.Concat(bytes)}\"B)";
    }
}
