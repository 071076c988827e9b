using Crucible.Tensors;

namespace Crucible.Optimizers;

/// <summary>Bounds on gradients, applied between <c>loss.Backward()</c> and <c>optimizer.Step()</c>.</summary>
public static class GradientClipping
{
    /// <summary>√(Σ g²) over all elements of all gradients, in double precision; parameters without a gradient count as 0.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <returns>The norm; not finite when a gradient is not.</returns>
    public static double Norm(IReadOnlyList<Tensor> parameters)
    {
        double sum = 0.0;
        foreach (Tensor parameter in parameters)
            if (parameter.Gradient is { } gradient)
                sum += gradient.DType == DType.Float32 ? SumOfSquares<float>(gradient) : SumOfSquares<double>(gradient);
        if (!Kernels.Norms.IsUnsafe(sum)) return Math.Sqrt(sum);
        double[] norms = [.. parameters.Select(parameter => parameter.Gradient).OfType<Tensor>().Select(Length)];
        return Kernels.Norms.Length<double>(norms, 1, norms.Length, 2.0);
    }

    /// <summary>
    /// Multiplies all gradients by maximum / norm when their common norm exceeds the maximum, so that the direction
    /// stays. Gradients whose norm is not finite are left as they are. Pascanu et al. 2013, algorithm 1.
    /// </summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="maximum">The largest norm allowed, above 0.</param>
    /// <returns>The norm before.</returns>
    /// <exception cref="OptionException">The maximum is not above 0.</exception>
    public static double ByNorm(IReadOnlyList<Tensor> parameters, double maximum)
    {
        if (!(maximum > 0.0)) throw Errors.Option("clipByNorm", nameof(maximum), "above 0", maximum);
        double norm = Norm(parameters);
        if (norm <= maximum || !double.IsFinite(norm)) return norm;
        foreach (Tensor parameter in parameters)
            if (parameter.Gradient is { } gradient) Scale(gradient, maximum / norm);
        return norm;
    }

    /// <summary>Holds every element of every gradient within ±maximum; the direction may change.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="maximum">The largest magnitude allowed, above 0.</param>
    /// <exception cref="OptionException">The maximum is not above 0.</exception>
    public static void ByValue(IReadOnlyList<Tensor> parameters, double maximum)
    {
        if (!(maximum > 0.0)) throw Errors.Option("clipByValue", nameof(maximum), "above 0", maximum);
        foreach (Tensor parameter in parameters)
            if (parameter.Gradient is { } gradient) Clamp(gradient, maximum);
    }

    private static void Scale(Tensor gradient, double factor)
    {
        if (factor < 1e-30) // in two steps, because float32 has few digits below 1e-38 and nothing below 1e-45
        {
            Scale(gradient, 1e-30);
            factor /= 1e-30;
        }

        if (gradient.DType == DType.Float32)
            Kernels.Elementwise.Zip<Kernels.Multiply>(gradient.Data<float>(), (float)factor, gradient.Data<float>());
        else Kernels.Elementwise.Zip<Kernels.Multiply>(gradient.Data<double>(), factor, gradient.Data<double>());
        gradient.Storage.Version++;
    }

    private static void Clamp(Tensor gradient, double maximum)
    {
        if (gradient.DType == DType.Float32)
            Kernels.Elementwise.Zip3<Kernels.Clamp, float>(gradient.Data<float>(), (float)-maximum, (float)maximum, gradient.Data<float>());
        else Kernels.Elementwise.Zip3<Kernels.Clamp, double>(gradient.Data<double>(), -maximum, maximum, gradient.Data<double>());
        gradient.Storage.Version++;
    }

    private static double SumOfSquares<T>(Tensor gradient)
        where T : unmanaged => Kernels.Norms.SumOfSquares<T>(gradient.Data<T>());

    /// <summary>The norm of one gradient whose squares overflow or vanish.</summary>
    private static double Length(Tensor gradient) => gradient.DType == DType.Float32
        ? Kernels.Norms.Length<float>(gradient.Data<float>(), 1, gradient.ElementCount, 2.0)
        : Kernels.Norms.Length<double>(gradient.Data<double>(), 1, gradient.ElementCount, 2.0);
}
