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
        TokensSeen += tokens.ElementCount;
        Assert.True(tokens.Shape[1] <= contextLength);
        return Tensor.From(
            [.. tokens.ToArray<int>().Chunk(tokens.Shape[1]).SelectMany(LogitsAfter)], tokens.Shape[0], vocabularySize);
    }

    public IDecodingState StartDecoding(int rows) => new State(this, [.. Enumerable.Range(0, rows).Select(_ => Array.Empty<int>())]);

    private sealed class State(MarkovModel model, int[][] tokens) : IDecodingState
    {
        public int Rows => tokens.Length;

        public int Length => tokens[0].Length;

        public ReadOnlySpan<float> Append(ReadOnlySpan<int> added)
        {
            Assert.NotEqual(0, added.Length);
            int[][] parts = [.. added.ToArray().Chunk(added.Length / Rows)];
            tokens = [.. tokens.Zip(parts, (row, part) => (int[])[.. row, .. part])];
            model.TokensSeen += added.Length;
            Assert.True(Length <= model.ContextLength);
            return tokens.SelectMany(model.LogitsAfter).ToArray();
        }

        public void Select(ReadOnlySpan<int> rows) => tokens = [.. rows.ToArray().Select(row => tokens[row])];
    }
}
