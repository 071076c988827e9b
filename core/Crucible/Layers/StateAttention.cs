using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Layers;

/// <summary>
/// Attention of a decoder's states to an encoder's: the context of a query s is c = Σⱼ αⱼ·hⱼ over the encoder's states
/// hⱼ, with α = softmax of scores e(s, hⱼ), in which the two forms differ. What of a score depends on hⱼ alone, its key,
/// is computed once for a sentence.
/// </summary>
/// <example><code>
/// let keys = attention.Keys(states, pass)                                     // F#, once: [B, S, A]
/// let context = attention.Forward(state.Top, states, keys, mask, pass)        // at each step: [B, M]
/// </code></example>
public abstract class StateAttention : Layer
{
    private protected StateAttention(int queryWidth, int memoryWidth)
    {
        if (queryWidth < 1) throw Errors.Option(Label, nameof(queryWidth), "1 or more", queryWidth);
        if (memoryWidth < 1) throw Errors.Option(Label, nameof(memoryWidth), "1 or more", memoryWidth);
        (QueryWidth, MemoryWidth) = (queryWidth, memoryWidth);
    }

    /// <summary>Channels Q of a query.</summary>
    public int QueryWidth { get; }

    /// <summary>Channels M of the states that are attended to.</summary>
    public int MemoryWidth { get; }

    /// <summary>Channels A of a key.</summary>
    private protected abstract int KeyWidth { get; }

    /// <summary>What the scores need of the states, for <see cref="Forward(Tensor, Tensor, Tensor, Tensor?, Pass)"/>.</summary>
    /// <param name="states">The encoder's outputs [B, S, M].</param>
    /// <param name="pass">Training or evaluation.</param>
    /// <returns>The keys [B, S, A].</returns>
    /// <exception cref="ShapeException">The states have other sizes.</exception>
    public Tensor Keys(Tensor states, Pass pass) => Run(pass, () => states.Rank == 3 && states.Shape[2] == MemoryWidth
        ? KeysOf(states, pass)
        : throw Errors.Shape(Invariant($"{Label}: the states must be [examples, steps, {MemoryWidth}], but are {states.Shape}")));

    /// <summary>The context of each query. A pass with maps notes the weights [B, 1, T, S].</summary>
    /// <param name="queries">One query of each example [B, Q], or T of them [B, T, Q].</param>
    /// <param name="states">The encoder's outputs [B, S, M].</param>
    /// <param name="keys">Their keys [B, S, A].</param>
    /// <param name="mask">bool [B, S], true where there is a state; null for everywhere.</param>
    /// <param name="pass">Training or evaluation.</param>
    /// <returns>The contexts [B, M] or [B, T, M]: 0 where an example has no state at all.</returns>
    /// <exception cref="CrucibleException">Sizes or element types do not fit.</exception>
    public Tensor Forward(Tensor queries, Tensor states, Tensor keys, Tensor? mask, Pass pass) => Run(pass, () =>
    {
        Check(queries, states, keys, mask);
        Tensor contexts = Attend(queries.Rank == 2 ? queries.Unsqueeze(1) : queries, states, keys, mask, pass);
        return queries.Rank == 2 ? contexts.Squeeze(1) : contexts;
    });

    /// <inheritdoc/>
    public override string ToString() => Invariant($"{GetType().Name}({QueryWidth}, {MemoryWidth})");

    /// <summary>Attention of a sequence to itself.</summary>
    /// <param name="x">x [B, T, C]; queries and states must be of equal width.</param>
    /// <param name="pass">Training or evaluation.</param>
    /// <returns>y [B, T, C].</returns>
    protected override Tensor Compute(Tensor x, Pass pass) => Forward(x, x, Keys(x, pass), null, pass);

    private protected abstract Tensor KeysOf(Tensor states, Pass pass);

    /// <summary>The contexts [B, T, M] of queries [B, T, Q].</summary>
    private protected abstract Tensor Attend(Tensor queries, Tensor states, Tensor keys, Tensor? mask, Pass pass);

    private void Check(Tensor queries, Tensor states, Tensor keys, Tensor? mask)
    {
        if (queries.Rank is not (2 or 3) || queries.Shape[-1] != QueryWidth)
            throw Errors.Shape(Invariant($"{Label}: the queries must be [examples, {QueryWidth}] or [examples, steps, {QueryWidth}],")
                + Invariant($" but are {queries.Shape}"));
        if (states.Rank != 3 || states.Shape[0] != queries.Shape[0] || states.Shape[2] != MemoryWidth)
            throw Errors.Shape(Invariant($"{Label}: the states must be [{queries.Shape[0]}, steps, {MemoryWidth}],")
                + Invariant($" but are {states.Shape}"));
        Shape ofKeys = states.Shape.With(2, KeyWidth);
        if (!keys.Shape.Equals(ofKeys)) throw Errors.Shape(Invariant($"{Label}: the keys must be {ofKeys}, but are {keys.Shape}"));
        if (mask is null) return;
        if (mask.DType != DType.Bool) throw Errors.DType(Invariant($"{Label}: the mask must be bool, but is {mask.DType.ToName()}"));
        Shape ofMask = Shape.From(states.Shape[0], states.Shape[1]);
        if (!mask.Shape.Equals(ofMask)) throw Errors.Shape(Invariant($"{Label}: the mask must be {ofMask}, but is {mask.Shape}"));
    }
}

/// <summary>
/// Additive attention: e(s, h) = v·tanh(s·W + h·U), with <c>query.weight</c> W [Q, A], <c>key.weight</c> U [M, A] and
/// <c>score.weight</c> v [A, 1]. Bahdanau, Cho and Bengio 2015, §3.1.
/// </summary>
public sealed class AdditiveAttention : StateAttention
{
    private readonly Linear query;
    private readonly Linear key;
    private readonly Linear score;

    /// <summary>A layer with fresh parameters, Glorot-uniform.</summary>
    /// <param name="queryWidth">Channels Q of a query, 1 or more.</param>
    /// <param name="memoryWidth">Channels M of the states, 1 or more.</param>
    /// <param name="size">Channels A in which they are compared, 1 or more.</param>
    /// <param name="generator">Where the first values come from; its state moves on.</param>
    /// <param name="dtype">float32 or float64.</param>
    /// <exception cref="OptionException">A size is below 1.</exception>
    public AdditiveAttention(int queryWidth, int memoryWidth, int size, Generator generator, DType dtype = DType.Float32)
        : base(queryWidth, memoryWidth)
    {
        KeyWidth = size >= 1 ? size : throw Errors.Option(Label, nameof(size), "1 or more", size);
        LinearOptions options = new() { HasBias = false, DType = dtype };
        query = Child("query", new Linear(queryWidth, size, generator, options));
        key = Child("key", new Linear(memoryWidth, size, generator, options));
        score = Child("score", new Linear(size, 1, generator, options));
    }

    private protected override int KeyWidth { get; }

    private protected override Tensor KeysOf(Tensor states, Pass pass) => key.Forward(states, pass);

    /// <summary>The weights α [B, T, S] of queries [B, T, Q], which are noted as the contexts' are.</summary>
    internal Tensor Weights(Tensor queries, Tensor keys, Tensor? mask, Pass pass)
    {
        Tensor compared = (query.Forward(queries, pass).Unsqueeze(2) + keys.Unsqueeze(1)).Tanh(); // [B, T, S, A]
        Tensor weights = Softmax(score.Forward(compared, pass).Squeeze(3), mask?.Not().Unsqueeze(1)); // [B, T, S]
        pass.Maps?.Add(weights.Unsqueeze(1));
        return weights;
    }

    private protected override Tensor Attend(Tensor queries, Tensor states, Tensor keys, Tensor? mask, Pass pass) =>
        Weights(queries, keys, mask, pass).MatMul(states);

    private static Tensor Softmax(Tensor scores, Tensor? hidden)
    {
        // A finite number, because a row that is all -∞ would become NaN; its exponential is 0 beside any other score.
        double lowest = scores.DType == DType.Float32 ? float.MinValue / 2 : double.MinValue / 2;
        return hidden is null ? scores.Softmax() : scores.MaskedFill(hidden, lowest).Softmax().MaskedFill(hidden, 0.0);
    }
}

/// <summary>
/// Multiplicative attention: e(s, h) = s·(h·W), with <c>key.weight</c> W [M, Q]. Luong, Pham and Manning 2015, §3.1,
/// "general".
/// </summary>
public sealed class MultiplicativeAttention : StateAttention
{
    private readonly Linear key;

    /// <summary>A layer with fresh parameters, Glorot-uniform.</summary>
    /// <param name="queryWidth">Channels Q of a query, 1 or more.</param>
    /// <param name="memoryWidth">Channels M of the states, 1 or more.</param>
    /// <param name="generator">Where the first values come from; its state moves on.</param>
    /// <param name="dtype">float32 or float64.</param>
    /// <exception cref="OptionException">A width is below 1.</exception>
    public MultiplicativeAttention(int queryWidth, int memoryWidth, Generator generator, DType dtype = DType.Float32)
        : base(queryWidth, memoryWidth) =>
        key = Child("key", new Linear(memoryWidth, queryWidth, generator, new() { HasBias = false, DType = dtype }));

    private protected override int KeyWidth => QueryWidth;

    private protected override Tensor KeysOf(Tensor states, Pass pass) => key.Forward(states, pass);

    private protected override Tensor Attend(Tensor queries, Tensor states, Tensor keys, Tensor? mask, Pass pass)
    {
        AttentionOptions options = new() { Scale = 1.0, Mask = mask?.Reshape(mask.Shape[0], 1, 1, mask.Shape[1]) };
        (Tensor one, Tensor from, Tensor values) = (queries.Unsqueeze(1), keys.Unsqueeze(1), states.Unsqueeze(1)); // one head
        if (pass.Maps is not { } maps) return one.ScaledDotProductAttention(from, values, options).Squeeze(1);
        (Tensor? contexts, Tensor? weights) = one.ScaledDotProductAttentionWithWeights(from, values, options);
        maps.Add(weights);
        return contexts.Squeeze(1);
    }
}
