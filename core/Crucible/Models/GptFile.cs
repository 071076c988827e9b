using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Crucible.Files;
using Crucible.Layers;
using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Models;

/// <summary>
/// A <see cref="Gpt"/> in a safetensors file: Crucible's own, which hold the model's options too, and those of Hugging
/// Face's GPT-2 and of nanoGPT, for models of GPT-2's kind. Reading checks every tensor before a model is made: wrong
/// shapes, missing and unknown tensors are refused by name.
/// </summary>
public static class GptFile
{
    private const string OptionsKey = "crucible.gpt";
    private const string TrainingPrefix = "model."; // of the weights in a training checkpoint

    private static readonly JsonSerializerOptions Json = new() { Converters = { new JsonStringEnumConverter() } };

    /// <summary>Writes a model.</summary>
    /// <param name="path">The file; it is replaced as a whole.</param>
    /// <param name="model">The model.</param>
    /// <param name="layout">Whose names and orientation to use.</param>
    /// <exception cref="CheckpointException">The file cannot be written.</exception>
    /// <exception cref="OptionException">The layout is GPT-2's, and the model is not of its kind: learned positions,
    /// layer normalization before each part, GELU.</exception>
    public static void Save(string path, Gpt model, GptLayout layout = GptLayout.Crucible)
    {
        if (layout == GptLayout.Crucible)
        {
            model.Save(path);
            return;
        }

        CheckKind(model.Options);
        Dictionary<string, Tensor> tensors = new(StringComparer.Ordinal);
        foreach (Tensor parameter in model.Parameters)
            tensors[GptNames.Of(parameter)] =
                layout == GptLayout.NanoGpt && GptNames.IsLinear(parameter) ? Transposed(parameter) : parameter;
        if (model.Options.IsTied) tensors[GptNames.Head] = model.Parameters[0];
        else if (tensors.TryGetValue(GptNames.Head, out Tensor? head)) tensors[GptNames.Head] = Transposed(head);
        SafeTensors.Save(path, tensors, Metadata(model));
    }

    /// <summary>Reads a model from a file of any of the layouts, or from a checkpoint of its training.</summary>
    /// <param name="path">The file.</param>
    /// <param name="heads">Heads of attention, for files of others, which do not say; GPT-2 has 12.</param>
    /// <param name="feedForward">The nonlinearity, for files of others: GPT-2 has the tanh form of GELU, nanoGPT the exact one.</param>
    /// <returns>The model, with parameters of the file's element type: float64 when its embedding is, else float32.</returns>
    /// <exception cref="CheckpointException">The file is damaged, or a tensor is missing, unknown or of the wrong
    /// shape; the message names it.</exception>
    public static Gpt Load(string path, int? heads = null, FeedForwardKind? feedForward = null)
    {
        (IReadOnlyDictionary<string, Tensor>? tensors, IReadOnlyDictionary<string, string>? metadata) = SafeTensors.Load(path);
        if (tensors.Keys.Any(name => name.StartsWith(TrainingPrefix, StringComparison.Ordinal)))
            tensors = tensors.Where(entry => entry.Key.StartsWith(TrainingPrefix, StringComparison.Ordinal))
                .ToDictionary(entry => entry.Key[TrainingPrefix.Length..], entry => entry.Value, StringComparer.Ordinal);
        if (tensors.ContainsKey("token.weight"))
            return Fill(path, Make(path, Options(path, metadata)), tensors, parameter => parameter.Name!, _ => false);

        Dictionary<string, Tensor> named = GptNames.Normalize(tensors);
        bool isTransposed = GptShapes.HasOutputsFirst(path, named);
        GptOptions options = metadata.ContainsKey(OptionsKey)
            ? Options(path, metadata)
            : GptShapes.Options(path, named, heads, feedForward ?? (isTransposed ? FeedForwardKind.Gelu : FeedForwardKind.GeluTanh));
        if (options.IsTied) named.Remove(GptNames.Head);
        return Fill(path, Make(path, options), named, GptNames.Of, parameter =>
            (isTransposed && GptNames.IsLinear(parameter)) || GptNames.Of(parameter) == GptNames.Head);
    }

    /// <summary>What a file says of a model beside its weights.</summary>
    internal static IReadOnlyDictionary<string, string> Metadata(Gpt model) =>
        new Dictionary<string, string> { [OptionsKey] = JsonSerializer.Serialize(model.Options, Json) };

    private static GptOptions Options(string path, IReadOnlyDictionary<string, string> metadata)
    {
        if (!metadata.TryGetValue(OptionsKey, out string? text))
            throw Errors.Checkpoint(path, "is no language model", Invariant($"it has no {OptionsKey}, the options of the model"));
        try
        {
            return JsonSerializer.Deserialize<GptOptions>(text, Json) ?? throw new JsonException("they are null");
        }
        catch (JsonException error)
        {
            throw Errors.Checkpoint(path, "is damaged", Invariant($"the options of the model cannot be read: {error.Message}"), error);
        }
    }

    private static Gpt Make(string path, GptOptions options)
    {
        try
        {
            return new(options, new Generator(0));
        }
        catch (OptionException error)
        {
            throw Errors.Checkpoint(path, "is damaged", Invariant($"its options are no model's: {error.Message}"), error);
        }
    }

    private static Gpt Fill(
        string path, Gpt model, IReadOnlyDictionary<string, Tensor> tensors, Func<Tensor, string> nameOf, Func<Tensor, bool> isTransposed)
    {
        string? unknown =
            tensors.Keys.Except(model.Parameters.Select(nameOf), StringComparer.Ordinal).Order(StringComparer.Ordinal).FirstOrDefault();
        if (unknown is not null) throw Errors.Checkpoint(path, "does not fit the model", Invariant($"the model has no {unknown}"));
        foreach (Tensor parameter in model.Parameters)
        {
            string name = nameOf(parameter);
            if (!tensors.TryGetValue(name, out Tensor? tensor))
                throw Errors.Checkpoint(path, "does not fit the model", Invariant($"it has no {name}"));
            Shape shape = isTransposed(parameter) ? Shape.From(parameter.Shape[1], parameter.Shape[0]) : parameter.Shape;
            if (!tensor.Shape.Equals(shape))
                throw Errors.Checkpoint(
                    path, "does not fit the model", Invariant($"{name} is {tensor.Shape} in it and {shape} in the model"));
            parameter.CopyInPlace((isTransposed(parameter) ? Transposed(tensor) : tensor).To(parameter.DType));
        }

        return model;
    }

    private static void CheckKind(GptOptions options)
    {
        bool isGpt2 = options is
        {
            Positions: PositionKind.Learned,
            Norm: NormKind.LayerNorm,
            Placement: NormPlacement.Pre,
            FeedForward: FeedForwardKind.Gelu or FeedForwardKind.GeluTanh
        }
            && (options.KeyValueHeads ?? options.Heads) == options.Heads;
        if (!isGpt2) throw Errors.NotGpt2();
    }

    private static Tensor Transposed(Tensor matrix)
    {
        using IDisposable off = Tensor.NoGrad();
        return matrix.Transpose(0, 1);
    }
}

/// <summary>Whose names and orientation of matrices a file of GPT weights has.</summary>
public enum GptLayout
{
    /// <summary>Crucible's paths, matrices [inputs, outputs], with the model's options: every kind of <see cref="Models.Gpt"/>.</summary>
    Crucible,

    /// <summary>Hugging Face's GPT-2: <c>transformer.h.0.attn.c_attn.weight</c>, matrices [inputs, outputs] (its Conv1D).</summary>
    HuggingFace,

    /// <summary>nanoGPT: the same names, matrices [outputs, inputs] (PyTorch's Linear).</summary>
    NanoGpt,
}

/// <summary>GPT-2's names of the parameters of a <see cref="Gpt"/>, which Hugging Face and nanoGPT share.</summary>
internal static partial class GptNames
{
    private const string Prefix = "transformer.";

    private static readonly Dictionary<string, string> Parts = new(StringComparer.Ordinal)
    {
        ["attentionNorm.gain"] = "ln_1.weight",
        ["attentionNorm.bias"] = "ln_1.bias",
        ["attention.queryKeyValue.weight"] = "attn.c_attn.weight",
        ["attention.queryKeyValue.bias"] = "attn.c_attn.bias",
        ["attention.output.weight"] = "attn.c_proj.weight",
        ["attention.output.bias"] = "attn.c_proj.bias",
        ["feedForwardNorm.gain"] = "ln_2.weight",
        ["feedForwardNorm.bias"] = "ln_2.bias",
        ["feedForward.up.weight"] = "mlp.c_fc.weight",
        ["feedForward.up.bias"] = "mlp.c_fc.bias",
        ["feedForward.down.weight"] = "mlp.c_proj.weight",
        ["feedForward.down.bias"] = "mlp.c_proj.bias",
    };

    private static readonly Dictionary<string, string> Ends = new(StringComparer.Ordinal)
    {
        ["token.weight"] = "transformer.wte.weight",
        ["position.weight"] = "transformer.wpe.weight",
        ["norm.gain"] = "transformer.ln_f.weight",
        ["norm.bias"] = "transformer.ln_f.bias",
        ["head.weight"] = Head,
    };

    /// <summary>The output map, which tied models write a second time.</summary>
    internal const string Head = "lm_head.weight";

    /// <summary>GPT-2's name of a parameter.</summary>
    internal static string Of(Tensor parameter)
    {
        string path = parameter.Name!;
        return Ends.TryGetValue(path, out string? end)
            ? end
            : Block().Match(path) is { Success: true } block && Parts.TryGetValue(block.Groups[2].Value, out string? part)
                ? $"{Prefix}h.{block.Groups[1].Value}.{part}"
                : throw new ArgumentException(path);
    }

    /// <summary>
    /// Whether a parameter is the matrix of a linear map, whose orientation differs between files. The embeddings' and
    /// the head's do not.
    /// </summary>
    internal static bool IsLinear(Tensor parameter) =>
        parameter.Name!.StartsWith("block[", StringComparison.Ordinal) && parameter.Rank == 2;

    /// <summary>The tensors of a file under GPT-2's full names; the causal masks that old files carry are left out.</summary>
    internal static Dictionary<string, Tensor> Normalize(IReadOnlyDictionary<string, Tensor> tensors) =>
        tensors.Where(entry => !Mask().IsMatch(entry.Key))
            .ToDictionary(
                entry => entry.Key == Head || entry.Key.StartsWith(Prefix, StringComparison.Ordinal) ? entry.Key : Prefix + entry.Key,
                entry => entry.Value,
                StringComparer.Ordinal);

    [GeneratedRegex(@"^block\[(\d+)\]\.(.+)$")]
    private static partial Regex Block();

    [GeneratedRegex(@"\.attn\.(masked_)?bias$")]
    private static partial Regex Mask();
}

/// <summary>Reads the options of a model of GPT-2's kind off the shapes of its tensors.</summary>
internal static class GptShapes
{
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
