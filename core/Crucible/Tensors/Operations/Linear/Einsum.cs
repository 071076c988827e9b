using static System.FormattableString;

namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>
    /// Einstein's summation: products of elements whose axes are named by letters, summed over the letters that are
    /// missing in the output. <c>"ij,jk->ik"</c> is the matrix product, <c>"bhqd,bhkd->bhqk"</c> the scores of
    /// attention, <c>"ii->"</c> the trace.
    /// </summary>
    /// <param name="specification">
    /// A term for each operand with one letter per axis; a letter that is repeated within a term takes the diagonal.
    /// "..." stands for any axes. The sizes of a letter, or of a place under "...", are equal or 1, which is broadcast.
    /// Without "->" the output has the axes under "..." and then the letters that occur once, in alphabetical order.
    /// Spaces are ignored.
    /// </param>
    /// <param name="operands">One or more tensors. They are multiplied from left to right, two at a time, as stacks of matrices.</param>
    /// <returns>A tensor with the axes of the output term.</returns>
    /// <exception cref="ShapeException">The specification is malformed, or does not fit the operands.</exception>
    /// <exception cref="DTypeException">The operands are not all float32 or all float64.</exception>
    public static Tensor Einsum(string specification, params Tensor[] operands)
    {
        EinsumSpecification parsed = new(specification, operands);
        foreach (Tensor operand in operands)
        {
            operand.RequireFloat("einsum");
            if (operand.DType != operands[0].DType) throw Errors.DTypes("einsum", operands[0].DType, operand.DType);
        }

        EinsumFactor product = EinsumFactor.From(operands[0], parsed.Operands[0], parsed);
        for (int i = 1; i < operands.Length; i++)
        {
            // Letters that neither the output nor a later operand names are summed as early as possible.
            HashSet<int> needed = [.. parsed.Output, .. parsed.Operands.Skip(i + 1).SelectMany(labels => labels)];
            product = product.Times(EinsumFactor.From(operands[i], parsed.Operands[i], parsed), needed);
        }

        return product.SumExcept([.. parsed.Output]).Arrange(parsed.Output);
    }
}

/// <summary>A tensor with a different label on each axis.</summary>
internal readonly struct EinsumFactor(Tensor values, int[] labels)
{
    /// <summary>Takes diagonals until every label occurs once, and drops axes of size 1 that are to be broadcast.</summary>
    public static EinsumFactor From(Tensor values, int[] labels, EinsumSpecification specification)
    {
        for (int axis = labels.Length - 1; axis >= 0; axis--)
        {
            int label = labels[axis];
            int other = Array.IndexOf(labels, label);
            if (other < axis)
            {
                int[] rest = [.. Enumerable.Range(0, labels.Length).Where(one => one != axis && one != other)];
                values = values.Permute([.. rest, other, axis]).Diagonal();
                labels = [.. rest.Select(one => labels[one]), label];
                axis = labels.Length;
            }
            else if (values.Shape[axis] != specification.SizeOf(label))
            {
                values = values.Squeeze(axis);
                labels = [.. labels[..axis], .. labels[(axis + 1)..]];
            }
        }

        return new(values, labels);
    }

    public Tensor Arrange(int[] order)
    {
        int[] own = labels;
        return values.Permute([.. order.Select(label => Array.IndexOf(own, label))]);
    }

    public EinsumFactor SumExcept(HashSet<int> kept)
    {
        int[] own = labels;
        int[] summed = [.. Enumerable.Range(0, own.Length).Where(axis => !kept.Contains(own[axis]))];
        return summed.Length == 0 ? this : new(values.Sum(summed), [.. own.Where(kept.Contains)]);
    }

    /// <summary>The product with another factor, summed over the labels that are not needed any more.</summary>
    public EinsumFactor Times(EinsumFactor other, HashSet<int> needed)
    {
        EinsumFactor a = SumExcept([.. needed, .. other.Labels]);
        EinsumFactor b = other.SumExcept([.. needed, .. a.Labels]);
        int[] shared = [.. a.Labels.Where(needed.Contains).Intersect(b.Labels)];
        int[] summed = [.. a.Labels.Intersect(b.Labels).Except(shared)];
        int[] rows = [.. a.Labels.Except(b.Labels)];
        int[] columns = [.. b.Labels.Except(a.Labels)];
        if (rows.Length == 0 && columns.Length == 0)
        {
            // Dot products: a stack of matrices of one row by one column would cost a call for each.
            int[] order = [.. shared, .. summed];
            return new EinsumFactor(a.Arrange(order) * b.Arrange(order), order).SumExcept(needed);
        }

        int[] result = [.. shared, .. rows, .. columns];
        if (summed.Length == 0)
        {
            // [shared, rows, 1…]·[shared, 1…, columns]: nothing is summed, so broadcasting makes nothing larger than
            // the result.
            Tensor left = a.Arrange([.. shared, .. rows]).Reshape([.. a.SizesOf(shared), .. a.SizesOf(rows), .. columns.Select(_ => 1)]);
            Tensor right =
                b.Arrange([.. shared, .. columns]).Reshape([.. b.SizesOf(shared), .. rows.Select(_ => 1), .. b.SizesOf(columns)]);
            return new(left * right, result);
        }

        Tensor leftStack = a.Matrices(shared, rows, summed, out bool transposeLeft);
        Tensor rightStack = b.Matrices(shared, summed, columns, out bool transposeRight);
        Tensor product = leftStack.MatMul(rightStack, transposeLeft, transposeRight);
        return new(product.ReshapeTo(Shape.From([.. a.SizesOf(shared), .. a.SizesOf(rows), .. b.SizesOf(columns)])), result);
    }

    private int[] Labels => labels;

    /// <summary>The values as matrices [stack, rows, columns], or transposed where that saves a copy.</summary>
    private Tensor Matrices(int[] stack, int[] rows, int[] columns, out bool isTransposed)
    {
        isTransposed = labels.AsSpan().SequenceEqual([.. stack, .. columns, .. rows]);
        Tensor ordered = isTransposed ? values : Arrange([.. stack, .. rows, .. columns]);
        (int height, int width) = (Product(rows), Product(columns));
        int[] matrix = isTransposed ? [width, height] : [height, width];
        return ordered.Reshape(stack.Length == 0 ? matrix : [Product(stack), .. matrix]);
    }

    private int[] SizesOf(int[] some)
    {
        (int[]? own, Shape? shape) = (labels, values.Shape);
        return [.. some.Select(label => shape[Array.IndexOf(own, label)])];
    }

    private int Product(int[] some) => SizesOf(some).Aggregate(1, (product, size) => product * size);
}

/// <summary>
/// A parsed einsum text: a label for every axis of every operand and of the output. Letters are labels of their own; an
/// axis under "..." is labelled with its negative distance from the end of the ellipsis, so that ellipses of different
/// lengths are aligned at their last axes.
/// </summary>
internal sealed class EinsumSpecification
{
    private const string Ellipsis = "...";

    private readonly string text;
    private readonly Dictionary<int, (int Size, int Operand)> sizes = [];

    public EinsumSpecification(string text, Tensor[] operands)
    {
        this.text = text;
        string[] sides = text.Replace(" ", string.Empty, StringComparison.Ordinal).Split("->");
        string[] terms = sides[0].Split(',');
        if (sides.Length > 2)
            throw Errors.Shape(Invariant($"einsum: there must be at most one \"->\", but the specification is \"{text}\""));
        if (terms.Length != operands.Length)
            throw Errors.Shape(Invariant($"einsum: \"{text}\" must have one term for each operand,")
                + Invariant($" but has {terms.Length} terms for {operands.Length} operands"));
        Operands = [.. terms.Select((term, index) => LabelsOf(term, index, operands[index].Shape))];
        for (int i = 0; i < operands.Length; i++) NoteSizes(i, operands);
        Output = sides.Length == 2 ? ExplicitOutput(sides[1]) : ImplicitOutput();
    }

    /// <summary>The labels of each operand's axes; a label that is repeated in one operand takes its diagonal.</summary>
    public int[][] Operands { get; }

    /// <summary>The labels of the output's axes, all different.</summary>
    public int[] Output { get; }

    /// <summary>The size that a label stands for.</summary>
    public int SizeOf(int label) => sizes[label].Size;

    private int[] LabelsOf(string term, int operand, Shape shape)
    {
        string letters = term.Replace(Ellipsis, string.Empty, StringComparison.Ordinal);
        RequireLetters(term, letters, Invariant($"operand {operand}"));
        int hidden = shape.Rank - letters.Length;
        if (term.Length == letters.Length ? hidden != 0 : hidden < 0)
            throw Errors.Shape("einsum: a term must have one letter for each axis,"
                + Invariant($" but in \"{text}\" operand {operand} has the term \"{term}\" and the shape {shape}"));
        return Expand(term, hidden);
    }

    private void RequireLetters(string term, string letters, string owner)
    {
        foreach (char letter in letters)
            if (!char.IsAsciiLetter(letter))
                throw Errors.Shape("einsum: terms must be made of letters and \"...\","
                    + Invariant($" but in \"{text}\" {owner} has '{letter}'"));
        if (term.Length - letters.Length > Ellipsis.Length)
            throw Errors.Shape(Invariant($"einsum: a term must have at most one \"...\", but in \"{text}\" {owner} has more"));
    }

    /// <summary>Labels for the letters of a term and, in the place of its ellipsis, for the axes hidden there.</summary>
    private static int[] Expand(string term, int hidden)
    {
        int at = term.IndexOf(Ellipsis, StringComparison.Ordinal);
        if (at < 0) return [.. term.Select(letter => (int)letter)];
        return [.. term[..at].Select(letter => (int)letter), .. Enumerable.Range(-hidden, hidden),
            .. term[(at + Ellipsis.Length)..].Select(letter => (int)letter)];
    }

    private void NoteSizes(int operand, Tensor[] operands)
    {
        Shape shape = operands[operand].Shape;
        for (int axis = 0; axis < shape.Rank; axis++)
        {
            (int label, int size) = (Operands[operand][axis], shape[axis]);
            int twin = shape[Array.IndexOf(Operands[operand], label)];
            if (twin != size)
                throw Errors.Shape(Invariant($"einsum: a repeated letter must stand for one size, but in \"{text}\"")
                    + Invariant($" {(char)label} is {twin} and {size} in operand {operand} {shape}"));
            if (!sizes.TryGetValue(label, out (int Size, int Operand) known) || known.Size == 1) sizes[label] = (size, operand);
            else if (size == known.Size || size == 1) continue;
            else if (label > 0)
                throw Errors.Shape(Invariant($"einsum: sizes of a letter must be equal or 1, but in \"{text}\" {(char)label}")
                    + Invariant($" is {known.Size} in operand {known.Operand} {operands[known.Operand].Shape} and {size} in operand {operand} {shape}"));
            else
                throw Errors.Shape(Invariant($"einsum: sizes under \"...\" must be equal or 1, counted from the last, but in \"{text}\"")
                    + Invariant($" they are {known.Size} in operand {known.Operand} {operands[known.Operand].Shape}")
                    + Invariant($" and {size} in operand {operand} {shape}"));
        }
    }

    private int[] ExplicitOutput(string term)
    {
        string letters = term.Replace(Ellipsis, string.Empty, StringComparison.Ordinal);
        RequireLetters(term, letters, "the output");
        foreach (char letter in letters)
        {
            if (!sizes.ContainsKey(letter))
                throw Errors.Shape("einsum: every letter of the output must occur in an operand,"
                    + Invariant($" but in \"{text}\" {letter} does not"));
            if (letters.IndexOf(letter, StringComparison.Ordinal) != letters.LastIndexOf(letter))
                throw Errors.Shape("einsum: the letters of the output must be distinct,"
                    + Invariant($" but in \"{text}\" {letter} is repeated"));
        }

        return Expand(term, sizes.Keys.Count(label => label < 0));
    }

    /// <summary>Without "->": the axes under "...", then the letters that occur once, in alphabetical order.</summary>
    private int[] ImplicitOutput() =>
    [
        .. sizes.Keys.Where(label => label < 0).Order(),
        .. Operands.SelectMany(labels => labels).Where(label => label > 0)
            .CountBy(label => label).Where(label => label.Value == 1).Select(label => label.Key).Order(),
    ];
}
