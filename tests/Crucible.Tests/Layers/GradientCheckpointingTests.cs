using Crucible.Kernels;
using Crucible.Layers;
using Crucible.Models;
using Crucible.Optimizers;
using Crucible.Tensors;
using Crucible.Text;
using Crucible.Training;
using Xunit;

namespace Crucible.Tests.Layers;

/// <summary><see cref="Pass.WithGradientCheckpointing"/>: the same bits in less memory, whatever is asked of the graph.</summary>
public sealed class GradientCheckpointingTests
{
    private const int Classes = 11;
    private const double Dropout = 0.2;

    /// <summary>The loss of a model with dropout in a pass, and the model.</summary>
    private static readonly Dictionary<string, Func<(Layer Model, Func<Pass, Tensor> Loss)>> Models = new()
    {
        ["as GPT-2"] = () => Gpt(new() { Vocabulary = Classes, Context = 10, Layers = 3, Heads = 2, Width = 24, Dropout = Dropout }),
        ["as LLaMA"] = () => Gpt(new()
        {
            Vocabulary = Classes,
            Context = 10,
            Layers = 2,
            Heads = 4,
            KeyValueHeads = 2,
            Width = 24,
            IsTied = false,
            Norm = NormKind.RmsNorm,
            Positions = PositionKind.Rotary,
            FeedForward = FeedForwardKind.SwiGlu,
            Dropout = Dropout,
        }),
        ["post-norm"] = () => Gpt(new()
        {
            Vocabulary = Classes,
            Context = 10,
            Layers = 2,
            Heads = 2,
            Width = 24,
            Placement = NormPlacement.Post,
            Dropout = Dropout,
        }),
        ["a wide GPT"] = () => Gpt(new() { Vocabulary = Classes, Context = 64, Layers = 2, Heads = 2, Width = 128, Dropout = Dropout }),
        ["a vision transformer"] = () =>
        {
            VisionTransformerOptions options =
                new() { Classes = Classes, Size = 8, Patch = 4, Width = 24, Layers = 2, Heads = 2, Dropout = Dropout };
            VisionTransformer model = new(options, new(1));
            Tensor x = Tensor.Randn(new(2), 3, 1, 8, 8);
            return (model, pass => Crucible.Layers.Loss.CrossEntropy(model.Forward(x, pass), Tokens(3)));
        },
        ["a translator"] = () =>
        {
            TranslatorOptions options = new()
            {
                Kind = TranslatorKind.Transformer,
                Vocabulary = new(Classes, Classes, true),
                Layers = 2,
                Width = 32,
                Heads = 2,
                Context = 12,
                Dropout = Dropout,
            };
            Translator model = Translator.Create(options, new(1));
            Tensor source = Translator.Pad([[3, 4, 5, 6, 7], [8, 9]]), target = Translator.Pad([[7, 6, 5], [9, 8, 3, 4]]);
            return (model, pass => model.Loss(source, target, pass));
        },
    };

    public static TheoryData<string> Kinds => [.. Models.Keys];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void LossAndGradients_HaveTheBitsOfTheWholeGraph(string kind)
    {
        foreach (Precision precision in Enum.GetValues<Precision>())
            foreach (int threads in new[] { 1, 2 })
                using (Threads.Use(threads)) Assert.Equal(Run(kind, precision, false), Run(kind, precision, true));
    }

    [Fact]
    public void WithBFloat16Products_HasTheBitsOfTheWholeGraph()
    {
        if (!BFloat16Tile.IsSupported) Assert.Skip("this processor or system has no product of bfloat16");
        using IDisposable scope = BFloat16Products.Use(BFloat16Way.Vectors);
        Assert.Equal(Run("a wide GPT", Precision.Mixed, false), Run("a wide GPT", Precision.Mixed, true));
    }

    [Fact]
    public void Dropout_InBackward_DrawsWhatItDrewBefore_AndMovesNoGenerator()
    {
        (Layer model, Func<Pass, Tensor> loss) = Models["as GPT-2"]();
        Generator generator = new(5);
        Tensor first = loss(Pass.Training(generator).WithGradientCheckpointing());
        GeneratorState behind = generator.State;
        Assert.NotEqual(new Generator(5).State, behind);
        first.Backward();
        Assert.Equal(behind, generator.State);
        Assert.NotEqual(first.ToDouble(), loss(Pass.Training(generator).WithGradientCheckpointing()).ToDouble()); // other draws
        Assert.All(model.Parameters, parameter => Assert.NotNull(parameter.Gradient));
    }

    [Fact]
    public void Trainer_WithDropoutAndClipping_LearnsTheSameBits()
    {
        Assert.Equal(Trained(false), Trained(true));

        static float[] Trained(bool checkpointing)
        {
            Gpt model = new(new() { Vocabulary = Classes, Context = 8, Layers = 2, Heads = 2, Width = 24, Dropout = Dropout }, new(1));
            TrainerOptions options = new() { Updates = 5, ClipNorm = 0.5, GradientCheckpointing = checkpointing };
            new Trainer(model, new AdamW(model.Parameters), (logits, targets) => Crucible.Layers.Loss.CrossEntropy(logits, targets))
                .Fit(
                    new TokenWindows(TokenSequence.Of(Enumerable.Range(0, 200).Select(index => index * index % Classes), Classes), 8, 4),
                    options);
            return [.. model.Parameters.SelectMany(parameter => parameter.ToArray<float>())];
        }
    }

    [Fact]
    public void Gradients_OfChosenTensors_HaveTheBitsOfTheWholeGraph()
    {
        (float[] whole, float[] parts) = (Chosen(false), Chosen(true));
        Assert.Equal(whole, parts);

        static float[] Chosen(bool checkpointing)
        {
            (Layer model, Func<Pass, Tensor> loss) = Models["as GPT-2"]();
            Dictionary<string, Tensor> named = model.Parameters.ToDictionary(parameter => parameter.Name!);
            // Below all blocks, inside one, and in all of them and behind them.
            Tensor[] targets = [named["position.weight"], named["block[1].attention.output.weight"], named["token.weight"]];
            Tensor[] found = loss(Training(checkpointing)).Gradients(targets);
            Tensor[] alone = loss(Training(checkpointing)).Gradients([named["block[2].feedForward.up.weight"]]);
            Assert.All(model.Parameters, parameter => Assert.Null(parameter.Gradient));
            return [.. found.Concat(alone).SelectMany(gradient => gradient.ToArray<float>())];
        }
    }

    [Fact]
    public void Gradients_OfGradients_AreThoseOfTheWholeGraph()
    {
        // Paths through a part and through its recomputation meet in another order, so sums are rounded otherwise.
        float[] whole = Penalized(false), parts = Penalized(true);
        double scale = whole.Max(Math.Abs);
        for (int i = 0; i < whole.Length; i++) Assert.Equal(whole[i] / scale, parts[i] / scale, 1e-6);

        // How the squared norm of the gradient changes with every parameter: through both passes of each block.
        static float[] Penalized(bool checkpointing)
        {
            (Layer model, Func<Pass, Tensor> loss) = Models["as GPT-2"]();
            Tensor[] parameters = [.. model.Parameters];
            Tensor[] first = loss(Training(checkpointing)).Gradients(parameters, createGraph: true);
            Tensor norm = first.Select(gradient => (gradient * gradient).Sum()).Aggregate((a, b) => a + b);
            return [.. norm.Gradients(parameters).SelectMany(gradient => gradient.ToArray<float>())];
        }
    }

    [Fact]
    public void Block_ItsGradient_IsThatOfItsNumericTwin()
    {
        // Central differences of float64: h² of truncation and 1e-16 / h of rounding, h = 1e-5 or so.
        const double tolerance = 1e-7;
        TransformerOptions options = new() { Width = 6, Heads = 2, Dropout = Dropout, IsCausal = true, DType = DType.Float64 };
        TransformerBlock block = new(options, new(1));
        Tensor x = Tensor.Randn(new(2), [2, 4, 6], DType.Float64), weights = Tensor.Randn(new(3), [2, 4, 6], DType.Float64);
        Tensor Value(Tensor input) => (block.Forward(input, Pass.Training(new(4)).WithGradientCheckpointing()) * weights).Sum();
        double[] exact = Derivative.Grad(Value, x).ToArray<double>(), twin = Derivative.NumGrad(Value, x).ToArray<double>();
        for (int i = 0; i < exact.Length; i++) Assert.Equal(twin[i], exact[i], tolerance);
    }

    [Fact]
    public void Derivatives_ForwardsAndOfAnyOrder_AreThoseOfTheWholeGraph()
    {
        TransformerOptions options = new() { Width = 4, Heads = 2, IsCausal = true, DType = DType.Float64 };
        TransformerBlock block = new(options, new(1));
        Tensor x = Tensor.Randn(new(2), [1, 3, 4], DType.Float64), v = Tensor.Randn(new(3), [1, 3, 4], DType.Float64);
        Tensor Of(Tensor input, Pass pass) => block.Forward(input, pass).Pow(2.0).Sum();
        Tensor Whole(Tensor input) => Of(input, Pass.Evaluation);
        Tensor Parts(Tensor input) => Of(input, Pass.Evaluation.WithGradientCheckpointing());
        Assert.Equal(Derivative.GradV(Whole, x, v).ToArray<double>(), Derivative.GradV(Parts, x, v).ToArray<double>());
        AssertClose(Derivative.HessianV(Whole, x, v), Derivative.HessianV(Parts, x, v));
        AssertClose(
            Derivative.Grad(y => Derivative.Grad(Whole, y).Pow(2.0).Sum(), x),
            Derivative.Grad(y => Derivative.Grad(Parts, y).Pow(2.0).Sum(), x));

        static void AssertClose(Tensor expected, Tensor actual)
        {
            double scale = expected.Abs().Max().ToDouble();
            Assert.InRange((expected - actual).Abs().Max().ToDouble(), 0, 1e-14 * scale); // some roundings of float64
        }
    }

    [Fact]
    public void RetainedGraph_WalkedTwice_GivesTwiceTheGradient()
    {
        (Layer model, Func<Pass, Tensor> loss) = Models["as GPT-2"]();
        Tensor value = loss(Training(true));
        value.Backward(retainGraph: true);
        float[] once = Gradients(model);
        value.Backward();
        Assert.Equal(once.Select(number => number + number), Gradients(model));
    }

    [Fact]
    public void ParameterChangedBeforeBackward_IsRefused()
    {
        (Layer model, Func<Pass, Tensor> loss) = Models["as GPT-2"]();
        Tensor value = loss(Training(true));
        Tensor weight = model.Parameters.Single(parameter => parameter.Name == "block[1].feedForward.up.weight");
        weight.FillInPlace(0);
        GradientException error = Assert.Throws<GradientException>(() => value.Backward());
        Assert.Equal(
            "recomputation: an input or the output was changed in place after it was computed, so its derivative is no longer known; change it after backward",
            error.Message);
    }

    [Fact]
    public void Maps_AreNotedOnce()
    {
        (_, Func<Pass, Tensor> loss) = Models["as GPT-2"]();
        AttentionMaps maps = new();
        loss(Training(true).With(maps)).Backward();
        Assert.Equal(3, maps.Weights.Count);
    }

    [Fact]
    public void Memory_OfATallStack_IsThatOfOneBlockAndTheInputs()
    {
        // [1, 256, 64] is 64 KiB; a block keeps seven of them, its input is one: that, queries, keys, values, their average,
        // the sum behind attention, and what enters GELU. It makes fifteen.
        const int layers = 12;
        const long input = 256 * 64 * sizeof(float);
        long added = Bytes(layers, true) - Bytes(1, true), whole = Bytes(layers, false) - Bytes(1, false);
        Assert.InRange(added, 1, 2 * (layers - 1) * input); // inputs, and what the pools' size classes waste
        Assert.InRange(whole, 6 * (layers - 1) * input, 8 * (layers - 1) * input);
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public void Memory_OfATrainingStepAtContext4096AndWidth384_IsBelow2GB()
    {
        // All that is ever allocated, parameters and AdamW's state included: more than what is held at any time.
        long bytes = BytesOfAThread(() =>
        {
            Gpt model = new(new() { Vocabulary = 65, Context = 4096, Layers = 6, Heads = 6, Width = 384 }, new(1));
            AdamW optimizer = new(model.Parameters);
            Tensor tokens = Tensor.From([.. Enumerable.Range(0, 4096).Select(index => index % 65)], 1, 4096);
            return () =>
            {
                Crucible.Layers.Loss.CrossEntropy(model.Forward(tokens, Training(true)), tokens).Backward();
                optimizer.Step();
            };
        });
        Assert.InRange(bytes, 1, 1L << 30); // half of it; some 500 MB were seen
    }

    [Fact]
    public void SteadyLoop_AllocatesNoBuffers()
    {
        Action step = Step(2, true);
        for (int i = 0; i < 5; i++) step();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++) step();
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 10, 0, 40_000); // one buffer alone: 65 536 bytes
    }

    /// <summary>What a step of an encoder allocates.</summary>
    private static long Bytes(int layers, bool checkpointing)
    {
        long made = BytesOfAThread(() =>
        {
            Step(layers, checkpointing);
            return () => { };
        });
        return BytesOfAThread(() => Step(layers, checkpointing)) - made;
    }

    /// <summary>What a thread of its own, with an empty pool, allocates to make a step and do it once.</summary>
    private static long BytesOfAThread(Func<Action> make)
    {
        long bytes = 0;
        Thread thread = new(() =>
        {
            make()();
            bytes = GC.GetAllocatedBytesForCurrentThread();
        });
        thread.Start();
        thread.Join();
        return bytes;
    }

    /// <summary>Forward and backward of an encoder whose parameters are few beside its values.</summary>
    private static Action Step(int layers, bool checkpointing)
    {
        TransformerOptions options = new() { Width = 64, Heads = 2, HiddenSize = 64, IsCausal = true };
        TransformerEncoder encoder = new(layers, options, new(1));
        Tensor x = Tensor.Randn(new(2), 1, 256, 64);
        foreach (Tensor parameter in encoder.Parameters) parameter.RequiresGradient = parameter.Rank == 1;
        return () =>
        {
            encoder.Forward(x, Training(checkpointing)).Sum().Backward();
            foreach (Tensor parameter in encoder.Parameters) parameter.ClearGradient();
        };
    }

    private static (Layer Model, Func<Pass, Tensor> Loss) Gpt(GptOptions options)
    {
        Gpt model = new(options, new(1));
        Tensor tokens = Tokens(2, options.Context);
        return (model, pass => Crucible.Layers.Loss.CrossEntropy(model.Forward(tokens, pass), tokens));
    }

    private static Tensor Tokens(params int[] shape)
    {
        Generator generator = new(3);
        return Tensor.From([.. Enumerable.Range(0, shape.Aggregate(1, (a, b) => a * b)).Select(_ => generator.NextInt(Classes))], shape);
    }

    private static Pass Training(bool checkpointing) =>
        checkpointing ? Pass.Training(new(4)).WithGradientCheckpointing() : Pass.Training(new(4));

    private static float[] Run(string kind, Precision precision, bool checkpointing)
    {
        (Layer model, Func<Pass, Tensor> loss) = Models[kind]();
        Tensor value = loss(Training(checkpointing).With(precision));
        value.Backward();
        return [(float)value.ToDouble(), .. Gradients(model)];
    }

    private static float[] Gradients(Layer model) =>
        [.. model.Parameters.SelectMany(parameter => parameter.Gradient!.ToArray<float>())];
}
