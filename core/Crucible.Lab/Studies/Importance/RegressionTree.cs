namespace Crucible.Lab.Studies;

/// <summary>
/// A tree that splits the search space where the values on both sides differ most, until few trials are left: Breiman
/// and others, "Classification and Regression Trees" (1984).
/// A trial without a parameter counts on both sides of a split by it, in the proportion of their sizes, as if it had
/// every value of the parameter at once.
/// </summary>
internal sealed class RegressionTree
{
    private readonly double[][] places;
    private readonly double[] values;
    private readonly double least;
    private readonly Node root;

    private RegressionTree(double[][] places, double[] values, double[] weights, Side[] space, double least)
    {
        (this.places, this.values, this.least) = (places, values, least);
        Row[] rows = [.. Enumerable.Range(0, values.Length).Where(i => weights[i] > 0).Select(i => new Row(i, weights[i]))];
        root = Grow(rows, space);
    }

    /// <summary>Grows a tree.</summary>
    /// <param name="places">The trials' unit coordinates, NaN where a trial did not ask for the parameter.</param>
    /// <param name="values">A value a trial.</param>
    /// <param name="weights">How often each trial counts.</param>
    /// <param name="space">The whole of each parameter.</param>
    /// <param name="least">The smallest weight of a leaf.</param>
    internal static RegressionTree Of(double[][] places, double[] values, double[] weights, Side[] space, double least) =>
        new(places, values, weights, space, least);

    /// <summary>The boxes that the space is cut into, each with its value.</summary>
    internal List<Leaf> Leaves()
    {
        List<Leaf> leaves = [];
        Collect(root, leaves);
        return leaves;
    }

    /// <summary>The value at a place; where a coordinate is missing, the mean over all that it could be.</summary>
    internal double At(double[] place) => At(root, place);

    private static double At(Node node, double[] place)
    {
        while (node.Left is not null)
        {
            double unit = place[node.Axis];
            if (double.IsNaN(unit))
            {
                double left = node.Left.Box[node.Axis].Share / node.Box[node.Axis].Share;
                return (left * At(node.Left, place)) + ((1 - left) * At(node.Right!, place));
            }

            node = node.Left.Box[node.Axis].Contains(unit) ? node.Left : node.Right!;
        }

        return node.Value;
    }

    private static void Collect(Node node, List<Leaf> leaves)
    {
        if (node.Left is null)
        {
            leaves.Add(new Leaf(node.Box, node.Value));
            return;
        }

        Collect(node.Left, leaves);
        Collect(node.Right!, leaves);
    }

    private Node Grow(Row[] rows, Side[] box)
    {
        Sums all = default;
        foreach (Row row in rows) all = all.Plus(row.Weight, values[row.Index]);
        Node node = new(box, all.Mean);
        if (all.Weight < 2 * least || all.Spread <= 1e-12 * all.Weight * Math.Max(1, all.Mean * all.Mean)) return node;
        Split best = default;
        for (int axis = 0; axis < box.Length; axis++)
        {
            Split found = box[axis].Choices is null ? Threshold(rows, all, box[axis], axis) : Subset(rows, all, box[axis], axis);
            if (found.Gain > best.Gain * (1 + 1e-12)) best = found; // of equal ones the first: rounding must not choose
        }

        if (best.Gain <= 0) return node;
        (node.Axis, node.Left, node.Right) = (best.Axis, Branch(best.Left), Branch(best.Right));
        return node;

        Node Branch(Side side)
        {
            double share = side.Share / box[best.Axis].Share;
            Row[] inside =
            [
                .. from row in rows
                   let unit = places[row.Index][best.Axis]
                   where double.IsNaN(unit) || side.Contains(unit)
                   select double.IsNaN(unit) ? row with { Weight = row.Weight * share } : row,
            ];
            Side[] smaller = [.. box];
            smaller[best.Axis] = side;
            return Grow(inside, smaller);
        }
    }

    /// <summary>The place between two trials that divides them best.</summary>
    private Split Threshold(Row[] rows, Sums all, Side side, int axis)
    {
        Row[] present = [.. rows.Where(row => !double.IsNaN(places[row.Index][axis]))];
        Sums missing = Missing(rows, axis);
        double[] units = [.. present.Select(row => places[row.Index][axis])];
        Array.Sort(units, present);
        Split best = default;
        Sums below = default;
        for (int i = 0; i + 1 < present.Length; i++)
        {
            below = below.Plus(present[i].Weight, values[present[i].Index]);
            double place = (units[i] + units[i + 1]) / 2;
            if (place <= units[i]) continue;
            double gain = Gain(below.Plus(missing, (place - side.Low) / (side.High - side.Low)), all);
            if (gain > best.Gain) best = new Split(axis, gain, side with { High = place }, side with { Low = place });
        }

        return best;
    }

    /// <summary>
    /// The division of the choices that divides the trials best: with choices in the order of their means, some first
    /// ones against the rest (Fisher, 1958).
    /// </summary>
    private Split Subset(Row[] rows, Sums all, Side side, int axis)
    {
        bool[] known = side.Choices!;
        Sums missing = Missing(rows, axis);
        Sums[] ofChoice = new Sums[known.Length];
        foreach (Row row in rows)
        {
            double unit = places[row.Index][axis];
            if (!double.IsNaN(unit))
                ofChoice[Side.Choice(unit, known.Length)] = ofChoice[Side.Choice(unit, known.Length)].Plus(row.Weight, values[row.Index]);
        }

        int[] order = [.. Enumerable.Range(0, known.Length).Where(choice => ofChoice[choice].Weight > 0)
            .OrderBy(choice => ofChoice[choice].Mean).ThenBy(choice => choice)];
        Split best = default;
        Sums first = default;
        bool[] left = new bool[known.Length];
        for (int i = 0; i + 1 < order.Length; i++)
        {
            left[order[i]] = true;
            first = first.Plus(ofChoice[order[i]], 1);
            double share = (double)(i + 1) / known.Count(isIn => isIn);
            double gain = Gain(first.Plus(missing, share), all);
            if (gain <= best.Gain) continue;
            // Choices that no trial here has made go to the right, where they change no mean.
            bool[] right = [.. known.Select((isIn, choice) => isIn && !left[choice])];
            best = new Split(axis, gain, side with { Choices = [.. left] }, side with { Choices = right });
        }

        return best;
    }

    private Sums Missing(Row[] rows, int axis)
    {
        Sums missing = default;
        foreach (Row row in rows)
        {
            if (double.IsNaN(places[row.Index][axis])) missing = missing.Plus(row.Weight, values[row.Index]);
        }

        return missing;
    }

    /// <summary>
    /// By how much the sum of squared distances from the mean falls; 0 if a side were too small. Of divisions that gain
    /// alike, even nothing, the more even one counts a little more: what two parameters do together shows only once one
    /// of them is divided.
    /// </summary>
    private double Gain(Sums left, Sums all)
    {
        Sums right = all.Minus(left);
        if (left.Weight < least || right.Weight < least) return 0;
        double evenness = left.Weight * right.Weight / (all.Weight * all.Weight);
        return Math.Max(all.Spread - left.Spread - right.Spread, 0) + (1e-9 * all.Spread * evenness);
    }

    /// <summary>A box and the value in it.</summary>
    internal readonly record struct Leaf(Side[] Box, double Value);

    private readonly record struct Row(int Index, double Weight);

    private readonly record struct Split(int Axis, double Gain, Side Left, Side Right);

    private readonly record struct Sums(double Weight, double First, double Second)
    {
        internal double Mean => First / Weight;

        /// <summary>The sum of squared distances from the mean.</summary>
        internal double Spread => Weight > 0 ? Math.Max(Second - (First * First / Weight), 0) : 0;

        internal Sums Plus(double weight, double value) =>
            new(Weight + weight, First + (weight * value), Second + (weight * value * value));

        internal Sums Plus(Sums other, double share) =>
            new(Weight + (share * other.Weight), First + (share * other.First), Second + (share * other.Second));

        internal Sums Minus(Sums other) => new(Weight - other.Weight, First - other.First, Second - other.Second);
    }

    private sealed class Node(Side[] box, double value)
    {
        internal Side[] Box { get; } = box;

        internal double Value { get; } = value;

        internal int Axis { get; set; }

        internal Node? Left { get; set; }

        internal Node? Right { get; set; }
    }
}

/// <summary>What a box of the search space covers of one parameter: an interval of its unit coordinate, or some of its choices.</summary>
internal readonly record struct Side(double Low, double High, bool[]? Choices)
{
    /// <summary>All of a parameter.</summary>
    internal static Side Whole(Distribution distribution) =>
        new(0, 1, distribution is CategoricalDistribution categorical ? [.. Enumerable.Repeat(true, categorical.Choices.Count)] : null);

    /// <summary>Its share of the parameter's whole.</summary>
    internal double Share => Choices is null ? High - Low : (double)Choices.Count(isIn => isIn) / Choices.Length;

    /// <summary>Whether it holds a unit coordinate: its lower end and not its upper, but for the end of the parameter.</summary>
    internal bool Contains(double unit) =>
        Choices is null ? unit >= Low && (unit < High || High == 1) : Choices[Choice(unit, Choices.Length)];

    /// <summary>The choice that a unit coordinate stands for.</summary>
    internal static int Choice(double unit, int count) => Math.Clamp((int)(unit * count), 0, count - 1);
}
