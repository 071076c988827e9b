using System.Runtime.CompilerServices;

namespace Crucible.Kernels;

/// <summary>
/// Stochastic gradient descent with momentum μ (Sutskever et al., 2013, as PyTorch writes it): g ← g + λp; v ← μv + g; p ← p − η·v, or with Nesterov's
/// acceleration p ← p − η·(g + μv). The velocity v starts at 0 and is the first state; without momentum it is not used and may be empty.
/// </summary>
internal readonly struct SgdUpdate(double learningRate, double momentum, bool nesterov, double weightDecay) : IUpdate
{
    public void Run<V, T>(UpdateArrays<T> arrays, int start, int end)
        where V : unmanaged, ISimd<V, T>
        where T : unmanaged => arrays.Run<Step<V>, V>(new(V.Of(-learningRate), V.Of(momentum), nesterov, V.Of(weightDecay)), start, end);

    private readonly struct Step<V>(V rate, V momentum, bool nesterov, V decay) : IUpdateStep<V>
        where V : unmanaged, ISimd<V>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke(ref V parameter, V gradient, ref V first, ref V second)
        {
            gradient = V.MultiplyAdd(parameter, decay, gradient);
            first = V.MultiplyAdd(first, momentum, gradient);
            parameter = V.MultiplyAdd(nesterov ? V.MultiplyAdd(first, momentum, gradient) : first, rate, parameter);
        }
    }
}

/// <summary>
/// Adam (Kingma and Ba, 2015): m ← β₁m + (1 − β₁)g; v ← β₂v + (1 − β₂)g²; p ← p − η/c₁ · m / (√v/√c₂ + ε) with cᵢ = 1 − βᵢ^step.
/// Weight decay λ is added to the gradient (g ← g + λp), or decoupled as in AdamW (Loshchilov and Hutter, 2019): p ← (1 − ηλ)p first.
/// </summary>
internal readonly struct AdamUpdate(
    double learningRate, double beta1, double beta2, double epsilon, double weightDecay, bool decoupled, double correction1, double correction2) : IUpdate
{
    public void Run<V, T>(UpdateArrays<T> arrays, int start, int end)
        where V : unmanaged, ISimd<V, T>
        where T : unmanaged => arrays.Run<Step<V>, V>(
            new(
                V.Of(beta1), V.Of(1 - beta1), V.Of(beta2), V.Of(1 - beta2), V.Of(epsilon), V.Of(decoupled ? 0 : weightDecay),
                V.Of(decoupled ? 1 - (learningRate * weightDecay) : 1), V.Of(-learningRate / correction1), V.Of(1 / Math.Sqrt(correction2))),
            start,
            end);

    private readonly struct Step<V>(V beta1, V rest1, V beta2, V rest2, V epsilon, V decay, V keep, V stepSize, V rootScale) : IUpdateStep<V>
        where V : unmanaged, ISimd<V>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke(ref V parameter, V gradient, ref V first, ref V second)
        {
            gradient = V.MultiplyAdd(parameter, decay, gradient);
            first = V.MultiplyAdd(first, beta1, gradient * rest1);
            second = V.MultiplyAdd(second, beta2, gradient * gradient * rest2);
            V denominator = V.MultiplyAdd(V.Sqrt(second), rootScale, epsilon);
            parameter = V.MultiplyAdd(first / denominator, stepSize, parameter * keep);
        }
    }
}

/// <summary>
/// RMSprop (Hinton, 2012) with momentum μ: g ← g + λp; v ← αv + (1 − α)g²; b ← μb + g / (√v + ε); p ← p − η·b.
/// v is the first state, b the second; without momentum b may be empty.
/// </summary>
internal readonly struct RmsPropUpdate(double learningRate, double alpha, double epsilon, double momentum, double weightDecay) : IUpdate
{
    public void Run<V, T>(UpdateArrays<T> arrays, int start, int end)
        where V : unmanaged, ISimd<V, T>
        where T : unmanaged => arrays.Run<Step<V>, V>(
            new(V.Of(-learningRate), V.Of(alpha), V.Of(1 - alpha), V.Of(epsilon), V.Of(momentum), V.Of(weightDecay)), start, end);

    private readonly struct Step<V>(V rate, V alpha, V rest, V epsilon, V momentum, V decay) : IUpdateStep<V>
        where V : unmanaged, ISimd<V>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke(ref V parameter, V gradient, ref V first, ref V second)
        {
            gradient = V.MultiplyAdd(parameter, decay, gradient);
            first = V.MultiplyAdd(first, alpha, gradient * gradient * rest);
            second = V.MultiplyAdd(second, momentum, gradient / (V.Sqrt(first) + epsilon));
            parameter = V.MultiplyAdd(second, rate, parameter);
        }
    }
}
