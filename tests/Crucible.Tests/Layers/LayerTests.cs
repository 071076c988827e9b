using Crucible.Layers;
using Crucible.Tensors;
using Xunit;
using Linear = Crucible.Layers.Linear;

namespace Crucible.Tests.Layers;

public class LayerTests
{
    [Fact]
    public void Parameters_NestedModel_AreNamedByTheirPaths()
    {
        Sequential model = new(new Linear(3, 4, new(1)), new Residual(4), new Lambda(x => x.Tanh()));
        Assert.Equal(
            ["0.weight", "0.bias", "1.scale", "1.inner.weight", "1.inner.bias", "1.row[0].weight", "1.row[1].0.weight", "1.row[1].0.bias"],
            model.Parameters.Select(parameter => parameter.Name));
        Assert.Equal(12 + 4 + 4 + 20 + 16 + 20, model.ParameterCount);
        Assert.All(model.Parameters, parameter => Assert.True(parameter.RequiresGradient));
    }

    [Fact]
    public void Parameters_AskedOfAPart_AreNamedFromThere()
    {
        Residual residual = new(4);
        Sequential model = new(new Linear(3, 4, new(1)), residual);
        Assert.Equal("scale", residual.Parameters[0].Name);
        Assert.Equal("1.scale", model.Parameters[2].Name);
    }

    [Fact]
    public void Parameters_SharedLayer_ComeOnce()
    {
        Linear shared = new(4, 4, new(1));
        Sequential model = new(shared, new Lambda(x => x.Tanh()), shared);
        Assert.Equal(["0.weight", "0.bias"], model.Parameters.Select(parameter => parameter.Name));
        Assert.Equal(20, model.ParameterCount);
    }

    /// <summary>20 000 nested layers ended the process: a stack that overflows cannot be caught.</summary>
    [Fact]
    public void Child_NestedTooDeep_IsRefusedWhereTheDeepestModelStillRuns()
    {
        Layer model = new Nested(null);
        for (int i = 1; i < 500; i++) model = new Nested(model);
        Assert.Equal(
            "nested: inner must be nested at most 499 layers deep, but is 500",
            Assert.Throws<OptionException>(() => new Nested(model)).Message);
        double gradient = 0;
        Exception? error = null;
        Thread small = new(() => error = Record.Exception(() =>
        {
            model.Forward(Tensor.Ones(1)).Sum().Backward();
            gradient = model.Parameters[0].Gradient!.ToArray()[0];
            Assert.Throws<ShapeException>(() => model.Forward(Tensor.Ones(2)));
        }), maxStackSize: 1 << 20);
        small.Start();
        small.Join();
        Assert.Null(error);
        Assert.Equal(1, gradient);
    }

    private sealed class Nested : Layer
    {
        private readonly Layer? inner;
        private readonly Tensor scale;

        internal Nested(Layer? inner)
        {
            this.inner = inner is null ? null : Child("inner", inner);
            scale = Parameter("scale", Tensor.Ones(1, 1));
        }

        protected override Tensor Compute(Tensor x, Pass pass) =>
            inner is null ? x.Reshape(1, 1) * scale : inner.Forward(x * scale.Reshape(1), pass);
    }

    [Fact]
    public void Forward_WrongInputDeepInside_NamesThePath()
    {
        Sequential model = new(new Linear(3, 5, new(1)), new Residual(4));
        ShapeException error = Assert.Throws<ShapeException>(() => model.Forward(Tensor.Ones(2, 3)));
        Assert.Equal(
            "model.1.row[0]: matmul: inner sizes must agree, but a is [2, 5] and b is [4, 4] (a axis 1 = 5, b axis 0 = 4)", error.Message);
    }

    [Fact]
    public void Forward_WrongInputToTheOutermost_NeedsNoPath()
    {
        ShapeException error = Assert.Throws<ShapeException>(() => new Linear(3, 5, new(1)).Forward(Tensor.Ones(2, 4)));
        Assert.Equal(
            "linear: the input's last size must be the weight's first, but the input is [2, 4] and the weight is [3, 5]", error.Message);
    }

    [Fact]
    public void Forward_CustomOutermostLayer_LendsItsName()
    {
        ShapeException error = Assert.Throws<ShapeException>(() => new Residual(4).Forward(Tensor.Ones(2, 3)));
        Assert.StartsWith("residual.row[0]: matmul: ", error.Message);
    }

    [Fact]
    public void Forward_LayerInsideALambda_KeepsTheLambdasPath()
    {
        Sequential hidden = new(new Lambda(x => x), new Linear(3, 5, new(1)));
        ShapeException error =
            Assert.Throws<ShapeException>(() => new Sequential(new Lambda(x => hidden.Forward(x))).Forward(Tensor.Ones(2, 4)));
        Assert.StartsWith("model.1: linear: ", error.Message);
    }

    [Fact]
    public void Forward_WithoutPass_Evaluates()
    {
        List<bool> seen = new();
        Recorder layer = new(seen);
        Sequential model = new(layer);
        using IDisposable off = Tensor.NoGrad();
        Assert.Equal(1.0, model.Forward(Tensor.Ones(1)).ToDouble());
        Assert.Equal(1.0, model.Forward(Tensor.Ones(1), Pass.Training(new(1))).ToDouble());
        Assert.Equal([false, true], seen);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a.b")]
    public void Parameter_UnusableName_IsRefused(string name)
    {
        OptionException error = Assert.Throws<OptionException>(() => new Named(name));
        Assert.Equal($"named: name must be not empty and without a dot, but is \"{name}\"", error.Message);
    }

    [Fact]
    public void Parameter_NameTwice_IsRefused() =>
        Assert.Equal(
            "named: name must be new within the layer, but is \"other\" for the second time",
            Assert.Throws<OptionException>(() => new Named("other")).Message);

    [Fact]
    public void Parameter_ComputedTensor_IsRefused()
    {
        Tensor computed = Tensor.Ones(2).AsParameter() * 2.0;
        Assert.Equal(
            "named: parameter \"a\" must be a leaf tensor, but was computed from other parameters; detach it, or compute it in the forward pass",
            Assert.Throws<OptionException>(() => new Named("a", computed)).Message);
    }

    /// <summary>x + scale·inner(row(x)): own parameter, child, and a row of children of two kinds.</summary>
    private sealed class Residual : Layer
    {
        private readonly Tensor scale;
        private readonly Linear inner;
        private readonly Layer[] row;

        public Residual(int size)
        {
            inner = Child("inner", new Linear(size, size, new(2)));
            row = ChildList<Layer>("row", [
                new Linear(size, size, new(3), new() { HasBias = false }),
                new Sequential(new Linear(size, size, new(4)))
            ]);
            scale = Parameter("scale", Tensor.Ones(size));
        }

        protected override Tensor Compute(Tensor x, Pass pass) =>
            x + (scale * inner.Forward(row.Aggregate(x, (y, layer) => layer.Forward(y, pass)), pass));
    }

    private sealed class Named : Layer
    {
        public Named(string name, Tensor? tensor = null)
        {
            Parameter("other", Tensor.Ones(1));
            Parameter(name, tensor ?? Tensor.Ones(1));
        }

        protected override Tensor Compute(Tensor x, Pass pass) => x;
    }

    private sealed class Recorder(List<bool> seen) : Layer
    {
        protected override Tensor Compute(Tensor x, Pass pass)
        {
            seen.Add(pass.IsTraining);
            return x;
        }
    }
}
