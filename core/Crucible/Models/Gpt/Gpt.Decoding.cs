using Crucible.Layers;
using Crucible.Tensors;

namespace Crucible.Models;

/// <content>Text generation.</content>
public sealed partial class Gpt : ILanguageModel
{
    /// <inheritdoc/>
    int ILanguageModel.VocabularySize => Options.Vocabulary;

    /// <inheritdoc/>
    int ILanguageModel.ContextLength => Options.Context;

    /// <inheritdoc/>
    Tensor ILanguageModel.NextLogits(Tensor tokens) => NextLogits(tokens, Pass.Evaluation);

    /// <inheritdoc/>
    IDecodingState ILanguageModel.StartDecoding() => new Decoding(this, new KeyValueCache(Options.Context));

    private sealed class Decoding(Gpt model, KeyValueCache cache) : IDecodingState
    {
        private float[] logits = [];

        public int Length => cache.Length;

        public ReadOnlySpan<float> Append(ReadOnlySpan<int> tokens)
        {
            var input = Tensor.From(tokens, 1, tokens.Length);
            var output = Tensor.Evaluate(() => model.NextLogits(input, Pass.Evaluation.With(cache)));
            logits = output.ToArray<float>();
            output.Release();
            input.Release();
            return logits;
        }

        public IDecodingState Fork() => new Decoding(model, cache.Copy());
    }
}
