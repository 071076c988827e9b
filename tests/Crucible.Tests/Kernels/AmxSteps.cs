using Crucible.Kernels;
using Iced.Intel;

namespace Crucible.Tests.Kernels;

/// <summary>
/// Runs the code for AMX instruction by instruction: those that it consists of, as Intel's manual says, and no others.
/// Sums are rounded after each pair, first the odd number of it.
/// </summary>
internal static unsafe class AmxSteps
{
    private const int Rows = 16, RowBytes = 64, Columns = 16;

    private static readonly Lazy<Dictionary<ulong, Instruction>> code = new(Decode);

    internal static void Run(BFloat16Call* call)
    {
        State state = new();
        byte[] configuration = new byte[64];
        fixed (byte* at = configuration)
        {
            call->Configuration = at;
            state.Registers[Register.RDI] = (ulong)call;
            for (ulong place = 0; ;)
            {
                Instruction instruction = code.Value[place];
                if (instruction.Mnemonic == Mnemonic.Ret) return;
                place = state.Do(instruction) ? instruction.NearBranchTarget : instruction.NextIP;
            }
        }
    }

    private static Dictionary<ulong, Instruction> Decode()
    {
        using MemoryStream bytes = new();
        AmxTile.Code().Assemble(new StreamCodeWriter(bytes), 0);
        Decoder decoder = Decoder.Create(64, bytes.ToArray());
        Dictionary<ulong, Instruction> found = [];
        while (decoder.IP < (ulong)bytes.Length)
        {
            Instruction next = decoder.Decode();
            found[next.IP] = next;
        }
        return found;
    }

    private sealed class State
    {
        private readonly Dictionary<Register, byte[]> tiles = [];
        private bool isZero;

        internal Dictionary<Register, ulong> Registers { get; } = [];

        /// <summary>Does one and says whether it jumps.</summary>
        internal bool Do(in Instruction i)
        {
            switch (i.Mnemonic)
            {
                case Mnemonic.Mov: Set(i.Op0Register, Second(i)); return false;
                case Mnemonic.Add: Set(i.Op0Register, Registers[i.Op0Register] + Second(i)); return false;
                case Mnemonic.Sub: Set(i.Op0Register, Registers[i.Op0Register] - Second(i)); return false;
                case Mnemonic.Shl: Set(i.Op0Register, Registers[i.Op0Register] << i.Immediate8); return false;
                case Mnemonic.Shr: Set(i.Op0Register, Registers[i.Op0Register] >> i.Immediate8); return false;
                case Mnemonic.Dec: Set(i.Op0Register, Registers[i.Op0Register] - 1); return false;
                case Mnemonic.Test: isZero = (Registers[i.Op0Register] & Registers[i.Op1Register]) == 0; return false;
                case Mnemonic.Je: return isZero;
                case Mnemonic.Jne: return !isZero;
                case Mnemonic.Jmp: return true;
                case Mnemonic.Ldtilecfg or Mnemonic.Tilerelease or Mnemonic.Prefetchw: return false;
                case Mnemonic.Tilezero: tiles[i.Op0Register] = new byte[Rows * RowBytes]; return false;
                case Mnemonic.Tileloadd: Load(i); return false;
                case Mnemonic.Tilestored: Store(i); return false;
                case Mnemonic.Tdpbf16ps: Multiply(tiles[i.Op0Register], tiles[i.Op1Register], tiles[i.Op2Register]); return false;
                default: throw new NotSupportedException(i.Mnemonic.ToString());
            }
        }

        private void Set(Register register, ulong value)
        {
            // A 32-bit register is the lower half of one of 64, the upper half of which becomes 0.
            Registers[register.GetFullRegister()] = register.IsGPR64() ? value : (uint)value;
            isZero = value == 0;
        }

        private ulong Second(in Instruction i) => i.Op1Kind switch
        {
            OpKind.Register => Registers[i.Op1Register],
            OpKind.Memory => *(ulong*)(Registers[i.MemoryBase] + i.MemoryDisplacement64),
            _ => i.GetImmediate(1),
        };

        // Rows begin at base + displacement, index·scale apart.
        private (ulong First, ulong Distance) Place(in Instruction i) =>
            (Registers[i.MemoryBase] + i.MemoryDisplacement64, Registers[i.MemoryIndex] * (ulong)i.MemoryIndexScale);

        private void Load(in Instruction i)
        {
            (ulong first, ulong distance) = Place(i);
            byte[] tile = new byte[Rows * RowBytes];
            for (int row = 0; row < Rows; row++)
                new Span<byte>((void*)(first + ((ulong)row * distance)), RowBytes).CopyTo(tile.AsSpan(row * RowBytes));
            tiles[i.Op0Register] = tile;
        }

        private void Store(in Instruction i)
        {
            (ulong first, ulong distance) = Place(i);
            for (int row = 0; row < Rows; row++)
                tiles[i.Op1Register].AsSpan(row * RowBytes, RowBytes).CopyTo(new((void*)(first + ((ulong)row * distance)), RowBytes));
        }

        private static void Multiply(byte[] sums, byte[] left, byte[] right)
        {
            fixed (byte* c = sums, a = left, b = right)
            {
                for (int row = 0; row < Rows; row++)
                {
                    for (int pair = 0; pair < RowBytes / sizeof(uint); pair++)
                    {
                        ushort* x = (ushort*)a + (row * 2 * Columns) + (2 * pair);
                        for (int column = 0; column < Columns; column++)
                        {
                            ushort* y = (ushort*)b + (pair * 2 * Columns) + (2 * column);
                            float* sum = (float*)c + (row * Columns) + column;
                            *sum += Float(x[1]) * Float(y[1]);
                            *sum += Float(x[0]) * Float(y[0]);
                        }
                    }
                }
            }
        }

        private static float Float(ushort half) => BitConverter.UInt32BitsToSingle((uint)half << 16);
    }
}
