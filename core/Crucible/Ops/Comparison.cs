using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Crucible.Tensors;

/// <summary>A relation between two elements, as IEEE 754 has it.</summary>
internal interface IRelation
{
    static abstract string Name { get; }

    /// <summary>Whether truth values can be compared in this way, too.</summary>
    static virtual bool TakesBool => false;

    static abstract bool Holds<T>(T a, T b)
        where T : INumber<T>;
}

/// <summary>a = b.</summary>
internal readonly struct Equal : IRelation
{
    public static string Name => "equalTo";

    public static bool TakesBool => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Holds<T>(T a, T b)
        where T : INumber<T> => a == b;
}

/// <summary>a ≠ b.</summary>
internal readonly struct NotEqual : IRelation
{
    public static string Name => "notEqualTo";

    public static bool TakesBool => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Holds<T>(T a, T b)
        where T : INumber<T> => a != b;
}

/// <summary>a &lt; b.</summary>
internal readonly struct Less : IRelation
{
    public static string Name => "less";

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Holds<T>(T a, T b)
        where T : INumber<T> => a < b;
}

/// <summary>a ≤ b.</summary>
internal readonly struct LessOrEqual : IRelation
{
    public static string Name => "lessOrEqual";

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Holds<T>(T a, T b)
        where T : INumber<T> => a <= b;
}

/// <summary>a > b.</summary>
internal readonly struct Greater : IRelation
{
    public static string Name => "greater";

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Holds<T>(T a, T b)
        where T : INumber<T> => a > b;
}

/// <summary>a ≥ b.</summary>
internal readonly struct GreaterOrEqual : IRelation
{
    public static string Name => "greaterOrEqual";

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Holds<T>(T a, T b)
        where T : INumber<T> => a >= b;
}

/// <summary>Compares two broadcast tensors element by element. The result is bool and ends the graph.</summary>
internal static class Comparison
{
    public static Tensor Of<TRelation>(Tensor a, double b)
        where TRelation : struct, IRelation =>
        a.DType == DType.Int32 && !(b == Math.Truncate(b) && Math.Abs(b) <= int.MaxValue)
            ? Of<TRelation>(a.To(DType.Float64), Tensor.Scalar(b, DType.Float64)) // 2 < 2.5, though no int32 is 2.5
            : Of<TRelation>(a, Tensor.Scalar(b, a.DType));

    public static Tensor Of<TRelation>(Tensor a, Tensor b)
        where TRelation : struct, IRelation
    {
        if (a.DType != b.DType) throw Errors.DTypes(TRelation.Name, a.DType, b.DType);
        if (a.DType == DType.Bool && !TRelation.TakesBool) throw Errors.NotNumber(TRelation.Name);
        var result = Tensor.Allocate(Shape.Broadcast(a.Shape, b.Shape, TRelation.Name), DType.Bool);
        switch (a.DType)
        {
            case DType.Float32: Walk<float>(a.Data<float>(), b.Data<float>(), result.Data<bool>()); break;
            case DType.Float64: Walk<double>(a.Data<double>(), b.Data<double>(), result.Data<bool>()); break;
            case DType.Int32: Walk<int>(a.Data<int>(), b.Data<int>(), result.Data<bool>()); break;
            default: Walk<byte>(MemoryMarshal.AsBytes(a.Data<bool>()), MemoryMarshal.AsBytes(b.Data<bool>()), result.Data<bool>()); break;
        }

        return result;

        void Walk<T>(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<bool> holds)
            where T : unmanaged, INumber<T>
        {
            if (holds.Length == 0) return;
            if (Math.Max(left.Length, right.Length) == holds.Length && (left.Length == right.Length || Math.Min(left.Length, right.Length) == 1))
            {
                Compare<TRelation, T>(left, right, holds);
                return;
            }

            var walk = new BroadcastWalk(a.Shape, b.Shape, result.Shape);
            for (var start = 0; start < holds.Length; start += walk.RunLength)
            {
                Compare<TRelation, T>(left.Slice(walk.OffsetA, walk.RunA), right.Slice(walk.OffsetB, walk.RunB), holds.Slice(start, walk.RunLength));
                walk.Next();
            }
        }
    }

    /// <summary>One run; an operand of length 1 is repeated.</summary>
    private static void Compare<TRelation, T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<bool> holds)
        where TRelation : struct, IRelation
        where T : unmanaged, INumber<T>
    {
        if (a.Length == b.Length)
            for (var i = 0; i < holds.Length; i++) holds[i] = TRelation.Holds(a[i], b[i]);
        else if (b.Length == 1)
            for (var i = 0; i < holds.Length; i++) holds[i] = TRelation.Holds(a[i], b[0]);
        else
            for (var i = 0; i < holds.Length; i++) holds[i] = TRelation.Holds(a[0], b[i]);
    }
}
