using Crucible.Layers;
using Crucible.Models;
using Crucible.Onnx.Schema;
using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Onnx.Export;

/// <summary>The graph of a whole model: its inputs, what it computes of them, its outputs.</summary>
internal static class ModelWriter
{
    public static GraphProto Write(Layer model, Tensor example, bool hasState)
    {
        DType dtype = model.State is [Tensor first, ..] ? first.DType : example.DType.IsFloat() ? example.DType : DType.Float32;
        // A source need not be a translation of itself: the words of both may be others.
        Tensor output = Tensor.Evaluate(() => model is Translator reader
            ? reader.Encode(example, Pass.Evaluation).States
            : model.Forward(example));
        OnnxGraph graph = new(model, dtype);
        int type = (int)TensorBytes.TypeOf(example.DType), outputType = (int)TensorBytes.TypeOf(output.DType);
        if (hasState && model is not (Gpt or RecurrentLanguageModel))
            throw OnnxErrors.Model(
                Invariant($"{graph.Describe(model)} keeps nothing of earlier positions; leave HasState out of the options"));
        switch (model)
        {
            case Gpt gpt when hasState: WithPast(graph, gpt, type, outputType); break;
            case RecurrentLanguageModel recurrent when hasState: WithStates(graph, recurrent, type, outputType); break;
            case Translator translator:
                OnnxValue source = graph.Input("source", type, "batch", "source_length");
                OnnxValue target = graph.Input("target", type, "batch", "target_length");
                OnnxValue logits = graph.Layer(translator, source, target);
                graph.Output(logits, "logits", outputType, "batch", "target_length", translator.Options.Vocabulary.Target);
                break;
            default:
                (object[] axes, object[] outputAxes) = Axes(model, example, output);
                OnnxValue y = graph.Layer(model, graph.Input("input", type, axes));
                graph.Output(y, "output", outputType, outputAxes);
                break;
        }

        return graph.Finished();
    }

    private static void WithPast(OnnxGraph graph, Gpt model, int type, int outputType)
    {
        GptOptions options = model.Options;
        object[] axes = ["batch", options.KeyValueHeads ?? options.Heads, "past_length", options.Width / options.Heads];
        object[] after = [axes[0], axes[1], "total_length", axes[3]];
        OnnxValue tokens = graph.Input("input", type, "batch", "length");
        (OnnxValue Keys, OnnxValue Values)[] before = [.. Enumerable.Range(0, options.Layers).Select(i => (
            graph.Input(Invariant($"past_key_values.{i}.key"), outputType, axes),
            graph.Input(Invariant($"past_key_values.{i}.value"), outputType, axes)))];
        AttentionPast past = new(before, graph.Size(before[0].Keys, 2));
        graph.Past = past;
        graph.Output(graph.Layer(model, tokens), "output", outputType, "batch", "length", options.Vocabulary);
        for (int i = 0; i < options.Layers; i++)
        {
            graph.Output(past.After[i].Keys, Invariant($"present.{i}.key"), outputType, after);
            graph.Output(past.After[i].Values, Invariant($"present.{i}.value"), outputType, after);
        }
    }

    private static void WithStates(OnnxGraph graph, RecurrentLanguageModel model, int type, int outputType)
    {
        RecurrentLanguageModelOptions options = model.Options;
        OnnxValue tokens = graph.Input("input", type, "batch", "length");
        OnnxValue[] hidden = Inputs("hidden"), cells = options.Cell == RecurrentCellKind.Lstm ? Inputs("cell") : [];
        (OnnxValue logits, LayerWriter.States last) = LayerWriter.RecurrentLanguageModel(graph, model, tokens, new(hidden, cells));
        graph.Output(logits, "output", outputType, "batch", "length", options.Vocabulary);
        Outputs("next_hidden", last.Hidden);
        Outputs("next_cell", last.Cells);

        OnnxValue[] Inputs(string name) => [.. Enumerable.Range(0, options.Layers)
            .Select(i => graph.Input(Invariant($"{name}.{i}"), outputType, "batch", options.Width))];

        void Outputs(string name, OnnxValue[] states)
        {
            for (int i = 0; i < states.Length; i++) graph.Output(states[i], Invariant($"{name}.{i}"), outputType, "batch", options.Width);
        }
    }

    /// <summary>
    /// The axes of input and output: sizes, or names of those that are free. Along a free one, the model takes the example without
    /// its last row, or the example twice.
    /// </summary>
    private static (object[] Input, object[] Output) Axes(Layer model, Tensor example, Tensor output)
    {
        object[] input = [.. example.Shape.Cast<object>()], made = [.. output.Shape.Cast<object>()];
        for (int axis = 0; axis < example.Rank; axis++)
        {
            int size = example.Shape[axis];
            Tensor[] others = [example.Slice(axis, 0, Math.Max(0, size - 1)), Tensor.Concat([example, example], axis)];
            (Tensor other, Tensor? changed) = others.Where(other => other.ElementCount > 0).Select(other => (other, Output(model, other)))
                .FirstOrDefault(pair => pair.Item2 is not null);
            if (changed is null || changed.Rank != output.Rank) continue;
            string name = axis == 0 ? "batch" : axis == 1 && example.Rank is 2 or 3 ? "length" : Invariant($"axis_{axis}");
            input[axis] = name;
            for (int i = 0; i < output.Rank; i++)
            {
                if (changed.Shape[i] == output.Shape[i]) continue;
                bool isSame = output.Shape[i] == size && changed.Shape[i] == other.Shape[axis];
                made[i] = isSame ? name : Invariant($"output_{i}");
            }
        }

        return (input, made);
    }

    /// <summary>What the model gives, or null where it does not take such an input.</summary>
    private static Tensor? Output(Layer model, Tensor x)
    {
        try
        {
            return Tensor.Evaluate(() => model.Forward(x));
        }
        catch (CrucibleException)
        {
            return null;
        }
    }
}
