using Crucible.Layers;
using Crucible.Tensors;
using Xunit;

namespace Crucible.Tests.Layers;

/// <summary>The block beside the same layers put together by hand, in a graph that keeps all values.</summary>
public class TransformerBlockTests
{
    private const int Width = 24;

    public static MatrixTheoryData<FeedForwardKind, NormKind, NormPlacement> Kinds =>
        new(Enum.GetValues<FeedForwardKind>(), Enum.GetValues<NormKind>(), Enum.GetValues<NormPlacement>());

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ValueAndGradients_HaveTheBitsOfItsPartsPutTogetherByHand(FeedForwardKind kind, NormKind norm, NormPlacement placement)
    {
        foreach (double dropout in new[] { 0.0, 0.2 })
            foreach (bool hasBias in new[] { false, true })
                foreach (Precision precision in Enum.GetValues<Precision>())
                {
                    TransformerOptions options = new()
                    {
                        Width = Width,
                        Heads = 2,
                        FeedForward = kind,
                        Norm = norm,
                        Placement = placement,
                        Dropout = dropout,
                        HasBias = hasBias,
                        IsCausal = true,
                        Rotary = hasBias ? null : new(5, Width / 2),
                    };
                    float[] By(Func<TransformerBlock, Tensor, Pass, Tensor> forward) => Numbers(options, precision, forward);
                    float[] byHand = By((block, x, pass) => ByHand(block, options, x, pass));
                    Assert.Equal(byHand, By((block, x, pass) => block.Forward(x, pass)));
                    Assert.Equal(byHand, By((block, x, pass) => block.Forward(x, pass.WithGradientCheckpointing())));
                }
    }

    [Fact]
    public void InnerValues_AreThereForWhoeverObserves()
    {
        TransformerBlock block = new(new() { Width = Width, Heads = 2 }, new(1));
        Tensor x = Tensor.Randn(new(2), 2, 5, Width);
        List<Tensor> seen = [], expected = [];
        block.Forward(x, Pass.Observing((_, output) => seen.Add(output)));
        using (Tensor.NoGrad()) block.Forward(x, Pass.Observing((_, output) => expected.Add(output)));
        // Two normalizations, two maps and their attention, two maps and their feed-forward part, the block.
        Assert.Equal(9, seen.Count);
        Assert.Equal(expected.Select(tensor => tensor.ToArray<float>()), seen.Select(tensor => tensor.ToArray<float>()));
    }

    /// <summary>The value, and the gradients of the input and of all parameters.</summary>
    private static float[] Numbers(TransformerOptions options, Precision precision, Func<TransformerBlock, Tensor, Pass, Tensor> forward)
    {
        TransformerBlock block = new(options, new(1));
        Tensor x = Tensor.Randn(new(2), 2, 5, Width).AsParameter(), weights = Tensor.Randn(new(3), 2, 5, Width);
        Tensor y = forward(block, x, Pass.Training(new(4)).With(precision));
        (y * weights).Sum().Backward();
        return [.. y.ToArray<float>(), .. block.Parameters.Prepend(x).SelectMany(tensor => tensor.Gradient!.ToArray<float>())];
    }

    private static Tensor ByHand(TransformerBlock block, TransformerOptions options, Tensor x, Pass pass)
    {
        Dictionary<string, Layer> part = block.Children.ToDictionary(child => child.Name, child => child.Layer);
        Dictionary<string, Layer> maps = part["feedForward"].Children.ToDictionary(child => child.Name, child => child.Layer);
        x = Add(x, "attentionNorm", inner => part["attention"].Forward(inner, pass));
        return Add(x, "feedForwardNorm", inner => maps["down"].Forward(Activated(maps["up"].Forward(inner, pass)), pass));

        Tensor Add(Tensor stream, string norm, Func<Tensor, Tensor> inner) => options.Placement == NormPlacement.Pre
            ? stream + inner(part[norm].Forward(stream, pass)).Dropout(options.Dropout, pass.Generator!)
            : part[norm].Forward(stream + inner(stream).Dropout(options.Dropout, pass.Generator!), pass);

        Tensor Activated(Tensor hidden) => options.FeedForward switch
        {
            FeedForwardKind.Relu => hidden.Relu(),
            FeedForwardKind.Gelu => hidden.Gelu(),
            FeedForwardKind.GeluTanh => hidden.Gelu(approximate: true),
            _ => hidden.SwiGlu(),
        };
    }
}
