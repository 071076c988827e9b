using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Training;

/// <summary>
/// Pictures and their classes to train on, each moved by a few pixels at random, another way every time: what a digit is
/// does not depend on its place, and a network that saw it in many learns that. Rows are drawn as by
/// <see cref="RowBatches"/>. <c>PictureBatches(digits.Pictures, digits.Labels, 64, shift = 2)</c>.
/// </summary>
public sealed class PictureBatches : IBatches
{
    private const int EvaluationRows = 500;

    private readonly Tensor pictures;
    private readonly Tensor labels;
    private readonly RowBatches rows;
    private readonly int shift;

    /// <summary>The batches of some pictures.</summary>
    /// <param name="pictures">float32 [N, channels, height, width].</param>
    /// <param name="labels">The class of each, int32 [N].</param>
    /// <param name="batchSize">Pictures a batch, from 1 to N; null for 32, or all where there are fewer.</param>
    /// <param name="shift">
    /// The most pixels that a picture is moved up or down, and left or right, each way equally likely; what comes in at the
    /// edge is 0. 0 leaves them where they are; less than height and width.
    /// </param>
    /// <exception cref="ShapeException">The pictures are of another shape.</exception>
    /// <exception cref="DTypeException">The pictures are not float32.</exception>
    /// <exception cref="DataException">There are no pictures, the numbers differ, or a value is not finite.</exception>
    /// <exception cref="OptionException">The batch size or the shift is out of range.</exception>
    public PictureBatches(Tensor pictures, Tensor labels, int? batchSize = null, int shift = 0)
    {
        if (pictures.Rank != 4) throw Errors.Pictures("picture batches", pictures.Shape);
        if (pictures.DType != DType.Float32)
            throw Errors.DType($"picture batches: pictures must be float32, but are {pictures.DType.ToName()}");
        rows = new(pictures, labels, batchSize);
        int most = Math.Min(pictures.Shape[2], pictures.Shape[3]) - 1;
        if (shift < 0 || shift > most)
            throw Errors.Option("picture batches", nameof(shift), Invariant($"from 0 to {most}, less than height and width"), shift);
        (this.pictures, this.labels, this.shift) = (pictures, labels, shift);
    }

    /// <inheritdoc/>
    public int Count => rows.Count;

    /// <inheritdoc/>
    public string Description => rows.Description + (shift == 0 ? "" : Invariant($", moved by up to {shift}"));

    /// <inheritdoc/>
    public Batch At(ulong seed, int update)
    {
        Batch batch = rows.At(seed, update);
        if (shift == 0) return batch;
        Generator generator = new Generator(new Generator(seed).Split(2).NextUInt64()).Split((ulong)update);
        Tensor moved = Moved(batch.Inputs, generator);
        batch.Inputs.Release();
        return new(batch.Items, moved, batch.Targets);
    }

    /// <inheritdoc/>
    public IEnumerable<Batch> InOrder()
    {
        for (int start = 0; start < rows.RowCount; start += EvaluationRows)
        {
            int stop = Math.Min(rows.RowCount, start + EvaluationRows);
            bool isAll = stop - start == rows.RowCount; // then the slices are the tensors themselves
            yield return new(stop - start, pictures.Slice(0, start, stop), labels.Slice(0, start, stop)) { IsShared = isAll };
        }
    }

    private Tensor Moved(Tensor batch, Generator generator)
    {
        (int channels, int height, int width) = (batch.Shape[1], batch.Shape[2], batch.Shape[3]);
        float[] from = batch.ToArray<float>(), to = new float[from.Length];
        for (int picture = 0; picture < batch.Shape[0]; picture++)
        {
            int down = generator.NextInt((2 * shift) + 1) - shift, across = generator.NextInt((2 * shift) + 1) - shift;
            int length = width - Math.Abs(across);
            for (int channel = 0; channel < channels; channel++)
            {
                int plane = ((picture * channels) + channel) * height;
                for (int row = Math.Max(0, down); row < height + Math.Min(0, down); row++)
                    from.AsSpan(((plane + row - down) * width) + Math.Max(0, -across), length)
                        .CopyTo(to.AsSpan(((plane + row) * width) + Math.Max(0, across)));
            }
        }

        return Tensor.From(to, [.. batch.Shape]);
    }
}
