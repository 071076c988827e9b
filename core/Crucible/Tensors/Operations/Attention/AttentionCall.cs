using Crucible.Kernels;
using static System.FormattableString;

namespace Crucible.Tensors;

/// <summary>One application of attention: operands, where their heads lie, and the options made ready.</summary>
internal sealed unsafe class AttentionCall
{
    private readonly Tensor? mask;

    /// <summary>Puts a call together. A tensor that holds several operands side by side is given for each of them.</summary>
    public AttentionCall(
        (Tensor Tensor, HeadLayout Layout) query,
        (Tensor Tensor, HeadLayout Layout) key,
        (Tensor Tensor, HeadLayout Layout) value,
        AttentionOptions options)
    {
        (Query, Key, Value) = (query.Layout, key.Layout, value.Layout);
        DType = query.Tensor.DType;
        bool keyIsQuery = SharesTensor(query, key);
        int valueSource = SharesTensor(key, value) ? (keyIsQuery ? 0 : 1) : keyIsQuery ? 1 : 2;
        Sources = (keyIsQuery, valueSource) switch
        {
            (true, 0) => [query.Tensor],
            (true, _) => [query.Tensor, value.Tensor],
            (_, 1) => [query.Tensor, key.Tensor],
            _ => [query.Tensor, key.Tensor, value.Tensor],
        };
        SourceOf = [0, keyIsQuery ? 0 : 1, valueSource];
        int channels = Query.Heads * Value.Size;
        OutputShape = Query.IsHeadsFirst
            ? Shape.From(Query.Batch, Query.Heads, Query.Rows, Value.Size)
            : Shape.From(Query.Batch, Query.Rows, channels);
        Output = Query.IsHeadsFirst ? HeadLayout.HeadsFirst(OutputShape) : HeadLayout.InChannels(OutputShape, 0, Query.Heads, Value.Size);
        IsCausal = options.IsCausal;
        Scale = options.Scale ?? 1.0 / Math.Sqrt(Query.Size);
        WeightsShape = Shape.From(Query.Batch, Query.Heads, Query.Rows, Key.Rows);
        mask = options.Mask;
        Bias = BiasOf();
        if (options is { Dropout: > 0.0, Generator: { } generator }) Dropout = DropoutOf(options.Dropout, generator);
    }

    /// <summary>The distinct tensors that hold the operands.</summary>
    public Tensor[] Sources { get; }

    /// <summary>Everything that the derivative reads: the sources, and a mask that is read in place.</summary>
    public Tensor[] Inputs => mask is not null && ReferenceEquals(Bias, mask) ? [.. Sources, mask] : Sources;

    /// <summary>For queries, keys and values, the position of their tensor in <see cref="Sources"/>.</summary>
    public int[] SourceOf { get; }

    public HeadLayout Query { get; }

    public HeadLayout Key { get; }

    public HeadLayout Value { get; }

    public HeadLayout Output { get; }

    public Shape OutputShape { get; }

    /// <summary>[B, H, T, S].</summary>
    public Shape WeightsShape { get; }

    public DType DType { get; }

    public bool IsCausal { get; }

    public double Scale { get; }

    /// <summary>What is added to the scores, in a shape that broadcasts to the weights', with all keys; or null.</summary>
    public Tensor? Bias { get; }

    public AttentionDropout Dropout { get; }

    /// <summary>The tensor of the queries (0), keys (1) or values (2).</summary>
    public Tensor Source(int operand) => Sources[SourceOf[operand]];

    /// <summary>The call for a kernel.</summary>
    public AttentionProblem<T> Problem<T>(T* query, T* key, T* value, T* bias, T* output, T* rowNumbers)
        where T : unmanaged
    {
        int[]? strides = Bias?.Shape.StridesWithin(WeightsShape);
        return new()
        {
            Batch = Query.Batch,
            Heads = Query.Heads,
            KeyHeads = Key.Heads,
            Queries = Query.Rows,
            Keys = Key.Rows,
            Size = Query.Size,
            ValueSize = Value.Size,
            Scale = Scale,
            IsCausal = IsCausal,
            Query = Query.At(query),
            Key = Key.At(key),
            Value = Value.At(value),
            Output = Output.At(output),
            Bias = strides is null ? default : new() { Data = bias, Batch = strides[0], Head = strides[1], Row = strides[2] },
            Shifts = rowNumbers,
            Factors = rowNumbers == null ? null : rowNumbers + WeightsShape.Product(0, 3),
            Dropout = Dropout,
        };
    }

    /// <summary>Releases the bias that was made from a mask.</summary>
    public void Release()
    {
        if (!ReferenceEquals(Bias, mask)) Bias?.Storage.Release();
    }

    private static bool SharesTensor((Tensor Tensor, HeadLayout Layout) a, (Tensor Tensor, HeadLayout Layout) b) =>
        ReferenceEquals(a.Tensor, b.Tensor) && a.Layout.Offset != b.Layout.Offset;

    private Tensor? BiasOf()
    {
        if (mask is null) return null;
        Tensor bias = mask.DType == DType.Bool ? Tensor.Full(mask.Shape, 0.0, DType).MaskedFill(mask.Not(), double.NegativeInfinity) : mask;
        return bias.Rank > 0 && bias.Shape[-1] == Key.Rows
            ? bias
            : bias.Expand(bias.Rank == 0 ? Shape.From(Key.Rows) : bias.Shape.With(bias.Rank - 1, Key.Rows));
    }

    private AttentionDropout DropoutOf(double probability, Generator generator)
    {
        if (Key.Rows > AttentionDropout.MaxKeys)
            throw Errors.Shape(Invariant($"attention: with dropout there must be at most {AttentionDropout.MaxKeys} keys,")
                + Invariant($" but there are {Key.Rows}"));
        int rows = WeightsShape.Product(0, 3);
        ulong blocks = DType == DType.Float32
            ? AttentionDropout.Blocks<float>(rows, Key.Rows)
            : AttentionDropout.Blocks<double>(rows, Key.Rows);
        return new()
        {
            Probability = probability,
            Seed = generator.Seed,
            Stream = generator.Stream,
            FirstBlock = generator.TakeBlocks(blocks),
        };
    }
}

/// <summary>Checks the operands and options of attention.</summary>
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
            throw Errors.Attention("queries, keys and values must be [B, H, T, D], or all [H, T, D], or all [T, D]", query.Shape,
                keys.Shape, values.Shape);
        (Tensor? q, Tensor? k, Tensor? v) = (WithFourAxes(query), WithFourAxes(keys), WithFourAxes(values));
        if (q.Shape[0] != k.Shape[0] || q.Shape[0] != v.Shape[0])
            throw Errors.Attention("queries, keys and values must be of equally many examples", query.Shape, keys.Shape, values.Shape);
        if (q.Shape[3] != k.Shape[3] || q.Shape[3] == 0)
            throw Errors.Attention("queries and keys must have equal last sizes, 1 or more", query.Shape, keys.Shape, values.Shape);
        if (k.Shape[2] != v.Shape[2]) throw Errors.Attention("there must be a value for every key", query.Shape, keys.Shape, values.Shape);
        if (k.Shape[1] != v.Shape[1] || k.Shape[1] == 0 || q.Shape[1] % k.Shape[1] != 0)
            throw Errors.Attention("keys and values must have equally many heads, which divide those of the queries", query.Shape,
                keys.Shape, values.Shape);
        return new(
            (q, HeadLayout.HeadsFirst(q.Shape)), (k, HeadLayout.HeadsFirst(k.Shape)), (v, HeadLayout.HeadsFirst(v.Shape)),
            Checked(options, query.DType, Shape.From(q.Shape[0], q.Shape[1], q.Shape[2], k.Shape[2])));
    }

    /// <summary>The options, when they fit weights of a shape [B, H, T, S].</summary>
    public static AttentionOptions Checked(AttentionOptions options, DType dtype, Shape weights)
    {
        if (options.Scale is { } scale && !(scale > 0.0 && double.IsFinite(scale)))
            throw Errors.Option(Operation, "scale", "above 0 and finite", scale);
        if (!(options.Dropout is >= 0.0 and < 1.0)) throw Errors.Option(Operation, "dropout", "at least 0 and below 1", options.Dropout);
        if (options is { Dropout: > 0.0, Generator: null })
            throw Errors.Option(Operation, "generator", "given when dropout is above 0", "null");
        if (options.Mask is not { } mask) return options;
        if (mask.DType != DType.Bool && mask.DType != dtype) throw Errors.AttentionMask(dtype, mask.DType);
        if (!Broadcasts(mask.Shape, weights)) throw Errors.AttentionMask(weights, mask.Shape);
        return options;
    }

    private static bool Broadcasts(Shape mask, Shape weights)
    {
        if (mask.Rank > weights.Rank) return false;
        for (int axis = -1; axis >= -mask.Rank; axis--)
            if (mask[axis] != 1 && mask[axis] != weights[axis]) return false;
        return true;
    }

    private static Tensor WithFourAxes(Tensor tensor)
    {
        while (tensor.Rank < 4) tensor = tensor.Unsqueeze(0);
        return tensor;
    }
}

/// <summary>Where the heads of an operand of attention lie in its tensor, so that they are read in place.</summary>
/// <param name="Batch">Examples.</param>
/// <param name="Heads">Heads of each.</param>
/// <param name="Rows">Rows of each, one a position.</param>
/// <param name="Size">The length of a row.</param>
/// <param name="Offset">Where the first row begins.</param>
/// <param name="BatchStride">The distance between examples.</param>
/// <param name="HeadStride">The distance between heads.</param>
/// <param name="RowStride">The distance between rows.</param>
/// <param name="IsHeadsFirst">Whether the tensor is [B, H, T, D].</param>
internal readonly record struct HeadLayout(
    int Batch, int Heads, int Rows, int Size, int Offset, int BatchStride, int HeadStride, int RowStride, bool IsHeadsFirst)
{
    /// <summary>A tensor [B, H, T, D].</summary>
    public static HeadLayout HeadsFirst(Shape shape) =>
        new(shape[0], shape[1], shape[2], shape[3], 0, shape[1] * shape[2] * shape[3], shape[2] * shape[3], shape[3], true);

    /// <summary>
    /// Neighbouring channels of a tensor [B, T, channels], from the one numbered <paramref name="offset"/> on: head
    /// after head.
    /// </summary>
    public static HeadLayout InChannels(Shape shape, int offset, int heads, int size, int? rows = null) =>
        new(shape[0], heads, rows ?? shape[1], size, offset, shape[1] * shape[2], size, shape[2], false);

    /// <summary>The rows for a kernel.</summary>
    public unsafe HeadRows<T> At<T>(T* data)
        where T : unmanaged => new() { Data = data + Offset, Batch = BatchStride, Head = HeadStride, Row = RowStride };

    /// <summary>The heads as a tensor [B, H, T, D], by differentiable operations.</summary>
    public Tensor Extract(Tensor tensor) => IsHeadsFirst
        ? tensor
        : tensor.Slice(1, 0, Rows).Slice(2, Offset, Offset + (Heads * Size)).Reshape(Batch, Rows, Heads, Size).Permute(0, 2, 1, 3);

    /// <summary>The way back from [B, H, T, D] for the operand's own channels.</summary>
    public Tensor Restore(Tensor heads) => IsHeadsFirst ? heads : heads.Permute(0, 2, 1, 3).Reshape(Batch, Rows, Heads * Size);
}
