using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace Crucible.Kernels;

/// <summary>
/// The innermost loop of a product of bfloat16 by AMX: 32 rows by 32 columns in four registers of 1 KiB, tdpbf16ps.
/// It reads the same packed operands as <see cref="BFloat16Tile"/>, whole panels and strips of them.
/// </summary>
/// <remarks>
/// Intel 64 and IA-32 Architectures Software Developer's Manual, volume 1, chapter 18. A process asks the system for the
/// registers once (Linux: arch_prctl, ARCH_REQ_XCOMP_PERM).
/// </remarks>
internal static unsafe partial class AmxTile
{
    /// <summary>The rows of a panel.</summary>
    internal const int Rows = 32;

    private const int Half = 16; // rows or columns of a register
    private const int RegisterBytes = 64; // of a register's row
    private const int Registers = 8;
    private const int StripBytes = BFloat16Packing.StripColumns * sizeof(uint);
    private const int RowBytes = BFloat16Packing.RowPairs * sizeof(uint);
    private const nint ArchPrctl = 158, RequestPermission = 0x1023, TileData = 18;

    private static readonly byte[] configuration = Configure();
    private static readonly Lazy<nint> kernel = new(() => (nint)ExecutableMemory.Publish(Code()));

    /// <summary>Whether the processor has the registers, and the system lets this process have them and write code.</summary>
    internal static bool IsSupported { get; } =
        ExecutableMemory.IsPossible && HasInstructions && SystemCall(ArchPrctl, RequestPermission, TileData) == 0 && kernel.Value != 0;

    /// <summary>What runs the code in place of the processor, for tests on one that cannot.</summary>
    internal static delegate*<BFloat16Call*, void> Instead { get; set; }

    private static bool HasInstructions => Avx512F.IsSupported && Avx512BW.IsSupported && (X86Base.CpuId(7, 0).Edx >> 22 & 0b101) == 0b101;

    /// <summary>
    /// C = A·B on whole panels of 32 rows and a whole strip, plus C if <see cref="BFloat16Call.Start"/> is not null. The
    /// pairs are a multiple of 16.
    /// </summary>
    internal static void Run(BFloat16Call* call)
    {
        if (Instead != null)
        {
            Instead(call);
            return;
        }
        fixed (byte* first = configuration)
        {
            call->Configuration = first;
            ((delegate* unmanaged<BFloat16Call*, void>)kernel.Value)(call);
        }
    }

    /// <summary>The code, for the tests too.</summary>
    internal static Assembler Code()
    {
        AssemblerRegisterTMM[] sums = [tmm0, tmm1, tmm2, tmm3];
        Assembler code = new(64);
        Label panel = code.CreateLabel(), fresh = code.CreateLabel(), ready = code.CreateLabel(), step = code.CreateLabel();
        code.mov(rax, __[rdi + Offset(nameof(BFloat16Call.Configuration))]);
        code.ldtilecfg(__[rax]);
        code.mov(rsi, __[rdi + Offset(nameof(BFloat16Call.A))]);
        code.mov(rcx, __[rdi + Offset(nameof(BFloat16Call.C))]);
        code.mov(r10, __[rdi + Offset(nameof(BFloat16Call.CBytes))]);
        code.mov(r9, __[rdi + Offset(nameof(BFloat16Call.Panels))]);
        code.mov(r8, RowBytes);
        code.mov(rax, StripBytes);

        code.Label(ref panel);
        code.mov(r11, r10);
        code.shl(r11, 4);
        code.add(r11, rcx); // the lower half of C
        code.mov(rdx, __[rdi + Offset(nameof(BFloat16Call.Start))]);
        code.test(rdx, rdx);
        code.jz(fresh);
        Transfer((register, place) => code.tileloadd(register, place));
        code.jmp(ready);
        code.Label(ref fresh);
        foreach (AssemblerRegisterTMM sum in sums) code.tilezero(sum);
        code.mov(rdx, rcx); // what will be stored is fetched while it is computed
        for (int row = 0; row < Rows; row++)
        {
            code.prefetchw(__[rdx]);
            code.prefetchw(__[rdx + RegisterBytes]);
            code.add(rdx, r10);
        }

        code.Label(ref ready);

        code.mov(rdx, __[rdi + Offset(nameof(BFloat16Call.B))]);
        code.mov(r11, __[rdi + Offset(nameof(BFloat16Call.Pairs))]);
        code.shr(r11, 4);
        code.Label(ref step);
        code.tileloadd(tmm6, __[rdx + (rax * 1)]);
        code.tileloadd(tmm4, __[rsi + (r8 * 1)]);
        code.tdpbf16ps(tmm0, tmm4, tmm6);
        code.tileloadd(tmm7, __[rdx + (rax * 1) + RegisterBytes]);
        code.tdpbf16ps(tmm1, tmm4, tmm7);
        code.tileloadd(tmm5, __[rsi + (r8 * 1) + (Half * RowBytes)]);
        code.tdpbf16ps(tmm2, tmm5, tmm6);
        code.tdpbf16ps(tmm3, tmm5, tmm7);
        code.add(rsi, RegisterBytes);
        code.add(rdx, Half * StripBytes);
        code.dec(r11);
        code.jnz(step);

        code.mov(r11, r10);
        code.shl(r11, 4);
        code.add(r11, rcx);
        Transfer((register, place) => code.tilestored(place, register));
        code.mov(rdx, r10);
        code.shl(rdx, 5);
        code.add(rcx, rdx);
        code.mov(rdx, __[rdi + Offset(nameof(BFloat16Call.Pairs))]);
        code.shl(rdx, 2);
        code.sub(rsi, rdx);
        code.add(rsi, Rows * RowBytes);
        code.dec(r9);
        code.jnz(panel);
        code.tilerelease();
        code.ret();
        return code;

        void Transfer(Action<AssemblerRegisterTMM, AssemblerMemoryOperand> move)
        {
            move(tmm0, __[rcx + (r10 * 1)]);
            move(tmm1, __[rcx + (r10 * 1) + RegisterBytes]);
            move(tmm2, __[r11 + (r10 * 1)]);
            move(tmm3, __[r11 + (r10 * 1) + RegisterBytes]);
        }
    }

    // Palette 1, every register of 16 rows of 64 bytes.
    private static byte[] Configure()
    {
        byte[] bytes = GC.AllocateArray<byte>(64, pinned: true);
        bytes[0] = 1;
        for (int register = 0; register < Registers; register++)
        {
            bytes[16 + (2 * register)] = RegisterBytes;
            bytes[48 + register] = Half;
        }
        return bytes;
    }

    private static int Offset(string field) => (int)Marshal.OffsetOf<BFloat16Call>(field);

    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial nint SystemCall(nint number, nint first, nint second);
}
