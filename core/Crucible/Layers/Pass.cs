using System.Diagnostics.CodeAnalysis;
using Crucible.Tensors;

namespace Crucible.Layers;

/// <summary>
/// Says whether a forward pass trains or evaluates, and carries the randomness that training needs. It is handed from layer to layer, so that no
/// layer holds a mode that someone could forget to switch.
/// </summary>
public readonly struct Pass
{
    /// <summary>The pass that predicts: dropout does nothing, results depend on the input alone.</summary>
    public static Pass Evaluation => default;

    /// <summary>Where dropout draws from; null when evaluating.</summary>
    public Generator? Generator { get; private init; }

    /// <summary>Whether the pass trains.</summary>
    [MemberNotNullWhen(true, nameof(Generator))]
    public bool IsTraining => Generator is not null;

    /// <summary>Told what every layer computed, inner layers before outer ones, when someone asked for it.</summary>
    internal Action<Layer, Tensor>? Observer { get; private init; }

    /// <summary>A pass that trains.</summary>
    /// <param name="generator">Where dropout draws from; its state moves on.</param>
    /// <returns>The pass.</returns>
    public static Pass Training(Generator generator) => new() { Generator = generator };

    /// <summary>An evaluation that shows every layer's output.</summary>
    internal static Pass Observing(Action<Layer, Tensor> observer) => new() { Observer = observer };
}
