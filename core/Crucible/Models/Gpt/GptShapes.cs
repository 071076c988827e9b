using Crucible.Layers;
using Crucible.Tensors;

namespace Crucible.Models;

/// <summary>Reads the options of a model of GPT-2's kind off the shapes of its tensors.</summary>
internal static class GptShapes
{
    /// <summary>Whether the matrices of linear maps are [outputs, inputs], told from the one to queries, keys and values, which is never square.</summary>
    internal static bool HasOutputsFirst(string path, IReadOnlyDictionary<string, Tensor> tensors)
    {
        var (name, map) = Matrix(path, tensors, "transformer.h.0.attn.c_attn.weight");
        if (map[0] == 3 * map[1]) return true;
        return map[1] == 3 * map[0] ? false : throw Errors.Checkpoint(path, "does not fit the model", Errors.Text($"{name} is {map} in it, and one size must be three times the other"));
    }

    internal static GptOptions Options(string path, IReadOnlyDictionary<string, Tensor> tensors, int? heads, FeedForwardKind feedForward)
    {
        var (_, token) = Matrix(path, tensors, "transformer.wte.weight");
        var (_, position) = Matrix(path, tensors, "transformer.wpe.weight");
        var (_, up) = Matrix(path, tensors, "transformer.h.0.mlp.c_fc.weight");
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
        };
    }

    /// <summary>Files of tied models may leave the output map out or hold the embedding twice.</summary>
    private static bool IsTied(IReadOnlyDictionary<string, Tensor> tensors)
    {
        if (!tensors.TryGetValue(GptNames.Head, out var head)) return true;
        var token = tensors["transformer.wte.weight"];
        return head.Shape.Equals(token.Shape) && head.ToArray().AsSpan().SequenceEqual(token.ToArray());
    }

    private static (string Name, Shape Shape) Matrix(string path, IReadOnlyDictionary<string, Tensor> tensors, string name)
    {
        if (!tensors.TryGetValue(name, out var tensor)) throw Errors.Checkpoint(path, "is no GPT", Errors.Text($"it has no {name}"));
        return tensor.Rank == 2 ? (name, tensor.Shape) : throw Errors.Checkpoint(path, "does not fit the model", Errors.Text($"{name} is {tensor.Shape} in it, and must be a matrix"));
    }
}
