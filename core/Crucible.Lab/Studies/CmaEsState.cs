using Crucible.Tensors;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace Crucible.Lab.Studies;

/// <summary>The normal distribution of one generation and what it takes to get to the next. Letters and constants are those of Hansen's tutorial, table 1.</summary>
internal sealed class CmaEsState
{
    private const double LeastWidth = 1e-9; // below, points of a generation are equal in double precision

    private readonly double[] weights; // of the best half
    private readonly double muEff;
    private readonly double cc;
    private readonly double cSigma;
    private readonly double c1;
    private readonly double cMu;
    private readonly double dSigma;
    private readonly double chi; // the expected length of a standard normal vector

    private Vector<double> mean;
    private Matrix<double> covariance;
    private Matrix<double> axes; // B
    private Vector<double> lengths; // D
    private Vector<double> path;
    private Vector<double> pathSigma;
    private double sigma;

    internal CmaEsState(int dimensions, int population, double width)
    {
        double n = dimensions;
        int mu = population / 2;
        double[] raw = [.. Enumerable.Range(1, mu).Select(i => Math.Log((population + 1) / 2.0) - Math.Log(i))];
        weights = [.. raw.Select(weight => weight / raw.Sum())];
        muEff = 1 / weights.Sum(weight => weight * weight);
        cc = (4 + (muEff / n)) / (n + 4 + (2 * muEff / n));
        cSigma = (muEff + 2) / (n + muEff + 5);
        c1 = 2 / (((n + 1.3) * (n + 1.3)) + muEff);
        cMu = Math.Min(1 - c1, 2 * (muEff - 2 + (1 / muEff)) / (((n + 2) * (n + 2)) + muEff));
        dSigma = 1 + (2 * Math.Max(0, Math.Sqrt((muEff - 1) / (n + 1)) - 1)) + cSigma;
        chi = Math.Sqrt(n) * (1 - (1 / (4 * n)) + (1 / (21 * n * n)));
        (Dimensions, sigma) = (dimensions, width);
        mean = Vector<double>.Build.Dense(dimensions, 0.5);
        covariance = Matrix<double>.Build.DenseIdentity(dimensions);
        axes = Matrix<double>.Build.DenseIdentity(dimensions);
        lengths = Vector<double>.Build.Dense(dimensions, 1);
        path = Vector<double>.Build.Dense(dimensions);
        pathSigma = Vector<double>.Build.Dense(dimensions);
    }

    internal int Dimensions { get; }

    /// <summary>How many generations it has learned from.</summary>
    internal int Generation { get; private set; }

    internal double[] Draw(Generator random)
    {
        double[] normal = new double[Dimensions];
        random.Normal(normal);
        return [.. mean + (sigma * (axes * lengths.PointwiseMultiply(Vector<double>.Build.Dense(normal))))];
    }

    /// <summary>Learns from the points of a generation, best first. One without a complete trial teaches nothing.</summary>
    internal void Advance(double[][] points, bool isUsable)
    {
        Generation++;
        if (!isUsable) return;
        // A coordinate that a trial did not ask for says nothing: it stays at the mean.
        Vector<double>[] steps = [.. points.Take(weights.Length).Select(point => Vector<double>.Build.Dense(Dimensions, i => double.IsNaN(point[i]) ? 0 : (point[i] - mean[i]) / sigma))];
        Vector<double> step = Vector<double>.Build.Dense(Dimensions);
        for (int i = 0; i < steps.Length; i++) step += weights[i] * steps[i];
        mean += sigma * step;

        Vector<double> whitened = axes * (axes.TransposeThisAndMultiply(step) / lengths);
        pathSigma = ((1 - cSigma) * pathSigma) + (Math.Sqrt(cSigma * (2 - cSigma) * muEff) * whitened);
        double decay = Math.Sqrt(1 - Math.Pow(1 - cSigma, 2 * Generation));
        double stalls = pathSigma.L2Norm() / decay < (1.4 + (2.0 / (Dimensions + 1))) * chi ? 1 : 0;
        path = ((1 - cc) * path) + (stalls * Math.Sqrt(cc * (2 - cc) * muEff) * step);

        double kept = 1 - c1 - cMu + (c1 * (1 - stalls) * cc * (2 - cc));
        covariance = (kept * covariance) + (c1 * path.OuterProduct(path));
        for (int i = 0; i < steps.Length; i++) covariance += cMu * weights[i] * steps[i].OuterProduct(steps[i]);
        sigma = Math.Clamp(sigma * Math.Exp(cSigma / dSigma * ((pathSigma.L2Norm() / chi) - 1)), LeastWidth, 1);
        Decompose();
    }

    private void Decompose()
    {
        covariance = (covariance + covariance.Transpose()) / 2;
        Evd<double> parts = covariance.Evd(Symmetricity.Symmetric);
        axes = parts.EigenVectors;
        lengths = parts.EigenValues.Map(value => Math.Sqrt(Math.Max(value.Real, 1e-20)));
    }
}
