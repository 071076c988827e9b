using Crucible.Tensors;

namespace Crucible.Training;

/// <summary>What training asks of its rows.</summary>
internal static class TrainingData
{
    /// <summary>Refuses empty data, unequal numbers of rows, and values that are not finite.</summary>
    public static void Check(Tensor x, Tensor y, string operation)
    {
        if (x.Rank == 0 || y.Rank == 0 || x.Shape[0] == 0) throw Errors.TooFew(operation, "rows", 1, x.Rank == 0 ? 0 : x.Shape[0]);
        if (x.Shape[0] != y.Shape[0]) throw Errors.DataSizes(operation, "inputs and targets must have equally many rows", Errors.Text($"there are {x.Shape[0]} and {y.Shape[0]}"));
        CheckFinite(x, operation, "the inputs");
        CheckFinite(y, operation, "the targets");
    }

    private static void CheckFinite(Tensor values, string operation, string name)
    {
        if (!values.DType.IsFloat() || values.AllFinite()) return;
        var position = 0;
        while (double.IsFinite(values.Element(position))) position++;
        var rowLength = values.ElementCount / values.Shape[0];
        throw Errors.DataSizes(operation, Errors.Text($"{name} must be finite"), Errors.Text($"row {position / rowLength} holds {values.Element(position)} in column {position % rowLength}; fill or drop missing values first"));
    }
}
