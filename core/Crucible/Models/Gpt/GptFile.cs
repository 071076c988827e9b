using System.Text.Json;
using System.Text.Json.Serialization;
using Crucible.Files;
using Crucible.Layers;
using Crucible.Tensors;

namespace Crucible.Models;

/// <summary>
/// A <see cref="Gpt"/> in a safetensors file: Crucible's own, which hold the model's options too, and those of Hugging Face's GPT-2 and of nanoGPT, for models of
/// GPT-2's kind. Reading checks every tensor before a model is made: wrong shapes, missing and unknown tensors are refused by name.
/// </summary>
public static class GptFile
{
    private const string OptionsKey = "crucible.gpt";
    private const string TrainingPrefix = "model."; // of the weights in a training checkpoint

    private static readonly JsonSerializerOptions Json = new() { Converters = { new JsonStringEnumConverter() } };

    /// <summary>Writes a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">The file; it is replaced as a whole.</param>
    /// <param name="layout">Whose names and orientation to use.</param>
    /// <exception cref="CheckpointException">The file cannot be written.</exception>
    /// <exception cref="OptionException">The layout is GPT-2's, and the model is not of its kind: learned positions, layer normalization before each part, GELU.</exception>
    public static void Save(Gpt model, string path, GptLayout layout = GptLayout.Crucible)
    {
        if (layout == GptLayout.Crucible)
        {
            SafeTensors.Save(path, model.Parameters.Select(parameter => KeyValuePair.Create(parameter.Name!, parameter)), Metadata(model));
            return;
        }

        CheckKind(model.Options);
        var tensors = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach (var parameter in model.Parameters) tensors[GptNames.Of(parameter)] = layout == GptLayout.NanoGpt && GptNames.IsLinear(parameter) ? Transposed(parameter) : parameter;
        if (model.Options.IsTied) tensors[GptNames.Head] = model.Parameters[0];
        else if (tensors.TryGetValue(GptNames.Head, out var head)) tensors[GptNames.Head] = Transposed(head);
        SafeTensors.Save(path, tensors, Metadata(model));
    }

    /// <summary>Reads a model from a file of any of the layouts, or from a checkpoint of its training.</summary>
    /// <param name="path">The file.</param>
    /// <param name="heads">Heads of attention, for files of others, which do not say; GPT-2 has 12.</param>
    /// <param name="feedForward">The nonlinearity, for files of others: GPT-2 has the tanh form of GELU, nanoGPT the exact one.</param>
    /// <returns>The model, with float32 parameters.</returns>
    /// <exception cref="CheckpointException">The file is damaged, or a tensor is missing, unknown or of the wrong shape; the message names it.</exception>
    public static Gpt Load(string path, int? heads = null, FeedForwardKind? feedForward = null)
    {
        var (tensors, metadata) = SafeTensors.Load(path);
        if (tensors.Keys.Any(name => name.StartsWith(TrainingPrefix, StringComparison.Ordinal)))
            tensors = tensors.Where(entry => entry.Key.StartsWith(TrainingPrefix, StringComparison.Ordinal)).ToDictionary(entry => entry.Key[TrainingPrefix.Length..], entry => entry.Value, StringComparer.Ordinal);
        if (tensors.ContainsKey("token.weight")) return Fill(path, Make(path, Options(path, metadata)), tensors, parameter => parameter.Name!, _ => false);

        var named = GptNames.Normalize(tensors);
        var isTransposed = GptShapes.HasOutputsFirst(path, named);
        var options = metadata.ContainsKey(OptionsKey) ? Options(path, metadata) : GptShapes.Options(path, named, heads, feedForward ?? (isTransposed ? FeedForwardKind.Gelu : FeedForwardKind.GeluTanh));
        if (options.IsTied) named.Remove(GptNames.Head);
        return Fill(path, Make(path, options), named, GptNames.Of, parameter => (isTransposed && GptNames.IsLinear(parameter)) || GptNames.Of(parameter) == GptNames.Head);
    }

    /// <summary>What a file says of a model beside its weights.</summary>
    internal static IReadOnlyDictionary<string, string> Metadata(Gpt model) => new Dictionary<string, string> { [OptionsKey] = JsonSerializer.Serialize(model.Options, Json) };

    private static GptOptions Options(string path, IReadOnlyDictionary<string, string> metadata)
    {
        if (!metadata.TryGetValue(OptionsKey, out var text)) throw Errors.Checkpoint(path, "is no language model", Errors.Text($"it has no {OptionsKey}, the options of the model"));
        try
        {
            return JsonSerializer.Deserialize<GptOptions>(text, Json) ?? throw new JsonException("they are null");
        }
        catch (JsonException error)
        {
            throw Errors.Checkpoint(path, "is damaged", Errors.Text($"the options of the model cannot be read: {error.Message}"), error);
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
            throw Errors.Checkpoint(path, "is damaged", Errors.Text($"its options are no model's: {error.Message}"), error);
        }
    }

    private static Gpt Fill(string path, Gpt model, IReadOnlyDictionary<string, Tensor> tensors, Func<Tensor, string> nameOf, Func<Tensor, bool> isTransposed)
    {
        var unknown = tensors.Keys.Except(model.Parameters.Select(nameOf), StringComparer.Ordinal).Order(StringComparer.Ordinal).FirstOrDefault();
        if (unknown is not null) throw Errors.Checkpoint(path, "does not fit the model", Errors.Text($"the model has no {unknown}"));
        foreach (var parameter in model.Parameters)
        {
            var name = nameOf(parameter);
            if (!tensors.TryGetValue(name, out var tensor)) throw Errors.Checkpoint(path, "does not fit the model", Errors.Text($"it has no {name}"));
            var shape = isTransposed(parameter) ? Shape.From(parameter.Shape[1], parameter.Shape[0]) : parameter.Shape;
            if (!tensor.Shape.Equals(shape)) throw Errors.Checkpoint(path, "does not fit the model", Errors.Text($"{name} is {tensor.Shape} in it and {shape} in the model"));
            parameter.CopyInPlace((isTransposed(parameter) ? Transposed(tensor) : tensor).To(parameter.DType));
        }

        return model;
    }

    private static void CheckKind(GptOptions options)
    {
        var isGpt2 = options is { Positions: PositionKind.Learned, Norm: NormKind.LayerNorm, Placement: NormPlacement.Pre, FeedForward: FeedForwardKind.Gelu or FeedForwardKind.GeluTanh }
            && (options.KeyValueHeads ?? options.Heads) == options.Heads;
        if (!isGpt2) throw Errors.NotGpt2();
    }

    private static Tensor Transposed(Tensor matrix)
    {
        using var off = Tensor.NoGrad();
        return matrix.Transpose(0, 1);
    }
}
