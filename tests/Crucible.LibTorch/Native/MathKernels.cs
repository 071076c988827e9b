using System.Runtime.InteropServices;

namespace Crucible.LibTorch.Native;

/// <summary>
/// Lets MKL, which computes LibTorch's products, exponentials and tangents, use AVX-512 on processors that are not Intel's. It asks a
/// function of its own whether the processor is Intel's, and keeps to AVX2 where it is not: half the speed on a Zen 5. Here that
/// function answers yes.
/// </summary>
internal static unsafe partial class MathKernels
{
    /// <summary>The environment variable that asks for it, with any value.</summary>
    internal const string Variable = "BENCH_MKL_UNLOCKED";

    private const int Read = 1, Write = 2, Execute = 4; // PROT_READ, PROT_WRITE, PROT_EXEC

    /// <summary>Changes the function where it is asked for; before MKL is first called, and on Linux with an x86 processor only.</summary>
    internal static void Unlock()
    {
        if (Environment.GetEnvironmentVariable(Variable) is null || !OperatingSystem.IsLinux()) return;
        if (RuntimeInformation.ProcessArchitecture != Architecture.X64) return;
        nint library = NativeLibrary.Load(Path.Combine(AppContext.BaseDirectory, "libtorch_cpu.so"));
        ReadOnlySpan<byte> yes = [0xb8, 1, 0, 0, 0, 0xc3]; // mov eax, 1; ret
        nint function = NativeLibrary.GetExport(library, "mkl_serv_intel_cpu_true"), page = Environment.SystemPageSize;
        nint start = function / page * page, length = function + yes.Length - start;
        if (Protect(start, length, Read | Write) != 0) throw new InvalidOperationException("MKL's code cannot be written");
        yes.CopyTo(new Span<byte>((void*)function, yes.Length));
        if (Protect(start, length, Read | Execute) != 0) throw new InvalidOperationException("MKL's code cannot be run again");
    }

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int Protect(nint start, nint length, int allowed);
}
