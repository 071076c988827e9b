using Bound = Microsoft.FSharp.Core.FSharpOption<int>;

namespace Crucible.Tensors;

/// <summary>Slices of five axes: F# asks for a method for each order of indices and ranges.</summary>
public sealed partial class Tensor
{
    /// <summary><c>t[a..b, a..b, a..b, a..b, a..b]</c> in F#.</summary>
    public Tensor GetSlice(
        Bound? fromI, Bound? toI, Bound? fromJ, Bound? toJ, Bound? fromK, Bound? toK, Bound? fromL, Bound? toL, Bound? fromM, Bound? toM) =>
        Cut(Range(fromI, toI), Range(fromJ, toJ), Range(fromK, toK), Range(fromL, toL), Range(fromM, toM));

    /// <summary><c>t[a..b, a..b, a..b, a..b, i]</c> in F#.</summary>
    public Tensor GetSlice(Bound? fromI, Bound? toI, Bound? fromJ, Bound? toJ, Bound? fromK, Bound? toK, Bound? fromL, Bound? toL, int m) =>
        Cut(Range(fromI, toI), Range(fromJ, toJ), Range(fromK, toK), Range(fromL, toL), At(m));

    /// <summary><c>t[a..b, a..b, a..b, i, a..b]</c> in F#.</summary>
    public Tensor GetSlice(Bound? fromI, Bound? toI, Bound? fromJ, Bound? toJ, Bound? fromK, Bound? toK, int l, Bound? fromM, Bound? toM) =>
        Cut(Range(fromI, toI), Range(fromJ, toJ), Range(fromK, toK), At(l), Range(fromM, toM));

    /// <summary><c>t[a..b, a..b, a..b, i, i]</c> in F#.</summary>
    public Tensor GetSlice(Bound? fromI, Bound? toI, Bound? fromJ, Bound? toJ, Bound? fromK, Bound? toK, int l, int m) =>
        Cut(Range(fromI, toI), Range(fromJ, toJ), Range(fromK, toK), At(l), At(m));

    /// <summary><c>t[a..b, a..b, i, a..b, a..b]</c> in F#.</summary>
    public Tensor GetSlice(Bound? fromI, Bound? toI, Bound? fromJ, Bound? toJ, int k, Bound? fromL, Bound? toL, Bound? fromM, Bound? toM) =>
        Cut(Range(fromI, toI), Range(fromJ, toJ), At(k), Range(fromL, toL), Range(fromM, toM));

    /// <summary><c>t[a..b, a..b, i, a..b, i]</c> in F#.</summary>
    public Tensor GetSlice(Bound? fromI, Bound? toI, Bound? fromJ, Bound? toJ, int k, Bound? fromL, Bound? toL, int m) =>
        Cut(Range(fromI, toI), Range(fromJ, toJ), At(k), Range(fromL, toL), At(m));

    /// <summary><c>t[a..b, a..b, i, i, a..b]</c> in F#.</summary>
    public Tensor GetSlice(Bound? fromI, Bound? toI, Bound? fromJ, Bound? toJ, int k, int l, Bound? fromM, Bound? toM) =>
        Cut(Range(fromI, toI), Range(fromJ, toJ), At(k), At(l), Range(fromM, toM));

    /// <summary><c>t[a..b, a..b, i, i, i]</c> in F#.</summary>
    public Tensor GetSlice(Bound? fromI, Bound? toI, Bound? fromJ, Bound? toJ, int k, int l, int m) =>
        Cut(Range(fromI, toI), Range(fromJ, toJ), At(k), At(l), At(m));

    /// <summary><c>t[a..b, i, a..b, a..b, a..b]</c> in F#.</summary>
    public Tensor GetSlice(Bound? fromI, Bound? toI, int j, Bound? fromK, Bound? toK, Bound? fromL, Bound? toL, Bound? fromM, Bound? toM) =>
        Cut(Range(fromI, toI), At(j), Range(fromK, toK), Range(fromL, toL), Range(fromM, toM));

    /// <summary><c>t[a..b, i, a..b, a..b, i]</c> in F#.</summary>
    public Tensor GetSlice(Bound? fromI, Bound? toI, int j, Bound? fromK, Bound? toK, Bound? fromL, Bound? toL, int m) =>
        Cut(Range(fromI, toI), At(j), Range(fromK, toK), Range(fromL, toL), At(m));

    /// <summary><c>t[a..b, i, a..b, i, a..b]</c> in F#.</summary>
    public Tensor GetSlice(Bound? fromI, Bound? toI, int j, Bound? fromK, Bound? toK, int l, Bound? fromM, Bound? toM) =>
        Cut(Range(fromI, toI), At(j), Range(fromK, toK), At(l), Range(fromM, toM));

    /// <summary><c>t[a..b, i, a..b, i, i]</c> in F#.</summary>
    public Tensor GetSlice(Bound? fromI, Bound? toI, int j, Bound? fromK, Bound? toK, int l, int m) =>
        Cut(Range(fromI, toI), At(j), Range(fromK, toK), At(l), At(m));

    /// <summary><c>t[a..b, i, i, a..b, a..b]</c> in F#.</summary>
    public Tensor GetSlice(Bound? fromI, Bound? toI, int j, int k, Bound? fromL, Bound? toL, Bound? fromM, Bound? toM) =>
        Cut(Range(fromI, toI), At(j), At(k), Range(fromL, toL), Range(fromM, toM));

    /// <summary><c>t[a..b, i, i, a..b, i]</c> in F#.</summary>
    public Tensor GetSlice(Bound? fromI, Bound? toI, int j, int k, Bound? fromL, Bound? toL, int m) =>
        Cut(Range(fromI, toI), At(j), At(k), Range(fromL, toL), At(m));

    /// <summary><c>t[a..b, i, i, i, a..b]</c> in F#.</summary>
    public Tensor GetSlice(Bound? fromI, Bound? toI, int j, int k, int l, Bound? fromM, Bound? toM) =>
        Cut(Range(fromI, toI), At(j), At(k), At(l), Range(fromM, toM));

    /// <summary><c>t[a..b, i, i, i, i]</c> in F#.</summary>
    public Tensor GetSlice(Bound? fromI, Bound? toI, int j, int k, int l, int m) =>
        Cut(Range(fromI, toI), At(j), At(k), At(l), At(m));

    /// <summary><c>t[i, a..b, a..b, a..b, a..b]</c> in F#.</summary>
    public Tensor GetSlice(int i, Bound? fromJ, Bound? toJ, Bound? fromK, Bound? toK, Bound? fromL, Bound? toL, Bound? fromM, Bound? toM) =>
        Cut(At(i), Range(fromJ, toJ), Range(fromK, toK), Range(fromL, toL), Range(fromM, toM));

    /// <summary><c>t[i, a..b, a..b, a..b, i]</c> in F#.</summary>
    public Tensor GetSlice(int i, Bound? fromJ, Bound? toJ, Bound? fromK, Bound? toK, Bound? fromL, Bound? toL, int m) =>
        Cut(At(i), Range(fromJ, toJ), Range(fromK, toK), Range(fromL, toL), At(m));

    /// <summary><c>t[i, a..b, a..b, i, a..b]</c> in F#.</summary>
    public Tensor GetSlice(int i, Bound? fromJ, Bound? toJ, Bound? fromK, Bound? toK, int l, Bound? fromM, Bound? toM) =>
        Cut(At(i), Range(fromJ, toJ), Range(fromK, toK), At(l), Range(fromM, toM));

    /// <summary><c>t[i, a..b, a..b, i, i]</c> in F#.</summary>
    public Tensor GetSlice(int i, Bound? fromJ, Bound? toJ, Bound? fromK, Bound? toK, int l, int m) =>
        Cut(At(i), Range(fromJ, toJ), Range(fromK, toK), At(l), At(m));

    /// <summary><c>t[i, a..b, i, a..b, a..b]</c> in F#.</summary>
    public Tensor GetSlice(int i, Bound? fromJ, Bound? toJ, int k, Bound? fromL, Bound? toL, Bound? fromM, Bound? toM) =>
        Cut(At(i), Range(fromJ, toJ), At(k), Range(fromL, toL), Range(fromM, toM));

    /// <summary><c>t[i, a..b, i, a..b, i]</c> in F#.</summary>
    public Tensor GetSlice(int i, Bound? fromJ, Bound? toJ, int k, Bound? fromL, Bound? toL, int m) =>
        Cut(At(i), Range(fromJ, toJ), At(k), Range(fromL, toL), At(m));

    /// <summary><c>t[i, a..b, i, i, a..b]</c> in F#.</summary>
    public Tensor GetSlice(int i, Bound? fromJ, Bound? toJ, int k, int l, Bound? fromM, Bound? toM) =>
        Cut(At(i), Range(fromJ, toJ), At(k), At(l), Range(fromM, toM));

    /// <summary><c>t[i, a..b, i, i, i]</c> in F#.</summary>
    public Tensor GetSlice(int i, Bound? fromJ, Bound? toJ, int k, int l, int m) =>
        Cut(At(i), Range(fromJ, toJ), At(k), At(l), At(m));

    /// <summary><c>t[i, i, a..b, a..b, a..b]</c> in F#.</summary>
    public Tensor GetSlice(int i, int j, Bound? fromK, Bound? toK, Bound? fromL, Bound? toL, Bound? fromM, Bound? toM) =>
        Cut(At(i), At(j), Range(fromK, toK), Range(fromL, toL), Range(fromM, toM));

    /// <summary><c>t[i, i, a..b, a..b, i]</c> in F#.</summary>
    public Tensor GetSlice(int i, int j, Bound? fromK, Bound? toK, Bound? fromL, Bound? toL, int m) =>
        Cut(At(i), At(j), Range(fromK, toK), Range(fromL, toL), At(m));

    /// <summary><c>t[i, i, a..b, i, a..b]</c> in F#.</summary>
    public Tensor GetSlice(int i, int j, Bound? fromK, Bound? toK, int l, Bound? fromM, Bound? toM) =>
        Cut(At(i), At(j), Range(fromK, toK), At(l), Range(fromM, toM));

    /// <summary><c>t[i, i, a..b, i, i]</c> in F#.</summary>
    public Tensor GetSlice(int i, int j, Bound? fromK, Bound? toK, int l, int m) =>
        Cut(At(i), At(j), Range(fromK, toK), At(l), At(m));

    /// <summary><c>t[i, i, i, a..b, a..b]</c> in F#.</summary>
    public Tensor GetSlice(int i, int j, int k, Bound? fromL, Bound? toL, Bound? fromM, Bound? toM) =>
        Cut(At(i), At(j), At(k), Range(fromL, toL), Range(fromM, toM));

    /// <summary><c>t[i, i, i, a..b, i]</c> in F#.</summary>
    public Tensor GetSlice(int i, int j, int k, Bound? fromL, Bound? toL, int m) =>
        Cut(At(i), At(j), At(k), Range(fromL, toL), At(m));

    /// <summary><c>t[i, i, i, i, a..b]</c> in F#.</summary>
    public Tensor GetSlice(int i, int j, int k, int l, Bound? fromM, Bound? toM) =>
        Cut(At(i), At(j), At(k), At(l), Range(fromM, toM));
}
