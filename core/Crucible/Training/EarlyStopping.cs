using Crucible.Tensors;

namespace Crucible.Training;

/// <summary>Keeps the weights of the epoch with the lowest validation loss and says when patience is at its end.</summary>
internal sealed class EarlyStopping(IReadOnlyList<Tensor> parameters, double minimumImprovement)
{
    private Tensor[]? best;

    public int BestEpoch { get; private set; }

    public double BestLoss { get; private set; } = double.PositiveInfinity;

    /// <summary>The best weights in the parameters' order, or null before any epoch improved.</summary>
    public IReadOnlyList<Tensor>? Best => best;

    /// <summary>Takes an epoch's validation loss; NaN is no improvement.</summary>
    public void Observe(int epoch, double loss)
    {
        if (!(loss < BestLoss - minimumImprovement)) return;
        Set(epoch, loss, best ?? [.. parameters.Select(Tensor.ZerosLike)]);
        for (var i = 0; i < parameters.Count; i++) best![i].CopyInPlace(parameters[i]);
    }

    /// <summary>Whether more than <paramref name="patience"/> epochs went by without improvement.</summary>
    public bool IsExhausted(int epoch, int patience) => epoch - BestEpoch >= patience;

    /// <summary>Puts the best weights back.</summary>
    public void Restore()
    {
        for (var i = 0; i < best?.Length; i++) parameters[i].CopyInPlace(best[i]);
    }

    /// <summary>Continues from a checkpoint.</summary>
    public void Set(int epoch, double loss, Tensor[] weights) => (BestEpoch, BestLoss, best) = (epoch, loss, weights);
}
