using Crucible.Layers;
using Crucible.Optimizers;
using Crucible.Tensors;
using Crucible.Training;
using Xunit;

namespace Crucible.Tests.Training;

public class TrainerTests
{
    [Fact]
    public void Fit_LearnsTheToy()
    {
        Toy toy = new();
        History history = toy.Fit(8, new() { Epochs = 100 });
        Assert.Equal(100, history.Records.Count);
        Assert.Equal(StopReason.Finished, history.StopReason);
        // The noise has a variance of 0.01; anything near it has learned the line.
        Assert.InRange(history.FinalLoss, 0, 0.05);
        Assert.True(history.Records[0].Loss > 1);
    }

    [Fact]
    public void Fit_LossOfManyNumbers_SaysHowToReduceIt()
    {
        Toy toy = new();
        Trainer trainer = new(toy.Model, toy.Optimizer, (prediction, target) => (prediction - target).Square());
        RowBatches batches = new(toy.X, toy.Y, 8);
        const string message = "training: the loss must be a scalar, but is [8, 1]; reduce it with .Mean(), or .Sum()";
        Assert.Equal(message, Assert.Throws<ShapeException>(() => trainer.Fit(batches)).Message);
        string evaluated = Assert.Throws<ShapeException>(() => trainer.Evaluate(batches)).Message;
        Assert.Contains("but is [50, 1]; reduce it", evaluated, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_UsesEveryRowOnceAnEpoch()
    {
        Tensor rows = Tensor.Arange(Toy.Rows).Reshape(Toy.Rows, 1);
        List<double> seen = new();
        Weighing model = new();
        new Trainer(
            model,
            new Sgd(model.Parameters, new SgdOptions { LearningRate = 1e-9 }),
            (prediction, target) =>
            {
                seen.AddRange(target.ToArray());
                return (prediction * 0.0).Sum();
            }).Fit(new RowBatches(rows, rows, 8), new TrainerOptions { Epochs = 2 });
        double[] all = Enumerable.Range(0, Toy.Rows).Select(row => (double)row).ToArray();
        Assert.Equal(all, seen.Take(Toy.Rows).Order());
        Assert.Equal(all, seen.Skip(Toy.Rows).Order());
        Assert.NotEqual(all, seen.Take(Toy.Rows));
        Assert.NotEqual(seen.Take(Toy.Rows), seen.Skip(Toy.Rows));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Fit_SameSeed_SameBits_OnAnyNumberOfThreads(int threads)
    {
        Toy expected = new(dropout: 0.2);
        using (Threads.Use(1)) expected.Fit(8, new() { Epochs = 3, Seed = 5 });
        Toy actual = new(dropout: 0.2);
        using (Threads.Use(threads)) actual.Fit(8, new() { Epochs = 3, Seed = 5 });
        Assert.Equal(expected.Weights, actual.Weights);
        Toy other = new(dropout: 0.2);
        other.Fit(8, new() { Epochs = 3, Seed = 6 });
        Assert.NotEqual(expected.Weights, other.Weights);
    }

    [Fact]
    public void Fit_EveryParameterMoves()
    {
        Toy toy = new();
        Tensor[] before = toy.Model.Parameters.Select(parameter => parameter.Clone()).ToArray();
        toy.Fit(8, new() { Epochs = 1, RestoreBest = false });
        Assert.All(toy.Model.Parameters.Zip(before), pair => Assert.NotEqual(pair.Second.ToArray(), pair.First.ToArray()));
    }

    [Fact]
    public void Fit_EarlyStopping_RestoresTheBestWeights()
    {
        Toy toy = new();
        List<double> losses = new();
        float[] best = Array.Empty<float>();
        History history = toy.Fit(8, new()
        {
            Epochs = 500,
            Patience = 3,
            OnRecord = record =>
            {
                if (record.ValidationLoss < losses.DefaultIfEmpty(double.PositiveInfinity).Min()) best = toy.Weights;
                losses.Add(record.ValidationLoss);
            },
        });
        Assert.Equal(StopReason.EarlyStopping, history.StopReason);
        Assert.Equal(losses.IndexOf(losses.Min()) + 1, history.Best!.Epoch);
        Assert.Equal(history.Best!.Epoch + 3, history.Records.Count);
        Assert.Equal(best, toy.Weights);
    }

    [Fact]
    public void Fit_Cancelled_StopsAfterTheUpdate()
    {
        using CancellationTokenSource source = new();
        Toy toy = new();
        int updates = 0;
        History history = toy.Fit(
            8,
            new()
            {
                Epochs = 10,
                Cancellation = source.Token,
                OnUpdate = (update, _) => { updates = update; if (update == 10) source.Cancel(); }
            });
        Assert.Equal(StopReason.Cancelled, history.StopReason);
        Assert.Equal(10, updates);
        Assert.Single(history.Records); // 7 updates an epoch: the second was cut off
    }

    [Fact]
    public void Fit_Schedule_SetsTheLearningRate()
    {
        Toy toy = new();
        History history = toy.Fit(25, new() { Epochs = 2, Schedule = Schedule.Step(0.1, 3, 0.5) });
        Assert.Equal([0.1, 0.05], history.Records.Select(record => record.LearningRate)); // updates 0 1 | 2 3
    }

    [Fact]
    public void Fit_NonFiniteLoss_StopsBeforeTheUpdate()
    {
        Toy toy = new();
        toy.Model.Parameters[0].FillInPlace(double.PositiveInfinity);
        float[] before = toy.Weights;
        NonFiniteException error = Assert.Throws<NonFiniteException>(() => toy.Fit(50, new() { Epochs = 1 }));
        Assert.Equal(
            "training: the loss must be finite, but is NaN at step 1; the first tensor that is not finite is 0.weight [3, 16]. The parameters are as before the step.",
            error.Message);
        Assert.Equal(before, toy.Weights);
    }

    [Fact]
    public void Fit_NonFiniteGradient_NamesTheParameter()
    {
        Weighing model = new();
        Tensor ones = Tensor.Ones(4, 1);
        // √x at 0 has an infinite slope although its value is finite.
        Trainer trainer = new(model, new Sgd(model.Parameters, new SgdOptions { LearningRate = 0.1 }), (prediction, _) =>
            (prediction * 0.0).Sqrt().Sum());
        NonFiniteException error =
            Assert.Throws<NonFiniteException>(() => trainer.Fit(new RowBatches(ones, ones), new TrainerOptions { Epochs = 1 }));
        Assert.Equal(
            "training: gradients must be finite, but at step 1 the gradient of weight [1] is not. The parameters are as before the step.",
            error.Message);
        Assert.Equal([1], model.Parameters[0].ToArray());
    }

    [Fact]
    public void Fit_WrongInput_IsRefused()
    {
        Toy toy = new();
        void Refused<TError>(string message, Action action)
            where TError : Exception => Assert.Equal(message, Assert.Throws<TError>(action).Message);
        void Option(string message, TrainerOptions options) => Refused<OptionException>("trainer: " + message, () => toy.Fit(8, options));

        Refused<OptionException>("batches: batchSize must be at least 1 and at most the 50 rows, but is 51", () => toy.Fit(51, new()));
        Refused<OptionException>("batches: batchSize must be at least 1 and at most the 50 rows, but is 0", () => toy.Fit(0, new()));
        Option("Epochs must be 0 or more, but is -1", new() { Epochs = -1 });
        Option("Updates must be 0 or more, but is -1", new() { Updates = -1 });
        Option("Seconds must be above 0, but is -1", new() { Seconds = -1 });
        Option("ClipNorm must be above 0, but is 0", new() { ClipNorm = 0 });
        Option("RecordEvery must be 1 or more, but is 0", new() { RecordEvery = 0 });
        Option("Patience must be 1 or more, but is 0", new() { Patience = 0 });
        Option("CheckpointEvery must be 1 or more, but is 0", new() { CheckpointEvery = 0 });
        Refused<DataException>("batches: rows must be at least 1, got 0", () => _ = new RowBatches(Tensor.Zeros(0, 3), Tensor.Zeros(0, 1)));
        Refused<DataException>("batches: inputs and targets must have equally many rows, but there are 4 and 5", () =>
            _ = new RowBatches(Tensor.Zeros(4, 3), Tensor.Zeros(5, 1)));
        Refused<DataException>(
            "batches: the inputs must be finite, but row 1 holds NaN in column 2; fill or drop missing values first",
            () => _ = new RowBatches(Tensor.Of(new double[,] { { 0, 0, 0 }, { 0, 0, double.NaN } }), Tensor.Zeros(2, 1)));
    }

    [Fact]
    public void Fit_UpdatesAndRecordEvery_CountUpdatesInsteadOfEpochs()
    {
        History history = new Toy().Fit(8, new() { Updates = 10, RecordEvery = 4, RecordStart = true });
        Assert.Equal([0, 4, 8, 10], history.Records.Select(record => record.Updates));
        Assert.Equal([0, 32, 58, 74], history.Records.Select(record => record.Items)); // the seventh batch has the last 2 of 50 rows
        Assert.True(double.IsNaN(history.Records[0].Loss) && double.IsFinite(history.Records[0].ValidationLoss));
        Assert.Equal(1, history.Last.Epoch); // of 7 updates; the second was not finished
        Assert.StartsWith("epoch 1/2  loss ", history.Last.ToLine(2), StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_ValidationByFunction_FindsTheBestByIt()
    {
        Toy toy = new();
        Queue<double> values = new([3, 1, 2, 4]);
        History history =
            new Trainer(toy.Model, toy.Optimizer, Toy.SquaredError).Fit(new RowBatches(toy.X, toy.Y), values.Dequeue, new() { Epochs = 4 });
        Assert.Equal([3, 1, 2, 4], history.Records.Select(record => record.ValidationLoss));
        Assert.Equal((2, 1.0), (history.Best!.Epoch, history.BestValidationLoss));
    }

    [Fact]
    public void Fit_BatchesOfThreeTensors_TrainsAModelOfTwoSequences()
    {
        Translator translator = new(new(1));
        History history = Trainer.OfBatches(translator, new Adam(translator.Parameters, new() { LearningRate = 0.01 }), translator.Loss)
            .Fit(new Reversals(), new Reversals(), new() { Updates = 150 });
        Assert.InRange(history.Records[0].ValidationLoss, 0.5 * Math.Log(Reversals.Vocabulary), 2 * Math.Log(Reversals.Vocabulary));
        Assert.InRange(history.BestValidationLoss, 0, 0.3);
        Assert.Equal(150 * Reversals.Rows * Reversals.Length, history.Last.Items);
    }

    /// <summary>Pairs of sequences: digits, and the same backwards behind a start sign.</summary>
    private sealed class Reversals : IBatches
    {
        public const int Vocabulary = 6;
        public const int Rows = 16;
        public const int Length = 4;

        public int Count => 25;

        public string Description => "reversals";

        public Batch At(ulong seed, int update) => Pairs(new Generator(seed).Split(1).Split((ulong)update));

        public IEnumerable<Batch> InOrder() => [Pairs(new Generator(7))];

        private static Batch Pairs(Generator generator)
        {
            int[][] sources = [.. Enumerable.Range(0, Rows)
                .Select(_ => Enumerable.Range(0, Length).Select(_ => 1 + generator.NextInt(Vocabulary - 1)).ToArray())];
            Tensor Tokens(Func<int[], IEnumerable<int>> of) => Tensor.From([.. sources.SelectMany(of)], Rows, Length);
            return new(
                Rows * Length, Tokens(row => row), Tokens(row => row.Reverse().Take(Length - 1).Prepend(0)), Tokens(row => row.Reverse()));
        }
    }

    private sealed class Translator : Layer
    {
        private readonly Embedding token;
        private readonly LearnedPositions position;
        private readonly TransformerDecoder decoder;
        private readonly Crucible.Layers.Linear head;

        public Translator(Generator generator)
        {
            token = Child("token", new Embedding(Reversals.Vocabulary, 16, generator));
            position = Child("position", new LearnedPositions(Reversals.Length, 16, generator));
            decoder = Child("decoder", new TransformerDecoder(1, new() { Width = 16, Heads = 2, IsCausal = true }, generator));
            head = Child("head", new Crucible.Layers.Linear(16, Reversals.Vocabulary, generator));
        }

        public Tensor Loss(Batch batch, Pass pass) =>
            Crucible.Layers.Loss.CrossEntropy(
                head.Forward(decoder.Forward(Vectors(batch.Tensors[1], pass), Vectors(batch.Inputs, pass), null, null, pass), pass),
                batch.Targets);

        protected override Tensor Compute(Tensor x, Pass pass) => throw new NotSupportedException();

        private Tensor Vectors(Tensor tokens, Pass pass) => position.Forward(token.Forward(tokens, pass), pass);
    }

    private sealed class Weighing : Layer
    {
        private readonly Tensor weight;

        public Weighing() => weight = Parameter("weight", Tensor.Ones(1));

        protected override Tensor Compute(Tensor x, Pass pass) => x * weight;
    }
}
