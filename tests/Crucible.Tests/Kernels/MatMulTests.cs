using Crucible.Kernels;
using Xunit;

namespace Crucible.Tests.Kernels;

public unsafe class MatMulTests
{
    [Fact]
    public void Multiply_TwoByTwo_EqualsHandValue()
    {
        // [1 2; 3 4]·[5 6; 7 8] = [1·5+2·7 1·6+2·8; 3·5+4·7 3·6+4·8] = [19 22; 43 50]; plus the bias [100 200]
        float* a = stackalloc float[] { 1, 2, 3, 4 };
        float* b = stackalloc float[] { 5, 6, 7, 8 };
        float* bias = stackalloc float[] { 100, 200 };
        float* c = stackalloc float[4];
        MatMul.Multiply(2, 2, 2, a, 2, false, b, 2, false, c, 2, bias: bias);
        Assert.Equal([119f, 222f, 143f, 250f], new Span<float>(c, 4).ToArray());
    }
}
