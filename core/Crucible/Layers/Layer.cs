using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Layers;

/// <summary>
/// A part of a model: a function from tensor to tensor with named parameters. A custom layer inherits this class,
/// registers its parameters and inner layers in its constructor, and overrides <see cref="Compute"/>.
/// </summary>
/// <example>
/// <code>
/// type Residual(size: int, generator: Generator) =      // F#
///     inherit Layer()
///     let inner = base.Child("inner", Linear(size, size, generator))
///     let scale = base.Parameter("scale", Tensor.Ones size)
///     override _.Compute(x, pass) = x + scale * tanh (inner.Forward(x, pass))
/// </code>
/// </example>
public abstract partial class Layer
{
    // Every layer calls the ones inside it, and the smallest stacks of threads have room for this many.
    private const int DeepestNesting = 500;

    private readonly List<(string Name, Tensor Tensor)> parameters = [];
    private readonly List<(string Name, Tensor Tensor)> buffers = [];
    private readonly List<(string Name, Layer Layer)> children = [];
    private readonly HashSet<string> names = new(StringComparer.Ordinal);
    private int depth = 1; // of layers, this one included

    /// <summary>
    /// Every parameter of this layer and of those inside it, each once: its own first, then its children's, in order of
    /// registration. Asking gives each tensor its path below this layer as name (<c>0.weight</c>,
    /// <c>block[3].attention.query.bias</c>), which checkpoints and messages use.
    /// </summary>
    public IReadOnlyList<Tensor> Parameters => Gather(layer => layer.parameters);

    /// <summary>
    /// What this layer and those inside it keep beside their parameters, such as the statistics of
    /// <see cref="BatchNorm"/>: saved and loaded with them, but not trained. Named and ordered as they are.
    /// </summary>
    public IReadOnlyList<Tensor> Buffers => Gather(layer => layer.buffers);

    /// <summary>All that files keep: parameters, then buffers.</summary>
    internal IReadOnlyList<Tensor> State => [.. Parameters, .. Buffers];

    /// <summary>The number of values in all parameters; a shared parameter counts once.</summary>
    public int ParameterCount => Parameters.Sum(parameter => parameter.ElementCount);

    /// <summary>The inner layers with their names, in order of registration.</summary>
    internal IReadOnlyList<(string Name, Layer Layer)> Children => children;

    /// <summary>The parameters that this layer registered itself, without those of the layers inside it.</summary>
    internal IEnumerable<Tensor> OwnParameters => parameters.Select(entry => entry.Tensor);

    /// <summary>The buffers that this layer registered itself.</summary>
    internal IEnumerable<Tensor> OwnBuffers => buffers.Select(entry => entry.Tensor);

    /// <summary>What messages call the layer when it is the outermost one.</summary>
    internal virtual string Label => Naming.CamelCase(GetType());

    /// <summary>Applies the layer in evaluation: dropout does nothing.</summary>
    /// <param name="x">The input.</param>
    /// <returns>The output.</returns>
    /// <exception cref="CrucibleException">The input does not fit; the message begins with the path of the layer that
    /// refused it.</exception>
    public Tensor Forward(Tensor x) => Forward(x, Pass.Evaluation);

    /// <summary>Applies the layer.</summary>
    /// <param name="x">The input.</param>
    /// <param name="pass">Training or evaluation.</param>
    /// <returns>The output.</returns>
    /// <exception cref="CrucibleException">The input does not fit; the message begins with the path of the layer that
    /// refused it.</exception>
    public Tensor Forward(Tensor x, Pass pass)
    {
        try
        {
            return Observed(Compute(x, pass), pass);
        }
        catch (CrucibleException error) when (IsLocated(error))
        {
            throw;
        }
    }

    /// <summary>
    /// Runs what a layer does with other inputs than <see cref="Forward(Tensor, Pass)"/> takes, so that its errors name
    /// its path.
    /// </summary>
    /// <param name="pass">Training or evaluation.</param>
    /// <param name="compute">What the layer does.</param>
    /// <returns>The output.</returns>
    /// <exception cref="CrucibleException">The input does not fit; the message begins with the path of the layer that
    /// refused it.</exception>
    protected Tensor Run(Pass pass, Func<Tensor> compute)
    {
        try
        {
            return Observed(compute(), pass);
        }
        catch (CrucibleException error) when (IsLocated(error))
        {
            throw;
        }
    }

    private Tensor Observed(Tensor output, Pass pass)
    {
        pass.Observer?.Invoke(this, output);
        return output;
    }

    /// <summary>What the layer does. Inner layers are called with <c>inner.Forward(x, pass)</c>.</summary>
    /// <param name="x">The input.</param>
    /// <param name="pass">Training or evaluation, to be handed on.</param>
    /// <returns>The output.</returns>
    protected abstract Tensor Compute(Tensor x, Pass pass);

    /// <summary>Registers a parameter; called by the constructor.</summary>
    /// <param name="name">Unique within the layer, without a dot.</param>
    /// <param name="tensor">Its initial values, floating point and not part of a graph.</param>
    /// <returns>The tensor, marked as a parameter.</returns>
    /// <exception cref="OptionException">The name is empty, has a dot or was taken, or the tensor was computed from
    /// other parameters.</exception>
    /// <exception cref="DTypeException">The tensor is not floating point.</exception>
    protected Tensor Parameter(string name, Tensor tensor)
    {
        CheckName(name);
        if (tensor.Source is not null) throw Errors.ComputedParameter(Label, name);
        names.Add(name);
        parameters.Add((name, tensor));
        return tensor.AsParameter(name);
    }

    /// <summary>
    /// Registers a tensor that is saved with the parameters but not trained, such as a running mean; called by the
    /// constructor. The layer changes it in place while it trains.
    /// </summary>
    /// <param name="name">Unique within the layer, without a dot.</param>
    /// <param name="tensor">Its initial values.</param>
    /// <returns>The tensor.</returns>
    /// <exception cref="OptionException">The name is empty, has a dot or was taken.</exception>
    protected Tensor Buffer(string name, Tensor tensor)
    {
        CheckName(name);
        names.Add(name);
        buffers.Add((name, tensor));
        tensor.Name = name;
        return tensor;
    }

    /// <summary>Registers an inner layer; called by the constructor.</summary>
    /// <typeparam name="T">The layer's type.</typeparam>
    /// <param name="name">Unique within the layer, without a dot.</param>
    /// <param name="layer">The layer.</param>
    /// <returns>The layer.</returns>
    /// <exception cref="OptionException">
    /// The name is empty, has a dot or was taken, or layers would be nested more than 500 deep; a
    /// <see cref="Sequential"/> puts any number one after the other.
    /// </exception>
    protected T Child<T>(string name, T layer)
        where T : Layer
    {
        CheckName(name);
        if (layer.depth >= DeepestNesting)
            throw Errors.Option(Label, name, Invariant($"nested at most {DeepestNesting - 1} layers deep"), layer.depth);
        names.Add(name);
        depth = Math.Max(depth, layer.depth + 1);
        children.Add((name, layer));
        return layer;
    }

    /// <summary>Registers a row of inner layers as <c>name[0]</c>, <c>name[1]</c>, …; called by the constructor.</summary>
    /// <typeparam name="T">The layers' type.</typeparam>
    /// <param name="name">Unique within the layer, without a dot.</param>
    /// <param name="layers">The layers.</param>
    /// <returns>The layers.</returns>
    /// <exception cref="OptionException">The name is empty, has a dot or was taken.</exception>
    protected T[] ChildList<T>(string name, IEnumerable<T> layers)
        where T : Layer => [.. layers.Select((layer, index) => Child(Invariant($"{name}[{index}]"), layer))];

    private List<Tensor> Gather(Func<Layer, List<(string Name, Tensor Tensor)>> own)
    {
        List<Tensor> found = new();
        HashSet<Tensor> seen = new(ReferenceEqualityComparer.Instance);
        Visit(string.Empty, (path, layer) =>
        {
            foreach ((string? name, Tensor? tensor) in own(layer))
            {
                if (!seen.Add(tensor)) continue;
                tensor.Name = Join(path, name);
                found.Add(tensor);
            }
        });
        return found;
    }

    private void CheckName(string name)
    {
        if (name.Length == 0 || name.Contains('.', StringComparison.Ordinal))
            throw Errors.Option(Label, "name", "not empty and without a dot", Invariant($"\"{name}\""));
        if (names.Contains(name))
            throw Errors.Option(Label, "name", "new within the layer", Invariant($"\"{name}\" for the second time"));
    }

    /// <summary>Visits this layer and all inside it with their paths, outer ones first.</summary>
    internal void Visit(string path, Action<string, Layer> action)
    {
        action(path, this);
        foreach ((string? name, Layer? layer) in children) layer.Visit(Join(path, name), action);
    }

    /// <summary>
    /// Extends an error's path: every layer on the way out names the way to the one below it. Never true, so that nothing is
    /// caught: catching and throwing again at every layer takes more stack than calling it did.
    /// </summary>
    private bool IsLocated(CrucibleException error)
    {
        string? way = error.Place is Layer inner ? PathTo(inner) : string.Empty;
        if (way is not null) error.Locate(this, Label, Join(way, error.Way));
        return false;
    }

    private string? PathTo(Layer wanted)
    {
        string? found = null;
        Visit(string.Empty, (path, layer) => found ??= ReferenceEquals(layer, wanted) ? path : null);
        return found;
    }

    private static string Join(string path, string name) => path.Length == 0 ? name : name.Length == 0 ? path : path + "." + name;
}
