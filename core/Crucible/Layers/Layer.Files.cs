using Crucible.Files;
using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Layers;

/// <summary>Files: the parameters and buffers of a model, by the paths of its layers.</summary>
public abstract partial class Layer
{
    /// <summary>
    /// Writes all parameters and buffers to a safetensors file, named by their paths (<c>0.weight</c>). PyTorch and others
    /// read it too; <see cref="Load(string, bool)"/> puts them back into a model that is built alike.
    /// </summary>
    /// <param name="path">The file; it is replaced as a whole.</param>
    /// <exception cref="CheckpointException">The file cannot be written.</exception>
    public void Save(string path) => SafeTensors.Save(
        path, State.Select(tensor => KeyValuePair.Create(tensor.Name!, tensor)), (this as IFileMetadata)?.FileMetadata);

    /// <summary>
    /// Like <see cref="Save(string)"/> with another element type: bfloat16 takes half of float32's bytes, and leaves each weight 8
    /// significant bits; a model reads it back as its own type.
    /// </summary>
    /// <param name="path">The file; it is replaced as a whole.</param>
    /// <param name="dtype">float32, float64 or bfloat16.</param>
    /// <exception cref="OptionException">The element type is another one.</exception>
    /// <exception cref="CheckpointException">The file cannot be written.</exception>
    public void Save(string path, DType dtype)
    {
        if (!dtype.IsFloat() && dtype != DType.BFloat16)
            throw Errors.Option("save", nameof(dtype), "float32, float64 or bfloat16", dtype.ToName());
        using IDisposable off = Tensor.NoGrad();
        SafeTensors.Save(
            path,
            State.Select(tensor => KeyValuePair.Create(tensor.Name!, tensor.DType.IsFloat() ? tensor.To(dtype) : tensor)),
            (this as IFileMetadata)?.FileMetadata);
    }

    /// <summary>
    /// Sets parameters and buffers to those of a file that <see cref="Save(string)"/> wrote. Everything is checked first: when the
    /// file does not fit, nothing was changed.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="strict">
    /// Whether the file must have every parameter and nothing else, as by default. Otherwise parameters that it lacks stay as
    /// they are, and what the model lacks is left out: to begin with a part of another model. At least one must fit.
    /// </param>
    /// <exception cref="CheckpointException">
    /// The file is damaged, or a tensor is missing, unknown, or of another shape or element type (but for bfloat16, which fits
    /// each); the message names it.
    /// </exception>
    public void Load(string path, bool strict = true) => Take(path, SafeTensors.Load(path).Tensors, strict, CopyInPlace);

    /// <summary>
    /// Sets the parameters to the mean of those of several files, as of the last records of a training: often better than
    /// any of them. Vaswani et al. 2017, §6.1.
    /// </summary>
    /// <param name="paths">Files that <see cref="Save(string)"/> wrote, one or more.</param>
    /// <exception cref="OptionException">There is no file.</exception>
    /// <exception cref="CheckpointException">As for <see cref="Load(string, bool)"/>; no parameter was changed then.</exception>
    public void LoadMean(IReadOnlyList<string> paths)
    {
        if (paths.Count == 0) throw Errors.Option(Label, nameof(paths), "1 or more files", 0);
        Dictionary<Tensor, Tensor> sums = new(ReferenceEqualityComparer.Instance);
        using IDisposable off = Tensor.NoGrad();
        foreach (string path in paths)
            Take(path, SafeTensors.Load(path).Tensors, strict: true, (parameter, saved) =>
            {
                Tensor exact = saved.To(DType.Float64);
                sums[parameter] = sums.TryGetValue(parameter, out Tensor? sum) ? sum + exact : exact;
            });
        foreach ((Tensor parameter, Tensor sum) in sums) parameter.CopyInPlace((sum / paths.Count).To(parameter.DType));
    }

    /// <summary>
    /// Sets the parameters to tensors of a file that <see cref="Save(string)"/> wrote, whose names must be exactly theirs.
    /// </summary>
    internal void Take(string path, IReadOnlyDictionary<string, Tensor> saved) => Take(path, saved, strict: true, CopyInPlace);

    private static void CopyInPlace(Tensor parameter, Tensor saved) => parameter.CopyInPlace(saved);

    private void Take(string path, IReadOnlyDictionary<string, Tensor> saved, bool strict, Action<Tensor, Tensor> take)
    {
        IReadOnlyList<Tensor> parameters = State;
        Tensor[] found = [.. parameters.Where(parameter => saved.ContainsKey(parameter.Name!))];
        if (strict && found.Length < parameters.Count) throw Misfit(Invariant($"it has no {parameters.Except(found).First().Name}"));
        if (strict && saved.Keys.Except(found.Select(parameter => parameter.Name!), StringComparer.Ordinal)
            .Order(StringComparer.Ordinal).FirstOrDefault() is { } unknown) throw Misfit(Invariant($"the model has no {unknown}"));
        if (found.Length == 0) throw Misfit("none of its tensors has the name of a parameter");
        foreach (Tensor parameter in found)
        {
            Tensor inFile = saved[parameter.Name!];
            bool isWidened = inFile.DType == DType.BFloat16 && parameter.DType.IsFloat();
            if (!inFile.Shape.Equals(parameter.Shape) || (inFile.DType != parameter.DType && !isWidened))
                throw Misfit(Invariant($"{parameter.Name} is {Kind(inFile)} in it and {Kind(parameter)} in the model"));
        }

        foreach (Tensor parameter in found) take(parameter, saved[parameter.Name!].To(parameter.DType));

        CheckpointException Misfit(string what) => Errors.Checkpoint(path, "does not fit the model", what);
    }

    private static string Kind(Tensor tensor) => Invariant($"{tensor.DType.ToName()} {tensor.Shape}");
}
