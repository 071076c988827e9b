using System.Text.Json.Nodes;
using Crucible.Files;
using Crucible.Tensors;
using Crucible.Training;
using Xunit;

namespace Crucible.Tests.Training;

/// <summary>Checkpoints made by hand: what is missing or impossible is said in a line, and the model is as it was.</summary>
public sealed class DamagedCheckpointTests : IDisposable
{
    private readonly string path = Path.GetTempFileName();

    public void Dispose() => File.Delete(path);

    private static TrainerOptions Options(string checkpoint, int epochs = 2) =>
        new() { Epochs = epochs, Checkpoint = checkpoint, Plateau = new(0.01), ShowProgress = false };

    public static TheoryData<string> Fields =>
    [
        "Identity", "Updates", "Items", "LossTotal", "NormTotal", "Seconds", "Best", "Lowest", "Waited", "Dropout", "Optimizer", "Plateau",
        "Records", "Dropout.Position", "Optimizer.step", "Plateau.rate", "Records.0.Loss",
    ];

    [Theory]
    [MemberData(nameof(Fields))]
    public void Fit_FieldMissingOrNull_IsRefusedInALine(string field)
    {
        AssertRefused(state => Parent(state, field).AsObject().Remove(field.Split('.')[^1]));
        AssertRefused(state => Parent(state, field)[field.Split('.')[^1]] = null);

        static JsonNode Parent(JsonNode state, string field) => field.Split('.')[..^1].Aggregate(
            state, (node, name) => name == "0" ? node[0]! : node[name]!);
    }

    [Theory]
    [InlineData("Updates", "-5", "updates and items must be 0 or more, but are -5 and 100")]
    [InlineData("Items", "-1", "updates and items must be 0 or more, but are 14 and -1")]
    [InlineData("Seconds", "\"NaN\"", "its seconds must be 0 or more, but are NaN")]
    [InlineData("Best", "3", "the best of 2 records cannot be number 3 with ")]
    [InlineData("Waited", "-1", "the best of 2 records cannot be number 2 with ")]
    [InlineData("Records", "[null]", "the best of 1 records cannot be number 2 with ")]
    [InlineData("Updates", "10", "record 2 must be of updates 7 to 10, but is of 14")]
    [InlineData("Surplus", "1", "the state of the run cannot be read: ")]
    public void Fit_ImpossibleState_IsRefusedInALine(string field, string value, string problem)
    {
        string message = AssertRefused(state => state[field] = JsonNode.Parse(value));
        Assert.StartsWith($"checkpoint: {path} is damaged: {problem}", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_RecordThatIsNull_IsRefused() => Assert.Equal(
        $"checkpoint: {path} is damaged: record 1 must be of updates 0 to 14, but is of ",
        AssertRefused(state => state["Records"]![0] = null));

    [Fact]
    public void Fit_StateOfAnotherOptimizerOrPlateau_NamesTheFile()
    {
        Assert.StartsWith($"checkpoint: {path} does not fit the optimizer: adam: the saved step must be ", AssertRefused(
            state => state["Optimizer"]!["step"] = -1), StringComparison.Ordinal);
        Assert.StartsWith($"checkpoint: {path} does not fit the plateau: reduceOnPlateau: the saved rate must be ", AssertRefused(
            state => state["Plateau"]!["rate"] = -1), StringComparison.Ordinal);
    }

    /// <summary>What a run says of a checkpoint whose state was changed: one line that names the file; no parameter has changed.</summary>
    private string AssertRefused(Action<JsonNode> change)
    {
        File.Delete(path);
        new Toy().Fit(8, Options(path));
        (IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string> texts) = SafeTensors.Load(path);
        JsonNode state = JsonNode.Parse(texts["crucible.training"])!;
        change(state);
        SafeTensors.Save(path, tensors, new Dictionary<string, string>(texts) { ["crucible.training"] = state.ToJsonString() });
        Toy toy = new(seed: 5);
        float[] before = toy.Weights;
        string message = Assert.Throws<CheckpointException>(() => toy.Fit(8, Options(path, epochs: 3))).Message;
        Assert.Equal(before, toy.Weights);
        Assert.StartsWith($"checkpoint: {path} ", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
        return message;
    }
}
