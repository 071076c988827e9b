using Crucible.Tensors;

namespace Crucible.Layers;

/// <summary>
/// Linear layers with ReLU between them as one operation: what <see cref="Sequential"/> makes of such members where nobody
/// asks for what each of them returns. Same bits, but fewer passes over the hidden values and one node in the graph.
/// </summary>
internal sealed class LinearReluChain
{
    private readonly Tensor[] parameters; // weight and bias of each layer

    private LinearReluChain(Tensor[] parameters) => this.parameters = parameters;

    /// <summary>How many members of the sequence it takes the place of.</summary>
    internal int Length => parameters.Length - 1;

    /// <summary>
    /// The longest chain that begins at a member, or null: two linear layers or more, all with a bias, of one element type,
    /// and each as wide as the next one expects.
    /// </summary>
    internal static LinearReluChain? From(Layer[] members, int first)
    {
        List<Tensor> parameters = [];
        for (int i = first; i < members.Length && members[i] is Linear { Bias: { } bias } linear; i += 2)
        {
            bool fits = parameters.Count == 0 || (linear.Weight.Shape[0] == parameters[^1].Shape[0] && bias.DType == parameters[^1].DType);
            if (!fits) break;
            parameters.AddRange([linear.Weight, bias]);
            if (i + 1 == members.Length || members[i + 1] is not Relu) break;
        }

        return parameters.Count > 2 ? new([.. parameters]) : null;
    }

    /// <summary>Whether x is a matrix that the first layer takes, and nobody observes the members.</summary>
    internal bool Takes(Tensor x, Pass pass) => pass is { Observer: null, Cache: null }
        && x.Rank == 2 && x.Shape[1] == parameters[0].Shape[0] && x.DType == parameters[0].DType && x.DType.IsFloat();

    /// <summary>The output of the last linear layer.</summary>
    internal Tensor Forward(Tensor x, Pass pass) => LinearReluChainOperation.Forward([x, .. parameters], pass.Precision);
}

/// <summary>
/// hᵢ = max(hᵢ₋₁·Wᵢ + bᵢ, 0), h₀ = x, and y = hₙ₋₁·Wₙ + bₙ. With gₙ the gradient of y and gᵢ₋₁ = gᵢ·Wᵢᵀ where hᵢ₋₁ > 0, else
/// 0: ∂/∂Wᵢ = hᵢ₋₁ᵀ·gᵢ, ∂/∂bᵢ = Σ rows of gᵢ, ∂/∂x = g₁·W₁ᵀ.
/// </summary>
internal sealed class LinearReluChainOperation : Operation
{
    private readonly Tensor[] hidden; // h₁ to hₙ₋₁

    private LinearReluChainOperation(Tensor[] inputs, Tensor[] hidden)
        : base(inputs) => this.hidden = hidden;

    /// <summary>y [N, outputs] of x [N, inputs], W₁, b₁, W₂, b₂, ….</summary>
    public static Tensor Forward(Tensor[] inputs, Precision precision)
    {
        foreach (Tensor input in inputs) input.RequireFloat("linear");
        Tensor[] hidden = new Tensor[(inputs.Length - 3) / 2];
        Tensor x = inputs[0];
        for (int i = 0; i < hidden.Length; i++) x = hidden[i] = Linear(i, isRectified: true);
        Tensor result = Linear(hidden.Length, isRectified: false);
        LinearReluChainOperation operation = new(inputs, hidden) { Precision = precision };
        if (Array.Exists(inputs, input => input.IsRecorded)) return operation.Record(result);
        operation.ReleaseSaved();
        return result;

        Tensor Linear(int layer, bool isRectified)
        {
            (Tensor weight, Tensor bias) = (inputs[(2 * layer) + 1], inputs[(2 * layer) + 2]);
            Shape shape = Shape.From(x.Shape[0], weight.Shape[1]);
            return LinearOperation.Product(shape, x, false, weight, false, precision, bias, isRectified);
        }
    }

    protected internal override void Backward(Tensor gradient)
    {
        Tensor[] saved = IsDifferentiatedAgain ? RecordedHidden() : hidden;
        Tensor g = gradient;
        for (int i = saved.Length; i >= 0; i--)
        {
            (int weight, int bias) = ((2 * i) + 1, (2 * i) + 2);
            Tensor x = i == 0 ? Input(0) : saved[i - 1];
            if (Needs(weight)) Accumulate(weight, Product(Input(weight).Shape, x, true, g, false));
            if (Needs(bias)) Accumulate(bias, g.Sum(0));
            if (!NeedsBefore(weight)) return;
            g = Product(x.Shape, g, false, Input(weight), true, i == 0 ? null : x);
            if (i == 0) Accumulate(0, g);
        }
    }

    protected override void ReleaseSaved()
    {
        foreach (Tensor tensor in hidden) tensor.Storage.Release();
    }

    private Tensor Product(Shape shape, Tensor a, bool transposeA, Tensor b, bool transposeB, Tensor? gate = null)
    {
        if (!IsDifferentiatedAgain) return LinearOperation.Product(shape, a, transposeA, b, transposeB, Precision, gate: gate);
        Tensor product = MatMul.Forward(a, b, transposeA, transposeB, Precision);
        return gate is null ? product : product.MaskedFill(gate.Greater(0.0).Not(), 0.0);
    }

    /// <summary>The hidden values as functions of the inputs, so that derivatives of the derivative find them.</summary>
    private Tensor[] RecordedHidden()
    {
        Tensor[] recorded = new Tensor[hidden.Length];
        Tensor x = Input(0);
        for (int i = 0; i < recorded.Length; i++)
            x = recorded[i] = LinearOperation.Forward(x, Input((2 * i) + 1), Input((2 * i) + 2), Precision).Relu();
        return recorded;
    }

    private bool NeedsBefore(int index)
    {
        for (int i = 0; i < index; i++)
            if (Needs(i)) return true;
        return false;
    }
}
