using Crucible.Tensors;

namespace Crucible.Fuzz;

/// <summary>A row of the table: an operation that the fuzzer knows.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Draw">Draws a call; null when nothing at hand fits.</param>
internal sealed record OperationCase(string Name, Func<Draw, Call?> Draw)
{
    /// <summary>All that the fuzzer knows.</summary>
    public static IReadOnlyList<OperationCase> All { get; } =
        [.. Elementwise.Cases, .. Movements.Cases, .. Reductions.Cases, .. Products.Cases, .. Networks.Cases,
            .. Pictures.Cases, .. Recurrences.Cases];

    /// <summary>An operation on one floating-point tensor, element by element.</summary>
    public static OperationCase Unary(
        string method, Func<Tensor, Tensor> run, Func<Jet, Jet> define, double low = -20, double high = 20) =>
        new(method, draw => One(method, draw.Float(0, low, high), run, x => x.Map(define), $".{method}()"));

    /// <summary>A call on one node.</summary>
    public static Call One(string name, int x, Func<Tensor, Tensor> run, Func<SlowTensor, SlowTensor> define, string text) =>
        new(name, [x], t => run(t[0]), s => define(s[0]), n => n[0] + text);

    /// <summary>A call on two nodes; the text has {0} and {1} for their names.</summary>
    public static Call Two(
        string name, int a, int b, Func<Tensor, Tensor, Tensor> run, Func<SlowTensor, SlowTensor, SlowTensor> define, string text) =>
        new(name, [a, b], t => run(t[0], t[1]), s => define(s[0], s[1]), n => string.Format(null, text, n[0], n[1]));

    /// <summary>A list in F#.</summary>
    public static string List(IEnumerable<int> items) => "[" + string.Join("; ", items) + "]";

    /// <summary>A Boolean in F#.</summary>
    public static string Bool(bool value) => value ? "true" : "false";
}
