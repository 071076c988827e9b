namespace Crucible.Tensors;

/// <summary>Attention.</summary>
public sealed partial class Tensor
{
    /// <summary>
    /// Scaled dot-product attention, O = softmax(Q·Kᵀ/√D + mask)·V, for every head: row t of O is the average of the rows of V, weighted by how well their keys
    /// agree with query t. Memory grows with T + S, not with T·S: the weights are computed a block of rows at a time, and again in the derivative.
    /// </summary>
    /// <param name="keys">K [B, H′, S, D]; H′ divides H, and neighbouring heads of queries share one of keys (grouped-query attention).</param>
    /// <param name="values">V [B, H′, S, D′].</param>
    /// <param name="options">Mask, scale, dropout.</param>
    /// <returns>O [B, H, T, D′]. This tensor is Q [B, H, T, D]; [H, T, D] and [T, D] are taken for one example, one head, and give O of as many axes.</returns>
    /// <exception cref="ShapeException">The sizes do not fit, or the mask does not broadcast to [B, H, T, S].</exception>
    /// <exception cref="DTypeException">The operands are not all float32 or all float64, or the mask is neither bool nor of their type.</exception>
    /// <exception cref="OptionException">An option is out of range.</exception>
    /// <remarks>
    /// A query that sees no key gets zeros. Row t has the same bits whatever other rows are computed with it and however many keys it does not see.
    /// Vaswani et al. 2017, §3.2.1; Ainslie et al. 2023 (grouped queries); Dao et al. 2022 (the derivative).
    /// </remarks>
    public Tensor ScaledDotProductAttention(Tensor keys, Tensor values, AttentionOptions? options = null)
    {
        var output = Attention.Of(AttentionArguments.Check(this, keys, values, options ?? new()));
        return output.ReshapeTo(Shape.With(Rank - 1, values.Shape[-1]));
    }

    /// <summary>As <see cref="ScaledDotProductAttention"/>, and the weights too: all of them exist at once, so memory grows with T·S.</summary>
    /// <param name="keys">K [B, H′, S, D].</param>
    /// <param name="values">V [B, H′, S, D′].</param>
    /// <param name="options">Mask, scale, dropout.</param>
    /// <returns>O [B, H, T, D′] and the weights [B, H, T, S] as they were used, after dropout; both can be differentiated.</returns>
    /// <exception cref="CrucibleException">As there.</exception>
    public Tuple<Tensor, Tensor> ScaledDotProductAttentionWithWeights(Tensor keys, Tensor values, AttentionOptions? options = null)
    {
        var (output, weights) = AttentionComposed.Of(AttentionArguments.Check(this, keys, values, options ?? new()));
        return Tuple.Create(output.ReshapeTo(Shape.With(Rank - 1, values.Shape[-1])), weights.ReshapeTo(Shape.With(Rank - 1, keys.Shape[-2])));
    }
}
