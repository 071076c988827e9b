using System.Reflection;
using Crucible.Layers;
using Crucible.Tensors;
using Xunit;
using static System.FormattableString;

namespace Crucible.Tests.Tensors;

/// <summary>
/// What is changed in place between forward and backward: either backward refuses, or its gradients are the same to the
/// bit as without the change.
/// </summary>
public class InPlaceChangeTests
{
    private static readonly Assembly Library = typeof(Tensor).Assembly;

    public static TheoryData<string> Names => [.. GradientCases.All.Select(one => one.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Backward_AfterAChangeOfWhatAnOperationHolds_RefusesOrIsUnaffected(string name)
    {
        GradientCase one = GradientCases.Named(name);
        double[][] expected = Gradients(one, out int count, change: -1, value: 0.0)!;
        for (int change = 0; change < count; change++)
            foreach (double value in new[] { 0.0, 1.0 })
                AssertSame(Invariant($"{name}, tensor {change} set to {value}"), expected, Gradients(one, out _, change, value));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Backward_AfterAChangeOfTheOutput_RefusesOrIsUnaffected(string name)
    {
        GradientCase one = GradientCases.Named(name);
        double[][]? Changed(bool isChanged)
        {
            Tensor[] inputs = [.. one.Inputs.Select(tensor => tensor.Clone().AsParameter())];
            Tensor output = one.Function(inputs);
            if (isChanged) output.FillInPlace(0.625);
            return Try(() => (output * 0.75).Sum().Gradients(inputs));
        }

        AssertSame(name, Changed(false)!, Changed(true));
    }

    [Fact]
    public void Backward_ThroughACacheThatWasCleared_IsRefused()
    {
        SelfAttention layer = new(4, 2, new Generator(1), new() { IsCausal = true });
        KeyValueCache cache = new(3);
        Tensor first = layer.Forward(Tensor.Ones(1, 3, 4), Pass.Evaluation.With(cache));
        cache.Clear();
        layer.Forward(Tensor.Zeros(1, 3, 4), Pass.Evaluation.With(cache));
        Assert.Throws<GradientException>(() => first.Sum().Backward());
    }

    /// <summary>The gradients after one of the tensors that the graph's operations hold was set to a value; null when refused.</summary>
    private static double[][]? Gradients(GradientCase one, out int count, int change, double value)
    {
        Tensor[] inputs = [.. one.Inputs.Select(tensor => tensor.Clone().AsParameter())];
        List<Storage> made = [];
        List<Storage>? before = Storage.Track(made);
        Tensor total;
        try
        {
            total = (one.Function(inputs) * 0.75).Sum();
        }
        finally
        {
            Storage.Track(before);
        }

        List<Tensor> reachable = Reachable(total, made);
        count = reachable.Count;
        if (change >= 0) reachable[change].FillInPlace(reachable[change].DType.IsFloat() ? value + 0.625 : value);
        return Try(() => total.Gradients(inputs));
    }

    /// <summary>
    /// The tensors that the operations hold, but for what an operation saved for itself: that was made in the forward
    /// pass, and is neither an input nor an output, so that nobody else can change it.
    /// </summary>
    private static List<Tensor> Reachable(Tensor root, List<Storage> made)
    {
        List<Operation> operations = [];
        Collect(root, operations);
        HashSet<Storage> own = [.. made];
        foreach (Operation operation in operations)
            own.ExceptWith(operation.Inputs.Append(operation.Output).Select(tensor => tensor.Storage));
        List<Tensor> held = [];
        foreach (Operation operation in operations) Held(operation, held, []);
        return [.. held.Where(tensor => !own.Contains(tensor.Storage)).DistinctBy(tensor => tensor.Storage)];
    }

    private static void Collect(Tensor tensor, List<Operation> operations)
    {
        if (tensor.Source is not { } operation || operations.Contains(operation)) return;
        operations.Add(operation);
        foreach (Tensor input in operation.Inputs) Collect(input, operations);
    }

    /// <summary>The tensors in an object's fields, and in those of the library's objects that it holds.</summary>
    private static void Held(object holder, List<Tensor> found, HashSet<object> visited)
    {
        if (!visited.Add(holder)) return;
        for (Type? type = holder.GetType(); type is not null; type = type.BaseType)
        {
            foreach (FieldInfo field in type.GetFields(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                object? value = field.GetValue(holder);
                if (value is Tensor tensor) found.Add(tensor);
                else if (value is Tensor[] tensors) found.AddRange(tensors);
                else if (value is not (null or Operation) && value.GetType() is { IsClass: true } held && held.Assembly == Library)
                    Held(value, found, visited);
            }
        }
    }

    private static double[][]? Try(Func<Tensor[]> gradients)
    {
        try
        {
            return [.. gradients().Select(gradient => gradient.ToArray())];
        }
        catch (GradientException)
        {
            return null;
        }
    }

    private static void AssertSame(string name, double[][] expected, double[][]? actual)
    {
        if (actual is null) return;
        for (int input = 0; input < expected.Length; input++)
            Assert.True(expected[input].SequenceEqual(actual[input]), Invariant($"{name}: input {input}'s gradient changed in silence"));
    }
}
