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
            tensors[GptNames.Of(parameter.Name!)] =
                layout == GptLayout.NanoGpt && GptNames.IsLinear(parameter.Name!, parameter.Rank) ? Transposed(parameter) : parameter;
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
        (IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string> metadata) = ModelFile.Read(path);
        if (tensors.ContainsKey("token.weight")) return Fill(path, Options(path, metadata), tensors, name => name, (_, _) => false);

        Dictionary<string, Tensor> named = GptNames.Normalize(path, tensors);
        bool isTransposed = GptShapes.HasOutputsFirst(path, named);
        GptOptions options = metadata.ContainsKey(OptionsKey)
            ? Options(path, metadata)
            : GptShapes.Options(path, named, heads, feedForward ?? (isTransposed ? FeedForwardKind.Gelu : FeedForwardKind.GeluTanh));
        if (options.IsTied) named.Remove(GptNames.Head);
        return Fill(path, options, named, GptNames.Of, (name, rank) =>
            (isTransposed && GptNames.IsLinear(name, rank)) || GptNames.Of(name) == GptNames.Head);
    }

    /// <summary>What a file says of a model beside its weights.</summary>
    internal static IReadOnlyDictionary<string, string> Metadata(Gpt model) =>
        ModelFile.Metadata(OptionsKey, model.Options, ModelJson.Default.GptOptions);

    private static GptOptions Options(string path, IReadOnlyDictionary<string, string> metadata) =>
        ModelFile.Options(
            path, metadata, OptionsKey, "language model", ModelJson.Default.GptOptions, new() { Vocabulary = 1, Context = 1 });

    /// <summary>A model with the tensors of a file, which must be exactly those that the options demand.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">The model's.</param>
    /// <param name="tensors">What the file holds.</param>
    /// <param name="nameOf">The file's name of the parameter at a path.</param>
    /// <param name="isTransposed">Whether the file has the parameter at a path, of a rank, transposed.</param>
    private static Gpt Fill(
        string path, GptOptions options, IReadOnlyDictionary<string, Tensor> tensors,
        Func<string, string> nameOf, Func<string, int, bool> isTransposed)
    {
        CheckDemand(path, options, tensors, nameOf, isTransposed);
        Gpt model = ModelFile.Make(path, () => new Gpt(options, new Generator(0)));
        foreach (Tensor parameter in model.Parameters)
        {
            Tensor tensor = tensors[nameOf(parameter.Name!)];
            parameter.CopyInPlace((isTransposed(parameter.Name!, parameter.Rank) ? Transposed(tensor) : tensor).To(parameter.DType));
        }

        return model;
    }

    /// <summary>
    /// Compares what the options demand with what the file holds, parameter by parameter, before a model of that size is
    /// made.
    /// </summary>
    private static void CheckDemand(
        string path, GptOptions options, IReadOnlyDictionary<string, Tensor> tensors,
        Func<string, string> nameOf, Func<string, int, bool> isTransposed)
    {
        ModelFile.Check(path, options.Check);
        HashSet<string> unknown = [.. tensors.Keys];
        long elements = 0;
        foreach ((string parameter, long[] sizes) in GptShapes.Demanded(options))
        {
            string name = nameOf(parameter);
            if (!tensors.TryGetValue(name, out Tensor? tensor))
                throw Errors.Checkpoint(path, "does not fit the model", Invariant($"it has no {name}"));
            long[] expected = isTransposed(parameter, sizes.Length) ? [sizes[1], sizes[0]] : sizes;
            if (!tensor.Shape.Select(size => (long)size).SequenceEqual(expected))
            {
                string shapes = Invariant($"{tensor.Shape} in it and [{string.Join(", ", expected)}] in the model");
                throw Errors.Checkpoint(path, "does not fit the model", $"{name} is {shapes}");
            }
            elements += tensor.ElementCount;
            unknown.Remove(name);
        }

        if (unknown.Order(StringComparer.Ordinal).FirstOrDefault() is { } first)
            throw Errors.Checkpoint(path, "does not fit the model", Invariant($"the model has no {first}"));
        if (options.Positions is PositionKind.Sinusoidal or PositionKind.Rotary)
            ModelFile.CheckTable(path, options.Context, options.Width, elements);
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

    /// <summary>GPT-2's name of the parameter at a path.</summary>
    internal static string Of(string path) => Ends.TryGetValue(path, out string? end)
        ? end
        : Block().Match(path) is { Success: true } block && Parts.TryGetValue(block.Groups[2].Value, out string? part)
            ? $"{Prefix}h.{block.Groups[1].Value}.{part}"
            : throw new ArgumentException(path);

    /// <summary>
    /// Whether a parameter is the matrix of a linear map, whose orientation differs between files. The embeddings' and
    /// the head's do not.
    /// </summary>
    internal static bool IsLinear(string path, int rank) => rank == 2 && path.StartsWith("block[", StringComparison.Ordinal);

    /// <summary>The tensors of a file under GPT-2's full names; the causal masks that old files carry are left out.</summary>
    internal static Dictionary<string, Tensor> Normalize(string path, IReadOnlyDictionary<string, Tensor> tensors)
    {
        Dictionary<string, Tensor> named = new(StringComparer.Ordinal);
        foreach ((string name, Tensor tensor) in tensors)
        {
            string full = name == Head || name.StartsWith(Prefix, StringComparison.Ordinal) ? name : Prefix + name;
            if (!Mask().IsMatch(name) && !named.TryAdd(full, tensor))
                throw Errors.Checkpoint(path, "does not fit the model", $"it has {full} twice, with and without {Prefix}");
        }

        return named;
    }

    [GeneratedRegex(@"^block\[(\d+)\]\.(.+)$")]
    private static partial Regex Block();

    [GeneratedRegex(@"\.attn\.(masked_)?bias$")]
    private static partial Regex Mask();
}
