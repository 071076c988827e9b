namespace Crucible.Tensors;

/// <summary>
/// An operation that can compute its output again from its inputs, to the same bits, so that the output may be forgotten.
/// </summary>
internal interface IRepeatable
{
    /// <summary>A tensor of its own with the output's elements; called where nothing is recorded.</summary>
    Tensor Again();
}

public sealed partial class Tensor
{
    /// <summary>
    /// Gives the elements back to the pool until someone reads them: the operation that made them then computes them again,
    /// for as long as the graph is there. For what a layer computes and nobody outside of it sees, once its last reader has
    /// been computed; backward asks for it again where it must, and lets it go as soon as nothing before it can ask. Nothing
    /// happens outside of graphs, and where the operation is not <see cref="IRepeatable"/>.
    /// </summary>
    internal void Forget()
    {
        Operation? maker = source;
        while (maker is Reshape view) maker = view.Input(0).source;
        if (maker is IRepeatable && ReferenceEquals(maker.Output.Storage, Storage)) Storage.Forget(maker);
    }

    /// <summary>
    /// Marks what a layer computes and nobody outside of it sees, but derivatives read: a backward that drops the graph gives
    /// the elements back to the pool as soon as it has come past the operation that made them, instead of when the next
    /// step begins.
    /// </summary>
    /// <returns>This tensor.</returns>
    internal Tensor AsInner()
    {
        if (source is not null) Storage.IsInner = true;
        return this;
    }
}

public abstract partial class Operation
{
    /// <summary>The elements of a forgotten output.</summary>
    /// <exception cref="GradientException">An input was changed in place: they cannot be known any more.</exception>
    internal Storage Repeat()
    {
        CheckInputs();
        Recording recordingBefore = GradientMode.Set(Recording.None);
        List<Storage>? trackedBefore = Storage.Track(null);
        try
        {
            return ((IRepeatable)this).Again().Storage;
        }
        finally
        {
            Storage.Track(trackedBefore);
            GradientMode.Set(recordingBefore);
        }
    }
}
