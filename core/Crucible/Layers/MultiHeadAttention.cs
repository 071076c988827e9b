using Crucible.Tensors;

namespace Crucible.Layers;

/// <summary>
/// Attention with several heads: queries, keys and values are linear maps of the inputs, each head averages the values by softmax(Q·Kᵀ/√D), and the heads side by
/// side go through a last linear map. Vaswani et al. 2017, §3.2.2. The two forms differ in where keys and values come from.
/// </summary>
public abstract class MultiHeadAttention : Layer
{
    private readonly double dropout;

    private protected MultiHeadAttention(int width, int heads, MultiHeadAttentionOptions options)
    {
        if (width < 1) throw Errors.Option("attention", nameof(width), "1 or more", width);
        if (heads < 1 || width % heads != 0) throw Errors.Option("attention", nameof(heads), Errors.Text($"a divisor of the width {width}"), heads);
        (Width, Heads, KeyHeads, HeadSize) = (width, heads, options.KeyValueHeads ?? heads, width / heads);
        if (KeyHeads < 1 || heads % KeyHeads != 0) throw Errors.Option("attention", "keyValueHeads", Errors.Text($"a divisor of the {heads} heads"), KeyHeads);
        dropout = options.Dropout is >= 0.0 and < 1.0 ? options.Dropout : throw Errors.Option("attention", nameof(dropout), "at least 0 and below 1", options.Dropout);
    }

    /// <summary>Channels of inputs and outputs.</summary>
    public int Width { get; }

    /// <summary>Heads of queries.</summary>
    public int Heads { get; }

    /// <summary>Heads of keys and values.</summary>
    public int KeyHeads { get; }

    /// <summary>The length of a query, key or value.</summary>
    public int HeadSize { get; }

    /// <inheritdoc/>
    internal override string Label => "attention";

    /// <summary>Channels of keys and values together.</summary>
    private protected int KeyValueChannels => 2 * KeyHeads * HeadSize;

    /// <summary>A linear map of inputs to queries, keys or values, or several of them side by side.</summary>
    private protected Linear Map(string name, int inputs, int outputs, Generator generator, MultiHeadAttentionOptions options) =>
        Child(name, new Linear(inputs, outputs, generator, new() { Weight = options.Weight, HasBias = options.HasBias, DType = options.DType }));

    /// <summary>The linear map of the averages.</summary>
    private protected Linear OutputMap(Generator generator, MultiHeadAttentionOptions options) =>
        Child("output", new Linear(Width, Width, generator, new() { Weight = options.OutputWeight, HasBias = options.HasBias, DType = options.DType }));

    /// <summary>The averages [B, T, C] for queries in the first channels of a tensor, and keys and values side by side from a channel of another on.</summary>
    private protected Tensor Attend(Tensor queries, Tensor keyValues, int firstChannel, int keyRows, bool isCausal, Tensor? mask, Pass pass)
    {
        var options = new AttentionOptions { IsCausal = isCausal, Mask = mask, Dropout = pass.IsTraining ? dropout : 0.0, Generator = pass.Generator };
        var (batch, rows) = (queries.Shape[0], queries.Shape[1]);
        var call = new AttentionCall(
            (queries, HeadLayout.InChannels(queries.Shape, 0, Heads, HeadSize)),
            (keyValues, HeadLayout.InChannels(keyValues.Shape, firstChannel, KeyHeads, HeadSize, keyRows)),
            (keyValues, HeadLayout.InChannels(keyValues.Shape, firstChannel + (KeyValueChannels / 2), KeyHeads, HeadSize, keyRows)),
            AttentionArguments.Checked(options, queries.DType, Shape.From(batch, Heads, rows, keyRows)));
        if (pass.Maps is not { } maps) return Tensors.Attention.Forward(call);
        var (output, weights) = AttentionComposed.Forward(call);
        maps.Add(weights);
        return output;
    }
}

/// <summary>Options of <see cref="SelfAttention"/> and <see cref="CrossAttention"/>: <c>MultiHeadAttentionOptions(IsCausal = true)</c>.</summary>
public sealed class MultiHeadAttentionOptions
{
    /// <summary>Heads of keys and values, which neighbouring heads of queries share; a divisor of the heads. Null for as many as there are heads.</summary>
    public int? KeyValueHeads { get; init; }

    /// <summary>Whether a position sees none behind it; in self-attention only.</summary>
    public bool IsCausal { get; init; }

    /// <summary>The probability with which a weight is dropped in training, at least 0 and below 1.</summary>
    public double Dropout { get; init; }

    /// <summary>Whether the linear maps have biases.</summary>
    public bool HasBias { get; init; } = true;

    /// <summary>Positions by which queries and keys are turned, made for the size of a head; in self-attention only. Layers may share them.</summary>
    public RotaryPositions? Rotary { get; init; }

    /// <summary>First values of the weights of queries, keys and values.</summary>
    public Initializer Weight { get; init; } = Initializer.GlorotUniform;

    /// <summary>First values of the output's weight.</summary>
    public Initializer OutputWeight { get; init; } = Initializer.GlorotUniform;

    /// <summary>Element type of the parameters: float32 or float64.</summary>
    public DType DType { get; init; } = DType.Float32;
}
