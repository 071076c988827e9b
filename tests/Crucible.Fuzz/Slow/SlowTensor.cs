using Crucible.Tensors;

namespace Crucible.Fuzz;

/// <summary>
/// A tensor of the slow interpreter. Everything is made element by element from indices, as definitions are written;
/// nothing of Crucible's is called.
/// </summary>
internal sealed class SlowTensor(int[] shape, DType type, Jet[] items)
{
    public int[] Shape => shape;

    public DType Type => type;

    public Jet[] Items => items;

    public int Rank => shape.Length;

    public int Count => items.Length;

    public bool IsFloat => type.IsFloat();

    /// <summary>The element at an index.</summary>
    public Jet this[params int[] index] => items[Position(index)];

    /// <summary>The element that broadcasting puts at an index of a larger shape.</summary>
    public Jet Broadcast(int[] index)
    {
        int[] own = index[^Rank..];
        for (int axis = 0; axis < Rank; axis++)
            if (shape[axis] == 1) own[axis] = 0;
        return items[Position(own)];
    }

    /// <summary>A tensor from the element at every index.</summary>
    public static SlowTensor Make(int[] shape, DType type, Func<int[], Jet> element) =>
        new(shape, type, [.. Indices(shape).Select(element)]);

    public SlowTensor Map(Func<Jet, Jet> function) => new(shape, type, [.. items.Select(function)]);

    public SlowTensor As(DType other) => new(shape, other, items);

    public static SlowTensor Zip(SlowTensor a, SlowTensor b, Func<Jet, Jet, Jet> function, DType? type = null) =>
        Make(Broadcast(a.Shape, b.Shape), type ?? a.Type, at => function(a.Broadcast(at), b.Broadcast(at)));

    /// <summary>What a function makes of all elements that share the kept axes.</summary>
    public SlowTensor Reduce(int[] axes, bool keepDims, Func<Jet[], Jet> function, DType? result = null)
    {
        HashSet<int> reduced = [.. axes.Select(axis => Axis(axis))];
        int[] kept = [.. shape.Select((size, axis) => reduced.Contains(axis) ? 1 : size)];
        int[] along = [.. shape.Select((size, axis) => reduced.Contains(axis) ? size : 1)];
        Jet At(int[] kept, int[] reduced) => this[[.. kept.Zip(reduced, (x, y) => x + y)]];
        SlowTensor full = Make(kept, result ?? type, at => function([.. Indices(along).Select(i => At(at, i))]));
        return keepDims ? full : full.Reshape([.. shape.Where((_, axis) => !reduced.Contains(axis))]);
    }

    /// <summary>What a function makes of every line along an axis; the results are as long as each other.</summary>
    public SlowTensor Along(int axis, Func<Jet[], Jet[]> function, DType? result = null, int? length = null)
    {
        axis = Axis(axis);
        int size = length ?? shape[axis];
        Dictionary<string, Jet[]> lines = [];
        return Make(With(axis, size), result ?? type, at =>
        {
            string key = string.Join(',', at.Where((_, a) => a != axis));
            if (!lines.TryGetValue(key, out Jet[]? line))
                lines[key] = line = function([.. Enumerable.Range(0, shape[axis]).Select(i => this[Replace(at, axis, i)])]);
            return line[at[axis]];
        });
    }

    public SlowTensor Reshape(int[] other) => other.Aggregate(1, (product, size) => product * size) == Count
        ? new(other, type, items)
        : throw new ArgumentException("the shapes hold different counts");

    public SlowTensor Permute(params int[] order) => Make(
        [.. order.Select(axis => shape[Axis(axis)])],
        type,
        at =>
        {
            int[] own = new int[Rank];
            for (int axis = 0; axis < Rank; axis++) own[Axis(order[axis])] = at[axis];
            return this[own];
        });

    public int Axis(int axis) => axis < 0 ? axis + Rank : axis;

    public int[] With(int axis, int size) => Replace(shape, Axis(axis), size);

    public static int[] Replace(int[] sizes, int axis, int size)
    {
        int[] changed = [.. sizes];
        changed[axis] = size;
        return changed;
    }

    public static int[] Broadcast(int[] a, int[] b)
    {
        int rank = Math.Max(a.Length, b.Length);
        int[] left = [.. Enumerable.Repeat(1, rank - a.Length), .. a], right = [.. Enumerable.Repeat(1, rank - b.Length), .. b];
        return [.. left.Zip(right, (x, y) => x == 1 ? y : x)];
    }

    /// <summary>Every index of a shape, the last axis fastest.</summary>
    public static IEnumerable<int[]> Indices(int[] shape)
    {
        int count = shape.Aggregate(1, (product, size) => product * size);
        for (int position = 0; position < count; position++)
        {
            int[] index = new int[shape.Length];
            for (int axis = shape.Length - 1, rest = position; axis >= 0; rest /= shape[axis], axis--) index[axis] = rest % shape[axis];
            yield return index;
        }
    }

    /// <summary>Einsum by its definition: for every output index the sum over all others of the products.</summary>
    public static SlowTensor Einsum(string specification, params SlowTensor[] operands)
    {
        string[] sides = specification.Split("->");
        string[] terms = sides[0].Split(',');
        Dictionary<char, int> sizes = [];
        for (int i = 0; i < terms.Length; i++)
            for (int axis = 0; axis < terms[i].Length; axis++) sizes[terms[i][axis]] = operands[i].Shape[axis];
        char[] summed = [.. sizes.Keys.Where(letter => !sides[1].Contains(letter))];
        int[] inner = [.. summed.Select(letter => sizes[letter])];
        return Make([.. sides[1].Select(letter => sizes[letter])], operands[0].Type, at =>
        {
            Jet sum = 0;
            foreach (int[] index in Indices(inner))
            {
                int Of(char letter) => sides[1].Contains(letter) ? at[sides[1].IndexOf(letter)] : index[Array.IndexOf(summed, letter)];
                Jet product = 1;
                for (int i = 0; i < operands.Length; i++) product *= operands[i][[.. terms[i].Select(Of)]];
                sum += product;
            }

            return sum;
        });
    }

    private int Position(int[] index)
    {
        int position = 0;
        for (int axis = 0; axis < Rank; axis++) position = (position * shape[axis]) + index[axis];
        return position;
    }
}
