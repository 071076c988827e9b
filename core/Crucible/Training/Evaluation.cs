using Crucible.Layers;
using Crucible.Tensors;

namespace Crucible.Training;

/// <summary>Losses of a model as it is, without dropout and without a graph.</summary>
public static class Evaluation
{
    /// <summary>The mean loss over all items of some data.</summary>
    /// <param name="model">The model.</param>
    /// <param name="data">The data: rows, windows of a text.</param>
    /// <param name="loss">Takes prediction and target and returns their mean loss as a scalar.</param>
    /// <returns>The loss; nats per token for windows of a text and a cross-entropy.</returns>
    public static double Loss(Layer model, IBatches data, Func<Tensor, Tensor, Tensor> loss) =>
        Loss(data, batch => loss(model.Forward(batch.Inputs, Pass.Evaluation), batch.Targets));

    /// <summary>Nats per token at each position of consecutive windows: how much a longer context helps.</summary>
    /// <param name="model">Maps int32 tokens [B, T] to logits [B, T, V].</param>
    /// <param name="windows">The text; a last window that is shorter is left out.</param>
    /// <returns>The mean cross-entropy at each of the windows' T positions.</returns>
    public static double[] LossByPosition(Layer model, TokenWindows windows)
    {
        double[] totals = new double[windows.Length];
        int count = 0;
        foreach (Batch? batch in windows.InOrder().Where(batch => batch.Inputs.Shape[1] == windows.Length))
        {
            Tensor sums = Tensor.Evaluate(() =>
                Layers.Loss.CrossEntropy(model.Forward(batch.Inputs, Pass.Evaluation), batch.Targets, LossReduction.None).Sum(0));
            foreach ((int position, double sum) in sums.ToArray().Index()) totals[position] += sum;
            count += batch.Inputs.Shape[0];
            sums.Release();
            batch.Release();
        }

        return [.. totals.Select(total => total / count)];
    }

    internal static double Loss(IBatches data, Func<Batch, Tensor> loss)
    {
        (double total, long items) = (0.0, 0L);
        foreach (Batch batch in data.InOrder())
        {
            total += batch.Items * TrainingStep.LossOf(Tensor.Evaluate(() => loss(batch)));
            items += batch.Items;
            batch.Release();
        }

        return total / items;
    }
}
