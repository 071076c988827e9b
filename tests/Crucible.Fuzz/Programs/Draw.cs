using Crucible.Tensors;

namespace Crucible.Fuzz;

/// <summary>Draws what a call needs: nodes of the program so far, fresh data, axes and sizes.</summary>
internal sealed class Draw(Random random, FuzzProgram program)
{
    private static readonly int[] Sizes = [1, 1, 2, 2, 3, 3, 4, 5, 7, 17];
    private const int MostElements = 80;
    private const double Grain = 1.0 / 128; // exact in every element type

    /// <summary>The element type of most of the program.</summary>
    public DType Type { get; } = random.Next(2) == 0 ? DType.Float32 : DType.Float64;

    public FuzzProgram Program => program;

    public SlowTensor this[int node] => program.Nodes[node].Value;

    public int Next(int count) => random.Next(count);

    public int Between(int low, int high) => random.Next(low, high + 1);

    public bool Chance(double probability) => random.NextDouble() < probability;

    public T Choose<T>(params T[] choices) => choices[random.Next(choices.Length)];

    /// <summary>A floating-point node whose values lie between bounds, with at least some axes: one that is there, or new data.</summary>
    public int Float(int rank = 0, double low = -20, double high = 20, Func<SlowTensor, bool>? where = null)
    {
        bool Fits(SlowTensor value) => value.Type == Type && value.Rank >= rank && where?.Invoke(value) != false
            && value.Items.All(item => item.X.Value >= low && item.X.Value <= high);
        int[] fitting = [.. Enumerable.Range(0, program.Nodes.Count).Where(node => Fits(this[node]))];
        if (fitting.Length > 0 && Chance(0.85)) return Recent(fitting);
        int[] shape = Shape(rank);
        for (int tries = 0; where is not null && tries < 50; tries++)
        {
            SlowTensor blank = SlowTensor.Make(shape, Type, _ => 0);
            if (where(blank)) break;
            shape = Shape(rank);
        }

        return Leaf(shape, Type, Math.Max(low, -2), Math.Min(high, 2));
    }

    /// <summary>Any node, of any element type.</summary>
    public int Any(int rank = 0, Func<SlowTensor, bool>? where = null)
    {
        int[] fitting = [.. Enumerable.Range(0, program.Nodes.Count)
            .Where(node => this[node].Type != DType.Float32 && this[node].Type != DType.Float64 && this[node].Rank >= rank
                && where?.Invoke(this[node]) != false)];
        return fitting.Length > 0 && Chance(0.2) ? Recent(fitting) : Float(rank, where: where);
    }

    /// <summary>A node that broadcasts against another, of its type; perhaps that node itself.</summary>
    public int Partner(int node, double low = -20, double high = 20)
    {
        SlowTensor value = this[node];
        bool Fits(SlowTensor other) => other.Type == value.Type && Broadcasts(other.Shape, value.Shape)
            && other.Items.All(item => item.X.Value >= low && item.X.Value <= high);
        int[] fitting = [.. Enumerable.Range(0, program.Nodes.Count).Where(other => Fits(this[other]))];
        if (fitting.Length > 0 && Chance(0.6)) return Recent(fitting);
        int[] shape = [.. value.Shape.Select(size => Chance(0.3) ? 1 : size)];
        if (Chance(0.3) && shape.Length > 0) shape = shape[Between(1, shape.Length)..];
        else if (Chance(0.1) && value.Count <= 10 && shape.Length < 4) shape = [Choose(2, 3), .. shape];
        return Leaf(shape, value.Type, Math.Max(low, -2), Math.Min(high, 2));
    }

    /// <summary>Fresh data, uniform between bounds; now and then repeated, so that ties occur where they are exact.</summary>
    public int Leaf(int[] shape, DType type, double low = -2, double high = 2)
    {
        Jet Element() => type switch
        {
            DType.Bool => random.Next(2),
            DType.Int32 => random.Next((int)Math.Ceiling(low), (int)Math.Floor(high) + 1),
            _ => Variable(Math.Round(((random.NextDouble() * (high - low)) + low) / Grain) * Grain, random),
        };
        program.Nodes.Add(new(SlowTensor.Make(shape, type, _ => Element())));
        return program.Nodes.Count - 1;
    }

    /// <summary>Sizes, of which one in fifteen is 0.</summary>
    public int[] Shape(int least = 0, int most = 4)
    {
        while (true)
        {
            int[] shape = [.. Enumerable.Range(0, Between(least, Math.Max(least, most))).Select(_ => Chance(0.04) ? 0 : Choose(Sizes))];
            if (shape.Aggregate(1, (product, size) => product * Math.Max(1, size)) <= MostElements) return shape;
        }
    }

    /// <summary>An axis of a node, perhaps counted from the last.</summary>
    public int Axis(int node) => Next(this[node].Rank) - (Chance(0.3) ? this[node].Rank : 0);

    /// <summary>Some distinct axes of a node.</summary>
    public int[] Axes(int node) => [.. Enumerable.Range(0, this[node].Rank).Where(_ => Chance(0.5)).OrderBy(_ => random.Next())];

    public int[] Order(int count) => [.. Enumerable.Range(0, count).OrderBy(_ => random.Next())];

    /// <summary>Data that is differentiated, with a direction of its own. It counts as rounded, so that a tie is one at 0 too.</summary>
    public static Jet Variable(double value, Random random) =>
        new(new(value, Math.Abs(value) + 1e-9), Rounded((random.NextDouble() * 2) - 1), 0);

    private static Real Rounded(double value)
    {
        double exact = Math.Round(value * 64) / 64;
        return new(exact, Math.Abs(exact));
    }

    private int Recent(int[] nodes) => nodes[Math.Max(Next(nodes.Length), Next(nodes.Length))];

    private static bool Broadcasts(int[] a, int[] b)
    {
        for (int back = 1; back <= Math.Min(a.Length, b.Length); back++)
            if (a[^back] != b[^back] && a[^back] != 1 && b[^back] != 1) return false;
        return SlowTensor.Broadcast(a, b).Aggregate(1, (product, size) => product * size) <= 4 * MostElements;
    }
}
