using Crucible.Kernels;
using Xunit;
using static Crucible.Tests.Kernels.KernelData;

namespace Crucible.Tests.Kernels;

/// <summary>Rotation of pairs, and the gated product that stands beside it in the same models.</summary>
public class RotaryTests
{
    /// <summary>Two products and a sum of numbers up to 2.</summary>
    private const double RotationUnits = 12;

    /// <summary>A sigmoid and four products of numbers up to 2.</summary>
    private const double GateUnits = 60;

    [Theory]
    [EveryWidth]
    public void Rotate_EverySize_TurnsHeadsAndCopiesTheRest(int bits)
    {
        using IDisposable width = SimdWidth.Use(bits);
        const int Rows = 6, Positions = 3, Heads = 2, Rest = 5;
        for (int half = 1; half <= 40; half++)
        {
            int size = 2 * half, length = (Heads * size) + Rest;
            float[] x = Floats(Rows * length, 1), c = Floats(Positions * half, 2), s = Floats(Positions * half, 3);
            double[] expected = Widen(x);
            for (int row = 0; row < Rows; row++)
            {
                for (int i = 0; i < Heads * size; i++)
                {
                    int at = (row * length) + i, pair = i % half, table = (row % Positions * half) + pair;
                    expected[at] = i % size < half
                        ? ((double)x[at] * c[table]) - ((double)x[at + half] * s[table])
                        : ((double)x[at] * c[table]) + ((double)x[at - half] * s[table]);
                }
            }

            float[] turned =
                Guarded<float>(x.Length, y => Rotary.Rotate<float>(x, Rows, length, Heads, size, Positions, c, s, false, y), -7);
            AssertClose(expected, turned, RotationUnits, 4);
        }
    }

    [Theory]
    [EveryWidth]
    public void Rotate_Inverse_TurnsBack(int bits)
    {
        using IDisposable width = SimdWidth.Use(bits);
        double[] x = Doubles(4 * 6, 1), angles = Doubles(2 * 3, 2), c = [.. angles.Select(Math.Cos)], s = [.. angles.Select(Math.Sin)],
            y = new double[x.Length], z = new double[x.Length];
        Rotary.Rotate<double>(x, 4, 6, 1, 6, 2, c, s, false, y);
        Rotary.Rotate<double>(y, 4, 6, 1, 6, 2, c, s, true, z);
        AssertCloseDouble(x, z, RotationUnits);
    }

    [Theory]
    [EveryWidth]
    public void GatedSilu_EveryLength_EqualsFormula(int bits)
    {
        using IDisposable width = SimdWidth.Use(bits);
        const int Rows = 3;
        for (int length = 1; length <= 70; length++)
        {
            float[] x = Floats(Rows * 2 * length, 1), dy = Floats(Rows * length, 2);
            double[] y = new double[dy.Length], dx = new double[x.Length];
            for (int i = 0; i < y.Length; i++)
            {
                int gate = (i / length * 2 * length) + (i % length), channel = gate + length;
                double sigmoid = 1 / (1 + Math.Exp(-x[gate]));
                y[i] = x[gate] * sigmoid * x[channel];
                dx[gate] = dy[i] * x[channel] * sigmoid * (1 + (x[gate] * (1 - sigmoid)));
                dx[channel] = dy[i] * x[gate] * sigmoid;
            }

            AssertClose(y, Guarded<float>(y.Length, to => GatedSilu.Forward<float>(x, length, to), -7), GateUnits);
            AssertClose(dx, Guarded<float>(dx.Length, to => GatedSilu.Backward<float>(x, dy, length, to), -7), GateUnits);
        }
    }
}
