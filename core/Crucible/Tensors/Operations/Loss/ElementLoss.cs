using Crucible.Kernels;

namespace Crucible.Tensors;

/// <summary>What the losses of element against element share.</summary>
internal static class ElementLoss
{
    /// <summary>Refuses a target that does not match the prediction.</summary>
    public static void Check(string operation, Tensor prediction, Tensor target)
    {
        if (!prediction.Shape.Equals(target.Shape)) throw Errors.LossShapes(operation, prediction.Shape, target.Shape);
        if (prediction.DType != target.DType) throw Errors.DTypes(operation, prediction.DType, target.DType);
        prediction.RequireFloat(operation);
    }

    /// <summary>The sum of the losses times a number, as a scalar; the losses are released.</summary>
    public static Tensor Total(Tensor losses, double factor)
    {
        var sum = losses.DType == DType.Float32 ? Reduce.Sum<float>(losses.Data<float>()) : Reduce.Sum<double>(losses.Data<double>());
        var result = Tensor.Scalar(sum * factor, losses.DType);
        losses.Storage.Release();
        return result;
    }

    /// <summary>What the sum over the elements is multiplied by.</summary>
    public static double Factor(this LossReduction reduction, int count) => reduction == LossReduction.Mean ? 1.0 / count : 1.0;
}
