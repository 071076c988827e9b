using System.Runtime.InteropServices;

namespace Crucible.Tests.Kernels;

/// <summary>
/// Numbers between two pages that nobody may touch: reading or writing one byte too many ends the process. They end
/// where the last page begins, or begin where the first ends.
/// </summary>
internal sealed unsafe partial class GuardedMemory : IDisposable
{
    private const int PageBytes = 4096, ReadWrite = 3, Nothing = 0, PrivateAnonymous = 0x22;
    private readonly byte* pages;
    private readonly nuint size;

    internal GuardedMemory(float[] values, bool atEnd)
    {
        nuint inner = (((nuint)values.Length * sizeof(float)) + PageBytes - 1) / PageBytes * PageBytes;
        size = inner + (2 * PageBytes);
        pages = (byte*)Map(null, size, ReadWrite, PrivateAnonymous, -1, 0);
        if ((nint)pages == -1) throw new InvalidOperationException("no memory for pages");
        Start = (float*)(pages + PageBytes + (atEnd ? inner - ((nuint)values.Length * sizeof(float)) : 0));
        Length = values.Length;
        values.CopyTo(Span);
        if (Protect(pages, PageBytes, Nothing) != 0 || Protect(pages + PageBytes + inner, PageBytes, Nothing) != 0)
            throw new InvalidOperationException("pages cannot be protected");
    }

    internal float* Start { get; }

    internal int Length { get; }

    internal Span<float> Span => new(Start, Length);

    public void Dispose() => _ = Unmap(pages, size);

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial void* Map(void* address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int Protect(void* address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(void* address, nuint length);
}
