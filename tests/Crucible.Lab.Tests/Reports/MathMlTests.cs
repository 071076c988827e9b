using System.Xml.Linq;
using Crucible.Lab.Reports;
using Xunit;

namespace Crucible.Lab.Tests.Reports;

public class MathMlTests
{
    /// <summary>A fraction takes the factor before it and the one behind it, a call and a gradient being one factor each.</summary>
    [Theory]
    [InlineData("p − ∇f / max(100, ‖∇f‖₁)", "p−frac{∇f}{max⁡(100,sub{‖∇f‖}{1})}")]
    [InlineData("softmax(QKᵀ / √d)V", "softmax⁡(frac{sup{QK}{T}}{root{d}})V")]
    [InlineData("1 / (1 + e^(−z))", "frac{1}{1+sup{e}{−z}}")]
    [InlineData("x⁴ + x²y²", "sup{x}{4}+sup{x}{2}sup{y}{2}")]
    [InlineData("θᵢ₊₁", "sub{θ}{i+1}")]
    [InlineData("x_i^2", "both{x}{i}{2}")]
    [InlineData("a < b", "a<b")]
    [InlineData("f(x", "f⁡(x)")]
    [InlineData("a /", "frac{a}{}")]
    [InlineData("", "")]
    public void MathMl_Formula_IsSet(string formula, string expected) => Assert.Equal(expected, Plain(XElement.Parse(MathMl.Of(formula))));

    private static string Plain(XElement element)
    {
        string[] parts = [.. element.Elements().Select(Plain)];
        return element.Name.LocalName switch
        {
            "mfrac" => $"frac{{{parts[0]}}}{{{parts[1]}}}",
            "msup" => $"sup{{{parts[0]}}}{{{parts[1]}}}",
            "msub" => $"sub{{{parts[0]}}}{{{parts[1]}}}",
            "msubsup" => $"both{{{parts[0]}}}{{{parts[1]}}}{{{parts[2]}}}",
            "msqrt" => $"root{{{string.Concat(parts)}}}",
            _ => parts.Length > 0 ? string.Concat(parts) : element.Value,
        };
    }
}
