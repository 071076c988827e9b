using Crucible.Tensors;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Xunit;
using Tensor = Crucible.Tensors.Tensor;

namespace Crucible.Onnx.Tests;

/// <summary>A file in OnnxRuntime, which nobody here wrote, and what it computes.</summary>
internal sealed class Runtime : IDisposable
{
    private static readonly SessionOptions Quiet = new() { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };

    private readonly InferenceSession session;

    public Runtime(string path) => session = new(path, Quiet);

    /// <summary>The declared axes of an input, with -1 for free ones.</summary>
    public IReadOnlyList<int> AxesOf(string input) => session.InputMetadata[input].Dimensions;

    /// <summary>The declared axes of an output, with -1 for free ones.</summary>
    public IReadOnlyList<int> AxesOfOutput(string output) => session.OutputMetadata[output].Dimensions;

    public void Dispose() => session.Dispose();

    /// <summary>All outputs by name.</summary>
    public Dictionary<string, Tensor> Run(params (string Name, Tensor Value)[] inputs)
    {
        NamedOnnxValue[] values = [.. inputs.Select(input => session.InputMetadata[input.Name].ElementDataType is TensorElementType.Int64
            ? NamedOnnxValue.CreateFromTensor(input.Name, new DenseTensor<long>(
                input.Value.ToArray<int>().Select(value => (long)value).ToArray(), input.Value.Shape.ToArray()))
            : Of(input.Name, input.Value))];
        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> outputs = session.Run(values);
        return outputs.ToDictionary(output => output.Name, Of);
    }

    /// <summary>The only output of the only input.</summary>
    public Tensor Run(Tensor input) => Run((session.InputNames.Single(), input)).Values.Single();

    private static NamedOnnxValue Of(string name, Tensor value) => value.DType switch
    {
        DType.Float32 => NamedOnnxValue.CreateFromTensor(name, Dense<float>(value)),
        DType.Float64 => NamedOnnxValue.CreateFromTensor(name, Dense<double>(value)),
        DType.Int32 => NamedOnnxValue.CreateFromTensor(name, Dense<int>(value)),
        _ => NamedOnnxValue.CreateFromTensor(name, Dense<bool>(value)),
    };

    private static DenseTensor<T> Dense<T>(Tensor value)
        where T : unmanaged => new(value.ToArray<T>(), value.Shape.ToArray());

    private static Tensor Of(DisposableNamedOnnxValue value) => value.ElementType switch
    {
        TensorElementType.Float => Back<float>(value),
        TensorElementType.Double => Back<double>(value),
        TensorElementType.Bool => Back<bool>(value),
        TensorElementType.Int64 => Back<long>(value, number => (int)number),
        _ => Back<int>(value),
    };

    private static Tensor Back<T>(DisposableNamedOnnxValue value)
        where T : unmanaged => Back<T, T>(value, element => element);

    private static Tensor Back<T>(DisposableNamedOnnxValue value, Converter<T, int> convert) => Back<T, int>(value, convert);

    private static Tensor Back<TFrom, TTo>(DisposableNamedOnnxValue value, Converter<TFrom, TTo> convert)
        where TTo : unmanaged
    {
        DenseTensor<TFrom> dense = value.AsTensor<TFrom>().ToDenseTensor();
        return Tensor.From(Array.ConvertAll(dense.Buffer.ToArray(), convert), dense.Dimensions.ToArray());
    }
}

/// <summary>What the tests share.</summary>
internal static class Sample
{
    /// <summary>
    /// Sums of a few hundred products of numbers near 1 in float32, added in another order, differ by some units in the last place.
    /// </summary>
    public const double Tolerance = 1e-5;

    /// <summary>Numbers of a standard normal distribution.</summary>
    public static Tensor Numbers(params int[] shape) => Tensor.Randn(new(7), shape);

    /// <summary>Tokens from 0 up to a count.</summary>
    public static Tensor Tokens(int count, params int[] shape)
    {
        Generator generator = new(7);
        return Tensor.Init(shape, _ => generator.NextInt(count), DType.Int32);
    }

    /// <summary>A model whose biases, gains and statistics are not what they begin with, so that each of them counts.</summary>
    public static T Stirred<T>(T model)
        where T : Layers.Layer
    {
        Generator generator = new(3);
        foreach (Tensor tensor in model.Parameters.Concat(model.Buffers))
            tensor.CopyInPlace((tensor + (0.2 * Tensor.Rand(generator, tensor.Shape.ToArray(), tensor.DType))).Detach());
        return model;
    }

    /// <summary>Saves a model, and compares it with OnnxRuntime's on the example it was saved with and on one of other sizes.</summary>
    public static void AssertSame(Layers.Layer model, string file, Tensor example, Tensor other)
    {
        OnnxFile.Save(model, file, example);
        using Runtime runtime = new(file);
        AssertClose(model.Forward(example), runtime.Run(example));
        AssertClose(model.Forward(other), runtime.Run(other));
    }

    /// <summary>Equal shapes, and values that differ by no more than a part of them, or of 1.</summary>
    public static void AssertClose(Tensor expected, Tensor found, double tolerance = Tolerance)
    {
        Assert.Equal(expected.Shape.ToArray(), found.Shape.ToArray());
        double[] a = expected.ToArray(), b = found.ToArray();
        double worst = a.Zip(b, (one, other) => Math.Abs(one - other) / Math.Max(1.0, Math.Abs(one))).DefaultIfEmpty().Max();
        Assert.True(worst <= tolerance, $"values differ by {worst}");
    }
}

/// <summary>A folder that is gone after the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly string location = Directory.CreateTempSubdirectory("crucible onnx ").FullName;

    public string File(string name) => Path.Combine(location, name);

    public void Dispose() => Directory.Delete(location, recursive: true);
}
