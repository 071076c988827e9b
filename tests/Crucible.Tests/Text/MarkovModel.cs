using Crucible.Models;
using Crucible.Tensors;
using Xunit;

namespace Crucible.Tests.Text;

/// <summary>
/// A language model of byte-sized ids whose next token depends on all tokens of its context, through a hash: wrong
/// context, wrong logits.
/// </summary>
internal sealed class MarkovModel(int vocabularySize, int contextLength, double spread = 3.0) : ILanguageModel
{
    public int VocabularySize => vocabularySize;

    public int ContextLength => contextLength;

    /// <summary>How many tokens were looked at in all: what caching saves.</summary>
    internal long TokensSeen { get; private set; }

    internal float[] LogitsAfter(IEnumerable<int> context)
    {
        ulong hash = context.Aggregate(14695981039346656037UL, (sum, token) => (sum ^ (ulong)(token + 1)) * 1099511628211UL);
        float[] logits = new float[vocabularySize];
        new Generator(hash).Normal(logits, 0, spread);
        return logits;
    }

    public Tensor NextLogits(Tensor tokens)
    {
        int[] ids = tokens.ToArray<int>();
        TokensSeen += ids.Length;
        Assert.Equal(1, tokens.Shape[0]);
        Assert.True(ids.Length <= contextLength);
        return Tensor.From(LogitsAfter(ids), 1, vocabularySize);
    }

    public IDecodingState StartDecoding() => new State(this, []);

    private sealed class State(MarkovModel model, List<int> tokens) : IDecodingState
    {
        public int Length => tokens.Count;

        public ReadOnlySpan<float> Append(ReadOnlySpan<int> added)
        {
            Assert.NotEqual(0, added.Length);
            tokens.AddRange(added);
            model.TokensSeen += added.Length;
            Assert.True(tokens.Count <= model.ContextLength);
            return model.LogitsAfter(tokens);
        }

        public IDecodingState Fork() => new State(model, [.. tokens]);
    }
}
