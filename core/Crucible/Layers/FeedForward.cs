using Crucible.Tensors;

namespace Crucible.Layers;

/// <summary>
/// Two linear maps with a nonlinearity between them, on every position alone: y = <c>down</c>(f(<c>up</c>(x))). x and y
/// [… C]. With SwiGLU, <c>up</c> gives g and h side by side and f is silu(g)·h. Vaswani et al. 2017, §3.3; Shazeer
/// 2020.
/// </summary>
public sealed class FeedForward : Layer
{
    private readonly FeedForwardKind kind;
    private readonly Linear up;
    private readonly Linear down;

    /// <summary>A layer with fresh parameters.</summary>
    /// <param name="width">Channels C, 1 or more.</param>
    /// <param name="hidden">Channels between the maps, 1 or more.</param>
    /// <param name="generator">Where the first values come from; its state moves on.</param>
    /// <param name="kind">The nonlinearity.</param>
    /// <param name="options">Initializer, bias and element type of the first map.</param>
    /// <param name="downWeight">First values of the second map's weight; null for as in the first.</param>
    /// <exception cref="OptionException">A size is below 1.</exception>
    public FeedForward(
        int width,
        int hidden,
        Generator generator,
        FeedForwardKind kind = FeedForwardKind.Gelu,
        LinearOptions? options = null,
        Initializer? downWeight = null)
    {
        if (width < 1) throw Errors.Option("feedForward", nameof(width), "1 or more", width);
        if (hidden < 1) throw Errors.Option("feedForward", nameof(hidden), "1 or more", hidden);
        options ??= new();
        this.kind = kind;
        up = Child("up", new Linear(width, kind == FeedForwardKind.SwiGlu ? 2 * hidden : hidden, generator, options));
        down = Child(
            "down",
            new Linear(
                hidden,
                width,
                generator,
                new() { Weight = downWeight ?? options.Weight, Bias = options.Bias, HasBias = options.HasBias, DType = options.DType }));
    }

    /// <summary>The nonlinearity.</summary>
    internal FeedForwardKind Kind => kind;

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x, Pass pass)
    {
        Tensor hidden = up.Forward(x, pass).AsInner();
        Tensor activated = kind switch
        {
            FeedForwardKind.Relu => hidden.Relu(),
            FeedForwardKind.Gelu => hidden.Gelu(),
            FeedForwardKind.GeluTanh => hidden.Gelu(approximate: true),
            FeedForwardKind.SwiGlu => hidden.SwiGlu(),
            _ => throw Naming.NoMember("feedForward", kind),
        };
        Tensor y = down.Forward(activated.AsInner(), pass);
        // One of the two is enough for backward; ReLU's derivative reads its result.
        (kind == FeedForwardKind.Relu ? hidden : activated).Forget();
        return y;
    }
}

/// <summary>What a <see cref="FeedForward"/> does between its linear maps.</summary>
public enum FeedForwardKind
{
    /// <summary>max(h, 0), as the first transformers did.</summary>
    Relu,

    /// <summary>h·Φ(h), as nanoGPT does.</summary>
    Gelu,

    /// <summary>The tanh form of it, as GPT-2 does.</summary>
    GeluTanh,

    /// <summary>silu(g)·h with a second linear map g of the input. Shazeer 2020.</summary>
    SwiGlu,
}
