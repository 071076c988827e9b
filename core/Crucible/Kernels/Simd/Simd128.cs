using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Crucible.Kernels;

/// <summary>128 bits of float or double lanes: SSE, NEON, and machines without a vector unit.</summary>
/// <typeparam name="T">float or double.</typeparam>
internal unsafe struct Simd128<T>(Vector128<T> value) : ISimd<Simd128<T>, T>
    where T : unmanaged
{
    private Vector128<T> value = value;

    internal readonly Vector128<T> Value => value;

    public static bool IsDouble => typeof(T) == typeof(double);

    public static int Count => Vector128<T>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> Of(double value) =>
        new(typeof(T) == typeof(double) ? Vector128.Create(value).As<double, T>() : Vector128.Create((float)value).As<float, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> OfBits(long bits) =>
        new(typeof(T) == typeof(double) ? Vector128.Create(bits).As<long, T>() : Vector128.Create((int)bits).As<int, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> Broadcast(T value) => new(Vector128.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> Load(T* source) => new(Vector128.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Simd128<T> x, T* target) => x.value.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> LoadPart(T* source, int count) => LoadPart(source, count, default);

    // Lane by lane, since not every processor has masked access; and without a call, for which the registers of a tile
    // would have to be saved.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> LoadPart(T* source, int count, Simd128<T> padding)
    {
        if (count == Count) return Load(source);
        Vector128<T> part = padding.value;
        if (count > 0) part = part.WithElement(0, source[0]);
        if (Count > 2 && count > 1) part = part.WithElement(1, source[1]);
        if (Count > 2 && count > 2) part = part.WithElement(2, source[2]);
        return new(part);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePart(Simd128<T> x, T* target, int count)
    {
        if (count > 0) target[0] = x.value.GetElement(0);
        if (count > 1) target[1] = x.value.GetElement(1);
        if (Count > 2 && count > 2) target[2] = x.value.GetElement(2);
        if (Count > 2 && count > 3) target[3] = x.value.GetElement(3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> operator +(Simd128<T> a, Simd128<T> b) => new(a.value + b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> operator -(Simd128<T> a, Simd128<T> b) => new(a.value - b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> operator *(Simd128<T> a, Simd128<T> b) => new(a.value * b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> operator /(Simd128<T> a, Simd128<T> b) => new(a.value / b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> operator -(Simd128<T> a) => new(-a.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> MultiplyAdd(Simd128<T> a, Simd128<T> b, Simd128<T> c) => new(typeof(T) == typeof(double)
        ? Vector128.FusedMultiplyAdd(a.value.AsDouble(), b.value.AsDouble(), c.value.AsDouble()).As<double, T>()
        : Vector128.FusedMultiplyAdd(a.value.AsSingle(), b.value.AsSingle(), c.value.AsSingle()).As<float, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct(ref Simd128<T> sum, Simd128<T> a, Simd128<T> b)
    {
        if (typeof(T) == typeof(double))
            sum.value = Vector128.MultiplyAddEstimate(a.value.AsDouble(), b.value.AsDouble(), sum.value.AsDouble()).As<double, T>();
        else sum.value = Vector128.MultiplyAddEstimate(a.value.AsSingle(), b.value.AsSingle(), sum.value.AsSingle()).As<float, T>();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> Max(Simd128<T> a, Simd128<T> b) => new(Vector128.Max(a.value, b.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> Min(Simd128<T> a, Simd128<T> b) => new(Vector128.Min(a.value, b.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> AtMost(Simd128<T> x, double limit) => new(Vector128.MinNative(Of(limit).value, x.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> AtMost(Simd128<T> x, Simd128<T> limit) => new(Vector128.MinNative(limit.value, x.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> AtLeast(Simd128<T> x, double limit) => new(Vector128.MaxNative(Of(limit).value, x.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> AtLeast(Simd128<T> x, Simd128<T> limit) => new(Vector128.MaxNative(limit.value, x.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> Abs(Simd128<T> x) => new(Vector128.Abs(x.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> Sqrt(Simd128<T> x) => new(Vector128.Sqrt(x.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> Floor(Simd128<T> x) => new(typeof(T) == typeof(double)
        ? Vector128.Floor(x.value.AsDouble()).As<double, T>()
        : Vector128.Floor(x.value.AsSingle()).As<float, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> Ceiling(Simd128<T> x) => new(typeof(T) == typeof(double)
        ? Vector128.Ceiling(x.value.AsDouble()).As<double, T>()
        : Vector128.Ceiling(x.value.AsSingle()).As<float, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> Round(Simd128<T> x) => new(typeof(T) == typeof(double)
        ? Vector128.Round(x.value.AsDouble()).As<double, T>()
        : Vector128.Round(x.value.AsSingle()).As<float, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> operator <(Simd128<T> a, Simd128<T> b) => new(Vector128.LessThan(a.value, b.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> operator <=(Simd128<T> a, Simd128<T> b) => new(Vector128.LessThanOrEqual(a.value, b.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> operator >(Simd128<T> a, Simd128<T> b) => new(Vector128.GreaterThan(a.value, b.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> operator >=(Simd128<T> a, Simd128<T> b) => new(Vector128.GreaterThanOrEqual(a.value, b.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> Equal(Simd128<T> a, Simd128<T> b) => new(Vector128.Equals(a.value, b.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> Select(Simd128<T> mask, Simd128<T> whenTrue, Simd128<T> whenFalse) =>
        new(Vector128.ConditionalSelect(mask.value, whenTrue.value, whenFalse.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> operator &(Simd128<T> a, Simd128<T> b) => new(a.value & b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> operator |(Simd128<T> a, Simd128<T> b) => new(a.value | b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> operator ^(Simd128<T> a, Simd128<T> b) => new(a.value ^ b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> operator ~(Simd128<T> a) => new(~a.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> AddBits(Simd128<T> a, Simd128<T> b) => new(typeof(T) == typeof(double)
        ? (a.value.AsInt64() + b.value.AsInt64()).As<long, T>()
        : (a.value.AsInt32() + b.value.AsInt32()).As<int, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> ShiftBitsLeft(Simd128<T> x, int count) => new(typeof(T) == typeof(double)
        ? (x.value.AsInt64() << count).As<long, T>()
        : (x.value.AsInt32() << count).As<int, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> ShiftBitsRight(Simd128<T> x, int count) => new(typeof(T) == typeof(double)
        ? (x.value.AsUInt64() >> count).As<ulong, T>()
        : (x.value.AsUInt32() >> count).As<uint, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> Scale(Simd128<T> x, Simd128<T> n) => VectorMath.ScaleInTwoSteps(x, n);

    [MethodImpl(Compiled.AtOnce)]
    public static Simd128<T> PerLane<TFunction>(Simd128<T> x, Simd128<T> y)
        where TFunction : struct, IScalar
    {
        Vector128<T> result = default;
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
    public static Simd128<T> Halves(Simd128<T> low, Simd128<T> high) =>
        new(Vector128.ConditionalSelect(Vector128.Create(0L, -1).As<long, T>(), high.value, low.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> LoadTwice(T* source) => new(Vector128.Create(Vector64.Load(source)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> LoadHalves(T* low, T* high, int count) =>
        new(LoadPart(low, count).value.WithUpper(LoadPart(high, count).value.GetLower()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreHalves(Simd128<T> x, T* low, T* high, int count)
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
    public static Simd128<T> Mask(bool* flags)
    {
        if (typeof(T) == typeof(double)) return new(Vector128.Create(-(long)((byte*)flags)[0], -(long)((byte*)flags)[1]).As<long, T>());
        Vector128<uint> lanes = Vector128.WidenLower(Vector128.WidenLower(Vector128.CreateScalarUnsafe(*(uint*)flags).AsByte()));
        return new((-lanes.AsInt32()).As<int, T>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> FromInteger(Simd128<T> bits) => new(typeof(T) == typeof(double)
        ? Vector128.ConvertToDouble(bits.value.AsInt64()).As<double, T>()
        : Vector128.ConvertToSingle(bits.value.AsInt32()).As<float, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> ViaDouble<TFunction>(Simd128<T> x, Simd128<T> y)
        where TFunction : struct, IBinary
    {
        if (typeof(T) == typeof(double)) return TFunction.Invoke(x, y);
        (Vector128<double> xLower, Vector128<double> xUpper) = Vector128.Widen(x.value.AsSingle());
        (Vector128<double> yLower, Vector128<double> yUpper) = Vector128.Widen(y.value.AsSingle());
        Simd128<double> lower = TFunction.Invoke(new Simd128<double>(xLower), new Simd128<double>(yLower));
        Simd128<double> upper = TFunction.Invoke(new Simd128<double>(xUpper), new Simd128<double>(yUpper));
        return new(Vector128.Narrow(lower.value, upper.value).As<float, T>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Bits(Simd128<T> mask) => (uint)Vector128.ExtractMostSignificantBits(mask.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T First(Simd128<T> x) => x.value.ToScalar();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Fold<TReduction>(Simd128<T> x)
        where TReduction : struct, IReduction
    {
        if (typeof(T) == typeof(double))
            return First(TReduction.Combine(x, new(Vector128.Shuffle(x.value.AsInt64(), Vector128.Create(1, 0)).As<long, T>())));
        x = TReduction.Combine(x, new(Vector128.Shuffle(x.value.AsInt32(), Vector128.Create(2, 3, 0, 1)).As<int, T>()));
        return First(TReduction.Combine(x, new(Vector128.Shuffle(x.value.AsInt32(), Vector128.Create(1, 0, 3, 2)).As<int, T>())));
    }

    public static void Sums(Simd128<T> first, Simd128<T> second, Simd128<T> third, Simd128<T> fourth, T* sums)
    {
        sums[0] = Vector128.Sum(first.value);
        sums[1] = Vector128.Sum(second.value);
        sums[2] = Vector128.Sum(third.value);
        sums[3] = Vector128.Sum(fourth.value);
    }

    public static void Transpose(T** rows, nint column, T* target, nint step)
    {
        for (int p = 0; p < Count; p++)
            for (int i = 0; i < Count; i++) target[p * step + i] = rows[i][column + p];
    }
}
