using Crucible.Layers;
using Crucible.Tensors;
using Microsoft.FSharp.Core;
using Xunit;
using Linear = Crucible.Layers.Linear;

namespace Crucible.Tests.Layers;

public class CompositionTests
{
    [Fact]
    public void Arrow_SequencesOnBothSides_GivesOneFlatSequence()
    {
        (Linear? a, Tanh? b, Linear? c, Relu? d) =
            (new Linear(2, 3, new(1)), new Crucible.Layers.Tanh(), new Linear(3, 4, new(1)), new Crucible.Layers.Relu());
        Sequential left = Layer.op_MinusMinusGreater(a, b);
        Sequential right = Layer.op_MinusMinusGreater(c, d);
        Sequential model = Layer.op_MinusMinusGreater(left, right);
        Assert.Equal(new Layer[] { a, b, c, d }, model.Layers);
        Assert.Equal(["0.weight", "0.bias", "2.weight", "2.bias"], model.Parameters.Select(parameter => parameter.Name));
        Tensor x = Tensor.Of(new[,] { { 1.0, -2.0 } });
        Assert.Equal(d.Forward(c.Forward(b.Forward(a.Forward(x)))).ToArray(), model.Forward(x).ToArray());
    }

    [Fact]
    public void Arrow_FunctionOnEitherSide_IsApplied()
    {
        FSharpFunc<Tensor, Tensor> twice = FuncConvert.FromFunc<Tensor, Tensor>(x => x * 2.0);
        Linear linear = new(1, 1, new(1), new() { Weight = Initializer.Constant(3.0), Bias = Initializer.Ones });
        // 3·5 + 1 = 16, doubled 32; 3·10 + 1 = 31.
        Assert.Equal(32.0, Layer.op_MinusMinusGreater(linear, twice).Forward(Tensor.Full([1, 1], 5.0)).ToDouble());
        Assert.Equal(31.0, Layer.op_MinusMinusGreater(twice, linear).Forward(Tensor.Full([1, 1], 5.0)).ToDouble());
    }

    [Fact]
    public void Sequential_Empty_ReturnsItsInput()
    {
        Tensor x = Tensor.Ones(2);
        Assert.Same(x, new Sequential().Forward(x));
    }
}
