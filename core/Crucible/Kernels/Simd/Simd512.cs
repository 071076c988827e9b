using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Crucible.Kernels;

/// <summary>512 bits of float or double lanes: AVX-512.</summary>
/// <typeparam name="T">float or double.</typeparam>
internal unsafe struct Simd512<T>(Vector512<T> value) : ISimd<Simd512<T>, T>
    where T : unmanaged
{
    private Vector512<T> value = value;

    public static bool IsDouble => typeof(T) == typeof(double);

    public static int Count => Vector512<T>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> Of(double value) =>
        new(typeof(T) == typeof(double) ? Vector512.Create(value).As<double, T>() : Vector512.Create((float)value).As<float, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> OfBits(long bits) =>
        new(typeof(T) == typeof(double) ? Vector512.Create(bits).As<long, T>() : Vector512.Create((int)bits).As<int, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> Broadcast(T value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> Load(T* source) => new(Vector512.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Simd512<T> x, T* target) => x.value.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> LoadPart(T* source, int count) => new(typeof(T) == typeof(double)
        ? Avx512F.MaskLoad((double*)source, FirstLanes(count).AsDouble(), Vector512<double>.Zero).As<double, T>()
        : Avx512F.MaskLoad((float*)source, FirstLanes(count).AsSingle(), Vector512<float>.Zero).As<float, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> LoadPart(T* source, int count, Simd512<T> padding) => new(typeof(T) == typeof(double)
        ? Avx512F.MaskLoad((double*)source, FirstLanes(count).AsDouble(), padding.value.AsDouble()).As<double, T>()
        : Avx512F.MaskLoad((float*)source, FirstLanes(count).AsSingle(), padding.value.AsSingle()).As<float, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePart(Simd512<T> x, T* target, int count)
    {
        if (typeof(T) == typeof(double)) Avx512F.MaskStore((double*)target, FirstLanes(count).AsDouble(), x.value.AsDouble());
        else Avx512F.MaskStore((float*)target, FirstLanes(count).AsSingle(), x.value.AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> operator +(Simd512<T> a, Simd512<T> b) => new(a.value + b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> operator -(Simd512<T> a, Simd512<T> b) => new(a.value - b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> operator *(Simd512<T> a, Simd512<T> b) => new(a.value * b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> operator /(Simd512<T> a, Simd512<T> b) => new(a.value / b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> operator -(Simd512<T> a) => new(-a.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> MultiplyAdd(Simd512<T> a, Simd512<T> b, Simd512<T> c) => new(typeof(T) == typeof(double)
        ? Vector512.FusedMultiplyAdd(a.value.AsDouble(), b.value.AsDouble(), c.value.AsDouble()).As<double, T>()
        : Vector512.FusedMultiplyAdd(a.value.AsSingle(), b.value.AsSingle(), c.value.AsSingle()).As<float, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct(ref Simd512<T> sum, Simd512<T> a, Simd512<T> b)
    {
        if (typeof(T) == typeof(double))
            sum.value = Vector512.FusedMultiplyAdd(a.value.AsDouble(), b.value.AsDouble(), sum.value.AsDouble()).As<double, T>();
        else sum.value = Vector512.FusedMultiplyAdd(a.value.AsSingle(), b.value.AsSingle(), sum.value.AsSingle()).As<float, T>();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> Max(Simd512<T> a, Simd512<T> b) => new(Vector512.Max(a.value, b.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> Min(Simd512<T> a, Simd512<T> b) => new(Vector512.Min(a.value, b.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> AtMost(Simd512<T> x, double limit) => new(Vector512.MinNative(Of(limit).value, x.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> AtMost(Simd512<T> x, Simd512<T> limit) => new(Vector512.MinNative(limit.value, x.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> AtLeast(Simd512<T> x, double limit) => new(Vector512.MaxNative(Of(limit).value, x.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> AtLeast(Simd512<T> x, Simd512<T> limit) => new(Vector512.MaxNative(limit.value, x.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> Abs(Simd512<T> x) => new(Vector512.Abs(x.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> Sqrt(Simd512<T> x) => new(Vector512.Sqrt(x.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> Floor(Simd512<T> x) => new(typeof(T) == typeof(double)
        ? Vector512.Floor(x.value.AsDouble()).As<double, T>()
        : Vector512.Floor(x.value.AsSingle()).As<float, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> Ceiling(Simd512<T> x) => new(typeof(T) == typeof(double)
        ? Vector512.Ceiling(x.value.AsDouble()).As<double, T>()
        : Vector512.Ceiling(x.value.AsSingle()).As<float, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> Round(Simd512<T> x) => new(typeof(T) == typeof(double)
        ? Vector512.Round(x.value.AsDouble()).As<double, T>()
        : Vector512.Round(x.value.AsSingle()).As<float, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> operator <(Simd512<T> a, Simd512<T> b) => new(Vector512.LessThan(a.value, b.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> operator <=(Simd512<T> a, Simd512<T> b) => new(Vector512.LessThanOrEqual(a.value, b.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> operator >(Simd512<T> a, Simd512<T> b) => new(Vector512.GreaterThan(a.value, b.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> operator >=(Simd512<T> a, Simd512<T> b) => new(Vector512.GreaterThanOrEqual(a.value, b.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> Equal(Simd512<T> a, Simd512<T> b) => new(Vector512.Equals(a.value, b.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> Select(Simd512<T> mask, Simd512<T> whenTrue, Simd512<T> whenFalse) =>
        new(Vector512.ConditionalSelect(mask.value, whenTrue.value, whenFalse.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> operator &(Simd512<T> a, Simd512<T> b) => new(a.value & b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> operator |(Simd512<T> a, Simd512<T> b) => new(a.value | b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> operator ^(Simd512<T> a, Simd512<T> b) => new(a.value ^ b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> operator ~(Simd512<T> a) => new(~a.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> AddBits(Simd512<T> a, Simd512<T> b) => new(typeof(T) == typeof(double)
        ? (a.value.AsInt64() + b.value.AsInt64()).As<long, T>()
        : (a.value.AsInt32() + b.value.AsInt32()).As<int, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> ShiftBitsLeft(Simd512<T> x, int count) => new(typeof(T) == typeof(double)
        ? (x.value.AsInt64() << count).As<long, T>()
        : (x.value.AsInt32() << count).As<int, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> ShiftBitsRight(Simd512<T> x, int count) => new(typeof(T) == typeof(double)
        ? (x.value.AsUInt64() >> count).As<ulong, T>()
        : (x.value.AsUInt32() >> count).As<uint, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> Scale(Simd512<T> x, Simd512<T> n)
    {
        if (!Avx512F.IsSupported) return VectorMath.ScaleInTwoSteps(x, n);
        return new(typeof(T) == typeof(double)
            ? Avx512F.Scale(x.value.AsDouble(), n.value.AsDouble()).As<double, T>()
            : Avx512F.Scale(x.value.AsSingle(), n.value.AsSingle()).As<float, T>());
    }

    [MethodImpl(Compiled.AtOnce)]
    public static Simd512<T> PerLane<TFunction>(Simd512<T> x, Simd512<T> y)
        where TFunction : struct, IScalar
    {
        Vector512<T> result = default;
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
    public static Simd512<T> Halves(Simd512<T> low, Simd512<T> high) =>
        new(Vector512.ConditionalSelect(Vector512.Create(0L, 0, 0, 0, -1, -1, -1, -1).As<long, T>(), high.value, low.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> LoadTwice(T* source) => new(Avx512F.BroadcastVector256ToVector512((double*)source).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> LoadHalves(T* low, T* high, int count) =>
        new(LoadPart(low, count).value.WithUpper(LoadPart(high, count).value.GetLower()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreHalves(Simd512<T> x, T* low, T* high, int count)
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
    public static Simd512<T> Mask(bool* flags) =>
        new(Vector512.Create(Simd256<T>.Mask(flags).Value, Simd256<T>.Mask(flags + Simd256<T>.Count).Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> FromInteger(Simd512<T> bits) => new(typeof(T) == typeof(double)
        ? Vector512.ConvertToDouble(bits.value.AsInt64()).As<double, T>()
        : Vector512.ConvertToSingle(bits.value.AsInt32()).As<float, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> ViaDouble<TFunction>(Simd512<T> x, Simd512<T> y)
        where TFunction : struct, IBinary
    {
        if (typeof(T) == typeof(double)) return TFunction.Invoke(x, y);
        (Vector512<double> xLower, Vector512<double> xUpper) = Vector512.Widen(x.value.AsSingle());
        (Vector512<double> yLower, Vector512<double> yUpper) = Vector512.Widen(y.value.AsSingle());
        Simd512<double> lower = TFunction.Invoke(new Simd512<double>(xLower), new Simd512<double>(yLower));
        Simd512<double> upper = TFunction.Invoke(new Simd512<double>(xUpper), new Simd512<double>(yUpper));
        return new(Vector512.Narrow(lower.value, upper.value).As<float, T>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Bits(Simd512<T> mask) => (uint)Vector512.ExtractMostSignificantBits(mask.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T First(Simd512<T> x) => x.value.ToScalar();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Fold<TReduction>(Simd512<T> x)
        where TReduction : struct, IReduction =>
        Simd256<T>.Fold<TReduction>(TReduction.Combine(new Simd256<T>(x.value.GetLower()), new Simd256<T>(x.value.GetUpper())));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Sums(Simd512<T> first, Simd512<T> second, Simd512<T> third, Simd512<T> fourth, T* sums) => Simd256<T>.Sums(
        new(first.value.GetLower() + first.value.GetUpper()), new(second.value.GetLower() + second.value.GetUpper()),
        new(third.value.GetLower() + third.value.GetUpper()), new(fourth.value.GetLower() + fourth.value.GetUpper()), sums);

    // Quarter q, of 128 bits, of each vector loaded comes from row 4q + r (2q + r), so that the transposition stays
    // within quarters.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Transpose(T** rows, nint column, T* target, nint step)
    {
        if (typeof(T) == typeof(float))
        {
            Vector512<float> r0 = Quarters(rows, 0, 4, column).AsSingle(), r1 = Quarters(rows, 1, 4, column).AsSingle();
            Vector512<float> r2 = Quarters(rows, 2, 4, column).AsSingle(), r3 = Quarters(rows, 3, 4, column).AsSingle();
            Vector512<double> low01 = Avx512F.UnpackLow(r0, r1).AsDouble(), high01 = Avx512F.UnpackHigh(r0, r1).AsDouble();
            Vector512<double> low23 = Avx512F.UnpackLow(r2, r3).AsDouble(), high23 = Avx512F.UnpackHigh(r2, r3).AsDouble();
            Avx512F.UnpackLow(low01, low23).As<double, T>().Store(target);
            Avx512F.UnpackHigh(low01, low23).As<double, T>().Store(target + step);
            Avx512F.UnpackLow(high01, high23).As<double, T>().Store(target + 2 * step);
            Avx512F.UnpackHigh(high01, high23).As<double, T>().Store(target + 3 * step);
        }
        else
        {
            Vector512<double> r0 = Quarters(rows, 0, 2, column).AsDouble(), r1 = Quarters(rows, 1, 2, column).AsDouble();
            Avx512F.UnpackLow(r0, r1).As<double, T>().Store(target);
            Avx512F.UnpackHigh(r0, r1).As<double, T>().Store(target + step);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Quarters(T** rows, int first, int apart, nint column) => Vector512.Create(
        Vector256.Create(Vector128.Load(rows[first] + column), Vector128.Load(rows[first + apart] + column)),
        Vector256.Create(Vector128.Load(rows[first + 2 * apart] + column), Vector128.Load(rows[first + 3 * apart] + column)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> FirstLanes(int count) => typeof(T) == typeof(double)
        ? Vector512.LessThan(Vector512<long>.Indices, Vector512.Create((long)count)).As<long, T>()
        : Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(count)).As<int, T>();
}
