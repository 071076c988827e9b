using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Crucible.Files;
using Crucible.Layers;
using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Models;

/// <summary>What the files of all models share: weights, and the options of the model as JSON beside them.</summary>
internal static class ModelFile
{
    private const string TrainingPrefix = "model."; // of the weights in a training checkpoint
    private const long LargestTable = 1L << 24; // elements of fixed positions that a small model may have

    private static readonly JsonDocumentOptions Once = new() { AllowDuplicateProperties = false };

    /// <summary>What a file says of a model beside its weights.</summary>
    public static IReadOnlyDictionary<string, string> Metadata<T>(string key, T options, JsonTypeInfo<T> type) =>
        new Dictionary<string, string> { [key] = JsonSerializer.Serialize(options, type) };

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
    /// <param name="type">How options are read.</param>
    /// <param name="usual">Options whose values hold where the file says nothing, those that are required apart.</param>
    public static T Options<T>(
        string path, IReadOnlyDictionary<string, string> metadata, string key, string kind, JsonTypeInfo<T> type, T usual)
    {
        if (!metadata.TryGetValue(key, out string? text))
            throw Errors.Checkpoint(path, "is no " + kind, Invariant($"it has no {key}, the options of the model"));
        try
        {
            JsonObject said = JsonNode.Parse(text, documentOptions: Once) as JsonObject ?? throw new JsonException("they are no object");
            // Code that is generated to read options does not know what a property begins with.
            foreach ((string name, JsonNode? value) in JsonSerializer.SerializeToNode(usual, type)!.AsObject())
                if (!said.ContainsKey(name) && !type.Properties.Single(property => property.Name == name).IsRequired)
                    said[name] = value?.DeepClone();
            return said.Deserialize(type)!;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException) // a text may end within a character
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

/// <summary>How options of models are read and written, without reflection.</summary>
[JsonSourceGenerationOptions(
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    Converters =
    [
        typeof(EnumNames<DType>), typeof(EnumNames<FeedForwardKind>), typeof(EnumNames<NormKind>), typeof(EnumNames<NormPlacement>),
        typeof(EnumNames<PositionKind>), typeof(EnumNames<RecurrentCellKind>), typeof(EnumNames<TranslatorKind>),
    ])]
[JsonSerializable(typeof(GptOptions))]
[JsonSerializable(typeof(TranslatorOptions))]
internal sealed partial class ModelJson : JsonSerializerContext;

/// <summary>Members of an enumeration by their names, never by numbers.</summary>
internal sealed class EnumNames<TEnum>() : JsonStringEnumConverter<TEnum>(namingPolicy: null, allowIntegerValues: false)
    where TEnum : struct, Enum;
