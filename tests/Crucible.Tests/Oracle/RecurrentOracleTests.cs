using System.Text.Json;
using Crucible.Layers;
using Crucible.Tensors;
using Xunit;

namespace Crucible.Tests.Oracle;

/// <summary>
/// Recurrent layers, and attention to their states, give PyTorch's outputs, states and gradients from the same
/// parameters.
/// </summary>
public sealed class RecurrentOracleTests
{
    /// <summary>All layers by name, in both element types.</summary>
    public static TheoryData<string, DType> Layers => OracleModel.Names<Record>("recurrent", "layers");

    /// <summary>All forms of attention.</summary>
    public static TheoryData<string, DType> Attentions => OracleModel.Names<Record>("recurrent", "attentions");

    [Theory]
    [MemberData(nameof(Layers))]
    public void Layer_SameParameters_GivesPyTorchsOutputsStatesAndGradients(string name, DType dtype)
    {
        Record record = OracleModel.Find<Record>("recurrent", "layers", name);
        OracleAttributes options = new(record.Options);
        Recurrent layer = Create(options, dtype);
        OracleModel.Load(layer, record.Parameters);
        Tensor[] inputs = [.. record.Inputs.Select(input => input.ToTensor(dtype).AsParameter())];
        (Tensor outputs, RecurrentState last) = layer.Forward(inputs[0], State(inputs), record.Lengths, Pass.Training(new(1)));

        List<Tensor> states = [outputs, Tensor.Stack(last.Hidden)];
        if (last.Cells.Count > 0) states.Add(Tensor.Stack(last.Cells));
        Tensor[] all = [.. states];
        AssertClose(record.Outputs, all, dtype);
        OracleCase.WeightedSum(all).Backward();
        for (int i = 0; i < inputs.Length; i++) OracleModel.AssertClose("input", record.Gradients[i], inputs[i].Gradient!, dtype);
        OracleModel.AssertGradients(layer, record.Gradients.Skip(inputs.Length), dtype);
    }

    [Theory]
    [MemberData(nameof(Attentions))]
    public void Attention_SameParameters_GivesTheFormulasContextsWeightsAndGradients(string name, DType dtype)
    {
        Record record = OracleModel.Find<Record>("recurrent", "attentions", name);
        OracleAttributes options = new(record.Options);
        (int width, int memory) = (options.Int("width"), options.Int("memory"));
        StateAttention layer = options.Text("kind") == "additive"
            ? new AdditiveAttention(width, memory, options.Int("size"), new(1), dtype)
            : new MultiplicativeAttention(width, memory, new(1), dtype);
        OracleModel.Load(layer, record.Parameters);
        Tensor[] inputs = [.. record.Inputs.Select(input => input.ToTensor(dtype))];
        (Tensor queries, Tensor states) = (inputs[0].AsParameter(), inputs[1].AsParameter());
        Tensor? mask = options.Truth("masked") ? inputs[2] : null;

        AttentionMaps maps = new();
        Pass pass = Pass.Evaluation.With(maps);
        Tensor noted = layer.Forward(queries, states, layer.Keys(states, pass), mask, pass);
        AssertClose(record.Outputs, [noted, maps.Weights[0].Squeeze(1)], dtype);

        Tensor contexts = layer.Forward(queries, states, layer.Keys(states, Pass.Evaluation), mask, Pass.Evaluation);
        OracleModel.AssertClose("contexts", record.Outputs[0].Values, contexts, dtype);
        OracleCase.WeightedSum([contexts]).Backward();
        OracleModel.AssertClose("queries", record.Gradients[0], queries.Gradient!, dtype);
        OracleModel.AssertClose("states", record.Gradients[1], states.Gradient!, dtype);
        OracleModel.AssertGradients(layer, record.Gradients.Skip(2), dtype);
    }

    private static Recurrent Create(OracleAttributes options, DType dtype)
    {
        (int inputs, int size) = (options.Int("inputs"), options.Int("size"));
        RecurrentOptions own = new() { Layers = options.Int("layers"), IsBidirectional = options.Truth("isBidirectional"), DType = dtype };
        return options.Text("kind") switch
        {
            "rnn" => new Rnn(inputs, size, new(1), own),
            "lstm" => new Lstm(inputs, size, new(1), own),
            _ => new Gru(inputs, size, new(1), own),
        };
    }

    /// <summary>PyTorch's states [layers and directions, B, H] as ours.</summary>
    private static RecurrentState State(Tensor[] inputs)
    {
        Tensor[] Split(Tensor states) => [.. Enumerable.Range(0, states.Shape[0]).Select(layer => states.Select(0, layer))];
        return new(Split(inputs[1]), inputs.Length > 2 ? Split(inputs[2]) : null);
    }

    private static void AssertClose(OracleTensor[] expected, Tensor[] actual, DType dtype)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < actual.Length; i++)
        {
            Assert.Equal(expected[i].Shape, actual[i].Shape);
            OracleModel.AssertClose("output", expected[i].Values, actual[i], dtype);
        }
    }

    private sealed record Record(
        string Name, Dictionary<string, JsonElement> Options, int[]? Lengths, OracleParameter[] Parameters, OracleTensor[] Inputs,
        OracleTensor[] Outputs, double[][] Gradients) : INamedRecord;
}
