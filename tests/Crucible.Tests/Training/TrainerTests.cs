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
        var toy = new Toy();
        var history = toy.Fit(new() { Epochs = 100, BatchSize = 8 });
        Assert.Equal(100, history.Epochs.Count);
        Assert.Equal(StopReason.Finished, history.StopReason);
        // The noise has a variance of 0.01; anything near it has learned the line.
        Assert.InRange(history.FinalLoss, 0, 0.05);
        Assert.True(history.Epochs[0].Loss > 1);
    }

    [Fact]
    public void Fit_UsesEveryRowOnceAnEpoch()
    {
        var rows = Tensor.Arange(Toy.Rows).Reshape(Toy.Rows, 1);
        var seen = new List<double>();
        var model = new Weighing();
        new Trainer(
            model,
            new Sgd(model.Parameters, new SgdOptions { LearningRate = 1e-9 }),
            (prediction, target) =>
            {
                seen.AddRange(target.ToArray());
                return (prediction * 0.0).Sum();
            },
            new() { Epochs = 2, BatchSize = 8 }).Fit(rows, rows);
        var all = Enumerable.Range(0, Toy.Rows).Select(row => (double)row).ToArray();
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
        var expected = new Toy(dropout: 0.2);
        using (Threads.Use(1)) expected.Fit(new() { Epochs = 3, BatchSize = 8, Seed = 5 });
        var actual = new Toy(dropout: 0.2);
        using (Threads.Use(threads)) actual.Fit(new() { Epochs = 3, BatchSize = 8, Seed = 5 });
        Assert.Equal(expected.Weights, actual.Weights);
        var other = new Toy(dropout: 0.2);
        other.Fit(new() { Epochs = 3, BatchSize = 8, Seed = 6 });
        Assert.NotEqual(expected.Weights, other.Weights);
    }

    [Fact]
    public void Fit_EveryParameterMoves()
    {
        var toy = new Toy();
        var before = toy.Model.Parameters.Select(parameter => parameter.Clone()).ToArray();
        toy.Fit(new() { Epochs = 1, BatchSize = 8, RestoreBest = false });
        Assert.All(toy.Model.Parameters.Zip(before), pair => Assert.NotEqual(pair.Second.ToArray(), pair.First.ToArray()));
    }

    [Fact]
    public void Fit_EarlyStopping_RestoresTheBestWeights()
    {
        var toy = new Toy();
        var losses = new List<double>();
        var best = Array.Empty<float>();
        var history = toy.Fit(new()
        {
            Epochs = 500,
            BatchSize = 8,
            Patience = 3,
            OnEpoch = record =>
            {
                if (record.ValidationLoss < losses.DefaultIfEmpty(double.PositiveInfinity).Min()) best = toy.Weights;
                losses.Add(record.ValidationLoss);
            },
        });
        Assert.Equal(StopReason.EarlyStopping, history.StopReason);
        Assert.Equal(losses.IndexOf(losses.Min()) + 1, history.BestEpoch);
        Assert.Equal(history.BestEpoch + 3, history.Epochs.Count);
        Assert.Equal(best, toy.Weights);
    }

    [Fact]
    public void Fit_Cancelled_StopsAfterTheUpdate()
    {
        using var source = new CancellationTokenSource();
        var toy = new Toy();
        var updates = 0;
        var history = toy.Fit(new() { Epochs = 10, BatchSize = 8, Cancellation = source.Token, OnUpdate = (update, _) => { updates = update; if (update == 10) source.Cancel(); } });
        Assert.Equal(StopReason.Cancelled, history.StopReason);
        Assert.Equal(10, updates);
        Assert.Single(history.Epochs); // 7 updates an epoch: the second was cut off
    }

    [Fact]
    public void Fit_Schedule_SetsTheLearningRate()
    {
        var toy = new Toy();
        var history = toy.Fit(new() { Epochs = 2, BatchSize = 25, Schedule = Schedule.Step(0.1, 3, 0.5) });
        Assert.Equal([0.1, 0.05], history.Epochs.Select(epoch => epoch.LearningRate)); // updates 0 1 | 2 3
    }

    [Fact]
    public void Fit_NonFiniteLoss_StopsBeforeTheUpdate()
    {
        var toy = new Toy();
        toy.Model.Parameters[0].FillInPlace(double.PositiveInfinity);
        var before = toy.Weights;
        var error = Assert.Throws<NonFiniteException>(() => toy.Fit(new() { Epochs = 1, BatchSize = 50 }));
        Assert.Equal("training: the loss must be finite, but is NaN at step 1; the first tensor with such values is 0.weight [3, 16]. The parameters are as before the step.", error.Message);
        Assert.Equal(before, toy.Weights);
    }

    [Fact]
    public void Fit_NonFiniteGradient_NamesTheParameter()
    {
        var model = new Weighing();
        var ones = Tensor.Ones(4, 1);
        // √x at 0 has an infinite slope although its value is finite.
        var trainer = new Trainer(model, new Sgd(model.Parameters, new SgdOptions { LearningRate = 0.1 }), (prediction, _) => (prediction * 0.0).Sqrt().Sum(), new() { Epochs = 1, BatchSize = 4 });
        var error = Assert.Throws<NonFiniteException>(() => trainer.Fit(ones, ones));
        Assert.Equal("training: gradients must be finite, but at step 1 the first that is not belongs to weight [1]. The parameters are as before the step.", error.Message);
        Assert.Equal([1], model.Parameters[0].ToArray());
    }

    [Fact]
    public void Fit_WrongInput_IsRefused()
    {
        var toy = new Toy();
        void Refused<TError>(string message, Action action)
            where TError : Exception => Assert.Equal(message, Assert.Throws<TError>(action).Message);
        Trainer With(TrainerOptions options) => new(toy.Model, toy.Optimizer, Toy.SquaredError, options);

        Refused<OptionException>("trainer: BatchSize must be at most the number of rows, 50, but is 51", () => toy.Fit(new() { BatchSize = 51 }));
        Refused<OptionException>("trainer: BatchSize must be 1 or more, but is 0", () => toy.Fit(new() { BatchSize = 0 }));
        Refused<OptionException>("trainer: Epochs must be 0 or more, but is -1", () => toy.Fit(new() { Epochs = -1 }));
        Refused<OptionException>("trainer: ClipNorm must be above 0, but is 0", () => toy.Fit(new() { ClipNorm = 0 }));
        Refused<OptionException>("trainer: Patience must be 1 or more, but is 0", () => toy.Fit(new() { Patience = 0 }));
        Refused<DataException>("training: rows must be at least 1, got 0", () => With(new()).Fit(Tensor.Zeros(0, 3), Tensor.Zeros(0, 1)));
        Refused<DataException>("training: inputs and targets must have equally many rows, but there are 4 and 5", () => With(new()).Fit(Tensor.Zeros(4, 3), Tensor.Zeros(5, 1)));
        Refused<DataException>(
            "training: the inputs must be finite, but row 1 holds NaN in column 2; fill or drop missing values first",
            () => With(new()).Fit(Tensor.Of(new double[,] { { 0, 0, 0 }, { 0, 0, double.NaN } }), Tensor.Zeros(2, 1)));
        Refused<DataException>("validation: inputs and targets must be given together, but one of them is missing", () => With(new()).Fit(toy.X, toy.Y, toy.X));
    }

    private sealed class Weighing : Layer
    {
        private readonly Tensor weight;

        public Weighing() => weight = Parameter("weight", Tensor.Ones(1));

        protected override Tensor Compute(Tensor x, Pass pass) => x * weight;
    }
}
