using Crucible.Files;
using Crucible.Layers;
using Crucible.Tensors;

namespace Crucible.Models;

/// <summary>
/// A model that translates: an encoder reads the sentence, a decoder writes the translation token by token. Three kinds
/// stand behind this class, and what uses it (loss, search, files) does not know which: recurrent with one fixed
/// context vector, recurrent with attention, and the Transformer.
/// </summary>
/// <remarks>
/// Sentences of unequal length stand in one tensor of ids, padded behind with <see cref="Padding"/>, which
/// <see cref="Pad"/> does. No id of the vocabulary is spent on it, and no output depends on it: the encoder's positions
/// hide it by a mask, or end before it; behind a translation the look-ahead mask hides it.
/// </remarks>
/// <example><code>
/// let model = Translator.Create(TranslatorOptions(Kind = TranslatorKind.Transformer, Vocabulary = vocabulary.Sizes), generator) // F#
/// let loss = model.Loss(source, target, Pass.Training generator, labelSmoothing = 0.1)
/// </code></example>
public abstract class Translator : Layer, IFileMetadata
{
    /// <summary>What stands in a tensor of ids behind the end of a sentence.</summary>
    public const int Padding = -1;

    private readonly Embedding sourceToken;
    private readonly Embedding targetToken;
    private readonly Linear? head;

    private protected Translator(TranslatorOptions options, Generator generator)
    {
        options.Check();
        Options = options;
        Initializer weight = Initializer.Normal(0.0, 1.0 / Math.Sqrt(options.Width));
        TranslatorVocabulary sizes = options.Vocabulary;
        sourceToken = Child(sizes.IsJoint ? "token" : "sourceToken", Table(sizes.Source));
        targetToken = sizes.IsJoint ? sourceToken : Child("targetToken", Table(sizes.Target));
        head = options.IsTied
            ? null
            : Child("head", new Linear(options.Width, sizes.Target, generator, new() { HasBias = false, DType = options.DType }));

        Embedding Table(int count) => new(count, options.Width, generator, weight, options.DType);
    }

    /// <summary>The options it was made with.</summary>
    public TranslatorOptions Options { get; }

    /// <summary>The most tokens of a sentence or translation that the model can take.</summary>
    public virtual int Longest => int.MaxValue;

    /// <inheritdoc/>
    IReadOnlyDictionary<string, string> IFileMetadata.FileMetadata => TranslatorFile.Metadata(this);

    /// <summary>A model with fresh parameters of the kind that the options name.</summary>
    /// <param name="options">Kind and sizes.</param>
    /// <param name="generator">Where the first values come from; its state moves on.</param>
    /// <returns>The model.</returns>
    /// <exception cref="OptionException">A number is out of range.</exception>
    public static Translator Create(TranslatorOptions options, Generator generator) => options.Kind switch
    {
        TranslatorKind.Fixed or TranslatorKind.Attention => new RecurrentTranslator(options, generator),
        TranslatorKind.Transformer => new TransformerTranslator(options, generator),
        _ => throw Naming.NoMember("translator", options.Kind),
    };

    /// <summary>Sentences of unequal length in one tensor, the shorter ones padded behind.</summary>
    /// <param name="sentences">Token ids, one or more a sentence.</param>
    /// <returns>int32 [B, T], T that of the longest.</returns>
    /// <exception cref="DataException">There is no sentence.</exception>
    public static Tensor Pad(IReadOnlyList<IReadOnlyList<int>> sentences)
    {
        if (sentences.Count == 0) throw Errors.TooFew("translator", "sentences", 1, 0);
        int length = sentences.Max(sentence => sentence.Count);
        int[] ids = new int[sentences.Count * length];
        Array.Fill(ids, Padding);
        for (int row = 0; row < sentences.Count; row++)
            for (int t = 0; t < sentences[row].Count; t++) ids[(row * length) + t] = sentences[row][t];
        return Tensor.From(ids, sentences.Count, length);
    }

    /// <summary>Reads sentences.</summary>
    /// <param name="source">int32 [B, S], padded behind.</param>
    /// <param name="pass">Training or evaluation.</param>
    /// <returns>What the decoder needs of them.</returns>
    /// <exception cref="CrucibleException">
    /// A sentence is empty or longer than <see cref="Longest"/>, or an id is not in the vocabulary.
    /// </exception>
    public EncodedSource Encode(Tensor source, Pass pass)
    {
        EncodedSource? encoded = null;
        Run(pass, () => (encoded = Encode(new PaddedTokens(source, Longest), pass)).States);
        return encoded!;
    }

    /// <summary>The logits of every next token of translations that are known: what training compares.</summary>
    /// <param name="source">The sentences.</param>
    /// <param name="target">int32 [B, T], padded behind: a start token, then the translation.</param>
    /// <param name="pass">Training or evaluation.</param>
    /// <returns>Logits [B, T, V], those at position t being of the token at t + 1 given the tokens 0 … t.</returns>
    /// <exception cref="CrucibleException">
    /// A translation is empty or longer than <see cref="Longest"/>, or does not fit the sentences.
    /// </exception>
    public Tensor Logits(EncodedSource source, Tensor target, Pass pass) =>
        Run(pass, () => Output(Decode(source, Tokens(source, target), pass), pass));

    /// <summary>
    /// What the model looks at as it writes known translations, in evaluation: row t says how the token at t + 1 draws
    /// on the source's tokens.
    /// </summary>
    /// <param name="source">The sentences.</param>
    /// <param name="target">int32 [B, T], padded behind: a start token, then the translation.</param>
    /// <returns>Weights [B, T, S], whose rows sum to 1; null where the kind has no attention.</returns>
    /// <exception cref="CrucibleException">As for <see cref="Logits"/>.</exception>
    public Tensor? Alignment(EncodedSource source, Tensor target) => Align(source, Tokens(source, target));

    /// <summary>
    /// The mean cross-entropy of translations, a nat a token: -Σ q·ln softmax(logits), where q is 1 - ε on the right token
    /// plus ε / V on every token; padding does not count. Vaswani et al. 2017, §5.4.
    /// </summary>
    /// <param name="source">int32 [B, S], padded behind.</param>
    /// <param name="target">int32 [B, T], padded behind: start token, translation, end token. T at least 2.</param>
    /// <param name="pass">Training or evaluation.</param>
    /// <param name="labelSmoothing">ε, from 0 to 1, in training; an evaluation measures the plain cross-entropy.</param>
    /// <returns>A scalar.</returns>
    /// <exception cref="CrucibleException">Sentences or translations do not fit the model.</exception>
    public Tensor Loss(Tensor source, Tensor target, Pass pass, double labelSmoothing = 0.0)
    {
        if (target.Rank != 2 || target.Shape[1] < 2) throw Errors.SentenceTokens("[sentences, 2 or more tokens]", target.Shape);
        Tensor logits = Logits(Encode(source, pass), target.Slice(1, 0, target.Shape[1] - 1), pass);
        return logits.CrossEntropy(
            target.Slice(1, 1), labelSmoothing: pass.IsTraining ? labelSmoothing : 0.0, ignoredIndex: Padding);
    }

    /// <summary>Translations of some sentences, empty so far, that are continued token by token; what was computed is kept.</summary>
    /// <param name="source">int32 [B, S], padded behind; a row of the state for each.</param>
    /// <param name="longest">The most tokens that will be appended, the start token too; at most <see cref="Longest"/>.</param>
    /// <returns>The state.</returns>
    /// <exception cref="CrucibleException">A sentence is empty or too long.</exception>
    public IDecodingState StartDecoding(Tensor source, int longest)
    {
        EncodedSource? encoded = null;
        Tensor.Evaluate(() => (encoded = Encode(source, Pass.Evaluation).Detached()).States);
        return StartDecoding(encoded!, longest);
    }

    /// <summary>The logits of a sentence behind itself, as if it were its own translation.</summary>
    /// <param name="x">int32 [B, T], padded behind.</param>
    /// <param name="pass">Training or evaluation.</param>
    /// <returns>Logits [B, T, V].</returns>
    protected override Tensor Compute(Tensor x, Pass pass) => Logits(Encode(x, pass), x, pass);

    /// <summary>The encoder.</summary>
    private protected abstract EncodedSource Encode(PaddedTokens source, Pass pass);

    /// <summary>What the logits are made of at every position of a translation, [B, T, W].</summary>
    private protected abstract Tensor Decode(EncodedSource source, PaddedTokens target, Pass pass);

    /// <summary>The weights of <see cref="Alignment"/>.</summary>
    private protected abstract Tensor? Align(EncodedSource source, PaddedTokens target);

    /// <summary>Empty translations of what was read.</summary>
    private protected abstract IDecodingState StartDecoding(EncodedSource source, int longest);

    /// <summary>The vectors of a sentence's tokens, [B, S, W].</summary>
    private protected Tensor SourceVectors(PaddedTokens source, Pass pass) => sourceToken.Forward(source.Ids, pass);

    /// <summary>The vectors of a translation's tokens, [B, T, W].</summary>
    private protected Tensor TargetVectors(Tensor ids, Pass pass) => targetToken.Forward(ids, pass);

    /// <summary>The logits [… V] for [… W].</summary>
    private Tensor Output(Tensor x, Pass pass)
    {
        if (head is not null) return head.Forward(x, pass);
        // A few rows are summed in another order when the matrix is read transposed; turned around before, they have the
        // same bits alone and beside others.
        return x.ElementCount <= Kernels.MatMul.FewRows * Options.Width
            ? x.MatMul(targetToken.Weight.Transpose(0, 1))
            : x.MatMul(targetToken.Weight, transposeB: true, precision: pass.Precision);
    }

    private PaddedTokens Tokens(EncodedSource source, Tensor target)
    {
        PaddedTokens tokens = new(target, Longest);
        int sentences = source.Lengths.Count;
        return tokens.Lengths.Count == sentences ? tokens : throw Errors.Translations(sentences, tokens.Lengths.Count);
    }

    /// <summary>Translations that are continued token by token; each kind says what it keeps of them.</summary>
    private protected abstract class Decoding : IDecodingState
    {
        private readonly Tensor weight; // of the output, [W, V]
        private float[] logits = [];

        protected Decoding(Translator model, EncodedSource source)
        {
            using IDisposable off = Tensor.NoGrad();
            weight = (model.head?.Parameters[0] ?? model.targetToken.Weight.Transpose(0, 1)).Detach();
            Source = source;
        }

        public int Rows => Source.Lengths.Count;

        public int Length { get; private set; }

        /// <summary>The sentence of each row.</summary>
        protected EncodedSource Source { get; private set; }

        public ReadOnlySpan<float> Append(ReadOnlySpan<int> tokens)
        {
            Tensor input = Tensor.From(tokens, Rows, tokens.Length / Rows);
            Tensor output = Tensor.Evaluate(() => Next(input).MatMul(weight));
            logits = output.ToArray<float>();
            Length += input.Shape[1];
            output.Release();
            input.Release();
            return logits;
        }

        public void Keep(ReadOnlySpan<int> rows)
        {
            EncodedSource before = Source;
            Source = Source.Rows(rows.ToArray());
            Keep(rows, isSameSource: ReferenceEquals(Source, before));
        }

        /// <summary>What the logits behind new tokens [rows, T] are made of, [rows, W].</summary>
        protected abstract Tensor Next(Tensor tokens);

        /// <summary>Keeps some rows; perhaps they are of the same sentences in the same order as before.</summary>
        protected abstract void Keep(ReadOnlySpan<int> rows, bool isSameSource);
    }
}
