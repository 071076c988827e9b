namespace Crucible.Tensors;

/// <summary>
/// A recurrent layer over whole sequences: one product for the inputs of all steps, one for the states of each step,
/// the gates in one pass. Backward, the gates' gradients come step by step in the same way, and those of the weights
/// are one product over all steps: dx = G·Wᵀ, dW = xᵀ·G, dR = hᵀ·G with h before each step, db = Σ rows of G.
/// </summary>
internal sealed class Recurrence : Operation
{
    private readonly RecurrentCall call;
    private readonly RecurrentMemory memory;

    private Recurrence(RecurrentCall call, RecurrentMemory memory)
        : base(call.Inputs) => (this.call, this.memory) = (call, memory);

    public override string Name => call.Name;

    /// <summary>h of every step and the states after the last one, [B, T + states, H].</summary>
    public static Tensor Forward(RecurrentCall call)
    {
        RecurrentMemory memory = new(call);
        Tensor result = memory.Run();
        if (Array.Exists(call.Inputs, input => input.IsRecorded)) return new Recurrence(call, memory).Record(result);
        memory.Release();
        return result;
    }

    protected internal override void Backward(Tensor gradient)
    {
        bool[] wanted = [.. call.Inputs.Select((_, input) => Needs(input))];
        Tensor?[] gradients = IsDifferentiatedAgain
            ? new RecurrenceComposed(call.With([.. Inputs])).Gradients(gradient)
            : memory.Gradients(gradient, wanted);
        for (int input = 0; input < wanted.Length; input++)
            if (wanted[input]) Accumulate(input, gradients[input]!);
    }

    protected override void ReleaseSaved() => memory.Release();
}
