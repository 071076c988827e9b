using System.Text.Json;
using System.Text.Json.Serialization;
using Crucible.Files;
using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Models;

/// <summary>What the files of all models share: weights, and the options of the model as JSON beside them.</summary>
internal static class ModelFile
{
    private const string TrainingPrefix = "model."; // of the weights in a training checkpoint
    private const long LargestTable = 1L << 24; // elements of fixed positions that a small model may have

    private static readonly JsonSerializerOptions Json = new()
    {
        Converters = { new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false) },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
    };

    /// <summary>What a file says of a model beside its weights.</summary>
    public static IReadOnlyDictionary<string, string> Metadata<T>(string key, T options) =>
        new Dictionary<string, string> { [key] = JsonSerializer.Serialize(options, Json) };

    /// <summary>The tensors and texts of a file; of a checkpoint of a training run, its weights.</summary>
    public static (IReadOnlyDictionary<string, Tensor> Tensors, IReadOnlyDictionary<string, string> Metadata) Read(string path)
    {
        (IReadOnlyDictionary<string, Tensor>? tensors, IReadOnlyDictionary<string, string>? metadata) = SafeTensors.Load(path);
        if (tensors.Keys.Any(name => name.StartsWith(TrainingPrefix, StringComparison.Ordinal)))
            tensors = tensors.Where(entry => entry.Key.StartsWith(TrainingPrefix, StringComparison.Ordinal))
                .ToDictionary(entry => entry.Key[TrainingPrefix.Length..], entry => entry.Value, StringComparer.Ordinal);
        return (tensors, metadata);
    }

    /// <summary>The options that a file has under a key.</summary>
    /// <param name="path">The file.</param>
    /// <param name="metadata">Its texts.</param>
    /// <param name="key">The key of this kind of model.</param>
    /// <param name="kind">The kind in words: <c>language model</c>.</param>
    public static T Options<T>(string path, IReadOnlyDictionary<string, string> metadata, string key, string kind)
    {
        if (!metadata.TryGetValue(key, out string? text))
            throw Errors.Checkpoint(path, "is no " + kind, Invariant($"it has no {key}, the options of the model"));
        try
        {
            return JsonSerializer.Deserialize<T>(text, Json) ?? throw new JsonException("they are null");
        }
        catch (JsonException error)
        {
            throw Errors.Checkpoint(path, "is damaged", Invariant($"the options of the model cannot be read: {error.Message}"), error);
        }
    }

    /// <summary>Runs what fails when the options in a file are no model's.</summary>
    public static T Make<T>(string path, Func<T> make)
    {
        try
        {
            return make();
        }
        catch (CrucibleException error)
        {
            throw Errors.Checkpoint(path, "is damaged", Invariant($"its options are no model's: {error.Message}"), error);
        }
    }

    /// <summary>Refuses options that are no model's.</summary>
    public static void Check(string path, Action check) => Make(path, () =>
    {
        check();
        return true;
    });

    /// <summary>Refuses tables of fixed positions, which are made and not read, so that no tensor of the file bounds them.</summary>
    public static void CheckTable(string path, int context, int width, long elements)
    {
        if ((long)context * width <= Math.Max(elements, LargestTable)) return;
        string problem = Invariant($"its context of {context} is out of proportion to its {elements} parameters");
        throw Errors.Checkpoint(path, "is damaged", problem);
    }
}
