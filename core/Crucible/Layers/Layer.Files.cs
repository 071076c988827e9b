using Crucible.Files;
using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Layers;

/// <summary>Files: the parameters and buffers of a model, by the paths of its layers.</summary>
public abstract partial class Layer
{
    /// <summary>
    /// Writes all parameters and buffers to a safetensors file, named by their paths (<c>0.weight</c>). PyTorch and others
    /// read it too; <see cref="Load"/> puts them back into a model that is built alike.
    /// </summary>
    /// <param name="path">The file; it is replaced as a whole.</param>
    /// <exception cref="CheckpointException">The file cannot be written.</exception>
    public void Save(string path) => SafeTensors.Save(
        path, State.Select(tensor => KeyValuePair.Create(tensor.Name!, tensor)), (this as IFileMetadata)?.FileMetadata);

    /// <summary>
    /// Sets parameters and buffers to those of a file that <see cref="Save"/> wrote. Everything is checked first: when the
    /// file does not fit, nothing was changed.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="strict">
    /// Whether the file must have every parameter and nothing else, as by default. Otherwise parameters that it lacks stay as
    /// they are, and what the model lacks is left out: to begin with a part of another model. At least one must fit.
    /// </param>
    /// <exception cref="CheckpointException">
    /// The file is damaged, or a tensor is missing, unknown, or of another shape or element type; the message names it.
    /// </exception>
    public void Load(string path, bool strict = true)
    {
        IReadOnlyDictionary<string, Tensor> saved = SafeTensors.Load(path).Tensors;
        IReadOnlyList<Tensor> parameters = State;
        Tensor[] found = [.. parameters.Where(parameter => saved.ContainsKey(parameter.Name!))];
        if (strict && found.Length < parameters.Count) throw Misfit(Invariant($"it has no {parameters.Except(found).First().Name}"));
        if (strict && saved.Keys.Except(found.Select(parameter => parameter.Name!), StringComparer.Ordinal)
            .Order(StringComparer.Ordinal).FirstOrDefault() is { } unknown) throw Misfit(Invariant($"the model has no {unknown}"));
        if (found.Length == 0) throw Misfit("none of its tensors has the name of a parameter");
        foreach (Tensor parameter in found)
            if (!saved[parameter.Name!].Shape.Equals(parameter.Shape) || saved[parameter.Name!].DType != parameter.DType)
                throw Misfit(Invariant($"{parameter.Name} is {Kind(saved[parameter.Name!])} in it and {Kind(parameter)} in the model"));
        foreach (Tensor parameter in found) parameter.CopyInPlace(saved[parameter.Name!]);

        CheckpointException Misfit(string what) => Errors.Checkpoint(path, "does not fit the model", what);
    }

    private static string Kind(Tensor tensor) => Invariant($"{tensor.DType.ToName()} {tensor.Shape}");
}
