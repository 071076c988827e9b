using System.Runtime.InteropServices;
using Iced.Intel;

namespace Crucible.Kernels;

/// <summary>Memory for machine code that was written at run time: first written, then executed, never both.</summary>
internal static unsafe partial class ExecutableMemory
{
    private const int Readable = 1, Writable = 2, Executable = 4;
    private const int PrivateAnonymous = 0x22;
    private const int PageBytes = 4096;

    /// <summary>
    /// Whether code can be published here at all. Its functions follow the calling convention of Linux on x64; other
    /// systems do without.
    /// </summary>
    internal static bool IsPossible => OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64;

    /// <summary>
    /// The address of assembled code, which stays for the life of the process; null where the system does not allow it,
    /// as hardened ones do not.
    /// </summary>
    internal static void* Publish(Assembler code)
    {
        using MemoryStream bytes = new();
        code.Assemble(new StreamCodeWriter(bytes), 0);
        nuint size = ((nuint)bytes.Length + PageBytes - 1) / PageBytes * PageBytes;
        void* memory = Map(null, size, Readable | Writable, PrivateAnonymous, -1, 0);
        if ((nint)memory == -1) return null;
        bytes.GetBuffer().AsSpan(0, (int)bytes.Length).CopyTo(new Span<byte>(memory, (int)size));
        if (Protect(memory, size, Readable | Executable) == 0) return memory;
        _ = Unmap(memory, size);
        return null;
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial void* Map(void* address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int Protect(void* address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(void* address, nuint length);
}
