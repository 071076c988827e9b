using Crucible.Layers;
using Crucible.Tensors;

namespace Crucible.Models;

/// <summary>
/// The recurrent encoder-decoder. The encoder reads the sentence in both directions; the last states of both, side by side,
/// are its summary, from which the decoder's first state is made: s = tanh(summary·M + b), a part for each layer. At every
/// step the decoder reads the last token's vector v and a context c, and the logits are made of
/// tanh([s, v, c]·R + b). The two kinds differ in the context alone:
/// <list type="bullet">
/// <item><see cref="TranslatorKind.Fixed"/>: c is the summary at every step, one vector for sentences of any length
/// (Cho et al. 2014, §2.2).</item>
/// <item><see cref="TranslatorKind.Attention"/>: c = Σ αⱼ·hⱼ over the encoder's states, weighed anew for every step by the
/// state before it (Bahdanau, Cho and Bengio 2015, §3.1).</item>
/// </list>
/// </summary>
/// <remarks>
/// Dropout falls on the tokens' vectors, between layers, and on what the logits are made of. Encoder and decoder have as many
/// layers, of width W in each direction; so a context has 2·W channels.
/// </remarks>
internal sealed class RecurrentTranslator : Translator
{
    private readonly Recurrent encoder;
    private readonly Recurrent decoder;
    private readonly Linear start;
    private readonly AdditiveAttention? attention;
    private readonly Linear readout;

    public RecurrentTranslator(TranslatorOptions options, Generator generator)
        : base(options, generator)
    {
        int width = options.Width, context = 2 * width;
        encoder = Child("encoder", Layers(width, isBidirectional: true));
        decoder = Child("decoder", Layers(width + context, isBidirectional: false));
        start = Child("start", new Linear(context, options.Layers * width, generator, new() { DType = options.DType }));
        attention = options.Kind == TranslatorKind.Attention
            ? Child("attention", new AdditiveAttention(width, context, width, generator, options.DType))
            : null;
        readout = Child("readout", new Linear((2 * width) + context, width, generator, new() { DType = options.DType }));

        Recurrent Layers(int inputs, bool isBidirectional)
        {
            RecurrentOptions layers = new()
            {
                Layers = options.Layers,
                IsBidirectional = isBidirectional,
                Dropout = options.Dropout,
                DType = options.DType,
            };
            return options.Cell.Create("translator", inputs, width, generator, layers);
        }
    }

    private protected override EncodedSource Encode(PaddedTokens source, Pass pass)
    {
        (Tensor states, RecurrentState last) = encoder.Forward(Dropped(SourceVectors(source, pass), pass), null, source.Lengths, pass);
        Tensor summary = Tensor.Concat([last.Hidden[^2], last.Hidden[^1]], 1); // [B, 2W]
        if (attention is null) return new(source, states, summary);
        // What a context adds to the decoder's gates is the weighted mean of what the states would add: one product for all steps.
        return new(source, states, summary, attention.Keys(states, pass), decoder.Map(states, Options.Width));
    }

    private protected override Tensor Decode(EncodedSource source, PaddedTokens target, Pass pass) =>
        Steps(source, First(source, pass), target.Ids, pass).Outputs;

    private protected override Tensor? Align(EncodedSource source, PaddedTokens target) => attention is null ? null : Tensor.Evaluate(() =>
    {
        AttentionMaps maps = new();
        Pass pass = Pass.Evaluation.With(maps);
        Steps(source, First(source, pass), target.Ids, pass);
        return Tensor.Concat(maps.Weights.Select(weights => weights.Squeeze(1)), 1); // of each step [B, 1, 1, S]
    });

    private protected override IDecodingState StartDecoding(EncodedSource source, int longest) => new StepwiseDecoding(this, source);

    /// <summary>The decoder's state before its first step; an LSTM's cells begin with zeros.</summary>
    private RecurrentState First(EncodedSource source, Pass pass)
    {
        Tensor[] hidden = [.. start.Forward(source.Start[0], pass).Tanh().Chunk(Options.Layers, 1)];
        return new(hidden, Options.Cell == RecurrentCellKind.Lstm ? [.. hidden.Select(Tensor.ZerosLike)] : null);
    }

    /// <summary>Goes on with tokens [B, T]: what the logits behind each are made of, [B, T, W], and the last state.</summary>
    private (Tensor Outputs, RecurrentState Last) Steps(EncodedSource source, RecurrentState state, Tensor ids, Pass pass)
    {
        Tensor vectors = Dropped(TargetVectors(ids, pass), pass); // [B, T, W]
        Tensor states, contexts; // [B, T, W] and [B, T, 2W]
        if (attention is null)
        {
            Tensor summary = source.Start[0];
            contexts = summary.Unsqueeze(1).Expand(ids.Shape[0], ids.Shape[1], summary.Shape[1]);
            (states, state) = decoder.Forward(Tensor.Concat([vectors, contexts], 2), state, null, pass);
        }
        else
        {
            (Tensor keys, Tensor mappedStates, Tensor mapped) = (source.Start[1], source.Start[2], decoder.Map(vectors, 0));
            List<Tensor> ofStep = [], weights = [];
            for (int t = 0; t < ids.Shape[1]; t++)
            {
                weights.Add(attention.Weights(state.Top.Unsqueeze(1), keys, source.Mask, pass)); // [B, 1, S]
                Tensor gates = mapped.Select(1, t) + weights[t].MatMul(mappedStates).Squeeze(1);
                (Tensor output, state) = decoder.MappedStep(gates, state, pass);
                ofStep.Add(output);
            }

            (states, contexts) = (Tensor.Stack(ofStep, 1), Tensor.Concat(weights, 1).MatMul(source.States));
        }

        return (Dropped(readout.Forward(Tensor.Concat([states, vectors, contexts], 2), pass).Tanh(), pass), state);
    }

    private Tensor Dropped(Tensor x, Pass pass) => pass.IsTraining ? x.Dropout(Options.Dropout, pass.Generator) : x;

    /// <summary>Keeps the decoder's state.</summary>
    private sealed class StepwiseDecoding(RecurrentTranslator model, EncodedSource source) : Decoding(model, source)
    {
        private RecurrentState? state;

        protected override Tensor Next(Tensor tokens)
        {
            Pass pass = Pass.Evaluation;
            (Tensor outputs, RecurrentState last) = model.Steps(Source, state ?? model.First(Source, pass), tokens, pass);
            state = last.Detach();
            return outputs.Select(1, -1);
        }

        protected override void Keep(ReadOnlySpan<int> rows, bool isSameSource) => state = state?.Rows(rows.ToArray());
    }
}
