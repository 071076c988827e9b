using Crucible.Layers;
using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Models;

/// <summary>The shapes of a GPT's tensors: those that options demand, and the options that shapes tell.</summary>
internal static class GptShapes
{
    /// <summary>
    /// The path and sizes of every parameter of a <see cref="Gpt"/> with these options, one after the other, without making
    /// any; sizes that no tensor can have included.
    /// </summary>
    internal static IEnumerable<(string Name, long[] Sizes)> Demanded(GptOptions options)
    {
        long width = options.Width;
        long keys = (options.KeyValueHeads ?? options.Heads) * (width / options.Heads);
        long hidden = options.HiddenSize ?? TransformerOptions.UsualHidden(width, options.FeedForward);
        yield return ("token.weight", [options.Vocabulary, width]);
        if (options.Positions == PositionKind.Learned) yield return ("position.weight", [options.Context, width]);
        for (int block = 0; block < options.Layers; block++)
        {
            string path = Invariant($"block[{block}]");
            long up = options.FeedForward == FeedForwardKind.SwiGlu ? 2 * hidden : hidden;
            IEnumerable<(string, long[])> parts =
            [
                .. Norm(options, $"{path}.attentionNorm"),
                .. Linear(options, $"{path}.attention.queryKeyValue", width, width + (2 * keys)),
                .. Linear(options, $"{path}.attention.output", width, width),
                .. Norm(options, $"{path}.feedForwardNorm"),
                .. Linear(options, $"{path}.feedForward.up", width, up),
                .. Linear(options, $"{path}.feedForward.down", hidden, width),
            ];
            foreach ((string, long[]) part in parts) yield return part;
        }

        if (options.Placement == NormPlacement.Pre)
            foreach ((string, long[]) entry in Norm(options, "norm")) yield return entry;
        if (!options.IsTied) yield return ("head.weight", [width, options.Vocabulary]);
    }

    private static IEnumerable<(string Name, long[] Sizes)> Linear(GptOptions options, string path, long inputs, long outputs)
    {
        yield return ($"{path}.weight", [inputs, outputs]);
        if (options.HasBias) yield return ($"{path}.bias", [outputs]);
    }

    private static IEnumerable<(string Name, long[] Sizes)> Norm(GptOptions options, string path)
    {
        yield return ($"{path}.gain", [options.Width]);
        if (options.HasBias && options.Norm == NormKind.LayerNorm) yield return ($"{path}.bias", [options.Width]);
    }

    /// <summary>
    /// Whether the matrices of linear maps are [outputs, inputs], told from the one to queries, keys and values, which
    /// is never square.
    /// </summary>
    internal static bool HasOutputsFirst(string path, IReadOnlyDictionary<string, Tensor> tensors)
    {
        (string? name, Shape? map) = Matrix(path, tensors, "transformer.h.0.attn.c_attn.weight");
        if (map[0] == 3 * map[1]) return true;
        return map[1] == 3 * map[0]
            ? false
            : throw Errors.Checkpoint(
                path, "does not fit the model", Invariant($"{name} is {map} in it, and one size must be three times the other"));
    }

    internal static GptOptions Options(string path, IReadOnlyDictionary<string, Tensor> tensors, int? heads, FeedForwardKind feedForward)
    {
        (string _, Shape? token) = Matrix(path, tensors, "transformer.wte.weight");
        (string _, Shape? position) = Matrix(path, tensors, "transformer.wpe.weight");
        (string _, Shape? up) = Matrix(path, tensors, "transformer.h.0.mlp.c_fc.weight");
        if (heads is null) throw Errors.Checkpoint(path, "does not say how many heads the model has", "give heads; GPT-2 has 12");
        return new()
        {
            Vocabulary = token[0],
            Context = position[0],
            Width = token[1],
            Heads = heads.Value,
            HiddenSize = up[0] == token[1] ? up[1] : up[0],
            Layers = Enumerable.Range(0, int.MaxValue).First(layer => !tensors.ContainsKey($"transformer.h.{layer}.ln_1.weight")),
            FeedForward = feedForward,
            HasBias = tensors.ContainsKey("transformer.h.0.attn.c_attn.bias"),
            IsTied = IsTied(tensors),
            DType = tensors["transformer.wte.weight"].DType == DType.Float64 ? DType.Float64 : DType.Float32,
        };
    }

    /// <summary>Files of tied models may leave the output map out or hold the embedding twice.</summary>
    private static bool IsTied(IReadOnlyDictionary<string, Tensor> tensors)
    {
        if (!tensors.TryGetValue(GptNames.Head, out Tensor? head)) return true;
        Tensor token = tensors["transformer.wte.weight"];
        return head.Shape.Equals(token.Shape) && head.ToArray().AsSpan().SequenceEqual(token.ToArray());
    }

    private static (string Name, Shape Shape) Matrix(string path, IReadOnlyDictionary<string, Tensor> tensors, string name)
    {
        if (!tensors.TryGetValue(name, out Tensor? tensor)) throw Errors.Checkpoint(path, "is no GPT", Invariant($"it has no {name}"));
        return tensor.Rank == 2
            ? (name, tensor.Shape)
            : throw Errors.Checkpoint(path, "does not fit the model", Invariant($"{name} is {tensor.Shape} in it, and must be a matrix"));
    }
}
