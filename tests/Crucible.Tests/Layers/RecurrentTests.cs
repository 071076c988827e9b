using Crucible.Kernels;
using Crucible.Layers;
using Crucible.Tensors;
using Crucible.Tests.Kernels;
using Xunit;

namespace Crucible.Tests.Layers;

/// <summary>Recurrent layers, beside the oracle: lengths, states that are handed on, bits, what is refused.</summary>
public class RecurrentTests
{
    private const int Inputs = 3, Size = 21, Steps = 7; // a size that fills no vector

    private static readonly int[] Lengths = [4, 7, 0, 1, 4];

    public static TheoryData<string, bool> Kinds =>
        new() { { "rnn", false }, { "rnn", true }, { "lstm", false }, { "lstm", true }, { "gru", false }, { "gru", true } };

    [Theory]
    [EveryWidth(nameof(Kinds))]
    public void Forward_OtherPadding_GivesTheSameBitsOfOutputsStatesAndGradients(int bits, string kind, bool isBidirectional)
    {
        using IDisposable width = SimdWidth.Use(bits);
        float[][] zeros = Trained(kind, isBidirectional, x => Padded(x, 0.0));
        float[][] others = Trained(kind, isBidirectional, x => Padded(x, double.NaN));
        Assert.Equal(zeros.Length, others.Length);
        for (int i = 0; i < zeros.Length; i++) Assert.Equal(zeros[i], others[i]);
        Assert.All(others, values => Assert.DoesNotContain(float.NaN, values));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Forward_MorePadding_GivesTheSameBits(string kind, bool isBidirectional)
    {
        Recurrent layer = Create(kind, new() { Layers = 2, IsBidirectional = isBidirectional });
        Tensor x = Input();
        (Tensor short7, RecurrentState last7) = layer.Forward(x, null, Lengths, Pass.Evaluation);
        Tensor longer = Tensor.Concat([x, Tensor.Full([5, 3, Inputs], double.NaN)], 1);
        (Tensor long10, RecurrentState last10) = layer.Forward(longer, null, Lengths, Pass.Evaluation);
        Assert.Equal(short7.ToArray(), long10.Slice(1, 0, Steps).ToArray());
        Assert.All(long10.Slice(1, Steps).ToArray(), value => Assert.Equal(0.0, value));
        foreach ((Tensor a, Tensor b) in last7.Hidden.Zip(last10.Hidden)) Assert.Equal(a.ToArray(), b.ToArray());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Forward_OneSequenceOfABatch_IsAsAlone(string kind, bool isBidirectional)
    {
        // The product of all inputs is cut otherwise for other numbers of rows.
        const double Rounding = 1e-6;
        Recurrent layer = Create(kind, new() { Layers = 2, IsBidirectional = isBidirectional });
        Tensor x = Input();
        (Tensor all, RecurrentState last) = layer.Forward(x, null, Lengths, Pass.Evaluation);
        for (int example = 0; example < Lengths.Length; example++)
        {
            int length = Lengths[example];
            Tensor one = x.Slice(0, example, example + 1).Slice(1, 0, length);
            (Tensor alone, RecurrentState own) = layer.Forward(one, null, null, Pass.Evaluation);
            double[] padded = all.Slice(0, example, example + 1).ToArray(), expected = alone.ToArray();
            for (int i = 0; i < padded.Length; i++) Assert.Equal(i < expected.Length ? expected[i] : 0.0, padded[i], Rounding);
            double[] top = last.Rows(example).Top.ToArray(), ownTop = own.Top.ToArray();
            for (int i = 0; i < top.Length; i++) Assert.Equal(ownTop[i], top[i], Rounding);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Forward_LengthZero_HandsTheStateOn(string kind, bool isBidirectional)
    {
        Recurrent layer = Create(kind, new() { IsBidirectional = isBidirectional });
        (_, RecurrentState first) = layer.Forward(Input(), null, null, Pass.Evaluation);
        (Tensor outputs, RecurrentState last) = layer.Forward(Input(), first, [0, 0, 0, 0, 0], Pass.Evaluation);
        Assert.All(outputs.ToArray(), value => Assert.Equal(0.0, value));
        foreach ((Tensor a, Tensor b) in first.Hidden.Concat(first.Cells).Zip(last.Hidden.Concat(last.Cells)))
            Assert.Equal(a.ToArray(), b.ToArray());
    }

    [Theory]
    [InlineData("rnn")]
    [InlineData("lstm")]
    [InlineData("gru")]
    public void Step_AfterStep_GivesTheBitsOfTheWholeSequence(string kind)
    {
        Recurrent layer = Create(kind, new() { Layers = 2 });
        Tensor x = Input();
        (Tensor whole, RecurrentState end) = layer.Forward(x, null, null, Pass.Evaluation);
        RecurrentState? state = null;
        for (int t = 0; t < Steps; t++)
        {
            (Tensor output, state) = layer.Step(x.Select(1, t), state, Pass.Evaluation);
            Assert.Equal(whole.Select(1, t).ToArray(), output.ToArray());
        }

        foreach ((Tensor a, Tensor b) in end.Hidden.Concat(end.Cells).Zip(state!.Hidden.Concat(state.Cells)))
            Assert.Equal(a.ToArray(), b.ToArray());
    }

    [Theory]
    [InlineData("rnn", false)]
    [InlineData("rnn", true)]
    [InlineData("lstm", false)]
    [InlineData("lstm", true)]
    [InlineData("gru", false)]
    [InlineData("gru", true)]
    public void MappedStep_OfPartsOfTheInput_IsAStepWithAllGradients(string kind, bool isTwice)
    {
        const double Rounding = 1e-12;
        Recurrent layer = Create(kind, new() { Layers = 2, DType = DType.Float64 });
        Tensor x = Tensor.Randn(new(5), [4, Steps, Inputs], DType.Float64).AsParameter();
        Tensor[] leaves = [x, .. layer.Parameters];
        double[][] usual = Gradients((input, state) => layer.Step(input, state, Pass.Evaluation));
        double[][] mapped = Gradients((input, state) => layer.MappedStep(
            layer.Map(input.Slice(1, 0, 1), 0) + layer.Map(input.Slice(1, 1), 1), state, Pass.Evaluation));
        for (int i = 0; i < usual.Length; i++)
            for (int j = 0; j < usual[i].Length; j++) Assert.Equal(usual[i][j], mapped[i][j], Rounding);

        double[][] Gradients(Func<Tensor, RecurrentState?, Tuple<Tensor, RecurrentState>> step)
        {
            RecurrentState? state = null;
            List<Tensor> outputs = [];
            for (int t = 0; t < Steps; t++)
            {
                (Tensor output, state) = step(x.Select(1, t), state);
                outputs.Add(output);
            }

            Tensor loss = (Tensor.Concat(outputs, 1).Square().Sum() + state!.Top.Sum()) / 100.0;
            if (!isTwice) return [outputs[^1].ToArray(), .. loss.Gradients(leaves).Select(gradient => gradient.ToArray())];
            Tensor norm = Tensor.Stack(loss.Gradients(leaves, createGraph: true).Select(gradient => gradient.Square().Sum())).Sum();
            return [.. norm.Gradients(leaves).Select(gradient => gradient.ToArray())];
        }
    }

    [Fact]
    public void Cells_StepByStep_AreTheLayersOfOneDirection()
    {
        Tensor x = Tensor.Randn(new(3), 5, Inputs);
        (RecurrentCell, string)[] cells =
        [
            (new RnnCell(Inputs, Size, new(1)), "rnn"), (new LstmCell(Inputs, Size, new(1)), "lstm"),
            (new GruCell(Inputs, Size, new(1)), "gru"),
        ];
        foreach ((RecurrentCell cell, string kind) in cells)
        {
            Recurrent layer = Create(kind, new());
            RecurrentState first = cell.Step(x, null, Pass.Evaluation), second = cell.Step(x, first, Pass.Evaluation);
            (_, RecurrentState same) = layer.Step(x, layer.Step(x, null, Pass.Evaluation).Item2, Pass.Evaluation);
            Assert.Equal(same.Top.ToArray(), second.Top.ToArray());
            Assert.Equal(first.Top.ToArray(), cell.Forward(x).ToArray());
        }
    }

    [Theory]
    [InlineData("rnn")]
    [InlineData("lstm")]
    [InlineData("gru")]
    public void State_HandedOn_CarriesGradientsUntilItIsDetached(string kind)
    {
        // In parts or at once: the same sums, those of the weights in another order.
        const double Rounding = 1e-10;
        Recurrent layer = Create(kind, new() { Layers = 2, DType = DType.Float64 });
        Tensor x = Tensor.Randn(new(5), [2, Steps, Inputs], DType.Float64).AsParameter();
        double[] whole = Gradient(null), parts = Gradient(state => state), truncated = Gradient(state => state.Detach());
        for (int i = 0; i < whole.Length; i++) Assert.Equal(whole[i], parts[i], Rounding);
        int first = 4 * Inputs; // of the first example, whose output of the second part alone is asked for
        Assert.All(truncated[..first], value => Assert.Equal(0.0, value));
        Assert.NotEqual(whole[first..], truncated[first..]);

        double[] Gradient(Func<RecurrentState, RecurrentState>? handOn)
        {
            if (handOn is null) return layer.Forward(x).Slice(1, 4).Sum().Gradients([x])[0].ToArray();
            (_, RecurrentState state) = layer.Forward(x.Slice(1, 0, 4), null, null, Pass.Evaluation);
            (Tensor later, _) = layer.Forward(x.Slice(1, 4), handOn(state), null, Pass.Evaluation);
            return later.Sum().Gradients([x])[0].ToArray();
        }
    }

    [Theory]
    [EveryWidth(nameof(Kinds))]
    public void ForwardAndBackward_Threads_GiveTheSameBits(int bits, string kind, bool isBidirectional)
    {
        using IDisposable width = SimdWidth.Use(bits);
        float[][] Run(int threads)
        {
            using IDisposable use = Threads.Use(threads);
            Recurrent layer = Create(kind, new() { IsBidirectional = isBidirectional }, 40, 150);
            Tensor x = Tensor.Randn(new(4), 33, 5, 40).AsParameter();
            int[] lengths = [.. Enumerable.Range(0, 33).Select(i => i % 6)];
            (Tensor outputs, RecurrentState last) = layer.Forward(x, null, lengths, Pass.Evaluation);
            (outputs.Sum() + last.Top.Sum()).Backward();
            return [outputs.ToArray<float>(), x.Gradient!.ToArray<float>(), .. layer.Parameters.Select(p => p.Gradient!.ToArray<float>())];
        }

        float[][] one = Run(1), two = Run(2);
        for (int i = 0; i < one.Length; i++) Assert.Equal(one[i], two[i]);
    }

    [Theory]
    [EveryWidth(nameof(Kinds))]
    public void ForwardAndBackward_ManyUnits_EqualTensorOperations(int bits, string kind, bool isBidirectional)
    {
        // Some hundred sums of 150 products each, in another order.
        const double Float64Rounding = 1e-11, Float32Rounding = 1e-4;
        using IDisposable width = SimdWidth.Use(bits);
        double[][] composed = Run(DType.Float64, createGraph: true), fused = Run(DType.Float64, createGraph: false);
        double[][] narrow = Run(DType.Float32, createGraph: false);
        for (int i = 0; i < composed.Length; i++)
        {
            double size = Math.Max(1, composed[i].Max(Math.Abs));
            for (int k = 0; k < composed[i].Length; k++)
            {
                Assert.Equal(composed[i][k], fused[i][k], Float64Rounding * size);
                Assert.Equal(composed[i][k], narrow[i][k], Float32Rounding * size);
            }
        }

        double[][] Run(DType dtype, bool createGraph)
        {
            Recurrent layer = Create(kind, new() { IsBidirectional = isBidirectional, DType = dtype }, 40, 150);
            foreach (Tensor parameter in layer.Parameters) // the same in both types
                parameter.CopyInPlace(Tensor.Randn(new(6), [.. parameter.Shape]).To(dtype) * 0.1);
            Tensor x = Tensor.Randn(new(4), 33, 5, 40).To(dtype).AsParameter();
            int[] lengths = [.. Enumerable.Range(0, 33).Select(i => i % 6)];
            (Tensor outputs, RecurrentState last) = layer.Forward(x, null, lengths, Pass.Evaluation);
            Tensor[] gradients = ((outputs * outputs).Sum() + last.Top.Sum()).Gradients([x, .. layer.Parameters], createGraph);
            return [.. gradients.Select(gradient => gradient.ToArray())];
        }
    }

    [Fact]
    public void Dropout_BetweenLayers_IsForTrainingOnly()
    {
        Recurrent layer = Create("gru", new() { Layers = 2, Dropout = 0.5 }), one = Create("gru", new() { Dropout = 0.5 });
        Tensor x = Input();
        Assert.NotEqual(layer.Forward(x).ToArray(), layer.Forward(x, Pass.Training(new(1))).ToArray());
        Assert.Equal(layer.Forward(x, Pass.Training(new(1))).ToArray(), layer.Forward(x, Pass.Training(new(1))).ToArray());
        Assert.Equal(one.Forward(x).ToArray(), one.Forward(x, Pass.Training(new(1))).ToArray());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Forward_NothingToRead_GivesEmptyOutputsAndZeroGradients(string kind, bool isBidirectional)
    {
        Recurrent layer = Create(kind, new() { IsBidirectional = isBidirectional });
        int width = isBidirectional ? 2 * Size : Size;
        (Tensor noSteps, RecurrentState state) = layer.Forward(Tensor.Zeros(2, 0, Inputs), null, null, Pass.Evaluation);
        Assert.Equal(Shape.From(2, 0, width), noSteps.Shape);
        Assert.All(state.Top.ToArray(), value => Assert.Equal(0.0, value));
        Assert.Equal(Shape.From(0, 4, width), layer.Forward(Tensor.Zeros(0, 4, Inputs), null, [], Pass.Evaluation).Item1.Shape);
        state.Top.Sum().Backward();
        Assert.All(layer.Parameters, parameter => Assert.All(parameter.Gradient?.ToArray() ?? [], value => Assert.Equal(0.0, value)));
    }

    [Fact]
    public void Lstm_RememberingBias_IsOneForTheForgetGate()
    {
        LstmCell cell = new(2, 3, new(1), new() { Bias = LstmCell.RememberingBias });
        Assert.Equal([0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0], cell.Bias.ToArray());
    }

    [Fact]
    public void Layers_Printed_SayTheirSizes()
    {
        Assert.Equal("LstmCell(3, 21)", new LstmCell(Inputs, Size, new(1)).ToString());
        string summary = Create("gru", new() { Layers = 2, IsBidirectional = true }).Summary([2, 5, 3]);
        Assert.Contains("layer[1]    GruCell(42, 21)  [2, 5, 21]", summary);
        Assert.Equal(
            ["layer[0].weight", "layer[0].recurrentWeight", "layer[0].bias", "layer[0].candidateBias"],
            Create("gru", new()).Parameters.Select(parameter => parameter.Name));
    }

    [Fact]
    public void WrongInput_IsRefusedInOneLine()
    {
        Recurrent layer = Create("lstm", new() { Layers = 2 }), both = Create("gru", new() { IsBidirectional = true });
        Tensor x = Input();
        (_, RecurrentState state) = layer.Forward(x, null, null, Pass.Evaluation);
        Error("lstm: the input must be [examples, steps, 3], but is [5, 3]", () => layer.Forward(Tensor.Ones(5, 3)));
        Error("lstm: the input of a step must be [examples, 3], but is [5, 7, 3]", () => layer.Step(x, null, Pass.Evaluation));
        Error("lstm.layer[0]: lstm: lengths must be one number for each of the 5 examples, but is 2", () => Run(layer, null, [1, 2]));
        Error("lstm.layer[0]: lstm: length must be from 0 to 7, the steps, but is 8", () => Run(layer, null, [1, 2, 3, 8, 1]));
        Error("lstm.layer[0]: lstm: length must be from 0 to 7, the steps, but is -1", () => Run(layer, null, [1, 2, 3, -1, 1]));
        Error("lstm.layer[0]: lstm: the hidden state must be [5, 21], but is [2, 21]", () => Run(layer, state.Rows(0, 1), null));
        Error(
            "lstm: state must be one with 2 cell states, as the layer's own, but is 0",
            () => Run(layer, new(state.Hidden), null));
        Error("gru: isBidirectional must be false to go step by step, but is True", () => both.Step(x.Select(1, 0), null, Pass.Evaluation));
        Error("gru: layers must be 1 or more, but is 0", () => Create("gru", new() { Layers = 0 }));
        Error("gru: dropout must be at least 0 and below 1, but is 1", () => Create("gru", new() { Dropout = 1 }));
        Error("gruCell: size must be 1 or more, but is 0", () => new GruCell(3, 0, new(1)));
        Error("gruCell: the input of a step must be [examples, 3], but is [3]", () => new GruCell(3, 2, new(1)).Forward(Tensor.Ones(3)));

        object Run(Recurrent any, RecurrentState? from, int[]? lengths) => any.Forward(x, from, lengths, Pass.Evaluation);
        static void Error(string message, Func<object> call) => Assert.Equal(message, Assert.ThrowsAny<CrucibleException>(call).Message);
    }

    private static Recurrent Create(string kind, RecurrentOptions options, int inputs = Inputs, int size = Size) => kind switch
    {
        "rnn" => new Rnn(inputs, size, new(1), options),
        "lstm" => new Lstm(inputs, size, new(1), options),
        _ => new Gru(inputs, size, new(1), options),
    };

    private static Tensor Input() => Tensor.Randn(new(2), Lengths.Length, Steps, Inputs);

    /// <summary>The input with a value wherever a sequence has ended.</summary>
    private static Tensor Padded(Tensor x, double value)
    {
        Tensor isPadded = Tensor.Init([.. x.Shape], index => index[1] >= Lengths[index[0]] ? 1.0 : 0.0, DType.Bool);
        return x.MaskedFill(isPadded, value);
    }

    /// <summary>Outputs, states, and the gradients of the input and of all parameters.</summary>
    private static float[][] Trained(string kind, bool isBidirectional, Func<Tensor, Tensor> pad)
    {
        Recurrent layer = Create(kind, new() { Layers = 2, IsBidirectional = isBidirectional, Dropout = 0.25 });
        Tensor x = pad(Input()).AsParameter();
        (Tensor outputs, RecurrentState last) = layer.Forward(x, null, Lengths, Pass.Training(new(7)));
        Tensor[] states = [outputs, .. last.Hidden, .. last.Cells];
        states.Select((state, i) => (state * (1.0 + i)).Sum()).Aggregate((a, b) => a + b).Backward();
        return [.. states.Select(state => state.ToArray<float>()), x.Gradient!.ToArray<float>(),
            .. layer.Parameters.Select(parameter => parameter.Gradient!.ToArray<float>())];
    }
}
