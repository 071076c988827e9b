using Crucible.Tensors;
using Xunit;

namespace Crucible.Tests.Tensors;

public class LinearAlgebraTests
{
    // Decompositions of 2×2 and 4×4 matrices with condition numbers below 100 lose two digits of float64's sixteen.
    private const double DecompositionTolerance = 1e-12;

    private static Tensor A => Tensor.Of(new[,] { { 4.0, 1.0 }, { 2.0, 3.0 } }, DType.Float64);

    private static Tensor Singular => Tensor.Of(new[,] { { 1.0, 2.0, 3.0 }, { 4.0, 5.0, 6.0 }, { 7.0, 8.0, 9.0 } });

    [Fact]
    public void Solve_EqualsHandValues()
    {
        // 4·1 + 1·2 = 6, 2·1 + 3·2 = 8
        Expect.Close(A.Solve(Expect.Vector(6, 8)), DecompositionTolerance, 1, 2);
        Expect.Close(A.Solve(Tensor.Of(new[,] { { 6.0, 4.0 }, { 8.0, 2.0 } }, DType.Float64)), DecompositionTolerance, 1, 1, 2, 0);
        Assert.Equal(DType.Float32, A.To(DType.Float32).Solve(Tensor.Zeros(2)).DType);
    }

    [Fact]
    public void Inverse_EqualsHandValues()
    {
        // 1 / 10 · [[3, -1], [-2, 4]]
        Expect.Close(A.Inverse(), DecompositionTolerance, 0.3, -0.1, -0.2, 0.4);
        Expect.Close(A.Determinant(), DecompositionTolerance, 10);
        Expect.Close(Singular.Determinant(), Expect.Rounding32, 0);
        // Small, but with a pivot as large as its column.
        Expect.Close(Tensor.Of(new[,] { { 1.0, 0.0 }, { 0.0, 1e-20 } }, DType.Float64).Inverse(), DecompositionTolerance, 1, 0, 0, 1e20);
    }

    [Fact]
    public void Eigenvalues_EqualHandValues()
    {
        // λ² - 7λ + 10 = 0; and a rotation by 90°, which has ±i.
        Expect.Close(A.Eigenvalues().Item1.Sort().Item1, DecompositionTolerance, 2, 5);
        (Tensor? real, Tensor? imaginary) = Tensor.Of(new[,] { { 0.0, -1.0 }, { 1.0, 0.0 } }).Eigenvalues();
        Expect.Close(real, Expect.Rounding32, 0, 0);
        Expect.Close(imaginary.Sort().Item1, Expect.Rounding32, -1, 1);
    }

    [Fact]
    public void SymmetricEigen_RestoresTheMatrix()
    {
        Tensor matrix = Tensor.Of(new[,] { { 2.0, 1.0 }, { 1.0, 2.0 } }, DType.Float64);
        (Tensor? values, Tensor? vectors) = matrix.SymmetricEigen();
        Expect.Close(values, DecompositionTolerance, 1, 3);
        Expect.Close((vectors * values).MatMul(vectors, transposeB: true), DecompositionTolerance, matrix.ToArray());
        Expect.Close(vectors.MatMul(vectors, transposeA: true), DecompositionTolerance, 1, 0, 0, 1);
    }

    [Theory]
    [InlineData(4, 4)]
    [InlineData(4, 2)]
    [InlineData(2, 4)]
    public void QR_And_SVD_RestoreTheMatrix(int rows, int columns)
    {
        Tensor x = GradientCases.Values(1, rows, columns);
        int count = Math.Min(rows, columns);
        double[] identity = Tensor.Eye(count).ToArray();

        (Tensor? q, Tensor? r) = x.QR();
        Assert.Equal(Shape.From(rows, count), q.Shape);
        Expect.Close(q.MatMul(r), DecompositionTolerance, x.ToArray());
        Expect.Close(q.MatMul(q, transposeA: true), DecompositionTolerance, identity);
        Expect.Close(r.Triu(), DecompositionTolerance, r.ToArray());

        (Tensor? u, Tensor? s, Tensor? vt) = x.SVD();
        Assert.Equal((Shape.From(rows, count), Shape.From(count), Shape.From(count, columns)), (u.Shape, s.Shape, vt.Shape));
        Expect.Close((u * s).MatMul(vt), DecompositionTolerance, x.ToArray());
        Expect.Close(u.MatMul(u, transposeA: true), DecompositionTolerance, identity);
        Expect.Close(vt.MatMul(vt, transposeB: true), DecompositionTolerance, identity);
        Assert.Equal(s.ToArray(), s.Sort(descending: true).Item1.ToArray());
    }

    [Fact]
    public void Solve_OfASingularMatrix_NamesTheColumnAndTheRemedy()
    {
        Expect.Error<OptionException>(
            "solve: the matrix must be invertible, but [3, 3] is singular to working precision (column 2 depends on the columns before it); add a small multiple of the identity, or use SVD",
            () => Singular.Solve(Tensor.Zeros(3)));
        Expect.Error<OptionException>(
            "inverse: the matrix must be invertible, but [2, 2] is singular to working precision (column 0 depends on the columns before it); add a small multiple of the identity, or use SVD",
            () => Tensor.Zeros(2, 2).Inverse());
    }

    /// <summary>Its squares overflow or vanish, its singular values do not: 5 and 3 times the scale.</summary>
    [Theory]
    [InlineData(1e300)]
    [InlineData(1e-300)]
    public void SVD_OfHugeOrTinyElements_IsThatOfTheScaled(double scale)
    {
        Tensor matrix = Tensor.Of(new[,] { { 4.0, 1.0 }, { 1.0, 4.0 } }, DType.Float64);
        double[] values = (matrix * scale).SVD().Item2.ToArray();
        Assert.Equal(5.0, values[0] / scale, 12);
        Assert.Equal(3.0, values[1] / scale, 12);
    }

    [Fact]
    public void LinearAlgebra_OfWrongInput_NamesIt()
    {
        Expect.Error<ShapeException>("determinant: the matrix must be square, but is [2, 3]", () => Tensor.Zeros(2, 3).Determinant());
        Expect.Error<ShapeException>("svd: the tensor must have 2 axes, but its shape is [3]", () => Tensor.Zeros(3).SVD());
        Expect.Error<ShapeException>("qr: the matrix must have elements, but is [0, 3]", () => Tensor.Zeros(0, 3).QR());
        Expect.Error<ShapeException>("solve: b must have as many rows as a, but a is [2, 2] and b is [3]", () =>
            A.Solve(Expect.Vector(1, 2, 3)));
        Expect.Error<DTypeException>("solve: element types must be equal, but a is float64 and b is float32; convert one with To", () =>
            A.Solve(Tensor.Zeros(2)));
        Expect.Error<DTypeException>("inverse: elements must be float32 or float64, but are int32; convert with To", () =>
            A.To(DType.Int32).Inverse());
        Expect.Error<OptionException>("svd: the elements must be finite, but the matrix [2, 2] contains NaN or infinity", () =>
            (A / 0.0).SVD());
        Expect.Error<OptionException>(
            "symmetricEigen: the matrix must be symmetric, but [0, 1] is 1 and [1, 0] is 2; use Eigenvalues for any square matrix",
            A.SymmetricEigen);
    }

    [Fact]
    public void Backward_ThroughLinearAlgebra_RefusesInsteadOfDroppingTheGradient()
    {
        Tensor a = A.AsParameter();
        Expect.Error<GradientException>("inverse: has no derivative; detach its input with Detach()", () =>
            a.Inverse().Sum().Gradients([a]));
        Expect.Error<GradientException>("solve: has no derivative; detach its input with Detach()", () =>
            A.Solve(a[0]).Sum().Gradients([a]));
        Expect.Error<GradientException>("svd: has no derivative; detach its input with Detach()", () => a.SVD().Item2.Sum().Gradients([a]));
        Assert.False(a.Detach().Inverse().RequiresGradient);
    }
}
