using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Models;

/// <summary>
/// A <see cref="Translator"/> in a safetensors file: weights by their paths, and the options, among them the kind and
/// what tells the vocabulary from others. A checkpoint of its training is such a file, too.
/// </summary>
public static class TranslatorFile
{
    private const string OptionsKey = "crucible.translator";

    /// <summary>Writes a model.</summary>
    /// <param name="path">The file; it is replaced as a whole.</param>
    /// <param name="model">The model.</param>
    /// <exception cref="CheckpointException">The file cannot be written.</exception>
    public static void Save(string path, Translator model) => model.Save(path);

    /// <summary>Reads a model from a file that <see cref="Save"/> wrote, or from a checkpoint of its training.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The model, of the kind that the file says.</returns>
    /// <exception cref="CheckpointException">The file is damaged, is none of a translator, or a tensor is missing,
    /// unknown or of the wrong shape; the message names it.</exception>
    public static Translator Load(string path)
    {
        (IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string> metadata) = ModelFile.Read(path);
        TranslatorOptions options = ModelFile.Options(
            path, metadata, OptionsKey, "translator", ModelJson.Default.TranslatorOptions,
            new() { Kind = default, Vocabulary = new(1, 1, IsJoint: false) });
        ModelFile.Check(path, options.Check);
        CheckSize(path, options, tensors);
        Translator model = ModelFile.Make(path, () => Translator.Create(options, new Generator(0)));
        model.Take(path, tensors);
        return model;
    }

    /// <summary>What a file says of a model beside its weights.</summary>
    internal static IReadOnlyDictionary<string, string> Metadata(Translator model) =>
        ModelFile.Metadata(OptionsKey, model.Options, ModelJson.Default.TranslatorOptions);

    /// <summary>
    /// Refuses options that demand more than the file can hold, before a model of that size is made: less than what any
    /// kind has is counted.
    /// </summary>
    private static void CheckSize(string path, TranslatorOptions options, IReadOnlyDictionary<string, Tensor> tensors)
    {
        long elements = tensors.Values.Sum(tensor => (long)tensor.ElementCount);
        bool isTransformer = options.Kind == TranslatorKind.Transformer;
        double width = options.Width, inside = isTransformer ? Math.Max(options.Width, options.HiddenSize ?? 0) : options.Width;
        double least = (width * Math.Max(options.Vocabulary.Source, options.Vocabulary.Target)) + (options.Layers * width * inside);
        if (least > elements)
        {
            string problem = Invariant($"its options demand {least:F0} or more parameters, and it has {elements}");
            throw Errors.Checkpoint(path, "is damaged", problem);
        }

        if (isTransformer) ModelFile.CheckTable(path, options.Context, options.Width, elements);
    }
}
