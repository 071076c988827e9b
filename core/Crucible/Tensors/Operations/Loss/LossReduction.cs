namespace Crucible.Tensors;

/// <summary>What a loss makes of the losses of its rows or elements.</summary>
public enum LossReduction
{
    /// <summary>Their mean (with class weights: the weighted mean), a scalar.</summary>
    Mean,

    /// <summary>Their sum, a scalar.</summary>
    Sum,

    /// <summary>All of them, one by one.</summary>
    None,
}
