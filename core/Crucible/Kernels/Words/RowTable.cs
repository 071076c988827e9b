namespace Crucible.Kernels;

/// <summary>Rows of floats, each from a cache line of its own on, the rest of its last line 0: kernels need no ends.</summary>
internal sealed unsafe class RowTable
{
    private const int Line = 16; // floats of a cache line

    private readonly float[] memory;
    private readonly int offset;

    /// <summary>A table of zeros.</summary>
    /// <exception cref="CrucibleException">There is not so much memory, or an array holds no so many numbers.</exception>
    internal RowTable(int rows, int width)
    {
        (Rows, Width) = (rows, width);
        Stride = (width + Line - 1) / Line * Line;
        long length = ((long)rows * Stride) + Line;
        if (length > Array.MaxLength) throw Errors.NoMemory("word vectors: a table of them", length * sizeof(float));
        memory = GC.AllocateArray<float>((int)length, pinned: true);
        fixed (float* start = memory) offset = (int)((64 - ((nint)start % 64)) % 64 / sizeof(float));
    }

    internal int Rows { get; }

    internal int Width { get; }

    /// <summary>Floats from a row to the next.</summary>
    internal int Stride { get; }

    /// <summary>The first row; valid as long as the table is.</summary>
    internal float* Start
    {
        get
        {
            fixed (float* start = memory) return start + offset;
        }
    }

    internal Span<float> Row(int row) => memory.AsSpan(offset + (row * Stride), Width);
}
