using System.Text.Json;
using Crucible.Files;
using Crucible.Optimizers;
using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Training;

/// <summary>
/// The file of a training run: weights as <c>model.*</c>, the optimizer's state as <c>optimizer.*</c>, further weights
/// such as <c>best.*</c>, and where the run stood as JSON. Reading checks everything before anything is changed.
/// </summary>
/// <param name="path">The safetensors file.</param>
/// <param name="parameters">The model's parameters, and its buffers.</param>
/// <param name="optimizer">Their optimizer.</param>
internal sealed class Checkpoint(string path, IReadOnlyList<Tensor> parameters, Optimizer optimizer)
{
    private const string ModelPrefix = "model.";
    private const string OptimizerPrefix = "optimizer.";

    /// <summary>Writes the file as a whole.</summary>
    /// <param name="key">What the position is kept under: the kind of run.</param>
    /// <param name="position">Where the run stands, with <see cref="OptimizerNumbers"/> inside.</param>
    /// <param name="metadata">Further texts, or null for none.</param>
    /// <param name="more">Further weights by prefix, each as many as there are parameters.</param>
    public void Save(
        string key, TrainingPosition position, IReadOnlyDictionary<string, string>? metadata,
        params (string Prefix, IReadOnlyList<Tensor> Weights)[] more)
    {
        Dictionary<string, Tensor> tensors = new(StringComparer.Ordinal);
        foreach ((string? prefix, IReadOnlyList<Tensor>? weights) in more.Prepend((ModelPrefix, parameters)))
            for (int i = 0; i < parameters.Count; i++) tensors[prefix + parameters[i].Name] = weights[i];
        foreach ((string? name, Tensor? tensor) in optimizer.SaveState().Tensors) tensors[OptimizerPrefix + name] = tensor;
        Dictionary<string, string> texts = new(metadata ?? new Dictionary<string, string>());
        texts[key] = JsonSerializer.Serialize(position, TrainingJson.Default.TrainingPosition);
        SafeTensors.Save(path, tensors, texts);
    }

    /// <summary>The optimizer's numbers, which belong in the position.</summary>
    public Dictionary<string, double> OptimizerNumbers => optimizer.SaveState().Numbers.ToDictionary();

    /// <summary>Reads the file, which changes nothing yet.</summary>
    /// <param name="key">The kind of run.</param>
    /// <exception cref="CheckpointException">The file is damaged, of another kind, or does not fit the model.</exception>
    public Content Load(string key)
    {
        (IReadOnlyDictionary<string, Tensor>? tensors, IReadOnlyDictionary<string, string>? metadata) = SafeTensors.Load(path);
        return new(this, tensors, Read(key, metadata));
    }

    private TrainingPosition Read(string key, IReadOnlyDictionary<string, string> metadata)
    {
        if (!metadata.TryGetValue(key, out string? text))
            throw Errors.Checkpoint(path, "is no training checkpoint", "it holds tensors, but not where a run stood");
        try
        {
            return JsonSerializer.Deserialize(text, TrainingJson.Default.TrainingPosition) ?? throw new JsonException("it is null");
        }
        catch (JsonException error)
        {
            throw Errors.Checkpoint(path, "is damaged", Invariant($"the state of the run cannot be read: {error.Message}"), error);
        }
    }

    /// <summary>What was read.</summary>
    internal sealed class Content(Checkpoint checkpoint, IReadOnlyDictionary<string, Tensor> tensors, TrainingPosition position)
    {
        /// <summary>Where the run stood.</summary>
        public TrainingPosition Position => position;

        private Tensor[] Find(string prefix)
        {
            Tensor[] found = new Tensor[checkpoint.Parameters.Count];
            for (int i = 0; i < found.Length; i++)
            {
                Tensor parameter = checkpoint.Parameters[i];
                string name = prefix + parameter.Name;
                if (!tensors.TryGetValue(name, out Tensor? tensor)) throw Misfit("it has no " + name);
                if (!tensor.Shape.Equals(parameter.Shape) || tensor.DType != parameter.DType)
                    throw Misfit($"{name} is {Kind(tensor)} in it and {Kind(parameter)} in the model");
                found[i] = tensor;
            }

            return found;
        }

        private CheckpointException Misfit(string what) => Errors.Checkpoint(checkpoint.Path, "does not fit the model", what);

        /// <summary>Checks or puts back a state whose own errors know no file.</summary>
        public void Fit(string what, Action restore)
        {
            try
            {
                restore();
            }
            catch (CheckpointException error)
            {
                throw Errors.Checkpoint(checkpoint.Path, $"does not fit {what}", error.Message, error);
            }
        }

        /// <summary>Puts weights and optimizer back; what does not fit is found before anything changes.</summary>
        /// <param name="optimizerNumbers">The optimizer's numbers from the position.</param>
        /// <param name="prefixes">The prefixes of further weights.</param>
        /// <returns>The further weights, prefix by prefix, in the order of the parameters.</returns>
        public Tensor[][] Restore(IReadOnlyDictionary<string, double> optimizerNumbers, params string[] prefixes)
        {
            Tensor[] weights = Find(ModelPrefix);
            Tensor[][] more = [.. prefixes.Select(Find)];
            Dictionary<string, Tensor> ofOptimizer = tensors.Where(entry => entry.Key.StartsWith(OptimizerPrefix, StringComparison.Ordinal))
                .ToDictionary(entry => entry.Key[OptimizerPrefix.Length..], entry => entry.Value, StringComparer.Ordinal);
            Fit("the optimizer", () => checkpoint.Optimizer.RestoreState(new(ofOptimizer, optimizerNumbers))); // checks all of it first
            for (int i = 0; i < weights.Length; i++) checkpoint.Parameters[i].CopyInPlace(weights[i]);
            return more;
        }
    }

    private static string Kind(Tensor tensor) => Invariant($"{tensor.DType.ToName()} {tensor.Shape}");

    private string Path => path;

    private IReadOnlyList<Tensor> Parameters => parameters;

    private Optimizer Optimizer => optimizer;
}
