namespace Crucible.Kernels;

/// <summary>
/// A vector of float or double lanes at one of three widths, so that every formula is written once:
/// <c>static V Invoke&lt;V&gt;(V x) where V : struct, ISimd&lt;V&gt; => x * VectorMath.Sigmoid(x)</c> serves float and
/// double on AVX-512, AVX2, NEON and no vector unit. All operations round each lane as IEEE 754 says, so the width
/// never changes a result.
/// </summary>
/// <typeparam name="TSelf">The vector type itself.</typeparam>
internal interface ISimd<TSelf>
    where TSelf : struct, ISimd<TSelf>
{
    /// <summary>Lanes are doubles (else floats); a constant to the compiler.</summary>
    static abstract bool IsDouble { get; }

    /// <summary>Number of lanes.</summary>
    static abstract int Count { get; }

    /// <summary>The constant in every lane, rounded to the lane type.</summary>
    static abstract TSelf Of(double value);

    /// <summary>The bit pattern in every lane; float lanes take the low 32 bits.</summary>
    static abstract TSelf OfBits(long bits);

    static abstract TSelf operator +(TSelf a, TSelf b);
    static abstract TSelf operator -(TSelf a, TSelf b);
    static abstract TSelf operator *(TSelf a, TSelf b);
    static abstract TSelf operator /(TSelf a, TSelf b);
    static abstract TSelf operator -(TSelf a);

    static virtual TSelf operator +(TSelf a, double b) => a + TSelf.Of(b);
    static virtual TSelf operator -(TSelf a, double b) => a - TSelf.Of(b);
    static virtual TSelf operator *(TSelf a, double b) => a * TSelf.Of(b);
    static virtual TSelf operator /(TSelf a, double b) => a / TSelf.Of(b);
    static virtual TSelf operator +(double a, TSelf b) => TSelf.Of(a) + b;
    static virtual TSelf operator -(double a, TSelf b) => TSelf.Of(a) - b;
    static virtual TSelf operator *(double a, TSelf b) => TSelf.Of(a) * b;
    static virtual TSelf operator /(double a, TSelf b) => TSelf.Of(a) / b;

    /// <summary>a·b + c with one rounding.</summary>
    static abstract TSelf MultiplyAdd(TSelf a, TSelf b, TSelf c);

    /// <summary>
    /// sum += a·b, with one rounding where the processor can, else with two: for products, which need speed on every
    /// processor, not the last bit.
    /// </summary>
    /// <remarks>
    /// In place, since the compiler then keeps the sum in its register; through a result it moves every second one back
    /// to it.
    /// </remarks>
    static abstract void AddProduct(ref TSelf sum, TSelf a, TSelf b);

    /// <summary>The larger operand; NaN if either is NaN.</summary>
    static abstract TSelf Max(TSelf a, TSelf b);

    /// <summary>The smaller operand; NaN if either is NaN.</summary>
    static abstract TSelf Min(TSelf a, TSelf b);

    /// <summary>x held below a limit that is not NaN; a NaN in x stays. Cheaper than <see cref="Min"/>.</summary>
    static abstract TSelf AtMost(TSelf x, double limit);

    /// <inheritdoc cref="AtMost(TSelf, double)"/>
    static abstract TSelf AtMost(TSelf x, TSelf limit);

    /// <summary>x held above a limit that is not NaN; a NaN in x stays. Cheaper than <see cref="Max"/>.</summary>
    static abstract TSelf AtLeast(TSelf x, double limit);

    /// <inheritdoc cref="AtLeast(TSelf, double)"/>
    static abstract TSelf AtLeast(TSelf x, TSelf limit);

    static abstract TSelf Abs(TSelf x);
    static abstract TSelf Sqrt(TSelf x);
    static abstract TSelf Floor(TSelf x);
    static abstract TSelf Ceiling(TSelf x);

    /// <summary>The nearest integer, halves to even.</summary>
    static abstract TSelf Round(TSelf x);

    /// <summary>Comparisons give a mask: all bits set in lanes where it holds, none elsewhere.</summary>
    static abstract TSelf operator <(TSelf a, TSelf b);
    static abstract TSelf operator <=(TSelf a, TSelf b);
    static abstract TSelf operator >(TSelf a, TSelf b);
    static abstract TSelf operator >=(TSelf a, TSelf b);
    static abstract TSelf Equal(TSelf a, TSelf b);

    /// <summary>Lanes of <paramref name="whenTrue"/> where the mask is set, of <paramref name="whenFalse"/> elsewhere.</summary>
    static abstract TSelf Select(TSelf mask, TSelf whenTrue, TSelf whenFalse);

    static abstract TSelf operator &(TSelf a, TSelf b);
    static abstract TSelf operator |(TSelf a, TSelf b);
    static abstract TSelf operator ^(TSelf a, TSelf b);
    static abstract TSelf operator ~(TSelf a);

    /// <summary>Adds the lanes as integers.</summary>
    static abstract TSelf AddBits(TSelf a, TSelf b);

    /// <summary>Shifts the lanes as integers.</summary>
    static abstract TSelf ShiftBitsLeft(TSelf x, int count);

    /// <summary>Shifts the lanes as unsigned integers.</summary>
    static abstract TSelf ShiftBitsRight(TSelf x, int count);

    /// <summary>x·2ⁿ for an integral n, rounded once, with gradual underflow.</summary>
    static abstract TSelf Scale(TSelf x, TSelf n);

    /// <summary>A function lane by lane, in double precision.</summary>
    static abstract TSelf PerLane<TFunction>(TSelf x, TSelf y)
        where TFunction : struct, IScalar;

    /// <summary>A formula in double precision, whose results are then rounded to the lane type.</summary>
    static abstract TSelf ViaDouble<TFunction>(TSelf x, TSelf y)
        where TFunction : struct, IBinary;

    /// <summary>The lanes read as signed integers, as numbers.</summary>
    static abstract TSelf FromInteger(TSelf bits);

    /// <summary>Bit i is set when lane i of the mask is set.</summary>
    static abstract uint Bits(TSelf mask);
}

/// <summary>What kernels need beyond formulas: the way to memory and across lanes.</summary>
/// <typeparam name="TSelf">The vector type itself.</typeparam>
/// <typeparam name="T">float or double.</typeparam>
internal unsafe interface ISimd<TSelf, T> : ISimd<TSelf>
    where TSelf : unmanaged, ISimd<TSelf, T>
    where T : unmanaged
{
    static abstract TSelf Broadcast(T value);

    static abstract TSelf Load(T* source);

    static abstract void Store(TSelf x, T* target);

    /// <summary>Loads the first <paramref name="count"/> lanes, from none to all, and touches no other memory; the others are 0.</summary>
    static abstract TSelf LoadPart(T* source, int count);

    /// <summary>The same, where the others hold <paramref name="padding"/>.</summary>
    static abstract TSelf LoadPart(T* source, int count, TSelf padding);

    /// <summary>Stores the first <paramref name="count"/> lanes, from none to all, and touches no other memory.</summary>
    static abstract void StorePart(TSelf x, T* target, int count);

    /// <summary>The lower half of <paramref name="low"/>'s lanes and the upper half of <paramref name="high"/>'s.</summary>
    static abstract TSelf Halves(TSelf low, TSelf high);

    /// <summary>Loads half a vector into both halves.</summary>
    static abstract TSelf LoadTwice(T* source);

    /// <summary>
    /// Loads the first <paramref name="count"/> lanes of each half, from none to all, and touches no other memory; the others
    /// are 0.
    /// </summary>
    static abstract TSelf LoadHalves(T* low, T* high, int count);

    /// <summary>Stores the first <paramref name="count"/> lanes of each half, from none to all, and touches no other memory.</summary>
    static abstract void StoreHalves(TSelf x, T* low, T* high, int count);

    /// <summary>A mask from as many flags as there are lanes.</summary>
    static abstract TSelf Mask(bool* flags);

    /// <summary>The first lane.</summary>
    static abstract T First(TSelf x);

    /// <summary>All lanes combined, by halving: lower half with upper half until one is left.</summary>
    static abstract T Fold<TReduction>(TSelf x)
        where TReduction : struct, IReduction;

    /// <summary>The sums of the lanes of four vectors.</summary>
    static abstract void Sums(TSelf first, TSelf second, TSelf third, TSelf fourth, T* sums);

    /// <summary>
    /// Writes column p of as many rows as there are lanes to <paramref name="target"/> + p·step, for as many columns as
    /// 16 bytes hold.
    /// </summary>
    static abstract void Transpose(T** rows, nint column, T* target, nint step);
}
