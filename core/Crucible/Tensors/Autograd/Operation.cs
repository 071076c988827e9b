using Crucible.Kernels;
using static System.FormattableString;

namespace Crucible.Tensors;

/// <summary>
/// One application of a differentiable operation: a node of the graph that backward walks. A subclass holds the
/// operation's forward (a static method that computes the output and, when a derivative may be wanted, records the
/// node) and its derivative (<see cref="Backward"/>) side by side.
/// </summary>
/// <remarks>
/// The derivative is written with tensor operations, so that it can itself be differentiated. Where speed matters it
/// takes a fused kernel instead when <see cref="IsDifferentiatedAgain"/> is false.
/// </remarks>
public abstract partial class Operation
{
    // Most operations have three inputs at most; those of the others are in the list.
    private Tensor? first;
    private Tensor? second;
    private Tensor? third;
    private Tensor[]? list;
    private int count;
    private int versions;
    private readonly bool isMixed;

    /// <summary>A node with its inputs.</summary>
    /// <param name="inputs">The tensors that the output was computed from.</param>
    protected Operation(params Tensor[] inputs) => SetInputs(inputs);

    /// <summary>A node with one input.</summary>
    /// <param name="input">The tensor that the output was computed from.</param>
    protected Operation(Tensor input) => (first, count) = (input, 1);

    /// <summary>A node with two inputs.</summary>
    /// <param name="first">The first of <see cref="Inputs"/>.</param>
    /// <param name="second">The second of <see cref="Inputs"/>.</param>
    protected Operation(Tensor first, Tensor second) => (this.first, this.second, count) = (first, second, 2);

    /// <summary>A node with three inputs.</summary>
    /// <param name="first">The first of <see cref="Inputs"/>.</param>
    /// <param name="second">The second of <see cref="Inputs"/>.</param>
    /// <param name="third">The third of <see cref="Inputs"/>.</param>
    protected Operation(Tensor first, Tensor second, Tensor third) =>
        (this.first, this.second, this.third, count) = (first, second, third, 3);

    /// <summary>The operation's name as errors and the graph view show it.</summary>
    public virtual string Name => Naming.CamelCase(GetType());

    /// <summary>The tensors that the output was computed from; empty when the graph was dropped.</summary>
    public IReadOnlyList<Tensor> Inputs => CopyInputs();

    /// <summary>Whether backward dropped this part of the graph.</summary>
    internal bool IsFreed { get; private set; }

    /// <summary>What the operation computed.</summary>
    protected internal Tensor Output { get; private set; } = null!;

    /// <summary>Whether the gradient being computed will itself be differentiated, so that only recorded operations may be used.</summary>
    protected static bool IsDifferentiatedAgain => GradientMode.IsOn;

    /// <summary>How many inputs a walk has come past so far; -1 when it has not come here.</summary>
    internal int Passed { get; set; } = -1;

    /// <summary>Whether the output depends on what the walk was asked to differentiate with respect to.</summary>
    internal bool LeadsToTarget { get; set; }

    /// <summary>The gradient that a running backward pass has gathered for the output.</summary>
    internal Tensor? Pending { get; set; }

    /// <summary>How exactly a product and those of its gradients are multiplied; here, where it takes no room of its own.</summary>
    internal Precision Precision
    {
        get => isMixed ? Precision.Mixed : Precision.Full;
        init => isMixed = value == Precision.Mixed;
    }

    internal int InputCount => count;

    internal Tensor Input(int index) => list is not null ? list[index] : index == 0 ? first! : index == 1 ? second! : third!;

    /// <summary>Passes the gradient on: calls <see cref="Accumulate"/> for every input that needs one.</summary>
    /// <param name="gradient">The gradient of the root with respect to the output, in the output's shape.</param>
    /// <exception cref="GradientException">The operation has no derivative.</exception>
    protected internal virtual void Backward(Tensor gradient) =>
        throw Errors.Gradient(Invariant($"{Name}: has no derivative; detach its input with Detach()"));

    /// <summary>Whether the input takes part in differentiation.</summary>
    /// <param name="index">The input's position.</param>
    /// <returns>False for constants, whose gradient nobody reads.</returns>
    protected bool Needs(int index) => gathered is null ? Input(index).RequiresGradient : gathered.Wanted[index] is not null;

    /// <summary>Adds a contribution to an input's gradient.</summary>
    /// <param name="index">The input's position.</param>
    /// <param name="gradient">A gradient in the input's shape and element type.</param>
    protected void Accumulate(int index, Tensor gradient)
    {
        Tensor input = Input(index);
        if (!gradient.Shape.Equals(input.Shape) || gradient.DType != input.DType)
            throw Errors.Gradient(Invariant($"{Name}: the gradient of input {index} must be {input.DType.ToName()} {input.Shape},")
                + Invariant($" but is {gradient.DType.ToName()} {gradient.Shape}; the operation's derivative is wrong"));
        if (gathered is null) input.AddPending(gradient);
        else gathered.Add(index, gradient);
    }

    /// <summary>
    /// What earlier operations of the walk have gathered for an input, when a derivative may add to it in place, instead of
    /// accumulating: nobody else holds it, and nothing is recorded. Null else. Ask before anything is accumulated.
    /// </summary>
    private protected Tensor? GatheredSoFar(int index) =>
        gathered is null && Input(index).Pending is { Storage.IsLastUse: true } sum ? sum : null;

    /// <summary>Releases what the operation saved beside its inputs and output; the output itself belongs to the graph.</summary>
    protected virtual void ReleaseSaved()
    {
    }

    /// <summary>
    /// Makes <paramref name="output"/> a node of the graph when an input needs a gradient, and gives it its tangents
    /// when inputs carry such.
    /// </summary>
    internal Tensor Record(Tensor output)
    {
        Output = output;
        if (GradientMode.Current == Recording.Graph && NeedsGraph(out DerivativeLevel? outermost))
        {
            versions = SumVersions();
            output.SetSource(this, outermost);
            PushTangents();
        }
        else
        {
            PushTangents();
            ReleaseSaved();
        }

        return output;
    }

    /// <summary>Whether an input needs a gradient, and the outermost call that one needs it for.</summary>
    private bool NeedsGraph(out DerivativeLevel? outermost)
    {
        outermost = null;
        bool needs = false;
        for (int i = 0; i < count; i++)
        {
            Tensor input = Input(i);
            if (!input.RequiresGradient) continue;
            if (!needs || input.Level is null) outermost = input.Level;
            else if (outermost is not null && input.Level.Number < outermost.Number) outermost = input.Level;
            needs = true;
        }

        return needs;
    }

    /// <summary>Throws when values were changed or dropped since the forward pass.</summary>
    internal void CheckInputs()
    {
        if (IsFreed)
            throw Errors.Gradient(Invariant($"{Name}: backward already ran through this part of the graph and dropped it;")
                + " to run it twice, pass retainGraph: true the first time");
        if (SumVersions() != versions)
            throw Errors.Gradient(Invariant($"{Name}: an input or the output was changed in place after it was computed,")
                + " so its derivative is no longer known; change it after backward");
    }

    /// <summary>Drops the node: its output's storage is handed to <paramref name="released"/> unless it is shared with an input.</summary>
    internal void Free(List<Storage> released)
    {
        if (IsMaker) released.Add(Output.Storage);
        ReleaseSaved();
        (first, second, third, list, count) = (null, null, null, null, 0);
        IsFreed = true;
    }

    /// <summary>Whether the output has memory of its own, shared with no input.</summary>
    internal bool IsMaker
    {
        get
        {
            for (int i = 0; i < count; i++)
                if (ReferenceEquals(Input(i).Storage, Output.Storage)) return false;
            return true;
        }
    }

    /// <summary>Versions only grow, so their sum changes when one of them does. Derivatives read the output, too.</summary>
    private int SumVersions()
    {
        int sum = Output.Storage.Version;
        for (int i = 0; i < count; i++) sum += Input(i).Storage.Version;
        return sum;
    }

    private Tensor[] CopyInputs()
    {
        Tensor[] inputs = new Tensor[count];
        for (int i = 0; i < count; i++) inputs[i] = Input(i);
        return inputs;
    }

    private void SetInputs(Tensor[] inputs)
    {
        count = inputs.Length;
        list = count > 3 ? inputs : null;
        if (list is not null) return;
        first = count > 0 ? inputs[0] : null;
        second = count > 1 ? inputs[1] : null;
        third = count > 2 ? inputs[2] : null;
    }
}

/// <summary>
/// A function of each element by itself. Its Jacobian is diagonal and so its own transpose: a tangent moves forward by
/// the same rule by which a gradient moves back.
/// </summary>
internal abstract class ElementwiseOperation(Tensor x) : Operation(x)
{
    protected internal sealed override Tensor? Tangent(Tensor?[] tangents) => Pull(tangents[0]!, tangents)[0];

    /// <summary>
    /// f(value, gradient) for every element, where nothing is recorded. It is written over the gradient when nobody
    /// needs that any more.
    /// </summary>
    private protected static Tensor Times<TDerivative>(Tensor value, Tensor gradient)
        where TDerivative : struct, IBinary
    {
        Tensor result = gradient.Storage.IsLastUse ? gradient : Tensor.Allocate(gradient.Shape, gradient.DType);
        if (result.DType == DType.Float32) Elementwise.Zip<TDerivative>(value.Data<float>(), gradient.Data<float>(), result.Data<float>());
        else Elementwise.Zip<TDerivative>(value.Data<double>(), gradient.Data<double>(), result.Data<double>());
        return result;
    }
}

/// <summary>
/// A result whose derivative is not provided: it stays in the graph, so that backward throws instead of silently
/// dropping a gradient.
/// </summary>
internal sealed class NoDerivative(string name, params Tensor[] inputs) : Operation(inputs)
{
    public override string Name => name;

    /// <summary>Marks a result as computed from inputs, when one of them is part of a graph.</summary>
    public static Tensor Mark(Tensor result, string name, params Tensor[] inputs) =>
        Array.Exists(inputs, input => input.IsRecorded) ? new NoDerivative(name, inputs).Record(result) : result;
}
