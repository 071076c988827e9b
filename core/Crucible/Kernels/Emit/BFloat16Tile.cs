using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace Crucible.Kernels;

/// <summary>What a tile works on; the argument of its code.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct BFloat16Call
{
    internal uint* A; // panels of rows, one behind the other, RowPairs apart
    internal uint* B; // a strip
    internal float* C;
    internal float* Start; // what the sums start from: C, the bias or zeros
    internal nint CBytes, StartBytes; // between their rows
    internal nint Pairs, Panels;
    internal nint Lanes; // a bit for each column of the last vector that exists
    internal byte* Configuration; // of AMX's registers
}

/// <summary>
/// The innermost loop of a product of bfloat16 with sums of float32: machine code written at run time, since the
/// runtime has no such instruction (vdpbf16ps: x += a₁·b₁ + a₀·b₀ in each of 16 lanes).
/// </summary>
/// <remarks>
/// As <see cref="MatMulTile{T, V}"/>, a tile has 1 to 12 rows and 1 or 2 vectors of columns, and its sums stay in
/// registers for all of a block's steps, in the order of the steps. It runs over all panels of so many rows.
/// </remarks>
internal static unsafe class BFloat16Tile
{
    /// <summary>The rows of the largest tile: 24 sums, two vectors of B, and six for A.</summary>
    internal const int MostRows = 12;

    private const int Unrolled = 4; // pairs
    private const int StripBytes = BFloat16Packing.StripColumns * sizeof(uint);
    private const int RowBytes = BFloat16Packing.RowPairs * sizeof(uint);
    private const int VectorBytes = 64;

    private static readonly AssemblerRegisterZMM[] registers =
    [
        zmm0, zmm1, zmm2, zmm3, zmm4, zmm5, zmm6, zmm7, zmm8, zmm9, zmm10, zmm11, zmm12, zmm13, zmm14, zmm15,
        zmm16, zmm17, zmm18, zmm19, zmm20, zmm21, zmm22, zmm23, zmm24, zmm25, zmm26, zmm27, zmm28, zmm29, zmm30, zmm31,
    ];

    private static readonly Lazy<nint[]> kernels = new(Write);

    /// <summary>Whether the processor has the instruction, and the system lets code be written.</summary>
    internal static bool IsSupported => HasInstruction && ExecutableMemory.IsPossible && kernels.Value[0] != 0;

    private static bool HasInstruction => Avx512F.IsSupported && Avx512BW.IsSupported && (X86Base.CpuId(7, 1).Eax >> 5 & 1) == 1;

    /// <summary>C = start + A·B on panels of <paramref name="rows"/> rows and one strip, of <paramref name="vectors"/> vectors.</summary>
    internal static void Run(int rows, int vectors, BFloat16Call* call) =>
        ((delegate* unmanaged<BFloat16Call*, void>)kernels.Value[(2 * (rows - 1)) + vectors - 1])(call);

    private static nint[] Write()
    {
        nint[] written = new nint[2 * MostRows];
        for (int i = 0; i < written.Length; i++)
        {
            written[i] = (nint)ExecutableMemory.Publish(Code((i / 2) + 1, (i % 2) + 1));
            if (written[i] == 0) return [0];
        }
        return written;
    }

    private static Assembler Code(int rows, int vectors)
    {
        Assembler code = new(64);
        Label panel = code.CreateLabel(), many = code.CreateLabel(), few = code.CreateLabel();
        Label one = code.CreateLabel(), end = code.CreateLabel();
        code.push(rbx);
        code.mov(rbx, rdi);
        code.mov(rsi, __[rbx + Offset(nameof(BFloat16Call.A))]);
        code.mov(rcx, __[rbx + Offset(nameof(BFloat16Call.C))]);
        code.mov(r8, __[rbx + Offset(nameof(BFloat16Call.Start))]);
        code.mov(r9, __[rbx + Offset(nameof(BFloat16Call.StartBytes))]);
        code.mov(r10, __[rbx + Offset(nameof(BFloat16Call.CBytes))]);
        code.mov(r11, __[rbx + Offset(nameof(BFloat16Call.Panels))]);
        code.mov(rax, __[rbx + Offset(nameof(BFloat16Call.Lanes))]);
        code.kmovw(k1, eax);

        code.Label(ref panel);
        code.mov(rax, rcx); // what will be stored is fetched while it is computed
        for (int row = 0; row < rows; row++)
        {
            for (int vector = 0; vector < vectors; vector++) code.prefetchw(__[rax + (vector * VectorBytes)]);
            code.add(rax, r10);
        }

        code.mov(rdi, __[rbx + Offset(nameof(BFloat16Call.B))]);
        code.mov(rax, __[rbx + Offset(nameof(BFloat16Call.Pairs))]);
        for (int row = 0; row < rows; row++)
        {
            for (int vector = 0; vector < vectors; vector++)
            {
                AssemblerRegisterZMM sum = registers[(row * vectors) + vector];
                code.vmovups(vector == vectors - 1 ? sum.k1.z : sum, __zmmword_ptr[r8 + (vector * VectorBytes)]);
            }
            code.add(r8, r9);
        }

        code.sub(rax, Unrolled);
        code.jl(few);
        code.Label(ref many);
        for (int pair = 0; pair < Unrolled; pair++) Add(code, rows, vectors, pair);
        code.add(rsi, Unrolled * sizeof(uint));
        code.add(rdi, Unrolled * StripBytes);
        code.sub(rax, Unrolled);
        code.jge(many);
        code.Label(ref few);
        code.add(rax, Unrolled);
        code.jz(end);
        code.Label(ref one);
        Add(code, rows, vectors, 0);
        code.add(rsi, sizeof(uint));
        code.add(rdi, StripBytes);
        code.dec(rax);
        code.jnz(one);
        code.Label(ref end);

        for (int row = 0; row < rows; row++)
        {
            for (int vector = 0; vector < vectors; vector++)
            {
                AssemblerMemoryOperand to = __zmmword_ptr[rcx + (vector * VectorBytes)];
                code.vmovups(vector == vectors - 1 ? to.k1 : to, registers[(row * vectors) + vector]);
            }
            code.add(rcx, r10);
        }

        code.mov(rax, __[rbx + Offset(nameof(BFloat16Call.Pairs))]);
        code.shl(rax, 2);
        code.sub(rsi, rax);
        code.add(rsi, rows * RowBytes);
        code.dec(r11);
        code.jnz(panel);
        code.vzeroupper();
        code.pop(rbx);
        code.ret();
        return code;
    }

    private static void Add(Assembler code, int rows, int vectors, int pair)
    {
        int sums = rows * vectors, free = sums + vectors;
        for (int vector = 0; vector < vectors; vector++)
            code.vmovups(registers[sums + vector], __zmmword_ptr[rdi + (pair * StripBytes) + (vector * VectorBytes)]);
        for (int row = 0; row < rows; row++)
        {
            AssemblerRegisterZMM left = registers[free + (row % (registers.Length - free))];
            code.vpbroadcastd(left, __dword_ptr[rsi + (row * RowBytes) + (pair * sizeof(uint))]);
            for (int vector = 0; vector < vectors; vector++)
                code.vdpbf16ps(registers[(row * vectors) + vector], registers[sums + vector], left);
        }
    }

    private static int Offset(string field) => (int)Marshal.OffsetOf<BFloat16Call>(field);
}
