namespace Crucible.Tensors;

/// <summary>Recurrent layers over whole sequences.</summary>
public sealed partial class Tensor
{
    /// <summary>
    /// A recurrent layer: h = tanh(x·W + h·R + b) from step to step, from this tensor x [B, T, C], batch first. Elman
    /// 1990.
    /// </summary>
    /// <param name="weight">W [C, H].</param>
    /// <param name="recurrentWeight">R [H, H].</param>
    /// <param name="bias">b [H].</param>
    /// <param name="hidden">h before the first step [B, H]; null for zeros.</param>
    /// <param name="options">Lengths, direction.</param>
    /// <returns>
    /// h of every step [B, T, H], 0 at padded ones, and h after the last step of each sequence [B, H]: where the length
    /// is 0, that before the first.
    /// </returns>
    /// <exception cref="ShapeException">The sizes do not fit.</exception>
    /// <exception cref="DTypeException">The element types are not all float32 or all float64.</exception>
    /// <exception cref="OptionException">There is not one length for each sequence, or one is not from 0 to T.</exception>
    /// <remarks>
    /// Only the steps that a sequence has are computed; what stands behind its length is neither read nor gets a
    /// gradient other than 0. A sequence has the same bits in any batch of at least 2 rows in all.
    /// </remarks>
    public Tuple<Tensor, Tensor> Rnn(
        Tensor weight, Tensor recurrentWeight, Tensor bias, Tensor? hidden = null, RecurrenceOptions? options = null)
    {
        RecurrentCall call = RecurrentCall.Of(RecurrentKind.Rnn, this, (weight, bias), recurrentWeight, hidden, null, options ?? new());
        Tensor states = Recurrence.Forward(call);
        return Tuple.Create(call.Outputs(states), call.Last(states, 0));
    }

    /// <summary>
    /// A long short-term memory: with gates i, f, g, o = x·W + h·R + b, side by side in this order, c′ = σ(f)·c +
    /// σ(i)·tanh(g) and h = σ(o)·tanh(c′) from step to step, from this tensor x [B, T, C], batch first. Hochreiter and
    /// Schmidhuber 1997; Gers et al. 2000.
    /// </summary>
    /// <param name="weight">W [C, 4·H].</param>
    /// <param name="recurrentWeight">R [H, 4·H].</param>
    /// <param name="bias">b [4·H].</param>
    /// <param name="hidden">h before the first step [B, H]; null for zeros.</param>
    /// <param name="cell">c before the first step [B, H]; null for zeros.</param>
    /// <param name="options">Lengths, direction.</param>
    /// <returns>h of every step [B, T, H], 0 at padded ones, and h and c after the last step of each sequence [B, H].</returns>
    /// <exception cref="CrucibleException">As for <see cref="Rnn"/>.</exception>
    /// <remarks>As for <see cref="Rnn"/>.</remarks>
    public Tuple<Tensor, Tensor, Tensor> Lstm(
        Tensor weight, Tensor recurrentWeight, Tensor bias, Tensor? hidden = null, Tensor? cell = null, RecurrenceOptions? options = null)
    {
        RecurrentCall call = RecurrentCall.Of(RecurrentKind.Lstm, this, (weight, bias), recurrentWeight, hidden, cell, options ?? new());
        Tensor states = Recurrence.Forward(call);
        return Tuple.Create(call.Outputs(states), call.Last(states, 0), call.Last(states, 1));
    }

    /// <summary>
    /// A gated recurrent unit, PyTorch's variant: with r, z, n = x·W + b and r′, z′, n′ = h·R, side by side in this
    /// order, ñ = tanh(n + σ(r + r′)·(n′ + b′)) and h = (1 - u)·ñ + u·h with u = σ(z + z′) from step to step, from this
    /// tensor x [B, T, C], batch first. Cho et al. 2014, with the reset gate applied after the product.
    /// </summary>
    /// <param name="weight">W [C, 3·H].</param>
    /// <param name="recurrentWeight">R [H, 3·H].</param>
    /// <param name="bias">b [3·H].</param>
    /// <param name="candidateBias">b′ [H].</param>
    /// <param name="hidden">h before the first step [B, H]; null for zeros.</param>
    /// <param name="options">Lengths, direction.</param>
    /// <returns>h of every step [B, T, H], 0 at padded ones, and h after the last step of each sequence [B, H].</returns>
    /// <exception cref="CrucibleException">As for <see cref="Rnn"/>.</exception>
    /// <remarks>As for <see cref="Rnn"/>.</remarks>
    public Tuple<Tensor, Tensor> Gru(
        Tensor weight, Tensor recurrentWeight, Tensor bias, Tensor candidateBias, Tensor? hidden = null, RecurrenceOptions? options = null)
    {
        RecurrentCall call =
            RecurrentCall.Of(RecurrentKind.Gru, this, (weight, bias), recurrentWeight, hidden, candidateBias, options ?? new());
        Tensor states = Recurrence.Forward(call);
        return Tuple.Create(call.Outputs(states), call.Last(states, 0));
    }
}

/// <summary>
/// Options of <see cref="Tensor.Rnn"/>, <see cref="Tensor.Lstm"/> and <see cref="Tensor.Gru"/>:
/// <c>RecurrenceOptions(Lengths = [| 5; 3 |])</c>.
/// </summary>
public sealed class RecurrenceOptions
{
    /// <summary>The steps that each sequence has, from 0 to T, one number an example; null when all have T.</summary>
    public IReadOnlyList<int>? Lengths { get; init; }

    /// <summary>
    /// Whether a sequence is read from its own last step to its first; outputs stand where their inputs do, and the
    /// state handed back is that after the first one.
    /// </summary>
    public bool IsReversed { get; init; }
}

/// <summary>The kinds of recurrent cells.</summary>
internal enum RecurrentKind
{
    /// <summary>tanh alone.</summary>
    Rnn,

    /// <summary>Long short-term memory.</summary>
    Lstm,

    /// <summary>Gated recurrent unit.</summary>
    Gru,
}
