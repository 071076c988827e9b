namespace Crucible.Kernels;

/// <summary>
/// Copies and fills long arrays, in the parts and on the threads on which elementwise operations run, so that a part
/// stays in one core's caches.
/// </summary>
internal static unsafe class Bulk
{
    /// <summary>
    /// Copies <paramref name="source"/> to <paramref name="target"/>, which is equally long, and may be the same but
    /// must not overlap it in part.
    /// </summary>
    internal static void Copy<T>(ReadOnlySpan<T> source, Span<T> target) where T : unmanaged
    {
        Check.Length("copy", target.Length, source.Length);
        fixed (T* from = source, to = target)
        {
            CopyJob<T> job = new(from, to, source.Length);
            Workers.Run(ref job, Vectorized.Parts(source.Length));
        }
    }

    /// <summary>Sets every element to <paramref name="value"/>.</summary>
    internal static void Fill<T>(Span<T> target, T value) where T : unmanaged
    {
        fixed (T* to = target)
        {
            FillJob<T> job = new(to, target.Length, value);
            Workers.Run(ref job, Vectorized.Parts(target.Length));
        }
    }

    private static (int Start, int Length) Part(int part, int length)
    {
        int start = part * Vectorized.PartLength;
        return (start, Math.Min(Vectorized.PartLength, length - start));
    }

    private readonly struct CopyJob<T>(T* from, T* to, int length) : IJob where T : unmanaged
    {
        public void Run(int part)
        {
            (int start, int count) = Part(part, length);
            new ReadOnlySpan<T>(from + start, count).CopyTo(new(to + start, count));
        }
    }

    private readonly struct FillJob<T>(T* to, int length, T value) : IJob where T : unmanaged
    {
        public void Run(int part)
        {
            (int start, int count) = Part(part, length);
            new Span<T>(to + start, count).Fill(value);
        }
    }
}
