using System.Runtime.CompilerServices;

namespace Crucible.Kernels;

/// <summary>How loops over vectors are compiled.</summary>
internal static class Compiled
{
    /// <summary>
    /// With all optimizations at the first call, and never as a part of the caller. A program's profile makes the
    /// compiler put such loops into their callers, where its budget ends half-way: then every operation on a vector
    /// is a call, and a small network's training step took 2.4 to 6 times as long.
    /// </summary>
    internal const MethodImplOptions AtOnce = MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining;
}
