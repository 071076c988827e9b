using Crucible.Lab.Tables;
using Crucible.Statistics;
using Crucible.Tensors;
using Xunit;

namespace Crucible.Lab.Tests.Tables;

public sealed class TableNetworkTests
{
    private static readonly double[] Wide = [.. Enumerable.Range(0, 60).Select(i => Math.Exp(i / 10.0))]; // skewed: 1 to 365
    private static readonly double[] Narrow = [.. Enumerable.Range(0, 60).Select(i => i % 7 * 0.01)];
    private static readonly Tensor Rows =
        Tensor.From([.. Wide.Zip(Narrow, (wide, narrow) => new[] { wide, narrow }).SelectMany(row => row)], 60, 2);
    private static readonly Tensor Target =
        Tensor.From([.. Wide.Zip(Narrow, (wide, narrow) => 1000 + (100 * Math.Log(wide)) + (500 * narrow))], 60);

    private static TableNetworkOptions Options(FeatureScaling scaling = FeatureScaling.Standard) => new()
    {
        Hidden = [16],
        Epochs = 300,
        BatchSize = 20,
        LearningRate = 0.02,
        HasLogs = true,
        Scaling = scaling,
        Activation = "tanh",
    };

    [Theory]
    [InlineData(FeatureScaling.Standard)]
    [InlineData(FeatureScaling.MinMax)]
    public void Train_ScaledFeatures_PredictsInTheTargetsUnit(FeatureScaling scaling)
    {
        TableNetwork network = TableNetwork.Train(Rows, Target, Options(scaling));
        Assert.InRange(RegressionError.RSquared(network.Predict(Rows), Target), 0.999, 1);
    }

    [Fact]
    public void Train_SameSeed_GivesTheSameBitsAndAnotherSeedOthers()
    {
        double[] Of(ulong seed) => TableNetwork.Train(Rows, Target, Options().WithSeed(seed)).Predict(Rows).ToArray();
        Assert.Equal(Of(1), Of(1));
        Assert.NotEqual(Of(1), Of(2));
    }

    [Fact]
    public void Predict_RowsAlone_AsAmongOthers()
    {
        // Scaling is learned from the training rows alone, so what else is predicted changes nothing but the order of
        // sums within a kernel.
        TableNetwork network = TableNetwork.Train(Rows, Target, Options());
        const double rounding = 1e-3; // float32, of a target near 1000
        Assert.Equal(network.Predict(Rows).ToArray()[7], network.Predict(Rows.Rows(7)).ToArray()[0], rounding);
    }

    [Fact]
    public void Predict_LogTarget_StaysAboveZero()
    {
        // Below the rows that it saw, a network of logarithms still predicts e^something, where another goes on down
        // the slope and below zero.
        Tensor far = Tensor.From([-300.0, 0.03], 1, 2);
        double[] Of(bool isLog) =>
            TableNetwork.Train(Rows, Tensor.From(Wide, 60), new TableNetworkOptions { HasLogTarget = isLog, Epochs = 30 }).Predict(far)
                .ToArray();
        Assert.All(Of(isLog: true), price => Assert.True(price > 0));
        Assert.Contains(Of(isLog: false), price => price < 0);
    }

    [Fact]
    public void PredictMean_OfTwoNetworks_IsTheMeanOfTheirPredictions()
    {
        TableNetwork[] networks =
            [.. new[] { 1UL, 2UL }.Select(seed => TableNetwork.Train(Rows, Target, new TableNetworkOptions { Epochs = 2, Seed = seed }))];
        (double[] first, double[] second) = (networks[0].Predict(Rows).ToArray(), networks[1].Predict(Rows).ToArray());
        Assert.NotEqual(first, second);
        Assert.Equal(first.Zip(second, (a, b) => (a + b) / 2), TableNetwork.PredictMean(networks, Rows).ToArray(), (a, b) =>
            Math.Abs(a - b) < 1e-5);
        Assert.Equal("40-40 relu, adamW 0.01, decay 0, logs of skewed features", new TableNetworkOptions { HasLogs = true }.ToString());
        Assert.True(networks[0].History.MicrosecondsPerUpdate > 0);
    }

    [Fact]
    public void Train_Watched_IsSeenAfterEveryEpochAndDiagnosed()
    {
        List<double> epochs = [];
        TableNetworkOptions watched = new TableNetworkOptions { Epochs = 4 }.Watched(Rows, Target, (record, now) =>
        {
            epochs.Add(record.Epoch);
            Assert.Equal("[60]", now.Predict(Rows).Shape.ToString());
        });
        TableNetwork network = TableNetwork.Train(Rows, Target, watched);
        Assert.Equal([1.0, 2.0, 3.0, 4.0], epochs);
        Assert.NotNull(network.Diagnosis);
        Assert.Null(TableNetwork.Train(Rows, Target, new TableNetworkOptions { Epochs = 1 }).Diagnosis);
    }

    [Fact]
    public void Train_HiddenLayers_AreThoseAskedFor()
    {
        TableNetwork network = TableNetwork.Train(Rows, Target, new TableNetworkOptions { Epochs = 1 }.WithHidden([5, 3]));
        Assert.Equal([[2, 5], [5], [5, 3], [3], [3, 1], [1]], network.Model.Parameters.Select(Sizes));

        static int[] Sizes(Tensor parameter) => [.. Enumerable.Range(0, parameter.Rank).Select(axis => parameter.Shape[axis])];
    }

    [Fact]
    public void Train_UnknownName_IsRefusedWithTheNearest()
    {
        static string Refused(TableNetworkOptions options) =>
            Assert.Throws<OptionException>(() => TableNetwork.Train(Rows, Target, options)).Message;
        Assert.StartsWith("activation must be one of ", Refused(new() { Activation = "tanf" }), StringComparison.Ordinal);
        Assert.EndsWith("but is 'tanf'; did you mean 'tanh'?", Refused(new() { Activation = "tanf" }), StringComparison.Ordinal);
        Assert.EndsWith("but is 'adamm'; did you mean 'adam'?", Refused(new() { Optimizer = "adamm" }), StringComparison.Ordinal);
        Assert.Contains(
            "momentun", Refused(new() { Optimizer = "sgd", OptimizerOptions = [new("momentun", 0.9)] }), StringComparison.Ordinal);
        Assert.Equal("table network: scaling must be a member of FeatureScaling, got 9", Refused(new() { Scaling = (FeatureScaling)9 }));
    }
}
