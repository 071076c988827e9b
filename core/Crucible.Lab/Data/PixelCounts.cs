using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Lab.Data;

/// <summary>What a <see cref="PixelCounts"/> looks at to predict a pixel.</summary>
public enum PixelContext
{
    /// <summary>Its place alone, as if no pixel had to do with another.</summary>
    Place,

    /// <summary>The pixels to its left and above it, wherever it is; behind the edge is a level of its own.</summary>
    Neighbours,
}

/// <summary>
/// The simplest model of pictures: how often each level came in each context, with one more of each, so that nothing is
/// impossible (Laplace). What a network must beat: <c>PixelCounts(pixels, training, PixelContext.Place).BitsPerPixel test</c>.
/// </summary>
public sealed class PixelCounts
{
    private readonly PixelSequences sequences;
    private readonly PixelContext context;
    private readonly double[] bits; // that a pixel costs: a run of levels for each context

    /// <summary>Counts pixels.</summary>
    /// <param name="sequences">What they are.</param>
    /// <param name="pixels">Levels, int32 [N, size · size].</param>
    /// <param name="context">What a pixel is predicted from.</param>
    /// <exception cref="ShapeException">The pixels are of another shape.</exception>
    /// <exception cref="OptionException">A pixel is no level.</exception>
    public PixelCounts(PixelSequences sequences, Tensor pixels, PixelContext context)
    {
        (this.sequences, this.context) = (sequences, context);
        int beyond = sequences.Levels + 1;
        double[] counts = new double[(context == PixelContext.Place ? sequences.Length : beyond * beyond) * sequences.Levels];
        Array.Fill(counts, 1);
        foreach (int place in Places(pixels)) counts[place]++;
        bits = [.. counts.Chunk(sequences.Levels).SelectMany(levels => levels.Select(count => Math.Log2(levels.Sum() / count)))];
    }

    /// <summary>The bits that a pixel of other pictures costs: the mean of -log₂ of its probability.</summary>
    /// <param name="pixels">Levels, int32 [N, size · size], N at least 1.</param>
    /// <exception cref="ShapeException">The pixels are of another shape.</exception>
    /// <exception cref="OptionException">A pixel is no level.</exception>
    public double BitsPerPixel(Tensor pixels) => Places(pixels).Average(place => bits[place]);

    /// <summary>Where each pixel is counted: its level in the run of its context.</summary>
    private IEnumerable<int> Places(Tensor pixels)
    {
        sequences.Check(pixels);
        (int size, int levels) = (sequences.Size, sequences.Levels);
        int[] values = pixels.ToArray<int>();
        for (int place = 0; place < values.Length; place++)
        {
            int inPicture = place % sequences.Length, level = values[place];
            if (level < 0 || level >= levels) throw PictureErrors.Pixels("a pixel", Invariant($"from 0 to {levels - 1}"), level);
            int left = inPicture % size == 0 ? levels : values[place - 1], above = inPicture < size ? levels : values[place - size];
            yield return ((context == PixelContext.Place ? inPicture : (above * (levels + 1)) + left) * levels) + level;
        }
    }
}
