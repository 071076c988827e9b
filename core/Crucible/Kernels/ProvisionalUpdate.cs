#pragma warning disable
using System.Numerics;

namespace Crucible.Kernels;

internal static class Update
{
    internal static void Sgd<T>(Span<T> parameter, ReadOnlySpan<T> gradient, Span<T> velocity, double rate, double momentum, bool nesterov, double decay) where T : unmanaged, IFloatingPointIeee754<T>
    {
        T r = T.CreateChecked(rate), m = T.CreateChecked(momentum), d = T.CreateChecked(decay);
        for (var i = 0; i < parameter.Length; i++)
        {
            var g = gradient[i] + d * parameter[i];
            if (velocity.Length > 0)
            {
                velocity[i] = m * velocity[i] + g;
                g = nesterov ? g + m * velocity[i] : velocity[i];
            }
            parameter[i] -= r * g;
        }
    }

    internal static void Adam<T>(Span<T> parameter, ReadOnlySpan<T> gradient, Span<T> first, Span<T> second, double beta1, double beta2, double stepSize, double correction, double epsilon, double decay, double shrink) where T : unmanaged, IFloatingPointIeee754<T>
    {
        T b1 = T.CreateChecked(beta1), b2 = T.CreateChecked(beta2), c1 = T.CreateChecked(1 - beta1), c2 = T.CreateChecked(1 - beta2), s = T.CreateChecked(stepSize), c = T.CreateChecked(correction), e = T.CreateChecked(epsilon), d = T.CreateChecked(decay), k = T.CreateChecked(shrink);
        for (var i = 0; i < parameter.Length; i++)
        {
            var p = parameter[i] * k;
            var g = gradient[i] + d * p;
            first[i] = b1 * first[i] + c1 * g;
            second[i] = b2 * second[i] + c2 * g * g;
            parameter[i] = p - s * first[i] / (T.Sqrt(second[i]) / c + e);
        }
    }

    internal static void RmsProp<T>(Span<T> parameter, ReadOnlySpan<T> gradient, Span<T> square, Span<T> velocity, double rate, double alpha, double epsilon, double momentum, double decay) where T : unmanaged, IFloatingPointIeee754<T>
    {
        T r = T.CreateChecked(rate), a = T.CreateChecked(alpha), c = T.CreateChecked(1 - alpha), e = T.CreateChecked(epsilon), m = T.CreateChecked(momentum), d = T.CreateChecked(decay);
        for (var i = 0; i < parameter.Length; i++)
        {
            var g = gradient[i] + d * parameter[i];
            square[i] = a * square[i] + c * g * g;
            var change = g / (T.Sqrt(square[i]) + e);
            if (velocity.Length > 0) change = velocity[i] = m * velocity[i] + change;
            parameter[i] -= r * change;
        }
    }
}
