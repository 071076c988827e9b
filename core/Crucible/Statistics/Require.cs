namespace Crucible.Statistics;

/// <summary>What statistics, scalers and fits require of their numbers.</summary>
internal static class Require
{
    internal static void Rows(string operation, int count)
    {
        if (count == 0) throw Errors.TooFew(operation, "rows", 1, 0);
    }

    internal static void Finite(string operation, string name, ReadOnlySpan<double> values)
    {
        for (int i = 0; i < values.Length; i++)
            if (!double.IsFinite(values[i])) throw Errors.NotFinite(operation, name, i, values[i]);
    }

    /// <summary>Finite values whose differences are finite too, so that they can be centred and scaled.</summary>
    internal static void Spread(string operation, string name, double[] values)
    {
        Finite(operation, name, values);
        if (values.Length > 0 && !double.IsFinite(values.Max() - values.Min()))
            throw Errors.TooLarge(operation, name, values.Max(Math.Abs));
    }

    /// <summary>Finite values whose squares, once centred, have a finite sum.</summary>
    internal static void Squares(string operation, string name, double[] values)
    {
        Finite(operation, name, values);
        if (!double.IsFinite(4 * values.Sum(value => value * value))) throw Errors.TooLarge(operation, name, values.Max(Math.Abs));
    }

    /// <summary>Positions and values of a curve to fit: as many of one as of the other, finite, at enough different positions.</summary>
    internal static void Points(string operation, double[] x, double[] y, int differentPositions)
    {
        if (x.Length != y.Length)
            throw Errors.DataSizes(operation, "x and y must be equally long", $"x has {x.Length} values and y has {y.Length}");
        Finite(operation, "x", x);
        Finite(operation, "y", y);
        int different = x.Distinct().Count();
        if (different < differentPositions) throw Errors.TooFew(operation, "different positions x", differentPositions, different);
    }
}
