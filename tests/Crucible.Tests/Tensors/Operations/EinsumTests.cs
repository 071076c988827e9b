using Crucible.Tensors;
using Xunit;

namespace Crucible.Tests.Tensors;

public class EinsumTests
{
    private static Tensor A => Tensor.Of(new[,] { { 1.0, 2.0 }, { 3.0, 4.0 } }, DType.Float64);

    private static Tensor B => Tensor.Of(new[,] { { 5.0, 6.0 }, { 7.0, 8.0 } }, DType.Float64);

    private static Tensor V => Expect.Vector(1, 10);

    [Fact]
    public void Einsum_OfTwo_EqualsHandValues()
    {
        Expect.Close(Tensor.Einsum("ij,jk->ik", A, B), 0, 19, 22, 43, 50); // 1·5 + 2·7, …
        Expect.Close(Tensor.Einsum("ij,kj->ki", A, B), 0, 17, 39, 23, 53); // (A·Bᵀ)ᵀ: 1·5 + 2·6, 3·5 + 4·6, …
        Expect.Close(Tensor.Einsum("ij,ij->", A, B), 0, 70); // 5 + 12 + 21 + 32
        Expect.Close(Tensor.Einsum("ij,ij->ij", A, B), 0, 5, 12, 21, 32);
        Expect.Close(Tensor.Einsum("i,j->ij", V, V), 0, 1, 10, 10, 100);
        Expect.Close(Tensor.Einsum("ij,k->i", A, V), 0, 33, 77); // (1 + 2)·(1 + 10)
    }

    [Fact]
    public void Einsum_OfOne_PermutesSumsAndTakesDiagonals()
    {
        Expect.Close(Tensor.Einsum("ij->ji", A), 0, 1, 3, 2, 4);
        Expect.Close(Tensor.Einsum("ij->j", A), 0, 4, 6);
        Expect.Close(Tensor.Einsum("ii", A), 0, 5);
        Expect.Close(Tensor.Einsum("ii->i", A), 0, 1, 4);
    }

    [Fact]
    public void Einsum_OfMany_IsContractedFromTheLeft()
    {
        // A·B·V = [[19, 22], [43, 50]]·[1, 10]
        Expect.Close(Tensor.Einsum("ij,jk,k->i", A, B, V), 0, 239, 543);
        Expect.Close(Tensor.Einsum("a,a,a,a->", V, V, V, V), 0, 10001);
    }

    [Fact]
    public void Einsum_WithoutOutput_SortsTheLettersThatOccurOnce()
    {
        Expect.Close(Tensor.Einsum("ba", A), 0, 1, 3, 2, 4);
        Expect.Close(Tensor.Einsum("ij , jk", A, B), 0, 19, 22, 43, 50);
        // The axis under "...", then B, a, b.
        Assert.Equal(Shape.From(5, 4, 3, 2), Tensor.Einsum("...b,aB", Tensor.Zeros(5, 2), Tensor.Zeros(3, 4)).Shape);
    }

    [Fact]
    public void Einsum_Ellipsis_Broadcasts()
    {
        Tensor stack = Tensor.Stack([A, 10 * A]);
        Expect.Close(Tensor.Einsum("...ij,jk->...ik", stack, B), 0, 19, 22, 43, 50, 190, 220, 430, 500);
        Expect.Close(Tensor.Einsum("i...->...", stack), 0, 11, 22, 33, 44);
        Expect.Close(Tensor.Einsum("...->", stack), 0, 110);
        Assert.Equal(Shape.From(2, 3, 4), Tensor.Einsum("...,...->...", Tensor.Zeros(2, 1, 4), Tensor.Zeros(3, 1)).Shape);
    }

    [Fact]
    public void Einsum_EmptyAxes_SumToZero()
    {
        Expect.Close(Tensor.Einsum("ij,jk->ik", Tensor.Zeros(2, 0), Tensor.Zeros(0, 1)), 0, 0, 0);
        Assert.Equal(Shape.From(0, 3), Tensor.Einsum("ij,jk->ik", Tensor.Zeros(0, 2), Tensor.Zeros(2, 3)).Shape);
    }

    [Fact]
    public void Einsum_OfAMalformedSpecification_SaysWhatIsWrong()
    {
        Expect.Error<ShapeException>("einsum: \"ij,jk->ik\" must have one term for each operand, but has 2 terms for 1 operands", () =>
            Tensor.Einsum("ij,jk->ik", A));
        Expect.Error<ShapeException>("einsum: there must be at most one \"->\", but the specification is \"i->j->k\"", () =>
            Tensor.Einsum("i->j->k", V));
        Expect.Error<ShapeException>("einsum: terms must be made of letters and \"...\", but in \"i1->i\" operand 0 has '1'", () =>
            Tensor.Einsum("i1->i", A));
        Expect.Error<ShapeException>("einsum: a term must have at most one \"...\", but in \"...i...\" operand 0 has more", () =>
            Tensor.Einsum("...i...", A));
        Expect.Error<ShapeException>("einsum: every letter of the output must occur in an operand, but in \"ij->ik\" k does not", () =>
            Tensor.Einsum("ij->ik", A));
        Expect.Error<ShapeException>("einsum: the letters of the output must be distinct, but in \"ij->ii\" i is repeated", () =>
            Tensor.Einsum("ij->ii", A));
    }

    [Fact]
    public void Einsum_OfOperandsThatDoNotFit_NamesThem()
    {
        Expect.Error<ShapeException>(
            "einsum: a term must have one letter for each axis, but in \"ij,jk\" operand 1 has the term \"jk\" and the shape [2]", () =>
                Tensor.Einsum("ij,jk", A, V));
        Expect.Error<ShapeException>(
            "einsum: a term must have one letter for each axis, but in \"ijk...\" operand 0 has the term \"ijk...\" and the shape [2, 2]",
            () => Tensor.Einsum("ijk...", A));
        Expect.Error<ShapeException>(
            "einsum: sizes of a letter must be equal or 1, but in \"ij,jk->ik\" j is 2 in operand 0 [2, 2] and 3 in operand 1 [3, 4]",
            () => Tensor.Einsum("ij,jk->ik", A, Tensor.Zeros([3, 4], DType.Float64)));
        Expect.Error<ShapeException>(
            "einsum: a repeated letter must stand for one size, but in \"ii->i\" i is 2 and 3 in operand 0 [2, 3]", () =>
                Tensor.Einsum("ii->i", Tensor.Zeros(2, 3)));
        Expect.Error<ShapeException>(
            "einsum: sizes under \"...\" must be equal or 1, counted from the last, but in \"...,...\" they are 2 in operand 0 [2] and 3 in operand 1 [3]",
            () => Tensor.Einsum("...,...", Tensor.Zeros(2), Tensor.Zeros(3)));
        Expect.Error<DTypeException>(
            "einsum: element types must be equal, but a is float64 and b is float32; convert one with To", () =>
                Tensor.Einsum("i,i", V, Tensor.Zeros(2)));
        Expect.Error<DTypeException>("einsum: elements must be float32 or float64, but are int32; convert with To", () =>
            Tensor.Einsum("i", Tensor.Of(new[] { 1 })));
    }

    [Theory]
    [InlineData("bij,bjk->bik")]
    [InlineData("bij,bjk->kib")]
    [InlineData("jbi,kbj->bik")]
    [InlineData("bij,bik->bjk")]
    [InlineData("ijb,kj->bi")]
    [InlineData("bij,jk->bik")]
    public void Einsum_EqualsTheSumOverAllIndices(string specification)
    {
        string[] terms = specification.Split("->")[0].Split(',');
        string output = specification.Split("->")[1];
        char[] letters = specification.Where(char.IsAsciiLetter).Distinct().Order().ToArray();
        Dictionary<char, int> sizes = letters.Select((letter, at) => (letter, at + 2)).ToDictionary();
        Tensor[] operands = terms.Select((term, at) => GradientCases.Values(at, [.. term.Select(letter => sizes[letter])])).ToArray();

        Tensor expected = Tensor.Zeros(output.Select(letter => sizes[letter]), DType.Float64);
        Tensor.Init(letters.Select(letter => sizes[letter]), index =>
        {
            int Position(string term) => term.Aggregate(0, (at, letter) => (at * sizes[letter]) + index[Array.IndexOf(letters, letter)]);
            double product = operands[0].Element(Position(terms[0])) * operands[1].Element(Position(terms[1]));
            expected.SetElement(Position(output), expected.Element(Position(output)) + product);
            return 0;
        });
        Expect.Close(Tensor.Einsum(specification, operands), Expect.Rounding64, expected.ToArray());
    }
}
