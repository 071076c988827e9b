namespace Crucible.Kernels;

/// <summary>Kernels work on pointers: sizes that do not fit their arrays must never get that far.</summary>
internal static class Check
{
    internal static void Length(string kernel, int length, long expected)
    {
        if (length != expected) throw new ArgumentException(Errors.Text($"{kernel}: an array must have {expected} elements, but has {length}"));
    }
}
