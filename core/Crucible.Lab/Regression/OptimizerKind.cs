namespace Crucible.Lab.Regression;

/// <summary>An optimizer, by name.</summary>
public enum OptimizerKind
{
    /// <summary>Adam whose weight decay is apart from the gradient.</summary>
    AdamW,

    /// <summary>Adam with Keras' ε of 1e-7 and no weight decay.</summary>
    Adam,

    /// <summary>Gradient descent with momentum 0.9.</summary>
    Sgd,

    /// <summary>RMSProp, without weight decay.</summary>
    RmsProp,
}
