using Crucible.Diagnostics;
using Crucible.Layers;
using Crucible.Tensors;
using Crucible.Training;
using Xunit;
using static Crucible.Tests.Diagnostics.Patient;

namespace Crucible.Tests.Diagnostics;

/// <summary>Networks broken on purpose, one way each, and networks with nothing wrong.</summary>
public class DiagnosticsFindingTests
{
    private static Symptom[] SymptomsOf(TrainingDiagnostics diagnostics) => [.. diagnostics.Findings().Select(finding => finding.Symptom)];

    public static TheoryData<string> Activations => ["relu", "tanh", "sigmoid", "gelu"];

    private static Func<Layer> Activation(string name) => name switch
    {
        "relu" => () => new Crucible.Layers.Relu(),
        "tanh" => () => new Crucible.Layers.Tanh(),
        "sigmoid" => () => new Crucible.Layers.Sigmoid(),
        _ => () => new Crucible.Layers.Gelu(),
    };

    [Theory]
    [MemberData(nameof(Activations))]
    public void HealthyNetwork_RaisesNothing(string activation)
    {
        TrainingDiagnostics diagnostics = new Patient(Network(Activation(activation), 3, 30, 30, 1)).Train(1500, Adam(5e-3));
        Assert.Empty(diagnostics.Findings());
        // Updates 0, 1, 2, 4, 8, then every tenth to 1500.
        Assert.Equal(
            "155 snapshots of 3 layers on 120 rows found no problem. Whether it overfits, only validation rows can tell.",
            diagnostics.ToString());
    }

    [Fact]
    public void HealthyClassifier_RaisesNothing()
    {
        Patient patient = new(Network(Activation("tanh"), 3, 20, 3), y: x => x.ArgMax(1));
        TrainingDiagnostics diagnostics = new(patient.Model, patient.X, patient.Y, (logits, classes) => Loss.CrossEntropy(logits, classes));
        new Trainer(patient.Model, Adam(1e-2)(patient.Model), (logits, classes) => Loss.CrossEntropy(logits, classes))
            .Fit(
                new RowBatches(patient.X, patient.Y, 30),
                new TrainerOptions { Epochs = 200, OnUpdate = (update, _) => diagnostics.Observe(update) });
        Assert.Empty(diagnostics.Findings());
        Assert.True(double.IsNaN(diagnostics.Records[^1].PredictionSpread));
    }

    [Fact]
    public void FeatureEqualToTheTarget_ClaimsNothing()
    {
        // A leak makes a network learn well, and that is all that diagnostics can see of it.
        TrainingDiagnostics diagnostics =
            new Patient(Network(Activation("relu"), 3, 20, 1), y: x => x.Slice(1, 1, 2)).Train(1000, Adam(5e-3));
        Assert.True(diagnostics.Records[^1].Loss < 1e-2);
        Assert.Empty(diagnostics.Findings());
    }

    [Fact]
    public void UnscaledInputs_SaturateTanh_NamesTheColumnAndTheRemedy()
    {
        Tensor scales = Tensor.Of(new[] { 1.0, 20.0, 150.0 });
        Tensor shifts = Tensor.Of(new[] { 0.0, 60.0, 400.0 });
        Patient patient = new(Network(Activation("tanh"), 3, 40, 1), x => (x * scales) + shifts);
        TrainingDiagnostics diagnostics = patient.Train(300, Adam(1e-2), new() { ColumnNames = ["rooms", "age", "tax"] });
        Finding finding = diagnostics.Findings()[0];
        Assert.Equal(Symptom.SaturatedUnits, finding.Symptom);
        Assert.Equal("layer 1", finding.Place);
        Assert.Matches(
            @"^\d+ % of its tanh units are saturated on every row(, so that 120 different rows leave it as \d+)?; the inputs' largest column \(tax\) averages [34]\d\d$",
            finding.Problem);
        Assert.Equal("standardize the inputs", finding.Remedy);
        // Said once: not again as a finding of its own.
        Assert.DoesNotContain(Symptom.UnscaledInputs, SymptomsOf(diagnostics));
    }

    [Fact]
    public void UnscaledInputs_OfALinearModel_AreAFindingOfTheirOwn()
    {
        TrainingDiagnostics diagnostics =
            new Patient(generator => new Crucible.Layers.Linear(3, 1, generator), x => 100.0 * x).Train(10, Adam(1e-3));
        Finding finding = Assert.Single(diagnostics.Findings(), finding => finding.Symptom == Symptom.UnscaledInputs);
        Assert.Matches(
            @"^inputs: the largest column \(column \d\) varies by \S+ around \S+, where about 1 is wanted: standardize the inputs$",
            finding.ToString());
    }

    [Fact]
    public void DeadReluUnits_FromTheStart()
    {
        LinearOptions bias = new() { Bias = Initializer.Constant(-50.0) };
        TrainingDiagnostics diagnostics = new Patient(generator => new Sequential(
            new Crucible.Layers.Linear(3, 20, generator, bias), new Crucible.Layers.Relu(), new Crucible.Layers.Linear(20, 1, generator)))
            .Train(20, Adam(1e-3));
        Assert.Equal(
            "layer 1: 100 % of its ReLU units are 0 on every row and learn nothing, 100 % were before the first update: start from other weights or from biases of 0 and above, or use LeakyRelu",
            diagnostics.Findings()[0].ToString());
        Assert.Equal(
            [Symptom.DeadUnits, Symptom.EqualPredictions], SymptomsOf(diagnostics).Where(symptom => symptom != Symptom.TooFewUpdates));
        Assert.Equal(0.0, diagnostics.Records[^1].Layers[0].GradientNorm);
    }

    [Fact]
    public void DeadReluUnits_KilledByLargeSteps()
    {
        TrainingDiagnostics diagnostics = new Patient(Network(Activation("relu"), 3, 40, 40, 1)).Train(100, Adam(1.0));
        Finding finding = Assert.Single(diagnostics.Findings(), finding => finding.Symptom == Symptom.DeadUnits);
        Assert.Equal("they died while training: lower the learning rate, or use LeakyRelu", finding.Remedy);
    }

    [Fact]
    public void ExplodingRate_LossRises()
    {
        Patient patient = new(Network(Activation("relu"), 3, 40, 40, 1));
        TrainingDiagnostics? diagnostics = null;
        // The step that overflows throws; what was recorded until then stays.
        Assert.Throws<NonFiniteException>(() =>
        {
            diagnostics = new TrainingDiagnostics(patient.Model, patient.X, patient.Y, Error);
            new Trainer(patient.Model, Sgd(5.0)(patient.Model), Error)
                .Fit(
                    new RowBatches(patient.X, patient.Y, Rows),
                    new TrainerOptions { Epochs = 100, OnUpdate = (update, _) => diagnostics.Observe(update) });
        });
        Finding finding = diagnostics!.Findings()[0];
        Assert.Equal(Symptom.RisingLoss, finding.Symptom);
        Assert.Matches(
            @"^loss: it rose from \S+ to \S+ by update \d: lower the learning rate, tenfold to begin with, or clip the gradients' norm$",
            finding.ToString());
    }

    [Fact]
    public void LargeUpdates_AreNamed()
    {
        TrainingDiagnostics diagnostics = new Patient(Network(Activation("tanh"), 3, 40, 40, 1)).Train(100, Adam(2.0));
        Finding finding = Assert.Single(diagnostics.Findings(), finding => finding.Symptom == Symptom.LargeUpdates);
        Assert.Matches(
            @"^layer \d: an update changed its parameters by \S+ % of their size, where 0.01 % to 1 % is usual: lower the learning rate$",
            finding.ToString());
        Assert.DoesNotContain(Symptom.TooFewUpdates, SymptomsOf(diagnostics));
    }

    [Fact]
    public void TinyRate_IsNamed()
    {
        TrainingDiagnostics diagnostics = new Patient(Network(Activation("tanh"), 3, 40, 1)).Train(100, Adam(1e-8));
        Finding finding = Assert.Single(diagnostics.Findings());
        Assert.Equal(Symptom.SmallUpdates, finding.Symptom);
        Assert.Equal("raise the learning rate", finding.Remedy);
    }

    [Fact]
    public void VanishingGradient_OfTwentySigmoidLayers()
    {
        TrainingDiagnostics diagnostics =
            new Patient(Network(Activation("sigmoid"), [3, .. Enumerable.Repeat(20, 20), 1])).Train(50, Adam(1e-3));
        Finding finding = Assert.Single(diagnostics.Findings(), finding => finding.Symptom == Symptom.VanishingGradient);
        Assert.Equal("layer 1", finding.Place);
        Assert.Matches(
            @"^its gradient is \S+ of layer 21's per parameter, so that it hardly learns while the last layer does$", finding.Problem);
        Assert.Contains(Symptom.EqualRows, SymptomsOf(diagnostics));
        Assert.Contains(Symptom.EqualPredictions, SymptomsOf(diagnostics));
    }

    [Fact]
    public void StoppedEarly_TooFewUpdates()
    {
        TrainingDiagnostics diagnostics = new Patient(Network(Activation("tanh"), 3, 30, 30, 1)).Train(40, Adam(2e-3), new() { Every = 1 });
        Finding finding = Assert.Single(diagnostics.Findings());
        Assert.Equal(Symptom.TooFewUpdates, finding.Symptom);
        Assert.Matches(
            "^loss: after 40 updates it was still falling, from .* in the last third of them: give it more updates", finding.ToString());
    }

    [Fact]
    public void EqualPredictions_WithoutACause_SuspectTheInputs()
    {
        // Inputs that are the same for every row tell none apart.
        TrainingDiagnostics diagnostics = new Patient(Network(Activation("tanh"), 3, 10, 1), x => 0.0 * x).Train(1500, Adam(1e-2));
        Assert.Equal(
            "predictions: all rows get nearly the same one, with a standard deviation of 0.0 % of the targets': look at whether the inputs tell the rows apart at all",
            Assert.Single(diagnostics.Findings()).ToString());
    }
}
