namespace Crucible.Lab.Regression;

/// <summary>How the columns of a table become inputs of a network. What is learned, is learned from training rows.</summary>
public enum FeatureScaling
{
    /// <summary>Each column to mean 0 and standard deviation 1.</summary>
    Standard,

    /// <summary>Each column to 0 to 1.</summary>
    MinMax,

    /// <summary>As they are, the target too.</summary>
    None,
}
