using System.Runtime.Intrinsics;
using Crucible.Kernels;
using Xunit;

namespace Crucible.Tests.Kernels;

public unsafe class SimdWidthTests
{
    [Theory]
    [EveryWidth]
    public void Use_PartsOnManyThreads_AllHaveThatWidth(int bits)
    {
        const int Parts = 1000;
        using IDisposable threads = Threads.Use(3), width = SimdWidth.Use(bits);
        int* sizes = stackalloc int[Parts];
        Vectorized.Run<SizeJob, float>(new(sizes), Parts);
        Assert.All(new Span<int>(sizes, Parts).ToArray(), size => Assert.Equal(bits, size));
    }

    [Fact]
    public void Use_Disposed_RestoresTheWidthBefore()
    {
        using (SimdWidth.Use(128))
        {
            using (SimdWidth.Use(Math.Min(256, SimdWidth.Widest))) Assert.Equal(Math.Min(256, SimdWidth.Widest), SimdWidth.OfElements);
            Assert.Equal(128, SimdWidth.OfElements);
            Assert.Equal(128, SimdWidth.OfProducts);
        }

        Assert.Equal(SimdWidth.Widest, SimdWidth.OfProducts);
        int preferred = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;
        Assert.Equal(preferred, SimdWidth.OfElements);
    }

    [Fact]
    public void Use_NoSuchWidth_Throws() =>
        Assert.Equal("vectors have 128, 256 or 512 bits, got 384", Assert.Throws<ArgumentException>(() => SimdWidth.Use(384)).Message);

    [Fact]
    public void Use_WiderThanTheMachine_Throws()
    {
        Assert.SkipWhen(SimdWidth.Widest == 512, "this machine has vectors of every width");
        Assert.Equal($"vectors of 512 bits: this processor has {SimdWidth.Widest}",
            Assert.Throws<PlatformNotSupportedException>(() => SimdWidth.Use(512)).Message);
    }

    private readonly struct SizeJob(int* sizes) : IVectorJob<float>
    {
        public void Run<V>(int part)
            where V : unmanaged, ISimd<V, float> => sizes[part] = 8 * sizeof(V);
    }
}
