using Crucible.Diagnostics;
using Crucible.Layers;
using Crucible.Models;
using Crucible.Optimizers;
using Crucible.Tensors;

namespace Crucible.Tests.Diagnostics;

/// <summary>
/// Thirty runs on different data, models and losses: fifteen broken on purpose in fifteen ways, each with the symptom
/// that is to be named first, and fifteen healthy ones, in which nothing is to be named. All have validation rows.
/// </summary>
internal static class ThirtyRuns
{
    private static readonly Func<Tensor, Tensor, Tensor> Squared = (p, t) => Loss.MeanSquaredError(p, t);
    private static readonly Func<Tensor, Tensor, Tensor> Classes = (p, t) => Loss.CrossEntropy(p, t);

    public static readonly IReadOnlyDictionary<string, (Symptom Expected, Func<ulong, Run> Make)> Broken =
        new Dictionary<string, (Symptom, Func<ulong, Run>)>
        {
            ["inputs as they are, tanh"] = (Symptom.SaturatedUnits, seed => Waves(seed) with
            {
                X = x => (x * Tensor.Of(new[] { 1.0, 20.0, 150.0 })) + Tensor.Of(new[] { 0.0, 60.0, 400.0 }),
                Rate = 1e-3,
                Updates = 300,
            }),
            ["targets as they are"] = (Symptom.UnscaledTargets, seed => Waves(seed) with
            {
                Y = y => (9000.0 * y) + 22000.0,
                Rate = 1e-3,
                Updates = 500,
            }),
            ["rate too high for plain descent"] = (Symptom.RisingLoss, seed => Waves(seed) with
            {
                Optimizer = Descent(0.0),
                Rate = 3.0,
                Updates = 12,
                Activation = () => new Relu(),
            }),
            ["rate too high for Adam"] = (Symptom.LargeUpdates, seed => Waves(seed) with { Rate = 2.0, Updates = 200 }),
            ["rate too low"] = (Symptom.SmallUpdates, seed => Spiral(seed) with { Rate = 1e-8 }),
            ["stopped too early"] = (Symptom.TooFewUpdates, seed => Waves(seed) with { Rate = 2e-3, Updates = 40 }),
            ["biases far below 0, ReLU"] = (Symptom.DeadUnits, seed => Spiral(seed) with
            {
                Build = g => new Sequential(
                    new Linear(2, 30, g, new LinearOptions { Bias = Initializer.Constant(-30.0) }), new Relu(), new Linear(30, 3, g)),
                Updates = 300,
            }),
            ["twenty sigmoid layers"] = (Symptom.VanishingGradient, seed => Waves(seed) with
            {
                Hidden = [.. Enumerable.Repeat(20, 20)],
                Activation = () => new Sigmoid(),
                Rate = 1e-3,
                Updates = 200,
            }),
            ["all weights equal"] = (Symptom.EqualUnits, seed => Waves(seed) with
            {
                Build = g => new Sequential(
                    new Linear(3, 20, g, new LinearOptions { Weight = Initializer.Constant(0.1) }), new Tanh(),
                    new Linear(20, 1, g, new LinearOptions { Weight = Initializer.Constant(0.1) })),
            }),
            ["more units than rows"] = (Symptom.Overfitting, seed => Table(seed, 1, x => (1.5 * x).Sin()) with
            {
                Rows = 25,
                Hidden = [100, 100],
                Activation = () => new Relu(),
                Noise = 0.5,
                Updates = 2000,
            }),
            ["targets of other rows"] = (Symptom.NothingGeneralizes, seed => Waves(seed) with
            {
                Shuffled = true,
                Hidden = [200, 200],
                Updates = 1000,
            }),
            ["a layer that the optimizer does not have"] = (Symptom.NotTrained, seed => Spiral(seed) with
            {
                Optimizer = (model, rate) => new Adam(model.Parameters.Skip(2), new AdamOptions { LearningRate = rate }),
            }),
            ["gradients never set to zero"] = (Symptom.AddedGradients, seed => Waves(seed) with { KeepsGradients = true, Updates = 400 }),
            ["softmax before a loss of logits"] = (Symptom.ProbabilitiesAsLogits, seed => Spiral(seed) with
            {
                Build = g => new Sequential(new Mlp([2, 40, 40, 3], () => new Relu(), g), new Lambda(x => x.Softmax(1))),
            }),
            ["decay too strong"] = (Symptom.ShrunkWeights, seed => Waves(seed) with
            {
                Optimizer = (model, rate) => new AdamW(model.Parameters, new AdamOptions { LearningRate = rate, WeightDecay = 30.0 }),
                Rate = 1e-2,
            }),
        };

    public static readonly IReadOnlyDictionary<string, Func<ulong, Run>> Healthy = new Dictionary<string, Func<ulong, Run>>
    {
        ["a sine of one input, ReLU"] = seed => Table(seed, 1, x => (1.5 * x).Sin()) with
        {
            Rows = 400,
            Activation = () => new Relu(),
            Hidden = [40, 40],
        },
        ["waves, tanh"] = seed => Waves(seed) with { Rows = 500 },
        ["waves, sigmoid, one layer"] = seed => Waves(seed) with { Rows = 500, Activation = () => new Sigmoid(), Updates = 3000 },
        ["five of ten inputs matter, GELU, AdamW"] = seed => Table(seed, 10, Friedman) with
        {
            Rows = 600,
            Noise = 0.3,
            Activation = () => new Gelu(),
            Hidden = [32],
            Optimizer = (model, rate) => new AdamW(model.Parameters, new AdamOptions { LearningRate = rate, WeightDecay = 0.1 }),
        },
        ["spiral of three classes, ReLU"] = seed => Spiral(seed),
        ["XOR, plain descent"] = seed => Table(seed, 2, x => Sign(x.Slice(1, 0, 1) * x.Slice(1, 1, 2))) with
        {
            Rows = 400,
            Optimizer = Descent(0.9),
            Rate = 0.05,
            Hidden = [16],
            Updates = 2000,
        },
        ["a disc, binary, momentum"] = seed => Table(
            seed, 2, x => ((1.2 - x.Square().Sum(1, keepDims: true)).Sign() + 1.0) * 0.5) with
        {
            Rows = 500,
            Loss = (p, t) => Loss.BinaryCrossEntropyWithLogits(p, t),
            Optimizer = Descent(0.9),
            Rate = 0.05,
        },
        ["a straight line"] = seed => Table(seed, 4, x => x.MatMul(Tensor.Of(new[] { 1.0, -2.0, 0.5, 3.0 }).Reshape(4, 1))) with
        {
            Hidden = [],
            Noise = 0.2,
            Optimizer = Descent(0.0),
            Rate = 0.05,
        },
        ["logistic regression of four classes"] = seed => Table(seed, 4, x => x.ArgMax(1)) with
        {
            Rows = 500,
            Hidden = [],
            Outputs = 4,
            Loss = Classes,
            Rate = 0.05,
        },
        ["an autoencoder, sigmoid outputs"] = seed => Table(seed, 3, x => x) with
        {
            X = x => Squash(x),
            Y = y => Squash(y),
            Rows = 500,
            Build = g => new Sequential(new Mlp([8, 16, 3, 16, 8], () => new Tanh(), g), new Sigmoid()),
        },
        ["houses in dollars, scaled"] = seed => Table(seed, 6, x => (2.0 * x.Slice(1, 0, 1)) + (x.Slice(1, 1, 2) * x.Slice(1, 2, 3))) with
        {
            Rows = 600,
            Noise = 0.5,
            Activation = () => new LeakyRelu(),
            Hidden = [40, 40],
            BatchSize = 32,
            Updates = 1000,
            Rate = 2e-3,
        },
        ["targets around 22, as they are"] = seed => Table(
            seed, 5, x => 22.0 + (5.0 * x.Slice(1, 0, 1)) + (3.0 * x.Slice(1, 1, 2).Sin())) with
        {
            Rows = 400,
            Noise = 1.0,
            Activation = () => new Relu(),
            Hidden = [32],
            BatchSize = 32,
            Updates = 3000,
            Rate = 1e-2,
        },
        ["twelve layers with norms between them"] = seed => Spiral(seed) with
        {
            Rows = 1000,
            Build = g => new Sequential(
            [
                new Linear(2, 24, g), .. Enumerable.Range(0, 10).SelectMany(_ => new Layer[]
                    { new LayerNorm(24), new Gelu(), new Linear(24, 24, g) }),
                new Linear(24, 3, g),
            ]),
            Rate = 2e-3,
        },
        ["a small GPT on text"] = seed => Text(seed, new GptOptions
        {
            Vocabulary = 7,
            Context = 8,
            Layers = 2,
            Heads = 2,
            Width = 32,
            Dropout = 0.1,
        }),
        ["a small GPT with rotary positions, RMS norm and SwiGLU"] = seed => Text(seed, new GptOptions
        {
            Vocabulary = 7,
            Context = 8,
            Layers = 2,
            Heads = 2,
            Width = 32,
            Norm = NormKind.RmsNorm,
            Positions = PositionKind.Rotary,
            FeedForward = FeedForwardKind.SwiGlu,
        }),
    };

    private static Run Table(ulong seed, int columns, Func<Tensor, Tensor> target) => new(seed, (g, rows) =>
    {
        Tensor x = Tensor.Randn(g, rows, columns);
        return (x, target(x));
    })
    { Inputs = columns };

    private static Run Waves(ulong seed) =>
        Table(seed, 3, x => (2.0 * x.Slice(1, 0, 1)).Sin() + (x.Slice(1, 1, 2) * x.Slice(1, 2, 3)));

    private static Tensor Friedman(Tensor x) =>
        (x.Slice(1, 0, 1) * x.Slice(1, 1, 2)).Sin() + x.Slice(1, 2, 3).Square() + (2.0 * x.Slice(1, 3, 4)) + x.Slice(1, 4, 5);

    private static Tensor Sign(Tensor x) => x.Sign();

    // Three numbers in eight, so that three units are enough to carry them.
    private static Tensor Squash(Tensor x) => Tensor.Concat([x, x, x.Slice(1, 0, 2)], 1).Sigmoid();

    private static Run Spiral(ulong seed) => new(seed, (g, rows) =>
    {
        Tensor kind = Tensor.From(Enumerable.Range(0, rows).Select(row => row % 3).ToArray());
        Tensor radius = Tensor.Rand(g, rows);
        Tensor angle = (radius * 4.0) + (kind.To(DType.Float32) * (2.0 * Math.PI / 3.0)) + (0.15 * Tensor.Randn(g, rows));
        return (1.7 * Tensor.Stack([radius * angle.Cos(), radius * angle.Sin()], 1), kind);
    })
    { Inputs = 2, Outputs = 3, Rows = 400, Loss = Classes, Activation = () => new Relu(), Hidden = [40, 40], Rate = 5e-3, Updates = 800 };

    // The two letters before decide the next one, but for one in ten.
    private static Run Text(ulong seed, GptOptions options) => new(seed, (g, rows) =>
    {
        int[] text = new int[(rows * 9) + 2];
        double[] chance = Tensor.Rand(g, text.Length).ToArray();
        for (int i = 2; i < text.Length; i++)
            text[i] = chance[i] < 0.1 ? (int)(chance[i] * 70) : (text[i - 1] + (text[i - 2] > 3 ? 1 : 3)) % 7;
        int[] Part(int shift) => [.. Enumerable.Range(0, rows * 8).Select(i => text[2 + (i / 8 * 9) + (i % 8) + shift])];
        return (Tensor.From(Part(0)).Reshape(rows, 8), Tensor.From(Part(1)).Reshape(rows, 8));
    })
    { Rows = 2000, Loss = Classes, Build = g => new Gpt(options, g), Rate = 5e-3, BatchSize = 32, Updates = 800 };

    private static Func<Layer, double, Optimizer> Descent(double momentum) =>
        (model, rate) => new Sgd(model.Parameters, new SgdOptions { LearningRate = rate, Momentum = momentum });

    /// <summary>A training, and what may be wrong with it.</summary>
    internal sealed record Run(ulong Seed, Func<Generator, int, (Tensor X, Tensor Y)> Data)
    {
        public int Rows { get; init; } = 120;

        public int Inputs { get; init; }

        public int Outputs { get; init; } = 1;

        public IReadOnlyList<int> Hidden { get; init; } = [30, 30];

        public Func<Layer> Activation { get; init; } = () => new Tanh();

        public Func<Generator, Layer>? Build { get; init; }

        public Func<Tensor, Tensor, Tensor> Loss { get; init; } = Squared;

        public Func<Layer, double, Optimizer> Optimizer { get; init; } =
            (model, rate) => new Adam(model.Parameters, new AdamOptions { LearningRate = rate });

        public double Rate { get; init; } = 5e-3;

        public int Updates { get; init; } = 1000;

        /// <summary>Rows of a batch; all of them when 0.</summary>
        public int BatchSize { get; init; }

        public double Noise { get; init; }

        public bool Shuffled { get; init; }

        public bool KeepsGradients { get; init; }

        public Func<Tensor, Tensor> X { get; init; } = x => x;

        public Func<Tensor, Tensor> Y { get; init; } = y => y;

        public TrainingDiagnostics Train()
        {
            Generator generator = new(Seed);
            (Tensor x, Tensor y) = Rowed(generator.Split(1), Rows);
            (Tensor X, Tensor Y) validation = Rowed(generator.Split(2), 200);
            Layer model = Build?.Invoke(generator.Split(3))
                ?? (Hidden.Count == 0 ? new Linear(Inputs, Outputs, generator.Split(3))
                    : new Mlp([Inputs, .. Hidden, Outputs], Activation, generator.Split(3)));
            TrainingDiagnostics diagnostics =
                new(model, x, y, Loss, new() { Every = Math.Max(1, Updates / 50), Validation = new(validation.X, validation.Y) });
            Optimizer optimizer = Optimizer(model, Rate);
            Generator order = generator.Split(4);
            for (int update = 1; update <= Updates; update++)
            {
                Tensor batch = Tensor.From(order.Permutation(Rows)[..(BatchSize == 0 ? Rows : BatchSize)]);
                Tensor loss = Loss(model.Forward(x.IndexSelect(0, batch), Pass.Training(order)), y.IndexSelect(0, batch));
                if (!KeepsGradients) optimizer.ZeroGradients();
                loss.Backward();
                optimizer.Step();
                diagnostics.Observe(update);
            }

            return diagnostics;
        }

        private (Tensor X, Tensor Y) Rowed(Generator generator, int rows)
        {
            (Tensor x, Tensor y) = Data(generator, rows);
            if (Noise > 0.0) y += Noise * Tensor.Randn(generator, [.. y.Shape]);
            if (Shuffled) y = y.IndexSelect(0, Tensor.From(generator.Permutation(rows)));
            return (X(x), Y(y));
        }
    }
}
