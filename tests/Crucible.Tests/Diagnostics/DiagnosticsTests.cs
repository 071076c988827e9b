using Crucible.Diagnostics;
using Crucible.Layers;
using Crucible.Tensors;
using Crucible.Tests.Training;
using Xunit;
using static Crucible.Tests.Diagnostics.Patient;

namespace Crucible.Tests.Diagnostics;

/// <summary>What diagnostics record, and that looking changes nothing.</summary>
public class DiagnosticsTests
{
    private const double Tolerance = 1e-6; // float32 sums of a few numbers near 1

    private static Crucible.Layers.Linear Filled(int inputs, int outputs, params double[] weights)
    {
        Linear layer = new(inputs, outputs, new Generator(0));
        layer.Weight.CopyInPlace(Tensor.Of(weights).Reshape(inputs, outputs));
        return layer;
    }

    private static TrainingDiagnostics Of(Layer model, double[] x, double[] y, DiagnosticsOptions? options = null) =>
        new(model, Tensor.Of(x).Reshape(-1, x.Length / y.Length), Tensor.Of(y).Reshape(-1, 1), Error, options);

    [Fact]
    public void Record_SaturatedUnits_ByHand()
    {
        // tanh of (x, 10·x, 0·x) for x = 1, -3, 5: |tanh| > 0.975 where |argument| > 2.18, so unit 0 on two rows, unit
        // 1 on all, unit 2 on none.
        Sequential model = new(Filled(1, 3, 1, 10, 0), new Crucible.Layers.Tanh(), Filled(3, 1, 1, 1, 1));
        LayerRecord layer = Of(model, [1, -3, 5], [0, 0, 1]).Records[0].Layers[0];
        Assert.Equal(5.0 / 9.0, layer.Saturated, Tolerance);
        Assert.Equal(1.0 / 3.0, layer.SaturatedUnits, Tolerance);
        Assert.True(double.IsNaN(layer.DeadUnits));
        // (0.76, 1, 0), (-1, -1, 0), (1, 1, 0).
        Assert.Equal(3, layer.DistinctRows);
    }

    [Fact]
    public void Record_DeadUnits_ByHand()
    {
        // ReLU of (x, -x, 0·x) for x = 1, 2: the second and third unit never answer.
        Sequential model = new(Filled(1, 3, 1, -1, 0), new Crucible.Layers.Relu(), Filled(3, 1, 1, 1, 1));
        TrainingDiagnostics diagnostics = Of(model, [1, 2], [0, 1]);
        LayerRecord layer = diagnostics.Records[0].Layers[0];
        Assert.Equal(2.0 / 3.0, layer.DeadUnits, Tolerance);
        Assert.True(double.IsNaN(layer.SaturatedUnits));
        Assert.Equal("ReLU", diagnostics.Layers[0].Activation);
        Assert.Equal("Linear(1, 3), ReLU", diagnostics.Layers[0].ToString());
    }

    [Fact]
    public void Record_DistinctRows_RoundsBoundedOutputsToAHundredth()
    {
        // tanh 0.100 = 0.0997 and tanh 0.101 = 0.1007 round to 0.10; tanh 0.2 = 0.197.
        Sequential model = new(Filled(1, 1, 1), new Crucible.Layers.Tanh(), Filled(1, 1, 1));
        Assert.Equal(2, Of(model, [0.1, 0.101, 0.2], [0, 0, 1]).Records[0].Layers[0].DistinctRows);
    }

    [Fact]
    public void Record_Norms_ByHand()
    {
        // p = 2·x, x = 1, 3, y = 0: loss = mean 4x² = 20; d/dw = mean 2·p·x = 2·2·(1 + 9)/2 = 20, d/db = mean 2·p = 8.
        Linear model = Filled(1, 1, 2);
        TrainingDiagnostics diagnostics = Of(model, [1, 3], [0, 0], new() { Every = 1 });
        DiagnosticsRecord before = diagnostics.Records[0];
        Assert.Equal(20.0, before.Loss, Tolerance * 20);
        Assert.Equal(Math.Sqrt(400 + 64), before.Layers[0].GradientNorm, Tolerance * 20);
        Assert.Equal(2.0, before.Layers[0].WeightNorm, Tolerance);
        Assert.True(double.IsNaN(before.Layers[0].UpdateToWeight));
        Assert.True(double.IsNaN(before.PredictionSpread)); // the targets do not vary
        model.Weight.CopyInPlace(Tensor.Of(new[] { 1.5 }).Reshape(1, 1));
        diagnostics.Observe(1);
        Assert.Equal(0.25, diagnostics.Records[1].Layers[0].UpdateToWeight, Tolerance);
    }

    [Fact]
    public void Record_PredictionSpread_IsTheShareOfTheTargets()
    {
        // Predictions 1, 3 deviate by 1, targets 10, 14 by 2.
        Assert.Equal(0.5, Of(Filled(1, 1, 1), [1, 3], [10, 14]).Records[0].PredictionSpread, Tolerance);
    }

    [Fact]
    public void Inputs_HaveTheirScale()
    {
        IReadOnlyList<InputScale> inputs = Of(Filled(2, 1, 1, 1), [3, -1, 5, 1], [0, 1], new() { ColumnNames = ["a", "b"] }).Inputs;
        Assert.Equal(["a", "b"], inputs.Select(input => input.Name));
        Assert.Equal(4.0, inputs[0].Mean, Tolerance);
        Assert.Equal(1.0, inputs[0].StandardDeviation, Tolerance);
        Assert.Equal(Math.Sqrt(17), inputs[0].Magnitude, Tolerance);
        Assert.Equal(0.0, inputs[1].Mean, Tolerance);
    }

    [Fact]
    public void Observe_LooksAtPowersOfTwoAndEveryNth()
    {
        TrainingDiagnostics diagnostics =
            new Patient(Network(() => new Crucible.Layers.Tanh(), 3, 4, 1)).Train(45, Adam(1e-3), new() { Every = 20 });
        Assert.Equal([0, 1, 2, 4, 8, 16, 20, 40], diagnostics.Records.Select(record => record.Update));
        Assert.All(diagnostics.Records.Skip(1), record => Assert.All(record.Layers, layer => Assert.True(layer.UpdateToWeight > 0)));
    }

    [Fact]
    public void Sample_TakesRowsEvenly()
    {
        double[] rows = [.. Enumerable.Range(0, 100).Select(row => (double)row)];
        TrainingDiagnostics diagnostics = Of(Filled(1, 1, 1), rows, rows, new() { Rows = 4 });
        Assert.Equal(4, diagnostics.Rows);
        // Rows 0, 25, 50, 75.
        Assert.Equal(37.5, diagnostics.Inputs[0].Mean, Tolerance * 100);
    }

    [Fact]
    public void Layers_AreSeenInsideLambdasAndNestedModels()
    {
        Generator generator = new(1);
        Twice inner = new(generator);
        Sequential model = new(
            new Crucible.Layers.Linear(3, 5, generator), new Lambda(x => x.Sigmoid()), inner, new Crucible.Layers.Linear(5, 1, generator));
        Patient patient = new(_ => model);
        TrainingDiagnostics diagnostics = new(model, patient.X, patient.Y, Error);
        Assert.Equal(["0", "2.first", "2.second", "3"], diagnostics.Layers.Select(layer => layer.Path));
        Assert.Equal(["sigmoid", "ReLU", "tanh", null], diagnostics.Layers.Select(layer => layer.Activation));
        Assert.Equal(["layer 1", "layer 2 (2.first)", "layer 3 (2.second)", "layer 4"], diagnostics.Layers.Select(layer => layer.Name));
        Assert.Equal([false, false, false, true], diagnostics.Layers.Select(layer => layer.IsOutput));
    }

    [Fact]
    public void FrozenLayer_HasNoGradient_ButIsSeen()
    {
        Patient patient = new(Network(() => new Crucible.Layers.Tanh(), 3, 4, 1));
        patient.Model.Parameters[0].RequiresGradient = patient.Model.Parameters[1].RequiresGradient = false;
        TrainingDiagnostics diagnostics = new(patient.Model, patient.X, patient.Y, Error);
        Assert.True(double.IsNaN(diagnostics.Records[0].Layers[0].GradientNorm));
        Assert.Equal("tanh", diagnostics.Layers[0].Activation);
        Assert.True(diagnostics.Records[0].Layers[1].GradientNorm > 0);
    }

    [Fact]
    public void Tokens_HaveNoColumns()
    {
        Generator generator = new(2);
        Sequential model = new(new Embedding(6, 4, generator), new Crucible.Layers.Flatten(), new Crucible.Layers.Linear(8, 6, generator));
        Tensor x = Tensor.Of(new[] { 0, 1, 2, 3, 4, 5 }).Reshape(3, 2);
        Tensor y = Tensor.Of(new[] { 1, 2, 3 });
        TrainingDiagnostics diagnostics = new(model, x, y, (logits, classes) => Loss.CrossEntropy(logits, classes));
        Assert.Empty(diagnostics.Inputs);
        Assert.Equal(3, diagnostics.DistinctInputs);
        Assert.Equal(["Embedding(6, 4)", "Linear(8, 6)"], diagnostics.Layers.Select(layer => layer.ToString()));
    }

    [Fact]
    public void Looking_ChangesNoBitOfTraining()
    {
        Toy plain = new(dropout: 0.2);
        plain.Fit(8, new() { Epochs = 3, Seed = 5 });
        Toy watched = new(dropout: 0.2);
        TrainingDiagnostics diagnostics = new(watched.Model, watched.X, watched.Y, Toy.SquaredError, new() { Every = 1 });
        watched.Fit(8, new() { Epochs = 3, Seed = 5, OnUpdate = (update, _) => diagnostics.Observe(update) });
        Assert.Equal(plain.Weights, watched.Weights);
        Assert.Equal(22, diagnostics.Records.Count); // 3 epochs of 7 batches, and the start
    }

    [Fact]
    public void Looking_LeavesAStepsGraphAndGradientsReadable()
    {
        Toy toy = new();
        TrainingDiagnostics diagnostics = new(toy.Model, toy.X, toy.Y, Toy.SquaredError, new() { Every = 1 });
        Tensor loss = Toy.SquaredError(toy.Model.Forward(toy.X), toy.Y);
        loss.Backward();
        double[] gradient = toy.Model.Parameters[0].Gradient!.ToArray();
        using (Tensor.NoGrad()) diagnostics.Observe(1);
        Assert.Equal(diagnostics.Records[0].Loss, loss.ToDouble());
        Assert.Equal(gradient, toy.Model.Parameters[0].Gradient!.ToArray());
    }

    [Fact]
    public void Options_OutOfRange_Throw()
    {
        OptionException Refused(DiagnosticsOptions options) =>
            Assert.Throws<OptionException>(() => Of(Filled(1, 1, 1), [1, 2], [0, 1], options));
        Assert.Equal("diagnostics: Every must be 1 or more, but is 0", Refused(new() { Every = 0 }).Message);
        Assert.Equal("diagnostics: Rows must be 2 or more, but is 1", Refused(new() { Rows = 1 }).Message);
        Assert.Equal(
            "diagnostics: ColumnNames must be one for each of the 1 columns, but is 2 names",
            Refused(new() { ColumnNames = ["a", "b"] }).Message);
    }

    [Fact]
    public void Rows_ThatDoNotMatch_Throw()
    {
        DataException error =
            Assert.Throws<DataException>(() => new TrainingDiagnostics(Filled(1, 1, 1), Tensor.Zeros(3, 1), Tensor.Zeros(2, 1), Error));
        Assert.Equal("diagnostics: inputs and targets must have equally many rows, but there are 3 and 2", error.Message);
    }

    /// <summary>Two maps with functions between them that are no layers.</summary>
    private sealed class Twice : Layer
    {
        private readonly Crucible.Layers.Linear first;
        private readonly Crucible.Layers.Linear second;
        private readonly Lambda relu = new(x => x.Relu());

        public Twice(Generator generator)
        {
            first = Child("first", new Crucible.Layers.Linear(5, 5, generator));
            Child("relu", relu);
            second = Child("second", new Crucible.Layers.Linear(5, 5, generator));
        }

        protected override Tensor Compute(Tensor x, Pass pass) => second.Forward(relu.Forward(first.Forward(x, pass), pass), pass).Tanh();
    }
}
