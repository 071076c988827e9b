namespace Crucible.Lab.Studies;

/// <summary>One dimension of the search space.</summary>
/// <param name="Name">The name it is asked by.</param>
/// <param name="Distribution">The values it can take.</param>
public sealed record Parameter(string Name, Distribution Distribution);
