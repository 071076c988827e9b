using Crucible.Layers;
using Crucible.Tensors;

namespace Crucible.Models;

/// <summary>
/// The Transformer: vectors of the tokens times √W plus sinusoidal positions, an encoder, and a causal decoder that
/// attends to what the encoder made. Vaswani et al. 2017, §3; weights begin uniform after Glorot, the tokens' vectors
/// normal with standard deviation 1 / √W, as in its code.
/// </summary>
/// <remarks>
/// The source's padding is hidden by a mask from the encoder's self-attention and from the decoder. Behind a
/// translation, look-ahead hides it: a position sees none after it.
/// </remarks>
internal sealed class TransformerTranslator : Translator
{
    private readonly SinusoidalPositions position;
    private readonly TransformerEncoder encoder;
    private readonly TransformerDecoder decoder;

    public TransformerTranslator(TranslatorOptions options, Generator generator)
        : base(options, generator)
    {
        position = Child("position", new SinusoidalPositions(options.Context, options.Width, dtype: options.DType));
        encoder = Child("encoder", new TransformerEncoder(options.Layers, Blocks(isCausal: false), generator));
        decoder = Child("decoder", new TransformerDecoder(options.Layers, Blocks(isCausal: true), generator));

        TransformerOptions Blocks(bool isCausal) => new()
        {
            Width = options.Width,
            Heads = options.Heads,
            HiddenSize = options.HiddenSize,
            FeedForward = options.FeedForward,
            Placement = options.Placement,
            Dropout = options.Dropout,
            IsCausal = isCausal,
            DType = options.DType,
        };
    }

    public override int Longest => Options.Context;

    private protected override EncodedSource Encode(PaddedTokens source, Pass pass) =>
        new(source, encoder.Forward(Positioned(SourceVectors(source, pass), pass), MaskOf(source.Mask), pass));

    private protected override Tensor Decode(EncodedSource source, PaddedTokens target, Pass pass) => Decode(source, target.Ids, pass);

    /// <summary>
    /// The mean over the heads of the decoder's last layer but one, which agrees best with alignments that people draw
    /// (Garg et al. 2019, §4.1); of its only layer where there is one.
    /// </summary>
    private protected override Tensor Align(EncodedSource source, PaddedTokens target) => Tensor.Evaluate(() =>
    {
        AttentionMaps maps = new();
        Decode(source, target.Ids, Pass.Evaluation.With(maps));
        int layer = Math.Max(0, Options.Layers - 2);
        return maps.Weights[(2 * layer) + 1].Mean(1); // each layer notes its self-attention, then that to the memory
    });

    private protected override IDecodingState StartDecoding(EncodedSource source, int longest) =>
        new CachedDecoding(this, source, new KeyValueCache(longest));

    private Tensor Decode(EncodedSource source, Tensor ids, Pass pass) =>
        decoder.Forward(Positioned(TargetVectors(ids, pass), pass), source.States, null, MaskOf(source.Mask), pass);

    private Tensor Positioned(Tensor vectors, Pass pass)
    {
        Tensor x = position.Forward((vectors.AsInner() * Math.Sqrt(Options.Width)).AsInner(), pass).AsInner();
        return pass.IsTraining ? x.Dropout(Options.Dropout, pass.Generator).AsInner() : x;
    }

    /// <summary>[B, S] as attention takes it: [B, 1, 1, S].</summary>
    private static Tensor MaskOf(Tensor mask) => mask.Reshape(mask.Shape[0], 1, 1, mask.Shape[1]);

    /// <summary>Keeps the keys and values of the tokens, and those of the memory, which are computed once.</summary>
    private sealed class CachedDecoding(TransformerTranslator model, EncodedSource source, KeyValueCache cache) : Decoding(model, source)
    {
        protected override Tensor Next(Tensor tokens) => model.Decode(Source, tokens, Pass.Evaluation.With(cache)).Select(1, -1);

        protected override void Keep(ReadOnlySpan<int> rows, bool isSameSource) => cache.Select(rows, isMemorySame: isSameSource);
    }
}
