using Crucible.Models;
using Crucible.Tensors;
using Crucible.Text;
using static System.FormattableString;

namespace Crucible.Lab.Data;

/// <summary>
/// Pictures as sequences for a language model: made smaller, their shades rounded to a few levels, and read row by row.
/// A token is a level, 0 (dark) to levels - 1; those behind are the classes, one of which begins each sequence and so
/// says what is to be drawn. Chen et al. 2020, Generative pretraining from pixels, §2.
/// </summary>
/// <example><c>let pixels = PixelSequences(size = 14, levels = 8, classes = 10)</c></example>
public sealed class PixelSequences
{
    /// <summary>Sequences of pictures.</summary>
    /// <param name="size">Height and width of what is read, 1 or more.</param>
    /// <param name="levels">Shades, 2 or more.</param>
    /// <param name="classes">Classes, 1 or more.</param>
    /// <exception cref="OptionException">A number is out of range.</exception>
    public PixelSequences(int size, int levels, int classes)
    {
        if (size < 1) throw PictureErrors.Pixels(nameof(size), "1 or more", size);
        if (levels < 2) throw PictureErrors.Pixels(nameof(levels), "2 or more", levels);
        if (classes < 1) throw PictureErrors.Pixels(nameof(classes), "1 or more", classes);
        (Size, Levels, Classes) = (size, levels, classes);
    }

    /// <summary>Height and width.</summary>
    public int Size { get; }

    /// <summary>Shades.</summary>
    public int Levels { get; }

    /// <summary>Classes.</summary>
    public int Classes { get; }

    /// <summary>Pixels of a picture, which are as many as the tokens that a model sees.</summary>
    public int Length => Size * Size;

    /// <summary>Tokens: levels, then classes.</summary>
    public int Vocabulary => Levels + Classes;

    /// <summary>Pictures as pixels: made as small as the sequences', and each shade the nearest level.</summary>
    /// <param name="pictures">From 0 to 1, [N, 1, height, width].</param>
    /// <returns>Levels, int32 [N, size · size], row by row.</returns>
    /// <exception cref="ShapeException">The pictures are of another shape.</exception>
    public Tensor Read(Tensor pictures)
    {
        if (pictures.Rank != 4 || pictures.Shape[1] != 1) throw PictureErrors.NotGray(pictures.Shape);
        Tensor small = PictureShape.Resize(pictures, Size, Size);
        return (small * (Levels - 1)).Round().Clamp(0, Levels - 1).To(DType.Int32).Reshape(pictures.Shape[0], Length);
    }

    /// <summary>Pixels as pictures: the other way around.</summary>
    /// <param name="pixels">Levels, int32 [N, size · size].</param>
    /// <returns>float32 from 0 to 1, [N, 1, size, size].</returns>
    /// <exception cref="ShapeException">The pixels are of another shape.</exception>
    public Tensor Draw(Tensor pixels)
    {
        Check(pixels);
        return pixels.To(DType.Float32).Reshape(pixels.Shape[0], 1, Size, Size) / (Levels - 1);
    }

    /// <summary>What a model reads to predict each pixel: the class, then all pixels but the last.</summary>
    /// <param name="pixels">Levels, int32 [N, size · size].</param>
    /// <param name="labels">The class of each picture, int32 [N].</param>
    /// <returns>Tokens, int32 [N, size · size].</returns>
    /// <exception cref="ShapeException">The tensors are of other shapes.</exception>
    public Tensor Before(Tensor pixels, Tensor labels)
    {
        Check(pixels);
        return Tensor.Concat([Tokens(labels, pixels.Shape[0]), pixels.Slice(1, 0, Length - 1)], 1);
    }

    /// <summary>
    /// Draws the rest of pictures, pixel after pixel, all pictures at once. The number of a picture decides what is drawn
    /// for it, not how many there are.
    /// </summary>
    /// <param name="model">A model of these tokens.</param>
    /// <param name="given">The first pixels of each picture, int32 [N, from 0 to size · size - 1].</param>
    /// <param name="labels">The class of each picture, int32 [N].</param>
    /// <param name="options">The temperature and seed; the draw ends early when it is cancelled.</param>
    /// <returns>All pixels, int32 [N, size · size].</returns>
    /// <exception cref="CrucibleException">The model or a tensor does not fit.</exception>
    public Tensor Complete(Gpt model, Tensor given, Tensor labels, GenerationOptions options)
    {
        if (model.Options.Vocabulary != Vocabulary || model.Options.Context < Length)
            throw PictureErrors.PixelModel(Vocabulary, Length, model.Options.Vocabulary, model.Options.Context);
        if (given.Rank != 2 || given.Shape[1] >= Length)
            throw PictureErrors.NotPixels(Invariant($"from 0 to {Length - 1}"), given.Shape);
        (int rows, int known) = (given.Shape[0], given.Shape[1]);
        Generator generator = new(options.Seed);
        TokenSampler[] samplers = [.. Enumerable.Range(0, rows).Select(row => new TokenSampler(options, generator.Split((ulong)row)))];
        int[] pixels = given.ToArray<int>();
        List<int>[] drawn = [.. Enumerable.Range(0, rows).Select(row => pixels.AsSpan(row * known, known).ToArray().ToList())];
        IDecodingState state = ((ILanguageModel)model).StartDecoding(rows);
        int[] added = Tensor.Concat([Tokens(labels, rows), given], 1).ToArray<int>();
        for (int place = known; place < Length; place++)
        {
            options.Cancellation.ThrowIfCancellationRequested();
            ReadOnlySpan<float> logits = state.Append(added);
            added = new int[rows];
            for (int row = 0; row < rows; row++)
            {
                added[row] = samplers[row].Next(logits.Slice(row * Vocabulary, Levels), drawn[row]); // no class inside a picture
                drawn[row].Add(added[row]);
            }
        }

        return Tensor.From(drawn.SelectMany(row => row).ToArray(), rows, Length);
    }

    private Tensor Tokens(Tensor labels, int rows)
    {
        if (labels.Rank != 1 || labels.Shape[0] != rows) throw PictureErrors.PixelLabels(rows, labels.Shape);
        int[] classes = labels.ToArray<int>();
        foreach (int label in classes)
            if (label < 0 || label >= Classes) throw PictureErrors.Pixels("a label", Invariant($"from 0 to {Classes - 1}"), label);
        return Tensor.From([.. classes.Select(label => Levels + label)], rows, 1);
    }

    internal void Check(Tensor pixels)
    {
        if (pixels.Rank != 2 || pixels.Shape[1] != Length) throw PictureErrors.NotPixels(Invariant($"{Length}"), pixels.Shape);
    }
}
