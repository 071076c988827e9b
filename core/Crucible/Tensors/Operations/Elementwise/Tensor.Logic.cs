namespace Crucible.Tensors;

/// <summary>Logic, element by element with broadcasting, on bool tensors.</summary>
public sealed partial class Tensor
{
    /// <summary>this and b, element by element.</summary>
    /// <param name="b">A bool tensor.</param>
    /// <returns>A bool tensor of the broadcast shape.</returns>
    /// <exception cref="ShapeException">The shapes cannot be broadcast.</exception>
    /// <exception cref="DTypeException">An operand is not bool.</exception>
    public Tensor And(Tensor b) => Logic(b, (x, y) => x & y, "and");

    /// <summary>this or b, element by element.</summary>
    /// <param name="b">A bool tensor.</param>
    /// <returns>A bool tensor of the broadcast shape.</returns>
    /// <exception cref="ShapeException">The shapes cannot be broadcast.</exception>
    /// <exception cref="DTypeException">An operand is not bool.</exception>
    public Tensor Or(Tensor b) => Logic(b, (x, y) => x | y, "or");

    /// <summary>Either this or b but not both, element by element.</summary>
    /// <param name="b">A bool tensor.</param>
    /// <returns>A bool tensor of the broadcast shape.</returns>
    /// <exception cref="ShapeException">The shapes cannot be broadcast.</exception>
    /// <exception cref="DTypeException">An operand is not bool.</exception>
    public Tensor Xor(Tensor b) => Logic(b, (x, y) => x ^ y, "xor");

    /// <summary>True where this is false.</summary>
    /// <returns>A bool tensor of this shape.</returns>
    /// <exception cref="DTypeException">The elements are not bool.</exception>
    public Tensor Not() => Negated("not");

    internal Tensor Negated(string operation)
    {
        if (DType != DType.Bool) throw Errors.NotBool(operation, DType);
        var result = Allocate(Shape, DType.Bool);
        var values = Data<bool>();
        var negated = result.Data<bool>();
        for (var i = 0; i < negated.Length; i++) negated[i] = !values[i];
        return result;
    }

    private Tensor Logic(Tensor b, Func<bool, bool, bool> function, string operation)
    {
        // To F#, .&& and .> bind alike: a .> 0.0 .&& b asks for (a .> 0.0) .&& b, but b .&& a .> 0.0 for (b .&& a) .> 0.0.
        const string parentheses = "compare first, and in F# put each comparison in parentheses, as in (a .> b) .&& (c .< d)";
        if (DType != DType.Bool) throw Errors.NotBool(operation, DType, parentheses);
        if (b.DType != DType.Bool) throw Errors.NotBool(operation, b.DType, parentheses);
        return Apply.Scalarwise(this, b, function, operation);
    }
}
