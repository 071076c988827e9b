using Crucible.Layers;
using Crucible.Tensors;
using Xunit;
using Dropout = Crucible.Layers.Dropout;
using Embedding = Crucible.Layers.Embedding;
using LayerNorm = Crucible.Layers.LayerNorm;
using Linear = Crucible.Layers.Linear;

namespace Crucible.Tests.Layers;

public class SummaryTests
{
    [Fact]
    public void Summary_Sequence_ShowsLayersShapesAndCounts()
    {
        Sequential model = new(
            new Linear(13, 40, new(1)), new Crucible.Layers.Relu(), new Dropout(0.1), new Linear(40, 1, new(1), new() { HasBias = false }));
        Assert.Equal(
            """
               layer                   output    parameters
            0  Linear(13, 40)          [32, 40]         560
            1  Relu                    [32, 40]           0
            2  Dropout(0.1)            [32, 40]           0
            3  Linear(40, 1, no bias)  [32, 1]           40
               total                                    600
            """, model.Summary([32, 13]));
    }

    [Fact]
    public void ToString_Sequence_ShowsLayersAndCounts()
    {
        Sequential model = new(new Linear(1000, 1000, new(1)), new Crucible.Layers.LeakyRelu(0.2), new Linear(1000, 2, new(1)));
        Assert.Equal(
            """
               layer               parameters
            0  Linear(1000, 1000)   1,001,000
            1  LeakyRelu(0.2)               0
            2  Linear(1000, 2)          2,002
               total                1,003,002
            """, model.ToString());
    }

    [Fact]
    public void Summary_TokensIntoANestedModel_ShowsInnerPathsAndOwnParameters()
    {
        Sequential model = new(new Embedding(10, 4, new(1)), new Scaled(4), new LayerNorm(4));
        Assert.Equal(
            """
                     layer             output     parameters
            0        Embedding(10, 4)  [2, 5, 4]          40
            1        Scaled            [2, 5, 4]           4
            1.inner  Linear(4, 4)      [2, 5, 4]          20
            1.spare  Linear(4, 4)      not used           20
            2        LayerNorm(4)      [2, 5, 4]           8
                     total                                92
            """, model.Summary([2, 5], DType.Int32));
    }

    [Fact]
    public void Summary_LayerAtTwoPlaces_ShowsBothOutputsAndCountsOnce()
    {
        Linear shared = new(4, 4, new(1));
        Sequential model = new(shared, new Crucible.Layers.Flatten(), shared);
        Assert.Equal(
            """
               layer         output     parameters
            0  Linear(4, 4)  [2, 1, 4]          20
            1  Flatten       [2, 4]              0
            2  Linear(4, 4)  [2, 4]              0
               total                            20
            """, model.Summary([2, 1, 4]));
    }

    [Fact]
    public void Summary_WrongInput_SaysWhere() =>
        Assert.StartsWith(
            "model.0: linear: ", Assert.Throws<ShapeException>(() => new Sequential(new Linear(3, 1, new(1))).Summary([1, 4])).Message);

    private sealed class Scaled : Layer
    {
        private readonly Tensor scale;
        private readonly Linear inner;

        public Scaled(int size)
        {
            scale = Parameter("scale", Tensor.Ones(size));
            inner = Child("inner", new Linear(size, size, new(1)));
            Child("spare", new Linear(size, size, new(1)));
        }

        protected override Tensor Compute(Tensor x, Pass pass) => scale * inner.Forward(x, pass);
    }
}
