namespace Crucible.Tensors;

/// <summary>Refuses what attention cannot take.</summary>
internal static class AttentionArguments
{
    private const string Operation = "attention";

    /// <summary>The call for operands [B, H, T, D], leading axes perhaps left out.</summary>
    public static AttentionCall Check(Tensor query, Tensor keys, Tensor values, AttentionOptions options)
    {
        query.RequireFloat(Operation);
        if (keys.DType != query.DType) throw Errors.DTypes(Operation, query.DType, keys.DType);
        if (values.DType != query.DType) throw Errors.DTypes(Operation, query.DType, values.DType);
        if (query.Rank is < 2 or > 4 || keys.Rank != query.Rank || values.Rank != query.Rank)
            throw Errors.Attention("queries, keys and values must be [B, H, T, D], or all [H, T, D], or all [T, D]", query.Shape, keys.Shape, values.Shape);
        var (q, k, v) = (WithFourAxes(query), WithFourAxes(keys), WithFourAxes(values));
        if (q.Shape[0] != k.Shape[0] || q.Shape[0] != v.Shape[0]) throw Errors.Attention("queries, keys and values must be of equally many examples", query.Shape, keys.Shape, values.Shape);
        if (q.Shape[3] != k.Shape[3] || q.Shape[3] == 0) throw Errors.Attention("queries and keys must have equal last sizes, 1 or more", query.Shape, keys.Shape, values.Shape);
        if (k.Shape[2] != v.Shape[2]) throw Errors.Attention("there must be a value for every key", query.Shape, keys.Shape, values.Shape);
        if (k.Shape[1] != v.Shape[1] || k.Shape[1] == 0 || q.Shape[1] % k.Shape[1] != 0)
            throw Errors.Attention("keys and values must have equally many heads, which divide those of the queries", query.Shape, keys.Shape, values.Shape);
        return new(
            (q, HeadLayout.HeadsFirst(q.Shape)), (k, HeadLayout.HeadsFirst(k.Shape)), (v, HeadLayout.HeadsFirst(v.Shape)),
            Checked(options, query.DType, Shape.Of(q.Shape[0], q.Shape[1], q.Shape[2], k.Shape[2])));
    }

    /// <summary>The options, when they fit weights of a shape [B, H, T, S].</summary>
    public static AttentionOptions Checked(AttentionOptions options, DType dtype, Shape weights)
    {
        if (options.Scale is { } scale && !(scale > 0.0 && double.IsFinite(scale))) throw Errors.Option(Operation, "scale", "above 0 and finite", scale);
        if (!(options.Dropout is >= 0.0 and < 1.0)) throw Errors.Option(Operation, "dropout", "at least 0 and below 1", options.Dropout);
        if (options is { Dropout: > 0.0, Generator: null }) throw Errors.Option(Operation, "generator", "given when weights are dropped", "null");
        if (options.Mask is not { } mask) return options;
        if (mask.DType != DType.Bool && mask.DType != dtype) throw Errors.AttentionMask(dtype, mask.DType);
        if (!Broadcasts(mask.Shape, weights)) throw Errors.AttentionMask(weights, mask.Shape);
        return options;
    }

    private static bool Broadcasts(Shape mask, Shape weights)
    {
        if (mask.Rank > weights.Rank) return false;
        for (var axis = -1; axis >= -mask.Rank; axis--)
            if (mask[axis] != 1 && mask[axis] != weights[axis]) return false;
        return true;
    }

    private static Tensor WithFourAxes(Tensor tensor)
    {
        while (tensor.Rank < 4) tensor = tensor.Unsqueeze(0);
        return tensor;
    }
}
