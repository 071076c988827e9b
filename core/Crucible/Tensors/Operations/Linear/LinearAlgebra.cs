using System.Numerics;
using MathNet.Numerics;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;
using static System.FormattableString;

namespace Crucible.Tensors;

/// <summary>
/// Linear algebra on single matrices, computed by MathNet in double precision for either element type. No derivatives:
/// backward through a result throws; detach the input with <see cref="Detach"/>.
/// </summary>
public sealed partial class Tensor
{
    /// <summary>The solution X of A·X = B, by LU decomposition.</summary>
    /// <param name="b">B, [n] or [n, k]; this tensor is A [n, n].</param>
    /// <returns>X, in B's shape.</returns>
    /// <exception cref="ShapeException">A is not square, or B has another number of rows.</exception>
    /// <exception cref="OptionException">A is singular to working precision, or not finite.</exception>
    /// <exception cref="DTypeException">The operands are not both float32 or both float64.</exception>
    public Tensor Solve(Tensor b)
    {
        if (DType != b.DType) throw Errors.DTypes("solve", DType, b.DType);
        LU<double> decomposed = Invertible("solve");
        if (b.Rank is not (1 or 2) || b.Shape[0] != Shape[0])
            throw Errors.Shape(Invariant($"solve: b must have as many rows as a, but a is {Shape} and b is {b.Shape}"));
        int columns = b.Rank == 1 ? 1 : b.Shape[1];
        Tensor solution = columns == 0 ? b : FromMatrix(decomposed.Solve(b.Reshape(Shape[0], columns).ToMatrix())).ReshapeTo(b.Shape);
        return NoDerivative.Mark(solution, "solve", this, b);
    }

    /// <summary>The inverse A⁻¹, by LU decomposition. To solve A·X = B, <see cref="Solve(Tensor)"/> is faster and more accurate.</summary>
    /// <returns>A tensor [n, n].</returns>
    /// <exception cref="ShapeException">A is not square.</exception>
    /// <exception cref="OptionException">A is singular to working precision, or not finite.</exception>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor Inverse() => NoDerivative.Mark(FromMatrix(Invertible("inverse").Inverse()), "inverse", this);

    /// <summary>The determinant, by LU decomposition.</summary>
    /// <returns>A scalar.</returns>
    /// <exception cref="ShapeException">The matrix is not square.</exception>
    /// <exception cref="OptionException">The matrix is not finite.</exception>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor Determinant() => NoDerivative.Mark(Scalar(SquareMatrix("determinant").LU().Determinant, DType), "determinant", this);

    /// <summary>The eigenvalues of any square matrix.</summary>
    /// <returns>Their real and their imaginary parts, each [n], in no particular order.</returns>
    /// <exception cref="ShapeException">The matrix is not square.</exception>
    /// <exception cref="OptionException">The matrix is not finite.</exception>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tuple<Tensor, Tensor> Eigenvalues()
    {
        MathNet.Numerics.LinearAlgebra.Vector<Complex> values =
            Converged("eigenvalues", () => SquareMatrix("eigenvalues").Evd(Symmetricity.Asymmetric)).EigenValues;
        return Tuple.Create(Part(value => value.Real), Part(value => value.Imaginary));

        Tensor Part(Func<System.Numerics.Complex, double> part) =>
            NoDerivative.Mark(From<double>([.. values.Select(part)]).To(DType), "eigenvalues", this);
    }

    /// <summary>The eigenvalues and eigenvectors of a symmetric matrix: A·V = V·diag(λ), Vᵀ·V = 1.</summary>
    /// <returns>λ [n] in ascending order, and V [n, n] with an eigenvector in each column, of either sign.</returns>
    /// <exception cref="ShapeException">The matrix is not square.</exception>
    /// <exception cref="OptionException">The matrix is not symmetric within rounding, or not finite.</exception>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tuple<Tensor, Tensor> SymmetricEigen()
    {
        Matrix<double> matrix = SquareMatrix("symmetricEigen");

        // Products such as Xᵀ·X are symmetric up to a few roundings; the mean of both halves is symmetric exactly.
        double tolerance = (DType == DType.Float32 ? 1e-5 : 1e-12) * matrix.Enumerate().Max(Math.Abs);
        for (int row = 0; row < matrix.RowCount; row++)
        {
            for (int column = row + 1; column < matrix.ColumnCount; column++)
                if (Math.Abs(matrix[row, column] - matrix[column, row]) > tolerance)
                    throw Errors.NotSymmetric(row, column, matrix[row, column], matrix[column, row]);
        }

        Evd<double> decomposed = Converged("symmetricEigen", () => ((matrix + matrix.Transpose()) / 2).Evd(Symmetricity.Symmetric));
        Tensor values = From<double>([.. decomposed.EigenValues.Select(value => value.Real)]).To(DType);
        return Tuple.Create(NoDerivative.Mark(values, "symmetricEigen", this),
            NoDerivative.Mark(FromMatrix(decomposed.EigenVectors), "symmetricEigen", this));
    }

    /// <summary>The decomposition A = Q·R with orthonormal columns in Q and an upper triangle R, by Householder reflections.</summary>
    /// <returns>Q [m, k] and R [k, n], k the smaller of m and n.</returns>
    /// <exception cref="ShapeException">This is not a matrix, or it is empty.</exception>
    /// <exception cref="OptionException">The matrix is not finite.</exception>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tuple<Tensor, Tensor> QR()
    {
        Matrix<double> matrix = FiniteMatrix("qr");
        (int rows, int columns) = (matrix.RowCount, matrix.ColumnCount);
        int count = Math.Min(rows, columns);

        // The library takes no wide matrices. The leading square determines Q; of the columns beyond it only R's part
        // is left to compute.
        QR<double> decomposed = matrix.SubMatrix(0, rows, 0, count).QR(QRMethod.Thin);
        Matrix<double> r = count == columns
            ? decomposed.R
            : decomposed.R.Append(decomposed.Q.TransposeThisAndMultiply(matrix.SubMatrix(0, rows, count, columns - count)));
        return Tuple.Create(NoDerivative.Mark(FromMatrix(decomposed.Q), "qr", this), NoDerivative.Mark(FromMatrix(r), "qr", this));
    }

    /// <summary>The singular value decomposition A = U·diag(S)·Vᵀ.</summary>
    /// <returns>
    /// U [m, k], S [k] in descending order and Vᵀ [k, n], k the smaller of m and n. The signs of matching columns of U
    /// and rows of Vᵀ are not determined.
    /// </returns>
    /// <exception cref="ShapeException">This is not a matrix, or it is empty.</exception>
    /// <exception cref="OptionException">The matrix is not finite.</exception>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tuple<Tensor, Tensor, Tensor> SVD()
    {
        Matrix<double> matrix = FiniteMatrix("svd");
        // Squares of its elements must neither overflow nor vanish; a power of two changes no digit.
        double largest = matrix.Enumerate().Max(Math.Abs);
        double scale = largest is > 1e140 or (> 0 and < 1e-140) ? Math.ScaleB(1.0, Math.ILogB(largest)) : 1.0;
        Svd<double> decomposed = Converged("svd", () => (scale == 1.0 ? matrix : matrix / scale).Svd());
        int count = Math.Min(matrix.RowCount, matrix.ColumnCount);
        return Tuple.Create(
            NoDerivative.Mark(FromMatrix(decomposed.U.SubMatrix(0, matrix.RowCount, 0, count)), "svd", this),
            NoDerivative.Mark(From((decomposed.S * scale).ToArray()).To(DType), "svd", this),
            NoDerivative.Mark(FromMatrix(decomposed.VT.SubMatrix(0, count, 0, matrix.ColumnCount)), "svd", this));
    }

    private T Converged<T>(string operation, Func<T> decompose)
    {
        try
        {
            return decompose();
        }
        catch (NonConvergenceException error)
        {
            throw Errors.NotConverged(operation, Shape, error);
        }
    }

    private Tensor FromMatrix(Matrix<double> matrix) =>
        From<double>(matrix.ToRowMajorArray(), matrix.RowCount, matrix.ColumnCount).To(DType);

    private Matrix<double> FiniteMatrix(string operation)
    {
        RequireFloat(operation);
        RequireRank(2, operation);
        if (ElementCount == 0) throw Errors.Shape(Invariant($"{operation}: the matrix must have elements, but is {Shape}"));
        if (!AllFinite()) throw Errors.InfiniteMatrix(operation, Shape);
        return ToMatrix();
    }

    private Matrix<double> SquareMatrix(string operation)
    {
        Matrix<double> matrix = FiniteMatrix(operation);
        if (matrix.RowCount != matrix.ColumnCount) throw Errors.Shape(Invariant($"{operation}: the matrix must be square, but is {Shape}"));
        return matrix;
    }

    /// <summary>
    /// The LU decomposition of a matrix each of whose pivots is larger than the rounding errors that elimination leaves
    /// in its column.
    /// </summary>
    private LU<double> Invertible(string operation)
    {
        const double rounding = 2.220446049250313e-16; // 2⁻⁵²
        LU<double> decomposed = SquareMatrix(operation).LU();
        Matrix<double> upper = decomposed.U;
        for (int column = 0; column < upper.ColumnCount; column++)
            if (Math.Abs(upper[column, column]) <= upper.RowCount * rounding * upper.Column(column).AbsoluteMaximum())
                throw Errors.Singular(operation, Shape, column);
        return decomposed;
    }
}
