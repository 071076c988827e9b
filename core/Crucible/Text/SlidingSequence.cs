using System.Runtime.InteropServices;
using Crucible.Models;
using Crucible.Tensors;

namespace Crucible.Text;

/// <summary>
/// A sequence of any length before a model of limited context: when the context is full, the model goes on with its later half. The positions that the
/// model sees depend on the number of tokens alone, so that a kept state and a fresh pass over the same tokens are the same.
/// </summary>
internal sealed class SlidingSequence
{
    private readonly ILanguageModel model;
    private readonly bool usesCache;
    private readonly List<int> tokens;
    private int start; // of the part that the model sees
    private IDecodingState? state;

    internal SlidingSequence(ILanguageModel model, bool usesCache, IEnumerable<int> prompt)
    {
        (this.model, this.usesCache) = (model, usesCache);
        tokens = [.. prompt];
        start = Math.Max(0, tokens.Count - model.ContextLength);
    }

    private SlidingSequence(SlidingSequence other)
    {
        (model, usesCache, start) = (other.model, other.usesCache, other.start);
        tokens = [.. other.tokens];
        state = other.state?.Fork();
    }

    /// <summary>All tokens, the prompt's too.</summary>
    internal IReadOnlyList<int> Tokens => tokens;

    internal SlidingSequence Fork() => new(this);

    internal void Add(int token)
    {
        tokens.Add(token);
        if (tokens.Count - start <= model.ContextLength) return;
        start = tokens.Count - Math.Max(1, model.ContextLength / 2);
        state = null;
    }

    /// <summary>The logits [V] of the token after the last one; readable until the next call.</summary>
    internal ReadOnlySpan<float> NextLogits()
    {
        ReadOnlySpan<int> seen = CollectionsMarshal.AsSpan(tokens)[start..];
        if (!usesCache) return Fresh(seen);
        state ??= model.StartDecoding();
        return state.Append(seen[state.Length..]);
    }

    private float[] Fresh(ReadOnlySpan<int> seen)
    {
        Tensor input = Tensor.From(seen.ToArray(), 1, seen.Length);
        Tensor last = Tensor.Evaluate(() => model.NextLogits(input));
        float[] logits = last.ToArray<float>();
        last.Release();
        input.Release();
        return logits;
    }
}
