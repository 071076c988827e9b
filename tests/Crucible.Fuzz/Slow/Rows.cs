namespace Crucible.Fuzz;

/// <summary>Definitions over one line of numbers.</summary>
internal static class Rows
{
    public static Jet Sum(Jet[] row) => row.Aggregate((Jet)0, (sum, x) => sum + x);

    public static Jet Product(Jet[] row) => row.Aggregate((Jet)1, (product, x) => product * x);

    public static Jet Mean(Jet[] row) => Sum(row) / row.Length;

    public static Jet Variance(Jet[] row, int correction)
    {
        Jet mean = Mean(row);
        return Sum([.. row.Select(x => (x - mean) * (x - mean))]) / (row.Length - correction);
    }

    public static Jet Max(Jet[] row) => row.Skip(1).Aggregate(row[0], Jet.Larger);

    public static Jet Min(Jet[] row) => row.Skip(1).Aggregate(row[0], Jet.Smaller);

    public static Jet[] Softmax(Jet[] row)
    {
        // The shift cancels in exact arithmetic; its value alone keeps the powers finite.
        double shift = row.Length == 0 ? 0 : row.Max(x => x.X.Value);
        Jet[] powers = [.. row.Select(x => Jet.Exp(x - shift))];
        Jet sum = Sum(powers);
        return [.. powers.Select(x => x / sum)];
    }

    public static Jet LogSumExp(Jet[] row)
    {
        double shift = row.Max(x => x.X.Value);
        return Jet.Log(Sum([.. row.Select(x => Jet.Exp(x - shift))])) + shift;
    }

    public static Jet Norm(Jet[] row, double order) => double.IsPositiveInfinity(order)
        ? Max([.. row.Select(Abs)])
        : Jet.Power(Sum([.. row.Select(x => Jet.Power(Abs(x), order))]), 1 / order);

    public static Jet Abs(Jet x) => Jet.IsBelow(x, 0) ? -x : x;

    public static Jet[] LayerNorm(Jet[] row, double epsilon)
    {
        Jet mean = Mean(row), scale = Jet.Sqrt(Variance(row, 0) + epsilon);
        return [.. row.Select(x => (x - mean) / scale)];
    }

    public static Jet[] RmsNorm(Jet[] row, double epsilon)
    {
        Jet scale = Jet.Sqrt(Mean([.. row.Select(x => x * x)]) + epsilon);
        return [.. row.Select(x => x / scale)];
    }

    public static Jet[] CumSum(Jet[] row)
    {
        Jet[] sums = new Jet[row.Length];
        Jet sum = 0;
        for (int i = 0; i < row.Length; i++) sums[i] = sum += row[i];
        return sums;
    }

    /// <summary>The indices that order the line; equal elements keep their order.</summary>
    public static int[] Order(Jet[] row, bool descending)
    {
        List<int> order = [];
        for (int i = 0; i < row.Length; i++)
        {
            int at = order.FindIndex(j => descending ? Jet.IsBelow(row[j], row[i]) : Jet.IsBelow(row[i], row[j]));
            order.Insert(at < 0 ? order.Count : at, i);
        }

        return [.. order];
    }
}
