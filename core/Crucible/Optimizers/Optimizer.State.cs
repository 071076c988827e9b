using Crucible.Tensors;

namespace Crucible.Optimizers;

/// <summary>Saving and restoring.</summary>
public abstract partial class Optimizer
{
    /// <summary>A copy of everything that the next step depends on besides parameters, gradients and options.</summary>
    /// <returns>The state.</returns>
    public OptimizerState SaveState()
    {
        var tensors = new Dictionary<string, Tensor>();
        foreach (var (name, tensor) in StateTensors()) tensors.Add(name, tensor.Clone());
        return new(tensors, new Dictionary<string, double> { ["step"] = StepCount, ["learningRate"] = learningRate });
    }

    /// <summary>Goes on where a saved optimizer of the same kind, over parameters of the same names and shapes, stopped.</summary>
    /// <param name="state">What <see cref="SaveState"/> gave.</param>
    /// <exception cref="CheckpointException">Something is missing, left over, or of another shape or element type; nothing was changed.</exception>
    public void RestoreState(OptimizerState state)
    {
        var targets = StateTensors().ToDictionary(entry => entry.Name, entry => entry.Tensor);
        CheckNames("tensors", targets.Keys, state.Tensors.Keys);
        CheckNames("numbers", ["step", "learningRate"], state.Numbers.Keys);
        foreach (var (name, target) in targets)
        {
            var saved = state.Tensors[name];
            if (!saved.Shape.Equals(target.Shape) || saved.DType != target.DType) throw Errors.StateTensor(label, name, Kind(target), Kind(saved));
        }

        var (step, rate) = (state.Numbers["step"], state.Numbers["learningRate"]);
        if (step < 0 || step > int.MaxValue || step != Math.Truncate(step)) throw Errors.StateNumber(label, "step", "a whole number, 0 or more", step);
        if (!double.IsFinite(rate) || rate < 0.0) throw Errors.StateNumber(label, "learningRate", "0 or more", rate);
        foreach (var (name, target) in targets) target.CopyInPlace(state.Tensors[name]);
        (StepCount, learningRate) = ((int)step, rate);
    }

    private IEnumerable<(string Name, Tensor Tensor)> StateTensors() =>
        slots.SelectMany(slot => slot.Tensors.Select((tensor, index) => (names[index] + "." + slot.Name, tensor)));

    private static string Kind(Tensor tensor) => Errors.Text($"{tensor.DType.ToName()} {tensor.Shape}");

    private void CheckNames(string kind, IEnumerable<string> expected, IEnumerable<string> found)
    {
        var (missing, surplus) = (expected.Except(found).ToArray(), found.Except(expected).ToArray());
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
