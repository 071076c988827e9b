namespace Crucible.Tensors;

/// <summary>What a thread does with an operation besides computing it.</summary>
internal enum Recording
{
    /// <summary>Record it in the graph for backward, and carry tangents on.</summary>
    Graph,

    /// <summary>Only carry tangents on: forward mode needs no graph.</summary>
    Tangents,

    /// <summary>Nothing.</summary>
    None,
}
