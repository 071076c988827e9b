using Crucible.Layers;
using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Models;

/// <summary>
/// A small network for pictures: for each of <see cref="ConvolutionalOptions.Filters"/> a convolution that keeps height
/// and width, perhaps batch normalization, ReLU, and max pooling that halves both; then dropout and a linear map. It
/// takes [B, channels, size, size] to logits [B, classes]. After LeCun et al. 1998, with the parts of today.
/// </summary>
/// <param name="options">Sizes and kinds.</param>
/// <param name="generator">Where the first values come from; its state moves on.</param>
/// <exception cref="OptionException">A number is out of range.</exception>
public sealed class ConvolutionalNetwork(ConvolutionalOptions options, Generator generator) : Sequential(Members(options, generator))
{
    private static IEnumerable<Layer> Members(ConvolutionalOptions options, Generator generator)
    {
        options.Check();
        Initializer weight = Initializer.HeNormal;
        (int channels, int size) = (options.Channels, options.Size);
        foreach (int filters in options.Filters)
        {
            yield return new Conv2d(channels, filters, options.Window, generator, new()
            {
                Padding = options.Window / 2,
                Weight = weight,
                HasBias = !options.HasBatchNorm, // which would take it away again
                DType = options.DType,
            });
            if (options.HasBatchNorm) yield return new BatchNorm(filters, dtype: options.DType);
            yield return new Relu();
            yield return new MaxPool2d(2);
            (channels, size) = (filters, size / 2);
        }

        yield return new Flatten();
        if (options.Dropout != 0.0) yield return new Dropout(options.Dropout);
        yield return new Linear(channels * size * size, options.Classes, generator, new() { Weight = weight, DType = options.DType });
    }
}

/// <summary>Options of <see cref="ConvolutionalNetwork"/>: <c>ConvolutionalOptions(Classes = 10)</c> for digits.</summary>
public sealed class ConvolutionalOptions
{
    /// <summary>Classes, 2 or more.</summary>
    public required int Classes { get; init; }

    /// <summary>Channels of the pictures: 1 for gray, 3 for colours.</summary>
    public int Channels { get; init; } = 1;

    /// <summary>Height and width of the pictures; each pooling halves them and drops an odd row.</summary>
    public int Size { get; init; } = 28;

    /// <summary>The filters of each convolution, in order.</summary>
    public IReadOnlyList<int> Filters { get; init; } = [32, 64];

    /// <summary>Height and width of a filter, odd.</summary>
    public int Window { get; init; } = 3;

    /// <summary>Whether batch normalization stands behind each convolution.</summary>
    public bool HasBatchNorm { get; init; } = true;

    /// <summary>The probability of dropout before the linear map, at least 0 and below 1.</summary>
    public double Dropout { get; init; }

    /// <summary>Element type of the parameters: float32 or float64.</summary>
    public DType DType { get; init; } = DType.Float32;

    internal void Check()
    {
        const string Owner = "convolutionalNetwork";
        if (Classes < 2) throw Errors.Option(Owner, "classes", "2 or more", Classes);
        if (Channels < 1) throw Errors.Option(Owner, "channels", "1 or more", Channels);
        if (Window < 1 || Window % 2 == 0) throw Errors.Option(Owner, "window", "odd and 1 or more", Window);
        if (Filters.Count < 1 || Filters.Any(filters => filters < 1))
            throw Errors.Option(Owner, "filters", "at least one number, each 1 or more", Invariant($"[{string.Join(", ", Filters)}]"));
        if (Filters.Count > 20 || Size >> Filters.Count < 1)
            throw Errors.Option(Owner, "size", Invariant($"large enough to be halved {Filters.Count} times"), Size);
        if (!(Dropout is >= 0.0 and < 1.0)) throw Errors.Option(Owner, "dropout", "at least 0 and below 1", Dropout);
    }
}
