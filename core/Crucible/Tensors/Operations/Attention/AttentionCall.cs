using Crucible.Kernels;

namespace Crucible.Tensors;

/// <summary>One application of attention: operands, where their heads lie, and the options made ready.</summary>
internal sealed unsafe class AttentionCall
{
    private readonly Tensor? mask;

    /// <summary>Puts a call together. A tensor that holds several operands side by side is given for each of them.</summary>
    public AttentionCall((Tensor Tensor, HeadLayout Layout) query, (Tensor Tensor, HeadLayout Layout) key, (Tensor Tensor, HeadLayout Layout) value, AttentionOptions options)
    {
        (Query, Key, Value) = (query.Layout, key.Layout, value.Layout);
        DType = query.Tensor.DType;
        var keyIsQuery = SharesTensor(query, key);
        var valueSource = SharesTensor(key, value) ? (keyIsQuery ? 0 : 1) : keyIsQuery ? 1 : 2;
        Sources = (keyIsQuery, valueSource) switch
        {
            (true, 0) => [query.Tensor],
            (true, _) => [query.Tensor, value.Tensor],
            (_, 1) => [query.Tensor, key.Tensor],
            _ => [query.Tensor, key.Tensor, value.Tensor],
        };
        SourceOf = [0, keyIsQuery ? 0 : 1, valueSource];
        var channels = Query.Heads * Value.Size;
        OutputShape = Query.IsHeadsFirst ? Shape.Of(Query.Batch, Query.Heads, Query.Rows, Value.Size) : Shape.Of(Query.Batch, Query.Rows, channels);
        Output = Query.IsHeadsFirst ? HeadLayout.HeadsFirst(OutputShape) : HeadLayout.InChannels(OutputShape, 0, Query.Heads, Value.Size);
        IsCausal = options.IsCausal;
        Scale = options.Scale ?? 1.0 / Math.Sqrt(Query.Size);
        WeightsShape = Shape.Of(Query.Batch, Query.Heads, Query.Rows, Key.Rows);
        mask = options.Mask;
        Bias = BiasOf();
        if (options is { Dropout: > 0.0, Generator: { } generator }) Dropout = DropoutOf(options.Dropout, generator);
    }

    /// <summary>The distinct tensors that hold the operands.</summary>
    public Tensor[] Sources { get; }

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

    /// <summary>Gives back what was made of a mask.</summary>
    public void Release()
    {
        if (!ReferenceEquals(Bias, mask)) Bias?.Storage.Release();
    }

    private static bool SharesTensor((Tensor Tensor, HeadLayout Layout) a, (Tensor Tensor, HeadLayout Layout) b) =>
        ReferenceEquals(a.Tensor, b.Tensor) && a.Layout.Offset != b.Layout.Offset;

    private Tensor? BiasOf()
    {
        if (mask is null) return null;
        var bias = mask.DType == DType.Bool ? Tensor.Full(mask.Shape, 0.0, DType).MaskedFill(mask.Not(), double.NegativeInfinity) : mask;
        return bias.Rank > 0 && bias.Shape[-1] == Key.Rows ? bias : bias.Expand(bias.Rank == 0 ? Shape.Of(Key.Rows) : bias.Shape.With(bias.Rank - 1, Key.Rows));
    }

    private AttentionDropout DropoutOf(double probability, Generator generator)
    {
        var rows = WeightsShape.Product(0, 3);
        var blocks = DType == DType.Float32 ? AttentionDropout.Blocks<float>(rows, Key.Rows) : AttentionDropout.Blocks<double>(rows, Key.Rows);
        return new() { Probability = probability, Seed = generator.Seed, Stream = generator.Stream, FirstBlock = generator.TakeBlocks(blocks) };
    }
}
