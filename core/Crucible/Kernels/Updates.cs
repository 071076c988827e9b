using System.Runtime.CompilerServices;

namespace Crucible.Kernels;

/// <summary>
/// Stochastic gradient descent with momentum μ (Sutskever et al., 2013, as PyTorch writes it): g ← g + λp; v ← μv + g; p ← p − η·v, or with Nesterov's
/// acceleration p ← p − η·(g + μv). The velocity v starts at 0 and is the first state; without momentum it is not used and may be empty.
/// </summary>
internal readonly struct SgdUpdate<T>(double learningRate, double momentum, bool nesterov, double weightDecay, double gradientScale) : IUpdate<T>
    where T : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Invoke<V>(ref V parameter, V gradient, ref V first, ref V second)
        where V : unmanaged, ISimd<V, T>
    {
        gradient = V.MultiplyAdd(parameter, V.Of(weightDecay), gradient * gradientScale);
        first = V.MultiplyAdd(first, V.Of(momentum), gradient);
        V step = nesterov ? V.MultiplyAdd(first, V.Of(momentum), gradient) : first;
        parameter = V.MultiplyAdd(step, V.Of(-learningRate), parameter);
    }
}

/// <summary>
/// Adam (Kingma and Ba, 2015): m ← β₁m + (1 − β₁)g; v ← β₂v + (1 − β₂)g²; p ← p − η/c₁ · m / (√v/√c₂ + ε) with cᵢ = 1 − βᵢ^step.
/// Weight decay λ is added to the gradient (g ← g + λp), or decoupled as in AdamW (Loshchilov and Hutter, 2019): p ← (1 − ηλ)p first.
/// </summary>
internal readonly struct AdamUpdate<T>(
    double learningRate, double beta1, double beta2, double epsilon, double weightDecay, bool decoupled, long step, double gradientScale) : IUpdate<T>
    where T : unmanaged
{
    private readonly double keep = decoupled ? 1 - (learningRate * weightDecay) : 1;
    private readonly double decay = decoupled ? 0 : weightDecay;
    private readonly double stepSize = -learningRate / (1 - Math.Pow(beta1, step));
    private readonly double rootScale = 1 / Math.Sqrt(1 - Math.Pow(beta2, step));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Invoke<V>(ref V parameter, V gradient, ref V first, ref V second)
        where V : unmanaged, ISimd<V, T>
    {
        gradient = V.MultiplyAdd(parameter, V.Of(decay), gradient * gradientScale);
        first = V.MultiplyAdd(first, V.Of(beta1), gradient * (1 - beta1));
        second = V.MultiplyAdd(second, V.Of(beta2), gradient * gradient * (1 - beta2));
        V denominator = V.MultiplyAdd(V.Sqrt(second), V.Of(rootScale), V.Of(epsilon));
        parameter = V.MultiplyAdd(first / denominator, V.Of(stepSize), parameter * keep);
    }
}

/// <summary>
/// RMSprop (Hinton, 2012) with momentum μ: g ← g + λp; v ← αv + (1 − α)g²; b ← μb + g / (√v + ε); p ← p − η·b.
/// v is the first state, b the second; without momentum b may be empty.
/// </summary>
internal readonly struct RmsPropUpdate<T>(double learningRate, double alpha, double epsilon, double momentum, double weightDecay, double gradientScale) : IUpdate<T>
    where T : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Invoke<V>(ref V parameter, V gradient, ref V first, ref V second)
        where V : unmanaged, ISimd<V, T>
    {
        gradient = V.MultiplyAdd(parameter, V.Of(weightDecay), gradient * gradientScale);
        first = V.MultiplyAdd(first, V.Of(alpha), gradient * gradient * (1 - alpha));
        second = V.MultiplyAdd(second, V.Of(momentum), gradient / (V.Sqrt(first) + epsilon));
        parameter = V.MultiplyAdd(second, V.Of(-learningRate), parameter);
    }
}
