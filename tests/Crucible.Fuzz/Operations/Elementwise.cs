using Crucible.Layers;
using Crucible.Tensors;
using static System.FormattableString;
using static Crucible.Fuzz.OperationCase;

namespace Crucible.Fuzz;

/// <summary>Functions of elements, with broadcasting.</summary>
internal static class Elementwise
{
    private static readonly double Ln2 = Math.Log(2), Ln10 = Math.Log(10);

    public static IEnumerable<OperationCase> Cases =>
    [
        Binary("add", "({0} + {1})", (a, b) => a + b, (a, b) => a + b),
        Binary("subtract", "({0} - {1})", (a, b) => a - b, (a, b) => a - b),
        Binary("multiply", "({0} * {1})", (a, b) => a * b, (a, b) => a * b),
        Binary("divide", "({0} / {1})", (a, b) => a / b, (a, b) => a / b, low: 0.25),
        Binary("maximum", "{0}.Maximum({1})", (a, b) => a.Maximum(b), Jet.Larger),
        Binary("minimum", "{0}.Minimum({1})", (a, b) => a.Minimum(b), Jet.Smaller),
        new("pow of tensors", draw =>
        {
            int a = draw.Float(0, 0.25, 4);
            return Two("pow of tensors", a, draw.Partner(a, -3, 3), (x, y) => x.Pow(y),
                (x, y) => SlowTensor.Zip(x, y, (p, q) => Jet.Exp(q * Jet.Log(p))), "{0}.Pow({1})");
        }),
        new("pow of a number", draw =>
        {
            double number = draw.Choose(0.5, 2.0, 3.0);
            return One("pow of a number", draw.Float(0, -4, 4), x => Tensor.Pow(number, x), x => x.Map(e => Jet.Exp(e * Math.Log(number))),
                "") with { Text = n => Invariant($"Tensor.Pow({number:0.0}, {n[0]})") };
        }),
        new("pow", draw =>
        {
            double exponent = draw.Choose(-2.0, -1.0, 0.0, 0.5, 1.0, 2.0, 2.5, 3.0, 4.0, 5.0);
            return One("pow", draw.Float(0, exponent < 1 || exponent == 2.5 ? 0.25 : -4, 4), x => x.Pow(exponent),
                x => x.Map(e => Jet.Power(e, exponent)), Invariant($".Pow({exponent:0.0})"));
        }),
        new("number", draw =>
        {
            double number = draw.Choose(-1.5, 0.0, 0.25, 3.0);
            string sign = draw.Choose("+", "-", "*");
            Func<Jet, Jet> define = sign == "+" ? e => number + e : sign == "-" ? e => number - e : e => number * e;
            Func<Tensor, Tensor> run = sign == "+" ? x => number + x : sign == "-" ? x => number - x : x => number * x;
            return One("number", draw.Float(), run, x => x.Map(define), "")
                with { Text = n => Invariant($"({number:0.0##} {sign} {n[0]})") };
        }),
        Unary("Exp", x => x.Exp(), Jet.Exp, -10, 5),
        Unary("Expm1", x => x.Expm1(), e => Jet.Exp(e) - 1, -10, 5),
        Unary("Log", x => x.Log(), Jet.Log, 0.1),
        Unary("Log1p", x => x.Log1p(), e => Jet.Log(1 + e), -0.8),
        Unary("Log2", x => x.Log2(), e => Jet.Log(e) / Ln2, 0.1),
        Unary("Log10", x => x.Log10(), e => Jet.Log(e) / Ln10, 0.1),
        Unary("Sqrt", x => x.Sqrt(), Jet.Sqrt, 0.1),
        Unary("Square", x => x.Square(), e => e * e),
        Unary("Reciprocal", x => x.Reciprocal(), e => 1 / e, 0.2),
        Unary("Abs", x => x.Abs(), Rows.Abs),
        new("negate", draw => One("negate", draw.Float(), x => -x, x => x.Map(e => -e), "") with { Text = n => $"(-{n[0]})" }),
        Unary("Sin", x => x.Sin(), Jet.Sin),
        Unary("Cos", x => x.Cos(), Jet.Cos),
        Unary("Tan", x => x.Tan(), e => Jet.Sin(e) / Jet.Cos(e), -1.2, 1.2),
        Unary("Asin", x => x.Asin(), Jet.Asin, -0.8, 0.8),
        Unary("Acos", x => x.Acos(), e => (Math.PI / 2) - Jet.Asin(e), -0.8, 0.8),
        Unary("Atan", x => x.Atan(), Jet.Atan),
        Unary("Sinh", x => x.Sinh(), e => (Jet.Exp(e) - Jet.Exp(-e)) / 2, -4, 4),
        Unary("Cosh", x => x.Cosh(), e => (Jet.Exp(e) + Jet.Exp(-e)) / 2, -4, 4),
        Unary("Tanh", x => x.Tanh(), Jet.Tanh, -8, 8),
        Unary("Sigmoid", x => x.Sigmoid(), Jet.Sigmoid, -10, 10),
        Unary("Erf", x => x.Erf(), Jet.Erf, -3, 3),
        Unary("Softplus", x => x.Softplus(), e => Jet.Log(1 + Jet.Exp(e)), -10, 10),
        Unary("Silu", x => x.Silu(), e => e * Jet.Sigmoid(e), -10, 10),
        Unary("Relu", x => x.Relu(), e => Jet.Larger(e, 0)),
        Unary("Floor", x => x.Floor(), e => Jet.Step(e, Math.Floor, ToWhole)),
        Unary("Ceiling", x => x.Ceiling(), e => Jet.Step(e, Math.Ceiling, ToWhole)),
        Unary("Truncate", x => x.Truncate(), e => Jet.Step(e, Math.Truncate, ToWhole)),
        Unary("Round", x => x.Round(), e => Jet.Step(e, Math.Round, v => ToWhole(v + 0.5))),
        Unary("Sign", x => x.Sign(), e => Jet.Step(e, v => Math.Sign(v), Math.Abs)),
        new("gelu", draw =>
        {
            bool approximate = draw.Chance(0.5);
            double c = Math.Sqrt(2 / Math.PI);
            return One("gelu", draw.Float(0, -4, 4), x => x.Gelu(approximate), x => x.Map(e => approximate
                ? 0.5 * e * (1 + Jet.Tanh(c * (e + (0.044715 * e * e * e))))
                : 0.5 * e * (1 + Jet.Erf(e / Math.Sqrt(2)))), $".Gelu({Bool(approximate)})");
        }),
        new("elu", draw => One("elu", draw.Float(0, -10, 10), x => x.Elu(1.5),
            x => x.Map(e => Jet.IsBelow(e, 0) ? 1.5 * (Jet.Exp(e) - 1) : e), ".Elu(1.5)")),
        new("leakyRelu", draw => One("leakyRelu", draw.Float(), x => x.LeakyRelu(0.2),
            x => x.Map(e => Jet.IsBelow(e, 0) ? 0.2 * e : e), ".LeakyRelu(0.2)")),
        new("clamp", draw => One("clamp", draw.Float(), x => x.Clamp(-0.75, 0.5),
            x => x.Map(e => Jet.Smaller(Jet.Larger(e, -0.75), 0.5)), ".Clamp(-0.75, 0.5)")),
        new("parametricRelu", draw =>
        {
            int x = draw.Float(1);
            int slope = draw.Leaf(draw.Chance(0.5) ? [1] : [draw[x].Shape[^1]], draw[x].Type);
            return Two("parametricRelu", x, slope, (a, b) => a.ParametricRelu(b),
                (a, b) => SlowTensor.Zip(a, b, (e, s) => Jet.IsBelow(e, 0) ? s * e : e), "{0}.ParametricRelu({1})");
        }),
        Comparison("less", "{0}.Less({1})", (a, b) => a.Less(b), Jet.IsBelow),
        Comparison("lessOrEqual", "{0}.LessOrEqual({1})", (a, b) => a.LessOrEqual(b), (a, b) => !Jet.IsBelow(b, a)),
        Comparison("greater", "{0}.Greater({1})", (a, b) => a.Greater(b), (a, b) => Jet.IsBelow(b, a)),
        Comparison("greaterOrEqual", "{0}.GreaterOrEqual({1})", (a, b) => a.GreaterOrEqual(b), (a, b) => !Jet.IsBelow(a, b)),
        Comparison("equalTo", "{0}.EqualTo({1})", (a, b) => a.EqualTo(b), Jet.AreEqual),
        Comparison("notEqualTo", "{0}.NotEqualTo({1})", (a, b) => a.NotEqualTo(b), (a, b) => !Jet.AreEqual(a, b)),
        Logic("And", (a, b) => a.And(b), (a, b) => a & b),
        Logic("Or", (a, b) => a.Or(b), (a, b) => a | b),
        Logic("Xor", (a, b) => a.Xor(b), (a, b) => a ^ b),
        new("not", draw => One("not", draw.Leaf(draw.Shape(), DType.Bool), x => x.Not(), x => x.Map(e => 1 - e), ".Not()")),
        new("where", draw =>
        {
            int a = draw.Float();
            int b = draw.Partner(a);
            int condition = draw.Leaf(SlowTensor.Broadcast(draw[a].Shape, draw[b].Shape), DType.Bool);
            return new("where", [condition, a, b], t => Tensor.Where(t[0], t[1], t[2]),
                s => SlowTensor.Make(s[0].Shape, s[1].Type, at => s[0][at].X.Value != 0 ? s[1].Broadcast(at) : s[2].Broadcast(at)),
                n => $"Tensor.Where({n[0]}, {n[1]}, {n[2]})");
        }),
        new("maskedFill", draw =>
        {
            int x = draw.Float();
            return Two("maskedFill", x, draw.Leaf(draw[x].Shape, DType.Bool), (a, mask) => a.MaskedFill(mask, 1.5),
                (a, mask) => SlowTensor.Zip(a, mask, (e, m) => m.X.Value != 0 ? 1.5 : e), "{0}.MaskedFill({1}, 1.5)");
        }),
        new("to", draw =>
        {
            int x = draw.Any();
            DType type = draw[x].IsFloat ? draw.Choose(DType.Float32, DType.Float64, DType.Bool) : draw.Type;
            return One("to", x, a => a.To(type), s => new(s.Shape, type, [.. s.Items.Select(item => type == DType.Bool
                ? Truth(!Jet.AreEqual(item, 0)) : item)]), Invariant($".To(DType.{type})"));
        }),
    ];

    private static double ToWhole(double value) => Math.Abs(value - Math.Round(value));

    private static Jet Truth(bool value) => value ? 1 : 0;

    private static OperationCase Binary(
        string name, string text, Func<Tensor, Tensor, Tensor> run, Func<Jet, Jet, Jet> define, double low = -20) =>
        new(name, draw =>
        {
            int a = draw.Float();
            return Two(name, a, draw.Partner(a, low), run, (x, y) => SlowTensor.Zip(x, y, define), text);
        });

    private static OperationCase Logic(string method, Func<Tensor, Tensor, Tensor> run, Func<bool, bool, bool> define) =>
        new(method, draw =>
        {
            int a = draw.Leaf(draw.Shape(), DType.Bool);
            return Two(method, a, draw.Partner(a), run,
                (x, y) => SlowTensor.Zip(x, y, (p, q) => Truth(define(p.X.Value != 0, q.X.Value != 0))), "{0}." + method + "({1})");
        });

    private static OperationCase Comparison(
        string name, string text, Func<Tensor, Tensor, Tensor> run, Func<Jet, Jet, bool> define) =>
        new(name, draw =>
        {
            int a = draw.Any(where: x => x.Type != DType.Bool);
            return Two(name, a, draw.Partner(a), run, (x, y) => SlowTensor.Zip(x, y, (p, q) => Truth(define(p, q)), DType.Bool), text);
        });
}
