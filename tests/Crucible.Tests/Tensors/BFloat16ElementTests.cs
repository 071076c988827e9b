using System.Runtime.InteropServices;
using Crucible.Files;
using Crucible.Kernels;
using Crucible.Models;
using Crucible.Tensors;
using Xunit;

namespace Crucible.Tests.Tensors;

/// <summary><see cref="DType.BFloat16"/>: how it rounds, what moves it, what refuses it, and its files.</summary>
public sealed class BFloat16ElementTests : IDisposable
{
    private const double HalfStep = 1.0 / 256; // between neighbours, relative to them

    private readonly string folder = Directory.CreateTempSubdirectory().FullName;

    public static TheoryData<string> GradientCaseNames => [.. GradientCases.All.Select(one => one.Name)];

    public void Dispose() => Directory.Delete(folder, true);

    /// <summary>Of bits of float32, the bits that PyTorch 1.13's <c>tensor.to(torch.bfloat16)</c> has.</summary>
    [Theory]
    [InlineData(0x00000000u, 0x0000)]
    [InlineData(0x80000000u, 0x8000)]
    [InlineData(0x3F800000u, 0x3F80)] // 1
    [InlineData(0xC0000000u, 0xC000)] // -2
    [InlineData(0x3DCCCCCDu, 0x3DCD)] // 0.1
    [InlineData(0x3EAAAAABu, 0x3EAB)] // 1/3
    [InlineData(0x40490FDBu, 0x4049)] // π
    [InlineData(0x3F808000u, 0x3F80)] // 1 + 2⁻⁸, a tie: down to even
    [InlineData(0x3F818000u, 0x3F82)] // 1 + 3·2⁻⁸, a tie: up to even
    [InlineData(0x3F80C000u, 0x3F81)]
    [InlineData(0x477FE000u, 0x4780)] // 65504
    [InlineData(0x7F7F0906u, 0x7F7F)] // 3.39e38, below the middle to 2¹²⁸
    [InlineData(0x7F7F8000u, 0x7F80)] // the middle: ∞
    [InlineData(0x7F7FFFFFu, 0x7F80)]
    [InlineData(0x7F800000u, 0x7F80)]
    [InlineData(0xFF800000u, 0xFF80)]
    [InlineData(0x006CE3EEu, 0x006D)] // 1e-38, subnormal
    [InlineData(0x00007FFFu, 0x0000)]
    [InlineData(0x0000803Bu, 0x0001)]
    [InlineData(0x80000001u, 0x8000)]
    [InlineData(0x43818000u, 0x4382)] // 259
    public void Rounding_IsPyTorchs(uint value, int expected) =>
        Assert.Equal((ushort)expected, Bits(Tensor.Scalar(BitConverter.UInt32BitsToSingle(value)).To(DType.BFloat16)).Single());

    [Fact]
    public void Rounding_OfFloatsOverTheWholeRange_IsPyTorchs()
    {
        // x = torch.arange(-2**31, 2**31, 65537, dtype=torch.int64).to(torch.int32).view(torch.float32), NaN apart: bits times place.
        float[] values =
            [.. Enumerable.Range(0, 65536).Select(place => BitConverter.Int32BitsToSingle((int)(int.MinValue + (place * 65537L))))];
        ushort[] bits = Bits(Tensor.From(values).To(DType.BFloat16));
        long[] finite = [.. Enumerable.Range(0, values.Length).Where(place => !float.IsNaN(values[place])).Select(place => (long)place)];
        Assert.Equal(65280, finite.Length);
        Assert.Equal(58091940825792, finite.Sum(place => place * bits[place]));
        Assert.All(
            Enumerable.Range(0, values.Length).Where(place => float.IsNaN(values[place])),
            place => Assert.True((bits[place] & 0x7FFF) > 0x7F80));
    }

    [Fact]
    public void Rounding_OfFloat64_GoesThroughFloat32_AsPyTorchs() =>
        Assert.Equal([0x3F80, 0x3EAB, 0x7F80], Bits(Tensor.From([1.003906250001, 1.0 / 3, 1e300]).To(DType.BFloat16)));

    [Fact]
    public void EveryValue_SurvivesFloat32AndFloat64()
    {
        Tensor all = Tensor.Allocate(Shape.From(65536), DType.BFloat16);
        for (int bits = 0; bits < 65536; bits++) all.Data<BFloat16>()[bits] = new BFloat16((ushort)bits);
        foreach (DType dtype in new[] { DType.Float32, DType.Float64 })
        {
            Tensor wide = all.To(dtype), back = wide.To(DType.BFloat16);
            bool[] isNaN = wide.IsNaN().ToArray<bool>();
            Assert.Equal(254, isNaN.Count(one => one));
            Assert.Equal(isNaN, back.IsNaN().ToArray<bool>());
            Assert.All(Enumerable.Range(0, 65536).Where(bits => !isNaN[bits]), bits => Assert.Equal((ushort)bits, Bits(back)[bits]));
        }
    }

    [Fact]
    public void OtherTypes_AreConverted()
    {
        Tensor x = Tensor.From([-1.75, 0.0, 3.0]).To(DType.BFloat16);
        Assert.Equal([-1, 0, 3], x.ToArray<int>());
        Assert.Equal([true, false, true], x.ToArray<bool>());
        Assert.Equal([-1.75, 0, 3], x.ToArray());
        Assert.Equal([256.0, 258.0], Tensor.From([257, 258]).To(DType.BFloat16).ToArray()); // 257 is between two
        Assert.Equal([1.0, 0.0], Tensor.From([true, false]).To(DType.BFloat16).ToArray());
        Assert.Equal(0.1, Tensor.Full([1], 0.1, DType.BFloat16).ToDouble(), 0.1 * HalfStep);
    }

    [Fact]
    public void Movements_MoveIt()
    {
        Tensor exact = Tensor.Randn(new(1), 6, 5).To(DType.BFloat16).To(DType.Float32); // fits bfloat16
        Tensor index = Tensor.From([3, 0, 3]), mask = exact.Greater(0.0);
        Func<Tensor, Tensor>[] movements =
        [
            x => x.Reshape(2, 15), x => x.T, x => x.Slice(0, 1, 5, 2), x => x[2, 3], x => x[1], x => x.IndexSelect(0, index),
            x => x.Gather(1, Tensor.From([4, 0, 1, 2, 3, 3], 6, 1)),
            x => Tensor.Concat([x, x], 1), x => Tensor.Stack([x, x]), x => x.Flip(0), x => x.Roll(2, 1),
            x => x.Unsqueeze(0).Expand([4, 6, 5]),
            x => x.Tril(), x => Tensor.Where(mask, x, x.Flip(1)), x => x.MaskedFill(mask, 2.0), x => x.Clone(), x => x.Diagonal(),
            x => x.Sort(0).Item1, x => x.MaskedSelect(mask),
        ];
        foreach (Func<Tensor, Tensor> move in movements)
        {
            Tensor moved = move(exact.To(DType.BFloat16));
            Assert.Equal(DType.BFloat16, moved.DType);
            Assert.True(move(exact).IsIdenticalTo(moved.To(DType.Float32)));
        }
    }

    [Fact]
    public void Questions_AreAnswered()
    {
        Tensor x = Tensor.From([1.5f, float.NaN, float.PositiveInfinity]).To(DType.BFloat16);
        Assert.True(x.HasNaN());
        Assert.False(x.AllFinite());
        Assert.Equal([false, true, false], x.IsNaN().ToArray<bool>());
        Assert.Equal([true, false, true], x.Greater(1.0).ToArray<bool>());
        Assert.True(x.AllClose(x, equalNaN: true));
        Assert.True(x.IsIdenticalTo(x.Clone()));
        Assert.False(x.IsIdenticalTo(x.To(DType.Float32)));
        Assert.Equal("tensor([1.5000,    nan,    inf], [3] bfloat16)", x.ToString());
    }

    /// <summary>Everything that has a derivative either moves it or says in words that it does not compute with it.</summary>
    [Theory]
    [MemberData(nameof(GradientCaseNames))]
    public void Operation_MovesItOrRefusesItInWords(string name)
    {
        GradientCase one = GradientCases.Named(name);
        Tensor[] inputs = [.. one.Inputs.Select(input => input.DType.IsFloat() ? input.To(DType.BFloat16) : input)];
        try
        {
            Tensor result = one.Function(inputs);
            Assert.True(result.ElementCount == 0 || result.ToArray().Length > 0);
        }
        catch (DTypeException error)
        {
            Assert.Contains("bfloat16", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("were read as", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Computing_IsRefused_WithTheWayOut()
    {
        Tensor x = Tensor.Ones([2, 2], DType.BFloat16);
        Assert.Equal(
            "sum: elements must be of a type that is computed with, but are bfloat16; convert with To(DType.Float32)",
            Refused(() => x.Sum()));
        Assert.Equal("add: elements must be float32 or float64, but are bfloat16; convert with To", Refused(() => x + x));
        Assert.Equal("matmul: elements must be float32 or float64, but are bfloat16; convert with To", Refused(() => x.MatMul(x)));
        Assert.Equal(
            "requiresGradient: elements must be float32 or float64, but are bfloat16; convert with To",
            Refused(() => x.AsParameter()));
        foreach (Func<Tensor> compute in new Func<Tensor>[]
        {
            () => x.Max(), () => x.ArgMax(0), () => x.Prod(), () => x.CumSum(0), () => -x, () => x * 2.0,
        })
            Assert.Contains("bfloat16", Refused(compute), StringComparison.Ordinal);

        static string Refused(Func<Tensor> compute) => Assert.Throws<DTypeException>(compute).Message;
    }

    [Fact]
    public void SafeTensors_WritesAndReadsItsBits()
    {
        string path = Path.Combine(folder, "x.safetensors");
        Tensor x = Tensor.From([1f, -2.5f, float.NaN, 3e38f, -0f]).To(DType.BFloat16);
        SafeTensors.Save(path, [new("x", x)]);
        Tensor read = SafeTensors.Load(path).Tensors["x"];
        Assert.True(x.IsIdenticalTo(read));
        byte[] file = File.ReadAllBytes(path);
        Assert.Contains("\"dtype\":\"BF16\"", System.Text.Encoding.UTF8.GetString(file), StringComparison.Ordinal);
        Assert.Equal([0x80, 0x3F, 0x20, 0xC0], file[^10..^6]); // 1 and -2.5, the lower byte first
    }

    [Fact]
    public void Model_SavedInBFloat16_TakesHalfAndReadsBackRounded()
    {
        GptOptions options = new() { Vocabulary = 65, Context = 32, Layers = 2, Heads = 2, Width = 64 };
        (string whole, string half) = (Path.Combine(folder, "whole.safetensors"), Path.Combine(folder, "half.safetensors"));
        Gpt model = new(options, new(1)), read = new(options, new(2)), mean = new(options, new(3));
        model.Save(whole);
        model.Save(half, DType.BFloat16);
        Assert.InRange(new FileInfo(half).Length, 0, (new FileInfo(whole).Length / 2) + 4096); // the header stays
        read.Load(half);
        mean.LoadMean([half, half]);
        foreach ((Tensor was, Tensor now) in model.Parameters.Zip(read.Parameters))
        {
            Assert.Equal(DType.Float32, now.DType);
            Assert.True(was.To(DType.BFloat16).To(DType.Float32).IsIdenticalTo(now));
        }

        Assert.All(read.Parameters.Zip(mean.Parameters), pair => Assert.True(pair.First.IsIdenticalTo(pair.Second)));
        Assert.Equal(options.Width, GptFile.Load(half).Options.Width);
        OptionException error = Assert.Throws<OptionException>(() => model.Save(half, DType.Int32));
        Assert.Equal("save: dtype must be float32, float64 or bfloat16, but is int32", error.Message);
    }

    private static ushort[] Bits(Tensor tensor) => MemoryMarshal.Cast<BFloat16, ushort>(tensor.Data<BFloat16>()).ToArray();
}
