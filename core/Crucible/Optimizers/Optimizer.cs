using Crucible.Kernels;
using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Optimizers;

/// <summary>
/// Changes parameters against their gradients. One training step is <c>optimizer.ZeroGradients()</c>,
/// <c>loss.Backward()</c>, <c>optimizer.Step()</c>. A custom optimizer inherits this class and overrides
/// <see cref="Update(int, Tensor, Tensor, double, double)"/>.
/// </summary>
public abstract partial class Optimizer
{
    private readonly Tensor[] parameters;
    private readonly string[] names;
    private readonly double[] weightDecays;
    private readonly double[] learningRateScales;
    private readonly List<(string Name, Tensor[] Tensors)> slots = [];
    private readonly string label;
    private double learningRate;

    /// <summary>Takes the parameters.</summary>
    /// <param name="groups">The parameters in groups, none of them twice.</param>
    /// <param name="learningRate">Above 0.</param>
    /// <param name="weightDecay">The weight decay of groups that state none, 0 or more.</param>
    /// <exception cref="OptionException">There are no parameters, one comes twice or cannot be trained, or a number is
    /// out of range.</exception>
    protected Optimizer(IEnumerable<ParameterGroup> groups, double learningRate, double weightDecay)
    {
        label = Naming.CamelCase(GetType());
        (Tensor Tensor, ParameterGroup Group)[] entries =
            groups.SelectMany(group => group.Parameters.Select(tensor => (Tensor: tensor, Group: group))).ToArray();
        parameters = [.. entries.Select(entry => entry.Tensor)];
        names = UniqueNames(parameters);
        CheckParameters();
        weightDecays = [.. entries.Select(entry => AtLeastZero("weightDecay", entry.Group.WeightDecay ?? weightDecay))];
        learningRateScales = [.. entries.Select(entry => AtLeastZero("learningRateScale", entry.Group.LearningRateScale))];
        this.learningRate = AboveZero("learningRate", learningRate);
    }

    /// <summary>How far a step goes. A schedule may set it before every step.</summary>
    /// <exception cref="OptionException">Set to a negative number or one that is not finite.</exception>
    public double LearningRate
    {
        get => learningRate;
        set => learningRate = AtLeastZero("learningRate", value);
    }

    /// <summary>The number of steps done.</summary>
    public int StepCount { get; private set; }

    /// <summary>The parameters of all groups, in order.</summary>
    public IReadOnlyList<Tensor> Parameters => parameters;

    /// <summary>
    /// Forgets the gradients of all parameters: a new step begins, and the values of the last one's graph may be
    /// dropped.
    /// </summary>
    public void ZeroGradients()
    {
        foreach (Tensor parameter in parameters) parameter.ClearGradient();
    }

    /// <summary>
    /// Changes every parameter by its gradient. Frozen parameters (those whose <c>RequiresGradient</c> is off) stay as
    /// they are.
    /// </summary>
    /// <exception cref="GradientException">A trainable parameter got no gradient; nothing was changed.</exception>
    public void Step()
    {
        for (int i = 0; i < parameters.Length; i++)
            if (parameters[i] is { RequiresGradient: true, Gradient: null }) throw Errors.NoGradient(label, names[i]);
        Recording wasRecording = GradientMode.Set(Recording.None);
        try
        {
            StepCount++;
            BeginStep();
            for (int i = 0; i < parameters.Length; i++)
                if (parameters[i].RequiresGradient) Update(i);
        }
        finally
        {
            GradientMode.Set(wasRecording);
        }
    }

    /// <summary>
    /// Called before the updates of a step: computes what all of them share. <see cref="StepCount"/> counts this step
    /// already.
    /// </summary>
    protected virtual void BeginStep()
    {
    }

    /// <summary>Changes one parameter in place; nothing is recorded for differentiation meanwhile.</summary>
    /// <param name="index">The parameter's position, as in a slot.</param>
    /// <param name="parameter">The parameter.</param>
    /// <param name="gradient">Its gradient, in its shape and element type; may be overwritten.</param>
    /// <param name="learningRate">The learning rate of its group.</param>
    /// <param name="weightDecay">The weight decay of its group.</param>
    protected abstract void Update(int index, Tensor parameter, Tensor gradient, double learningRate, double weightDecay);

    /// <summary>Creates a tensor of zeros beside every parameter, which is part of the saved state; called by the constructor.</summary>
    /// <param name="name">What it holds, as <c>firstMoment</c>.</param>
    /// <returns>One tensor per parameter, in the parameters' order.</returns>
    protected Tensor[] CreateSlot(string name)
    {
        Tensor[] tensors = [.. parameters.Select(Tensor.ZerosLike)];
        slots.Add((name, tensors));
        return tensors;
    }

    /// <summary>Passes an option on when it is finite and above 0.</summary>
    /// <param name="name">The option's name.</param>
    /// <param name="value">Its value.</param>
    /// <returns>The value.</returns>
    /// <exception cref="OptionException">It is not.</exception>
    protected double AboveZero(string name, double value) =>
        double.IsFinite(value) && value > 0.0 ? value : throw Errors.Option(label, name, "above 0", value);

    /// <summary>Passes an option on when it is finite and not negative.</summary>
    /// <param name="name">The option's name.</param>
    /// <param name="value">Its value.</param>
    /// <returns>The value.</returns>
    /// <exception cref="OptionException">It is not.</exception>
    protected double AtLeastZero(string name, double value) =>
        double.IsFinite(value) && value >= 0.0 ? value : throw Errors.Option(label, name, "0 or more", value);

    /// <summary>Passes an option on when it is at least 0 and below 1.</summary>
    /// <param name="name">The option's name.</param>
    /// <param name="value">Its value.</param>
    /// <returns>The value.</returns>
    /// <exception cref="OptionException">It is not.</exception>
    protected double BelowOne(string name, double value) =>
        value is >= 0.0 and < 1.0 ? value : throw Errors.Option(label, name, "at least 0 and below 1", value);

    /// <summary>Runs a fused update over a parameter, its gradient and up to three slots.</summary>
    private protected static void Run<TUpdate>(
        TUpdate update, Tensor parameter, Tensor gradient, Tensor? first, Tensor? second, Tensor? third = null)
        where TUpdate : struct, IUpdate
    {
        if (parameter.DType == DType.Float32) Run<TUpdate, float>(update, parameter, gradient, first, second, third);
        else Run<TUpdate, double>(update, parameter, gradient, first, second, third);
    }

    private static void Run<TUpdate, T>(
        TUpdate update, Tensor parameter, Tensor gradient, Tensor? first, Tensor? second, Tensor? third)
        where TUpdate : struct, IUpdate
        where T : unmanaged =>
        Kernels.Update.Run(
            update, parameter.Data<T>(), gradient.Data<T>(), Elements<T>(first), Elements<T>(second), Elements<T>(third));

    private static Span<T> Elements<T>(Tensor? slot)
        where T : unmanaged => slot is null ? [] : slot.Data<T>();

    private void Update(int index)
    {
        Tensor parameter = parameters[index];
        Update(index, parameter, parameter.Gradient!, learningRate * learningRateScales[index], weightDecays[index]);
        parameter.Storage.Version++;
    }

    private void CheckParameters()
    {
        if (parameters.Length == 0) throw Errors.NoParameters(label);
        HashSet<Tensor> seen = new();
        for (int i = 0; i < parameters.Length; i++)
        {
            if (!seen.Add(parameters[i])) throw Errors.ParameterTwice(label, names[Array.IndexOf(parameters, parameters[i])]);
            if (parameters[i].Source is not null || !parameters[i].DType.IsFloat())
                throw Errors.NotTrainable(label, names[i], parameters[i].DType, parameters[i].Source?.Name);
        }
    }

    /// <summary>
    /// The parameters' names; nameless ones are numbered, and a name that comes again (two models of one shape) gets
    /// its position.
    /// </summary>
    private static string[] UniqueNames(Tensor[] parameters)
    {
        HashSet<string> taken = new();
        return [.. parameters.Select((parameter, index) =>
        {
            string name = parameter.Name ?? Invariant($"parameter[{index}]");
            return taken.Add(name) ? name : Invariant($"{name}[{index}]");
        })];
    }

    /// <summary>A copy of everything that the next step depends on besides parameters, gradients and options.</summary>
    /// <returns>The state.</returns>
    public OptimizerState SaveState()
    {
        Dictionary<string, Tensor> tensors = new();
        foreach ((string? name, Tensor? tensor) in StateTensors()) tensors.Add(name, tensor.Clone());
        return new(tensors, new Dictionary<string, double> { ["step"] = StepCount, ["learningRate"] = learningRate });
    }

    /// <summary>Goes on where a saved optimizer of the same kind, over parameters of the same names and shapes, stopped.</summary>
    /// <param name="state">What <see cref="SaveState"/> gave.</param>
    /// <exception cref="CheckpointException">Something is missing, left over, or of another shape or element type;
    /// nothing was changed.</exception>
    public void RestoreState(OptimizerState state)
    {
        Dictionary<string, Tensor> targets = StateTensors().ToDictionary(entry => entry.Name, entry => entry.Tensor);
        CheckNames("tensors", targets.Keys, state.Tensors.Keys);
        CheckNames("numbers", ["step", "learningRate"], state.Numbers.Keys);
        foreach ((string? name, Tensor? target) in targets)
        {
            Tensor saved = state.Tensors[name];
            if (!saved.Shape.Equals(target.Shape) || saved.DType != target.DType)
                throw Errors.StateTensor(label, name, Kind(target), Kind(saved));
        }

        (double step, double rate) = (state.Numbers["step"], state.Numbers["learningRate"]);
        if (step < 0 || step > int.MaxValue || step != Math.Truncate(step))
            throw Errors.StateNumber(label, "step", "a whole number, 0 or more", step);
        if (!double.IsFinite(rate) || rate < 0.0) throw Errors.StateNumber(label, "learningRate", "0 or more", rate);
        foreach ((string? name, Tensor? target) in targets) target.CopyInPlace(state.Tensors[name]);
        (StepCount, learningRate) = ((int)step, rate);
    }

    private IEnumerable<(string Name, Tensor Tensor)> StateTensors() =>
        slots.SelectMany(slot => slot.Tensors.Select((tensor, index) => (names[index] + "." + slot.Name, tensor)));

    private static string Kind(Tensor tensor) => Invariant($"{tensor.DType.ToName()} {tensor.Shape}");

    private void CheckNames(string kind, IEnumerable<string> expected, IEnumerable<string> found)
    {
        (string[]? missing, string[]? surplus) = (expected.Except(found).ToArray(), found.Except(expected).ToArray());
        if (missing.Length + surplus.Length > 0) throw Errors.StateNames(label, kind, missing, surplus);
    }
}

/// <summary>What an optimizer must save to go on with the same bits: named tensors and named numbers.</summary>
/// <param name="tensors">By <c>path.slot</c>, as <c>0.weight.firstMoment</c>.</param>
/// <param name="numbers">By name: <c>step</c>, <c>learningRate</c>.</param>
public sealed class OptimizerState(IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, double> numbers)
{
    /// <summary>The tensors, by <c>path.slot</c>: <c>0.weight.firstMoment</c>.</summary>
    public IReadOnlyDictionary<string, Tensor> Tensors { get; } = tensors;

    /// <summary>The numbers, by name: <c>step</c>, <c>learningRate</c>.</summary>
    public IReadOnlyDictionary<string, double> Numbers { get; } = numbers;
}

/// <summary>Parameters that share options: <c>ParameterGroup(vectors, WeightDecay = 0.0)</c>.</summary>
/// <param name="parameters">The parameters.</param>
public sealed class ParameterGroup(IEnumerable<Tensor> parameters)
{
    /// <summary>The parameters.</summary>
    public IReadOnlyList<Tensor> Parameters { get; } = [.. parameters];

    /// <summary>The weight decay of the group, 0 or more; null for the optimizer's own.</summary>
    public double? WeightDecay { get; init; }

    /// <summary>What the optimizer's learning rate is multiplied by in the group, 0 or more.</summary>
    public double LearningRateScale { get; init; } = 1.0;

    /// <summary>
    /// Two groups: matrices and everything with more axes decay as the optimizer says; vectors and scalars (biases,
    /// gains of normalizations) do not decay at all. Pulling a gain or a bias towards 0 shrinks the function's scale
    /// and offset instead of its complexity.
    /// </summary>
    /// <param name="parameters">All parameters of a model.</param>
    /// <returns>The group that decays, then the one that does not; an empty one is left out.</returns>
    public static IReadOnlyList<ParameterGroup> DecayMatricesOnly(IEnumerable<Tensor> parameters)
    {
        ILookup<bool, Tensor> decays = parameters.ToLookup(parameter => parameter.Rank >= 2);
        ParameterGroup[] groups = [new(decays[true]), new(decays[false]) { WeightDecay = 0.0 }];
        return [.. groups.Where(group => group.Parameters.Count > 0)];
    }
}
