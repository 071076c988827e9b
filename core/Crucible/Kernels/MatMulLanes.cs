using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Crucible.Kernels;

/// <summary>The widths of vector register a product can be computed with, in bits.</summary>
internal enum VectorWidth
{
    Bits128 = 128,
    Bits256 = 256,
    Bits512 = 512,
}

/// <summary>Numbers <typeparamref name="T"/> side by side in a vector <typeparamref name="V"/>: what a matrix product needs of a processor.</summary>
/// <remarks>Multiply-add is explicit since a·b + c on vectors is not contracted, which would cost half the speed.</remarks>
internal unsafe interface ILanes<T, V> where T : unmanaged where V : unmanaged
{
    /// <summary>Numbers in a vector.</summary>
    static abstract int Count { get; }

    /// <summary>Rows of the largest tile: two vectors of sums a row, and registers left for two of B and one of A.</summary>
    static abstract int TileRows { get; }

    /// <summary>Whether to use a vector of half the bits where it holds enough: some processors do 512 bits in two turns, or store slowly under a mask.</summary>
    static abstract bool HalvesPay { get; }

    /// <summary>The bytes of a row of A that make the steps of a block: the more, the fewer times C is read and written, but a strip of B should stay in the first-level cache.</summary>
    static abstract int BlockBytes { get; }

    static abstract V Load(T* from);

    static abstract V LoadMasked(T* from, V mask);

    static abstract V Broadcast(T* from);

    static abstract void Store(V value, T* to);

    /// <summary>Stores the lanes of the mask; <paramref name="whole"/> tells that these are all, for processors on which masked stores are slow.</summary>
    static abstract void StoreMasked(V value, T* to, V mask, bool whole);

    static abstract V Add(V left, V right);

    static abstract T Add(T left, T right);

    static abstract V MultiplyAdd(V left, V right, V addend);

    /// <summary>The sums of the lanes of four vectors.</summary>
    static abstract void Sums(V first, V second, V third, V fourth, T* sums);

    /// <summary>All bits set in the first <paramref name="count"/> lanes.</summary>
    static abstract V Mask(int count);

    /// <summary>Writes column p of the rows, one number from each, to <paramref name="to"/> + p·step, for as many columns as 16 bytes hold.</summary>
    static abstract void Transpose(T** rows, nint column, T* to, nint step);
}

/// <summary>512-bit vectors (AVX-512F).</summary>
internal readonly unsafe struct Lanes512<T> : ILanes<T, Vector512<T>> where T : unmanaged
{
    public static int Count => Vector512<T>.Count;

    public static int TileRows => 12;

    public static bool HalvesPay => true;

    public static int BlockBytes => 4096;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Load(T* from) => Vector512.Load(from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> LoadMasked(T* from, Vector512<T> mask) => typeof(T) == typeof(float)
        ? Avx512F.MaskLoad((float*)from, mask.AsSingle(), Vector512<float>.Zero).As<float, T>()
        : Avx512F.MaskLoad((double*)from, mask.AsDouble(), Vector512<double>.Zero).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Broadcast(T* from) => Vector512.Create(*from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<T> value, T* to) => value.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreMasked(Vector512<T> value, T* to, Vector512<T> mask, bool whole)
    {
        if (typeof(T) == typeof(float)) Avx512F.MaskStore((float*)to, mask.AsSingle(), value.AsSingle());
        else Avx512F.MaskStore((double*)to, mask.AsDouble(), value.AsDouble());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Add(Vector512<T> left, Vector512<T> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Add(T left, T right) => (Vector128.CreateScalar(left) + Vector128.CreateScalar(right)).ToScalar();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> MultiplyAdd(Vector512<T> left, Vector512<T> right, Vector512<T> addend) => typeof(T) == typeof(float)
        ? Vector512.FusedMultiplyAdd(left.AsSingle(), right.AsSingle(), addend.AsSingle()).As<float, T>()
        : Vector512.FusedMultiplyAdd(left.AsDouble(), right.AsDouble(), addend.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Sums(Vector512<T> first, Vector512<T> second, Vector512<T> third, Vector512<T> fourth, T* sums) => Lanes256<T>.Sums(
        first.GetLower() + first.GetUpper(), second.GetLower() + second.GetUpper(),
        third.GetLower() + third.GetUpper(), fourth.GetLower() + fourth.GetUpper(), sums);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Mask(int count) => typeof(T) == typeof(float)
        ? Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(count)).As<int, T>()
        : Vector512.LessThan(Vector512<long>.Indices, Vector512.Create((long)count)).As<long, T>();

    // Lane 128-bit quarter q of each vector loaded comes from row 4q + r (2q + r), so that the transposition stays within quarters.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Transpose(T** rows, nint column, T* to, nint step)
    {
        if (typeof(T) == typeof(float))
        {
            Vector512<float> r0 = Quarters(rows, 0, 4, column).AsSingle(), r1 = Quarters(rows, 1, 4, column).AsSingle();
            Vector512<float> r2 = Quarters(rows, 2, 4, column).AsSingle(), r3 = Quarters(rows, 3, 4, column).AsSingle();
            Vector512<double> low01 = Avx512F.UnpackLow(r0, r1).AsDouble(), high01 = Avx512F.UnpackHigh(r0, r1).AsDouble();
            Vector512<double> low23 = Avx512F.UnpackLow(r2, r3).AsDouble(), high23 = Avx512F.UnpackHigh(r2, r3).AsDouble();
            Avx512F.UnpackLow(low01, low23).As<double, T>().Store(to);
            Avx512F.UnpackHigh(low01, low23).As<double, T>().Store(to + step);
            Avx512F.UnpackLow(high01, high23).As<double, T>().Store(to + 2 * step);
            Avx512F.UnpackHigh(high01, high23).As<double, T>().Store(to + 3 * step);
        }
        else
        {
            Vector512<double> r0 = Quarters(rows, 0, 2, column).AsDouble(), r1 = Quarters(rows, 1, 2, column).AsDouble();
            Avx512F.UnpackLow(r0, r1).As<double, T>().Store(to);
            Avx512F.UnpackHigh(r0, r1).As<double, T>().Store(to + step);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Quarters(T** rows, int first, int apart, nint column) => Vector512.Create(
        Vector256.Create(Vector128.Load(rows[first] + column), Vector128.Load(rows[first + apart] + column)),
        Vector256.Create(Vector128.Load(rows[first + 2 * apart] + column), Vector128.Load(rows[first + 3 * apart] + column)));
}

/// <summary>256-bit vectors (AVX2 and FMA).</summary>
internal readonly unsafe struct Lanes256<T> : ILanes<T, Vector256<T>> where T : unmanaged
{
    public static int Count => Vector256<T>.Count;

    public static int TileRows => 6;

    public static bool HalvesPay => true;

    public static int BlockBytes => 2048;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Load(T* from) => Vector256.Load(from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> LoadMasked(T* from, Vector256<T> mask) => typeof(T) == typeof(float)
        ? Avx.MaskLoad((float*)from, mask.AsSingle()).As<float, T>()
        : Avx.MaskLoad((double*)from, mask.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Broadcast(T* from) => Vector256.Create(*from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<T> value, T* to) => value.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreMasked(Vector256<T> value, T* to, Vector256<T> mask, bool whole)
    {
        if (whole) value.Store(to);
        else if (Avx512F.VL.IsSupported && typeof(T) == typeof(float)) Avx512F.VL.MaskStore((float*)to, mask.AsSingle(), value.AsSingle());
        else if (Avx512F.VL.IsSupported) Avx512F.VL.MaskStore((double*)to, mask.AsDouble(), value.AsDouble());
        else if (typeof(T) == typeof(float)) Avx.MaskStore((float*)to, mask.AsSingle(), value.AsSingle());
        else Avx.MaskStore((double*)to, mask.AsDouble(), value.AsDouble());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Add(Vector256<T> left, Vector256<T> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Add(T left, T right) => (Vector128.CreateScalar(left) + Vector128.CreateScalar(right)).ToScalar();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> MultiplyAdd(Vector256<T> left, Vector256<T> right, Vector256<T> addend) => typeof(T) == typeof(float)
        ? Vector256.FusedMultiplyAdd(left.AsSingle(), right.AsSingle(), addend.AsSingle()).As<float, T>()
        : Vector256.FusedMultiplyAdd(left.AsDouble(), right.AsDouble(), addend.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Sums(Vector256<T> first, Vector256<T> second, Vector256<T> third, Vector256<T> fourth, T* sums)
    {
        if (typeof(T) == typeof(float))
        {
            // Adds neighbours within halves twice: [first second third fourth] of each half.
            Vector256<float> pairs = Avx.HorizontalAdd(first.AsSingle(), second.AsSingle()), others = Avx.HorizontalAdd(third.AsSingle(), fourth.AsSingle());
            Vector256<float> halves = Avx.HorizontalAdd(pairs, others);
            (halves.GetLower() + halves.GetUpper()).Store((float*)sums);
        }
        else
        {
            Vector256<double> pair = Avx.HorizontalAdd(first.AsDouble(), second.AsDouble()), other = Avx.HorizontalAdd(third.AsDouble(), fourth.AsDouble());
            (pair.GetLower() + pair.GetUpper()).Store((double*)sums);
            (other.GetLower() + other.GetUpper()).Store((double*)sums + 2);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Mask(int count) => typeof(T) == typeof(float)
        ? Vector256.LessThan(Vector256<int>.Indices, Vector256.Create(count)).As<int, T>()
        : Vector256.LessThan(Vector256<long>.Indices, Vector256.Create((long)count)).As<long, T>();

    // As for 512 bits, with halves.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Transpose(T** rows, nint column, T* to, nint step)
    {
        if (typeof(T) == typeof(float))
        {
            Vector256<float> r0 = Halves(rows, 0, 4, column).AsSingle(), r1 = Halves(rows, 1, 4, column).AsSingle();
            Vector256<float> r2 = Halves(rows, 2, 4, column).AsSingle(), r3 = Halves(rows, 3, 4, column).AsSingle();
            Vector256<double> low01 = Avx.UnpackLow(r0, r1).AsDouble(), high01 = Avx.UnpackHigh(r0, r1).AsDouble();
            Vector256<double> low23 = Avx.UnpackLow(r2, r3).AsDouble(), high23 = Avx.UnpackHigh(r2, r3).AsDouble();
            Avx.UnpackLow(low01, low23).As<double, T>().Store(to);
            Avx.UnpackHigh(low01, low23).As<double, T>().Store(to + step);
            Avx.UnpackLow(high01, high23).As<double, T>().Store(to + 2 * step);
            Avx.UnpackHigh(high01, high23).As<double, T>().Store(to + 3 * step);
        }
        else
        {
            Vector256<double> r0 = Halves(rows, 0, 2, column).AsDouble(), r1 = Halves(rows, 1, 2, column).AsDouble();
            Avx.UnpackLow(r0, r1).As<double, T>().Store(to);
            Avx.UnpackHigh(r0, r1).As<double, T>().Store(to + step);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<T> Halves(T** rows, int first, int apart, nint column) =>
        Vector256.Create(Vector128.Load(rows[first] + column), Vector128.Load(rows[first + apart] + column));
}

/// <summary>128-bit vectors, on any processor; the multiply-add is fused where the processor can.</summary>
internal readonly unsafe struct Lanes128<T> : ILanes<T, Vector128<T>> where T : unmanaged
{
    public static int Count => Vector128<T>.Count;

    public static int TileRows => 6;

    public static bool HalvesPay => false;

    public static int BlockBytes => 1024;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Load(T* from) => Vector128.Load(from);

    // Lane by lane where there is no AVX, and without a call, for which the registers of a tile would have to be saved.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> LoadMasked(T* from, Vector128<T> mask)
    {
        if (Avx.IsSupported && typeof(T) == typeof(float)) return Avx.MaskLoad((float*)from, mask.AsSingle()).As<float, T>();
        if (Avx.IsSupported) return Avx.MaskLoad((double*)from, mask.AsDouble()).As<double, T>();
        Vector128<T> value = Vector128<T>.Zero;
        if (IsSet(mask, 0)) value = value.WithElement(0, from[0]);
        if (IsSet(mask, 1)) value = value.WithElement(1, from[1]);
        if (Count > 2 && IsSet(mask, 2)) value = value.WithElement(2, from[2]);
        if (Count > 2 && IsSet(mask, 3)) value = value.WithElement(3, from[3]);
        return value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Broadcast(T* from) => Vector128.Create(*from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<T> value, T* to) => value.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreMasked(Vector128<T> value, T* to, Vector128<T> mask, bool whole)
    {
        if (whole)
        {
            value.Store(to);
        }
        else if (Avx.IsSupported)
        {
            if (typeof(T) == typeof(float)) Avx.MaskStore((float*)to, mask.AsSingle(), value.AsSingle());
            else Avx.MaskStore((double*)to, mask.AsDouble(), value.AsDouble());
        }
        else
        {
            if (IsSet(mask, 0)) to[0] = value.GetElement(0);
            if (IsSet(mask, 1)) to[1] = value.GetElement(1);
            if (Count > 2 && IsSet(mask, 2)) to[2] = value.GetElement(2);
            if (Count > 2 && IsSet(mask, 3)) to[3] = value.GetElement(3);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Add(Vector128<T> left, Vector128<T> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Add(T left, T right) => (Vector128.CreateScalar(left) + Vector128.CreateScalar(right)).ToScalar();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> MultiplyAdd(Vector128<T> left, Vector128<T> right, Vector128<T> addend) => typeof(T) == typeof(float)
        ? Vector128.MultiplyAddEstimate(left.AsSingle(), right.AsSingle(), addend.AsSingle()).As<float, T>()
        : Vector128.MultiplyAddEstimate(left.AsDouble(), right.AsDouble(), addend.AsDouble()).As<double, T>();

    public static void Sums(Vector128<T> first, Vector128<T> second, Vector128<T> third, Vector128<T> fourth, T* sums)
    {
        sums[0] = Vector128.Sum(first);
        sums[1] = Vector128.Sum(second);
        sums[2] = Vector128.Sum(third);
        sums[3] = Vector128.Sum(fourth);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Mask(int count) => typeof(T) == typeof(float)
        ? Vector128.LessThan(Vector128<int>.Indices, Vector128.Create(count)).As<int, T>()
        : Vector128.LessThan(Vector128<long>.Indices, Vector128.Create((long)count)).As<long, T>();

    public static void Transpose(T** rows, nint column, T* to, nint step)
    {
        for (int p = 0; p < Count; p++)
            for (int i = 0; i < Count; i++) to[p * step + i] = rows[i][column + p];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsSet(Vector128<T> mask, int lane) =>
        sizeof(T) == sizeof(int) ? mask.AsInt32().GetElement(lane) != 0 : mask.AsInt64().GetElement(lane) != 0;
}
