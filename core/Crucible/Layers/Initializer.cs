using Crucible.Tensors;
using MathNet.Numerics.LinearAlgebra.Factorization;
using static System.FormattableString;

namespace Crucible.Layers;

/// <summary>
/// How a parameter gets its first values. Fan-in and fan-out of a weight [inputs, outputs] are its two sizes, those of
/// a convolution's [outputs, inputs, height, width] inputs and outputs times the window's elements. Custom ones:
/// <c>Initializer("ramp", fun shape dtype generator -&gt; Tensor.Linspace(0, 1, shape[0], dtype))</c>.
/// </summary>
/// <param name="name">The name for messages.</param>
/// <param name="values">Draws a tensor of the given shape and element type.</param>
public sealed class Initializer(string name, Func<Shape, DType, Generator, Tensor> values)
{
    /// <summary>0 everywhere.</summary>
    public static Initializer Zeros { get; } = Constant(0.0);

    /// <summary>1 everywhere.</summary>
    public static Initializer Ones { get; } = Constant(1.0);

    /// <summary>
    /// Uniform on ±√(6 / (fanIn + fanOut)), variance 2 / (fanIn + fanOut). Keeps the scale of activations and gradients
    /// through tanh and linear layers. Glorot and Bengio 2010, eq. 16.
    /// </summary>
    public static Initializer GlorotUniform { get; } =
        Fans("glorotUniform", (fanIn, fanOut) => Symmetric(Math.Sqrt(6.0 / (fanIn + fanOut))));

    /// <summary>Normal with standard deviation √(2 / (fanIn + fanOut)), not truncated. Glorot and Bengio 2010.</summary>
    public static Initializer GlorotNormal { get; } =
        Fans("glorotNormal", (fanIn, fanOut) => Normal(0.0, Math.Sqrt(2.0 / (fanIn + fanOut))));

    /// <summary>
    /// Uniform on ±√(6 / fanIn), variance 2 / fanIn. Keeps the scale of activations through ReLU. He et al. 2015, eq.
    /// 10.
    /// </summary>
    public static Initializer HeUniform { get; } = Fans("heUniform", (fanIn, _) => Symmetric(Math.Sqrt(6.0 / fanIn)));

    /// <summary>Normal with standard deviation √(2 / fanIn), not truncated. He et al. 2015, eq. 10.</summary>
    public static Initializer HeNormal { get; } = Fans("heNormal", (fanIn, _) => Normal(0.0, Math.Sqrt(2.0 / fanIn)));

    /// <summary>The same value everywhere.</summary>
    /// <param name="value">The value.</param>
    /// <returns>The initializer.</returns>
    public static Initializer Constant(double value) => new("constant", (shape, dtype, _) => Tensor.Full(shape, value, dtype));

    /// <summary>Uniform on [low, high).</summary>
    /// <param name="low">The lower bound.</param>
    /// <param name="high">The upper bound, above the lower.</param>
    /// <returns>The initializer.</returns>
    /// <exception cref="OptionException">The bounds are not in order.</exception>
    public static Initializer Uniform(double low, double high) => low < high
        ? new(
            "uniform",
            (shape, dtype, generator) => Draw(shape, dtype, values => generator.Uniform(values, (float)low, (float)high), values =>
                generator.Uniform(values, low, high)))
        : throw Errors.Option("uniform", "high", Invariant($"above low = {low}"), high);

    /// <summary>Normal with the given mean and standard deviation.</summary>
    /// <param name="mean">The mean.</param>
    /// <param name="std">The standard deviation, 0 or more.</param>
    /// <returns>The initializer.</returns>
    /// <exception cref="OptionException">The standard deviation is negative or not a number.</exception>
    public static Initializer Normal(double mean, double std) =>
        new("normal", Normals("normal", mean, std));

    /// <summary>
    /// Normal with mean 0, drawn again where it lies more than two standard deviations out; its actual standard
    /// deviation is 0.8796·std.
    /// </summary>
    /// <param name="std">The standard deviation before truncation, 0 or more.</param>
    /// <returns>The initializer.</returns>
    /// <exception cref="OptionException">The standard deviation is negative or not a number.</exception>
    public static Initializer TruncatedNormal(double std)
    {
        Func<Shape, DType, Generator, Tensor> normal = Normals("truncatedNormal", 0.0, std);
        return new("truncatedNormal", (shape, dtype, generator) =>
        {
            Tensor tensor = normal(shape, dtype, generator);
            for (int i = 0; i < tensor.ElementCount; i++)
                while (Math.Abs(tensor.Element(i)) > 2.0 * std) tensor.SetElement(i, normal(Shape.Scalar, dtype, generator).ToDouble());
            return tensor;
        });
    }

    /// <summary>
    /// A matrix with orthonormal columns or, when it is wider than high, rows, times the gain: it changes no vector's
    /// length. Saxe et al. 2014; drawn evenly from all such matrices (Mezzadri 2007) as Q of a normal matrix' QR
    /// decomposition with the signs of R's diagonal moved into Q.
    /// </summary>
    /// <param name="gain">The factor.</param>
    /// <returns>The initializer.</returns>
    public static Initializer Orthogonal(double gain = 1.0) => new("orthogonal", (shape, dtype, generator) =>
    {
        (int rows, int columns) = MatrixSizes("orthogonal", shape);
        MathNet.Numerics.LinearAlgebra.Matrix<double> normal = Tensor.Randn(generator, shape, DType.Float64).ToMatrix();
        (bool isWide, MathNet.Numerics.LinearAlgebra.Matrix<double>? tall) = rows < columns ? (true, normal.Transpose()) : (false, normal);
        QR<double> factors = tall.QR(MathNet.Numerics.LinearAlgebra.Factorization.QRMethod.Thin);
        return Tensor.Init(shape, index =>
        {
            (int row, int column) = isWide ? (index[1], index[0]) : (index[0], index[1]);
            return gain * factors.Q[row, column] * (factors.R[column, column] < 0.0 ? -1.0 : 1.0);
        }, dtype);
    });

    /// <summary>Draws the first values of a parameter.</summary>
    /// <param name="shape">The parameter's sizes.</param>
    /// <param name="dtype">float32 or float64.</param>
    /// <param name="generator">The source of randomness; its state moves on.</param>
    /// <returns>The tensor.</returns>
    /// <exception cref="DTypeException">The element type is not floating point.</exception>
    /// <exception cref="ShapeException">The initializer is for matrices and the shape has another number of axes, or a
    /// custom one gave another shape.</exception>
    public Tensor Create(IEnumerable<int> shape, DType dtype, Generator generator)
    {
        if (!dtype.IsFloat()) throw Errors.NotFloat(name, dtype);
        Shape wanted = Shape.From(shape);
        Tensor tensor = values(wanted, dtype, generator);
        if (tensor.DType != dtype) throw Errors.DTypes(name, dtype, tensor.DType);
        return tensor.Shape.Equals(wanted)
            ? tensor
            : throw Errors.Shape(Invariant($"{name}: the values must have shape {wanted}, but have {tensor.Shape}"));
    }

    /// <summary>The name.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => name;

    private static Initializer Symmetric(double bound) => Uniform(-bound, bound);

    private static Initializer Fans(string name, Func<double, double, Initializer> choose) => new(name, (shape, dtype, generator) =>
    {
        (double fanIn, double fanOut) = FanSizes(name, shape);
        return choose(fanIn, fanOut).Create(shape, dtype, generator);
    });

    private static (double FanIn, double FanOut) FanSizes(string name, Shape shape) => shape.Rank switch
    {
        2 => (shape[0], shape[1]),
        4 => ((double)shape[1] * shape[2] * shape[3], (double)shape[0] * shape[2] * shape[3]),
        _ => throw Errors.Shape(Invariant($"{name}: the shape must be [inputs, outputs] or [outputs, inputs, height, width],")
            + Invariant($" but is {shape}")),
    };

    private static (int Inputs, int Outputs) MatrixSizes(string name, Shape shape) => shape.Rank == 2
        ? (shape[0], shape[1])
        : throw Errors.Shape(Invariant($"{name}: the shape must be [inputs, outputs], but is {shape}"));

    private static Func<Shape, DType, Generator, Tensor> Normals(string name, double mean, double std) => std >= 0.0
        ? (shape, dtype, generator) =>
            Draw(shape, dtype, values => generator.Normal(values, (float)mean, (float)std), values => generator.Normal(values, mean, std))
        : throw Errors.Option(name, "std", "0 or more", std);

    private static Tensor Draw(Shape shape, DType dtype, SpanAction<float> floats, SpanAction<double> doubles)
    {
        Tensor tensor = Tensor.Allocate(shape, dtype);
        if (dtype == DType.Float32) floats(tensor.Data<float>());
        else doubles(tensor.Data<double>());
        return tensor;
    }

    private delegate void SpanAction<T>(Span<T> values);
}
