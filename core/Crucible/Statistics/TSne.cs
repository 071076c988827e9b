using Crucible.Tensors;
using static System.FormattableString;
using Primitives = System.Numerics.Tensors.TensorPrimitives;

namespace Crucible.Statistics;

/// <summary>
/// Places in the plane in which near rows lie near each other (t-SNE): with p_ij the chance that i and j are neighbours
/// among the rows and q_ij = (1 + |y_i − y_j|²)⁻¹ / Σ that among the places, descent lowers Σ p_ij ln(p_ij / q_ij). Far
/// distances and the sizes of groups mean nothing. Van der Maaten and Hinton 2008.
/// </summary>
/// <remarks>
/// Exact, so that N rows take N² steps an iteration: some hundred rows a second or two, some thousand minutes. It begins with the
/// first two principal components, of deviation 10⁻⁴, so that there is nothing random in it. As published there are gains
/// of each coordinate and a momentum of 0.5, then 0.8; in the first quarter p_ij are 12 times as large, and the learning
/// rate is N / 48 (Belkina et al. 2019, with the gradient's factor 4).
/// </remarks>
public sealed class TSne
{
    private const string Operation = "t-SNE";
    private const double Exaggeration = 12;
    private const double LeastGain = 0.01;
    private const double Start = 1e-4; // deviation of the first places
    private const int Halvings = 64; // of the search for a row's width

    private TSne(Tensor places, double divergence) => (Places, Divergence) = (places, divergence);

    /// <summary>The places, float64 [N, 2], around 0.</summary>
    public Tensor Places { get; }

    /// <summary>What is left of Σ p ln(p / q), nats.</summary>
    public double Divergence { get; }

    /// <summary>Finds places.</summary>
    /// <param name="rows">The rows [N, C], finite, from 4 to 5000 of them.</param>
    /// <param name="perplexity">About how many neighbours each row has, from 1 to (N − 1) / 3.</param>
    /// <param name="iterations">Steps of descent, 1 or more.</param>
    /// <returns>The places.</returns>
    /// <exception cref="ShapeException">The rows are not a matrix.</exception>
    /// <exception cref="OptionException">A number is out of range, or a value is not finite.</exception>
    /// <exception cref="DataException">All rows are equal.</exception>
    public static TSne Fit(Tensor rows, double perplexity = 30, int iterations = 1000)
    {
        if (rows.Rank != 2) throw Errors.Shape(Invariant($"{Operation}: rows must be a matrix, but are {rows.Shape}"));
        int count = rows.Shape[0];
        if (count is < 4 or > 5000) throw Errors.Option(Operation, "the number of rows", "from 4 to 5000", count);
        if (!(perplexity >= 1) || perplexity > (count - 1) / 3.0)
            throw Errors.Option(
                Operation, nameof(perplexity), Invariant($"from 1 to {(count - 1) / 3.0:0.##}, a third of the other rows"), perplexity);
        if (iterations < 1) throw Errors.Option(Operation, nameof(iterations), "1 or more", iterations);
        double[] y = FirstPlaces(rows, count);
        double[] near = Neighbours(Distances(rows), count, perplexity);
        return Descend(near, y, count, iterations);
    }

    private static double[] FirstPlaces(Tensor rows, int count)
    {
        int axes = Math.Min(2, rows.Shape[1]);
        double[] scores = PrincipalComponents.Fit(rows, axes).Scores.ToArray();
        double[] y = new double[2 * count]; // x of all rows, then y
        for (int i = 0; i < count; i++)
            for (int axis = 0; axis < axes; axis++) y[(axis * count) + i] = scores[(i * axes) + axis];
        double deviation = Primitives.StdDev<double>(y.AsSpan(0, count));
        Primitives.Multiply(y, Start / deviation, y);
        return y;
    }

    /// <summary>Squares of distances [N, N].</summary>
    private static double[] Distances(Tensor rows)
    {
        int count = rows.Shape[0], width = rows.Shape[1];
        double[] x = rows.To(DType.Float64).ToArray(), squares = new double[count * count];
        for (int i = 0; i < count; i++)
            for (int j = 0; j < i; j++)
            {
                double distance = Primitives.Distance<double>(x.AsSpan(i * width, width), x.AsSpan(j * width, width));
                squares[(i * count) + j] = squares[(j * count) + i] = distance * distance;
            }

        return squares;
    }

    /// <summary>p_ij, the mean of p_j|i and p_i|j over N: each row's bell is as wide as gives it the perplexity.</summary>
    private static double[] Neighbours(double[] squares, int count, double perplexity)
    {
        double[] chances = new double[count * count], row = new double[count];
        for (int i = 0; i < count; i++)
        {
            Span<double> distances = squares.AsSpan(i * count, count);
            double low = 0, high = double.PositiveInfinity, narrowness = 1 / Math.Max(Primitives.Sum<double>(distances) / count, 1e-300);
            for (int halving = 0; halving < Halvings; halving++)
            {
                if (Entropy(distances, i, narrowness, row) > Math.Log(perplexity)) low = narrowness;
                else high = narrowness;
                narrowness = double.IsInfinity(high) ? 2 * narrowness : (low + high) / 2;
            }

            row.CopyTo(chances, i * count);
        }

        double[] near = new double[count * count];
        for (int i = 0; i < count; i++)
            for (int j = 0; j < count; j++)
                near[(i * count) + j] = Math.Max((chances[(i * count) + j] + chances[(j * count) + i]) / (2 * count), 1e-12);
        return near;
    }

    /// <summary>The entropy of a row's chances, nats, which it fills in.</summary>
    private static double Entropy(ReadOnlySpan<double> distances, int self, double narrowness, Span<double> chances)
    {
        double nearest = double.PositiveInfinity, sum = 0, weighted = 0;
        for (int j = 0; j < distances.Length; j++) if (j != self) nearest = Math.Min(nearest, distances[j]);
        for (int j = 0; j < distances.Length; j++)
        {
            double beyond = distances[j] - nearest; // which cancels, and keeps one chance at 1 at least
            chances[j] = j == self ? 0 : Math.Exp(-narrowness * beyond);
            sum += chances[j];
            weighted += chances[j] * beyond;
        }

        Primitives.Divide(chances, sum, chances);
        return Math.Log(sum) + (narrowness * weighted / sum);
    }

    private static TSne Descend(double[] near, double[] y, int count, int iterations)
    {
        double[] gradient = new double[y.Length], speed = new double[y.Length], gains = new double[y.Length];
        double rate = count / (4 * Exaggeration), divergence = 0; // a spring's steps then do not grow: 4 · 12 · (1 / N) · rate = 1
        Array.Fill(gains, 1);
        double[] closeness = new double[count * count];
        for (int iteration = 0; iteration < iterations; iteration++)
        {
            bool isEarly = iteration < iterations / 4;
            divergence = Gradient(near, y, count, isEarly ? Exaggeration : 1, closeness, gradient, iteration == iterations - 1);
            double momentum = isEarly ? 0.5 : 0.8;
            for (int i = 0; i < y.Length; i++)
            {
                gains[i] = gradient[i] * speed[i] > 0 ? Math.Max(0.8 * gains[i], LeastGain) : gains[i] + 0.2;
                speed[i] = (momentum * speed[i]) - (rate * gains[i] * gradient[i]);
                y[i] += speed[i];
            }

            Centre(y.AsSpan(0, count));
            Centre(y.AsSpan(count));
        }

        double[] places = new double[y.Length];
        for (int i = 0; i < count; i++) (places[2 * i], places[(2 * i) + 1]) = (y[i], y[count + i]);
        return new(Tensor.From(places, count, 2), divergence);
    }

    private static void Centre(Span<double> values) => Primitives.Subtract(values, Primitives.Sum<double>(values) / values.Length, values);

    /// <summary>∂/∂y_i = 4 Σ_j (p_ij − q_ij)(y_i − y_j) / (1 + |y_i − y_j|²); the divergence, where it is asked for.</summary>
    private static double Gradient(
        double[] near, double[] y, int count, double exaggeration, double[] closeness, double[] gradient, bool isLast)
    {
        double total = 0;
        for (int i = 0; i < count; i++)
        {
            for (int j = 0; j < i; j++)
            {
                double dx = y[i] - y[j], dy = y[count + i] - y[count + j];
                double close = 1 / (1 + (dx * dx) + (dy * dy));
                closeness[(i * count) + j] = closeness[(j * count) + i] = close;
                total += 2 * close;
            }
        }

        double divergence = 0;
        for (int i = 0; i < count; i++)
        {
            double sumX = 0, sumY = 0;
            for (int j = 0; j < count; j++)
            {
                double close = closeness[(i * count) + j], p = near[(i * count) + j], q = close / total;
                double force = ((exaggeration * p) - q) * close;
                sumX += force * (y[i] - y[j]);
                sumY += force * (y[count + i] - y[count + j]);
                if (isLast && i != j) divergence += p * Math.Log(p / Math.Max(q, 1e-12));
            }

            (gradient[i], gradient[count + i]) = (4 * sumX, 4 * sumY);
        }

        return divergence;
    }
}
