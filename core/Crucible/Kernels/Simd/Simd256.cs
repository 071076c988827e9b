using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Crucible.Kernels;

/// <summary>256 bits of float or double lanes: AVX2.</summary>
/// <typeparam name="T">float or double.</typeparam>
internal unsafe struct Simd256<T>(Vector256<T> value) : ISimd<Simd256<T>, T>
    where T : unmanaged
{
    private Vector256<T> value = value;

    internal readonly Vector256<T> Value => value;

    public static bool IsDouble => typeof(T) == typeof(double);

    public static int Count => Vector256<T>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> Of(double value) =>
        new(typeof(T) == typeof(double) ? Vector256.Create(value).As<double, T>() : Vector256.Create((float)value).As<float, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> OfBits(long bits) =>
        new(typeof(T) == typeof(double) ? Vector256.Create(bits).As<long, T>() : Vector256.Create((int)bits).As<int, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> Broadcast(T value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> Load(T* source) => new(Vector256.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Simd256<T> x, T* target) => x.value.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> LoadPart(T* source, int count) => new(typeof(T) == typeof(double)
        ? Avx.MaskLoad((double*)source, FirstLanes(count).AsDouble()).As<double, T>()
        : Avx.MaskLoad((float*)source, FirstLanes(count).AsSingle()).As<float, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> LoadPart(T* source, int count, Simd256<T> padding) =>
        new(Vector256.ConditionalSelect(FirstLanes(count), LoadPart(source, count).value, padding.value));

    // AVX-512 stores under a mask at full speed, AVX2 does not on all processors.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePart(Simd256<T> x, T* target, int count)
    {
        Vector256<T> mask = FirstLanes(count);
        if (Avx512F.VL.IsSupported && typeof(T) == typeof(double))
            Avx512F.VL.MaskStore((double*)target, mask.AsDouble(), x.value.AsDouble());
        else if (Avx512F.VL.IsSupported) Avx512F.VL.MaskStore((float*)target, mask.AsSingle(), x.value.AsSingle());
        else if (typeof(T) == typeof(double)) Avx.MaskStore((double*)target, mask.AsDouble(), x.value.AsDouble());
        else Avx.MaskStore((float*)target, mask.AsSingle(), x.value.AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> operator +(Simd256<T> a, Simd256<T> b) => new(a.value + b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> operator -(Simd256<T> a, Simd256<T> b) => new(a.value - b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> operator *(Simd256<T> a, Simd256<T> b) => new(a.value * b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> operator /(Simd256<T> a, Simd256<T> b) => new(a.value / b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> operator -(Simd256<T> a) => new(-a.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> MultiplyAdd(Simd256<T> a, Simd256<T> b, Simd256<T> c) => new(typeof(T) == typeof(double)
        ? Vector256.FusedMultiplyAdd(a.value.AsDouble(), b.value.AsDouble(), c.value.AsDouble()).As<double, T>()
        : Vector256.FusedMultiplyAdd(a.value.AsSingle(), b.value.AsSingle(), c.value.AsSingle()).As<float, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct(ref Simd256<T> sum, Simd256<T> a, Simd256<T> b)
    {
        if (typeof(T) == typeof(double))
            sum.value = Vector256.FusedMultiplyAdd(a.value.AsDouble(), b.value.AsDouble(), sum.value.AsDouble()).As<double, T>();
        else sum.value = Vector256.FusedMultiplyAdd(a.value.AsSingle(), b.value.AsSingle(), sum.value.AsSingle()).As<float, T>();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> Max(Simd256<T> a, Simd256<T> b) => new(Vector256.Max(a.value, b.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> Min(Simd256<T> a, Simd256<T> b) => new(Vector256.Min(a.value, b.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> AtMost(Simd256<T> x, double limit) => new(Vector256.MinNative(Of(limit).value, x.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> AtMost(Simd256<T> x, Simd256<T> limit) => new(Vector256.MinNative(limit.value, x.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> AtLeast(Simd256<T> x, double limit) => new(Vector256.MaxNative(Of(limit).value, x.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> AtLeast(Simd256<T> x, Simd256<T> limit) => new(Vector256.MaxNative(limit.value, x.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> Abs(Simd256<T> x) => new(Vector256.Abs(x.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> Sqrt(Simd256<T> x) => new(Vector256.Sqrt(x.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> Floor(Simd256<T> x) => new(typeof(T) == typeof(double)
        ? Vector256.Floor(x.value.AsDouble()).As<double, T>()
        : Vector256.Floor(x.value.AsSingle()).As<float, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> Ceiling(Simd256<T> x) => new(typeof(T) == typeof(double)
        ? Vector256.Ceiling(x.value.AsDouble()).As<double, T>()
        : Vector256.Ceiling(x.value.AsSingle()).As<float, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> Round(Simd256<T> x) => new(typeof(T) == typeof(double)
        ? Vector256.Round(x.value.AsDouble()).As<double, T>()
        : Vector256.Round(x.value.AsSingle()).As<float, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> operator <(Simd256<T> a, Simd256<T> b) => new(Vector256.LessThan(a.value, b.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> operator <=(Simd256<T> a, Simd256<T> b) => new(Vector256.LessThanOrEqual(a.value, b.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> operator >(Simd256<T> a, Simd256<T> b) => new(Vector256.GreaterThan(a.value, b.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> operator >=(Simd256<T> a, Simd256<T> b) => new(Vector256.GreaterThanOrEqual(a.value, b.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> Equal(Simd256<T> a, Simd256<T> b) => new(Vector256.Equals(a.value, b.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> Select(Simd256<T> mask, Simd256<T> whenTrue, Simd256<T> whenFalse) =>
        new(Vector256.ConditionalSelect(mask.value, whenTrue.value, whenFalse.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> operator &(Simd256<T> a, Simd256<T> b) => new(a.value & b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> operator |(Simd256<T> a, Simd256<T> b) => new(a.value | b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> operator ^(Simd256<T> a, Simd256<T> b) => new(a.value ^ b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> operator ~(Simd256<T> a) => new(~a.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> AddBits(Simd256<T> a, Simd256<T> b) => new(typeof(T) == typeof(double)
        ? (a.value.AsInt64() + b.value.AsInt64()).As<long, T>()
        : (a.value.AsInt32() + b.value.AsInt32()).As<int, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> ShiftBitsLeft(Simd256<T> x, int count) => new(typeof(T) == typeof(double)
        ? (x.value.AsInt64() << count).As<long, T>()
        : (x.value.AsInt32() << count).As<int, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> ShiftBitsRight(Simd256<T> x, int count) => new(typeof(T) == typeof(double)
        ? (x.value.AsUInt64() >> count).As<ulong, T>()
        : (x.value.AsUInt32() >> count).As<uint, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> Scale(Simd256<T> x, Simd256<T> n) => VectorMath.ScaleInTwoSteps(x, n);

    [MethodImpl(Compiled.AtOnce)]
    public static Simd256<T> PerLane<TFunction>(Simd256<T> x, Simd256<T> y)
        where TFunction : struct, IScalar
    {
        Vector256<T> result = default;
        for (int i = 0; i < Count; i++)
        {
            if (typeof(T) == typeof(double))
            {
                double lane = TFunction.Invoke(x.value.AsDouble()[i], y.value.AsDouble()[i]);
                result = result.AsDouble().WithElement(i, lane).As<double, T>();
            }
            else
            {
                double lane = TFunction.Invoke(x.value.AsSingle()[i], y.value.AsSingle()[i]);
                result = result.AsSingle().WithElement(i, (float)lane).As<float, T>();
            }
        }

        return new(result);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> Halves(Simd256<T> low, Simd256<T> high) =>
        new(Vector256.ConditionalSelect(Vector256.Create(0L, 0, -1, -1).As<long, T>(), high.value, low.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> LoadTwice(T* source) => new(Vector256.Create(Vector128.Load(source)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> LoadHalves(T* low, T* high, int count) =>
        new(LoadPart(low, count).value.WithUpper(LoadPart(high, count).value.GetLower()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreHalves(Simd256<T> x, T* low, T* high, int count)
    {
        if (count == Count / 2)
        {
            x.value.GetLower().Store(low);
            x.value.GetUpper().Store(high);
            return;
        }

        StorePart(x, low, count);
        StorePart(new(x.value.WithLower(x.value.GetUpper())), high, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> Mask(bool* flags) =>
        new(Vector256.Create(Simd128<T>.Mask(flags).Value, Simd128<T>.Mask(flags + Simd128<T>.Count).Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> FromInteger(Simd256<T> bits) => new(typeof(T) == typeof(double)
        ? Vector256.ConvertToDouble(bits.value.AsInt64()).As<double, T>()
        : Vector256.ConvertToSingle(bits.value.AsInt32()).As<float, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> ViaDouble<TFunction>(Simd256<T> x, Simd256<T> y)
        where TFunction : struct, IBinary
    {
        if (typeof(T) == typeof(double)) return TFunction.Invoke(x, y);
        (Vector256<double> xLower, Vector256<double> xUpper) = Vector256.Widen(x.value.AsSingle());
        (Vector256<double> yLower, Vector256<double> yUpper) = Vector256.Widen(y.value.AsSingle());
        Simd256<double> lower = TFunction.Invoke(new Simd256<double>(xLower), new Simd256<double>(yLower));
        Simd256<double> upper = TFunction.Invoke(new Simd256<double>(xUpper), new Simd256<double>(yUpper));
        return new(Vector256.Narrow(lower.value, upper.value).As<float, T>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Bits(Simd256<T> mask) => (uint)Vector256.ExtractMostSignificantBits(mask.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T First(Simd256<T> x) => x.value.ToScalar();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Fold<TReduction>(Simd256<T> x)
        where TReduction : struct, IReduction =>
        Simd128<T>.Fold<TReduction>(TReduction.Combine(new Simd128<T>(x.value.GetLower()), new Simd128<T>(x.value.GetUpper())));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Sums(Simd256<T> first, Simd256<T> second, Simd256<T> third, Simd256<T> fourth, T* sums)
    {
        if (typeof(T) == typeof(float))
        {
            // Adds neighbours within halves twice: [first second third fourth] of each half.
            Vector256<float> pairs = Avx.HorizontalAdd(first.value.AsSingle(), second.value.AsSingle()),
                others = Avx.HorizontalAdd(third.value.AsSingle(), fourth.value.AsSingle());
            Vector256<float> halves = Avx.HorizontalAdd(pairs, others);
            (halves.GetLower() + halves.GetUpper()).Store((float*)sums);
        }
        else
        {
            Vector256<double> pair = Avx.HorizontalAdd(first.value.AsDouble(), second.value.AsDouble()),
                other = Avx.HorizontalAdd(third.value.AsDouble(), fourth.value.AsDouble());
            (pair.GetLower() + pair.GetUpper()).Store((double*)sums);
            (other.GetLower() + other.GetUpper()).Store((double*)sums + 2);
        }
    }

    // As for 512 bits, with halves.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Transpose(T** rows, nint column, T* target, nint step)
    {
        if (typeof(T) == typeof(float))
        {
            Vector256<float> r0 = Halves(rows, 0, 4, column).AsSingle(), r1 = Halves(rows, 1, 4, column).AsSingle();
            Vector256<float> r2 = Halves(rows, 2, 4, column).AsSingle(), r3 = Halves(rows, 3, 4, column).AsSingle();
            Vector256<double> low01 = Avx.UnpackLow(r0, r1).AsDouble(), high01 = Avx.UnpackHigh(r0, r1).AsDouble();
            Vector256<double> low23 = Avx.UnpackLow(r2, r3).AsDouble(), high23 = Avx.UnpackHigh(r2, r3).AsDouble();
            Avx.UnpackLow(low01, low23).As<double, T>().Store(target);
            Avx.UnpackHigh(low01, low23).As<double, T>().Store(target + step);
            Avx.UnpackLow(high01, high23).As<double, T>().Store(target + 2 * step);
            Avx.UnpackHigh(high01, high23).As<double, T>().Store(target + 3 * step);
        }
        else
        {
            Vector256<double> r0 = Halves(rows, 0, 2, column).AsDouble(), r1 = Halves(rows, 1, 2, column).AsDouble();
            Avx.UnpackLow(r0, r1).As<double, T>().Store(target);
            Avx.UnpackHigh(r0, r1).As<double, T>().Store(target + step);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<T> Halves(T** rows, int first, int apart, nint column) =>
        Vector256.Create(Vector128.Load(rows[first] + column), Vector128.Load(rows[first + apart] + column));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<T> FirstLanes(int count) => typeof(T) == typeof(double)
        ? Vector256.LessThan(Vector256<long>.Indices, Vector256.Create((long)count)).As<long, T>()
        : Vector256.LessThan(Vector256<int>.Indices, Vector256.Create(count)).As<int, T>();
}
