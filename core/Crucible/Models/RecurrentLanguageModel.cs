using Crucible.Layers;
using Crucible.Tensors;

namespace Crucible.Models;

/// <summary>
/// A recurrent language model: int32 tokens [B, T] to logits [B, T, V], those at position t being of the token at t + 1
/// given tokens 0 … t. The tokens' vectors <c>token</c>, recurrent layers <c>layers</c>, and the output map <c>head</c>
/// (Mikolov et al. 2010; with LSTMs and dropout Zaremba et al. 2014). Every text begins with a state of zeros; there is no
/// limit to its length.
/// </summary>
/// <remarks>
/// Dropout falls on the tokens' vectors, between layers, and on what the logits are made of. An LSTM begins with a bias of 1
/// for its forget gates.
/// </remarks>
/// <example><code>
/// let options = RecurrentLanguageModelOptions(Vocabulary = 65, Cell = RecurrentCellKind.Lstm)     // F#
/// let logits = RecurrentLanguageModel(options, Generator 1UL).Forward tokens                      // [B, T, 65]
/// </code></example>
public sealed class RecurrentLanguageModel : Layer, ILanguageModel
{
    private readonly Embedding token;
    private readonly Recurrent layers;
    private readonly Linear head;

    /// <summary>A model with fresh parameters.</summary>
    /// <param name="options">Sizes and kind.</param>
    /// <param name="generator">Where the first values come from; its state moves on.</param>
    /// <exception cref="OptionException">A number is out of range.</exception>
    public RecurrentLanguageModel(RecurrentLanguageModelOptions options, Generator generator)
    {
        Options = options;
        options.Check();
        int width = options.Width;
        RecurrentOptions inner = new()
        {
            Layers = options.Layers,
            Dropout = options.Dropout,
            Bias = options.Cell == RecurrentCellKind.Lstm ? LstmCell.RememberingBias : null,
            DType = options.DType,
        };
        token = Child("token", new Embedding(options.Vocabulary, width, generator, dtype: options.DType));
        layers = Child("layers", options.Cell.Create(RecurrentLanguageModelOptions.Name, width, width, generator, inner));
        head = Child("head", new Linear(width, options.Vocabulary, generator, new() { DType = options.DType }));
    }

    /// <summary>The options it was made with.</summary>
    public RecurrentLanguageModelOptions Options { get; }

    /// <inheritdoc/>
    int ILanguageModel.VocabularySize => Options.Vocabulary;

    /// <inheritdoc/>
    int ILanguageModel.ContextLength => int.MaxValue;

    /// <inheritdoc/>
    Tensor ILanguageModel.NextLogits(Tensor tokens) => Next(tokens, null).Logits;

    /// <inheritdoc/>
    IDecodingState ILanguageModel.StartDecoding(int rows) => new Decoding(this, rows);

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x, Pass pass) => head.Forward(Read(x, null, pass).Outputs, pass);

    /// <summary>Goes on with tokens [B, T]: what the logits behind each are made of, [B, T, W], and the last state.</summary>
    private (Tensor Outputs, RecurrentState Last) Read(Tensor tokens, RecurrentState? state, Pass pass)
    {
        if (tokens.Rank != 2 || tokens.Shape[1] < 1) throw Errors.Tokens(tokens.Shape);
        (Tensor outputs, RecurrentState last) = layers.Forward(Dropped(token.Forward(tokens, pass), pass), state, null, pass);
        return (Dropped(outputs, pass), last);
    }

    /// <summary>Goes on with tokens [B, T] in evaluation: the logits behind the last one, [B, V], and the last state.</summary>
    private (Tensor Logits, RecurrentState Last) Next(Tensor tokens, RecurrentState? state)
    {
        RecurrentState? last = null;
        Tensor logits = Run(Pass.Evaluation, () =>
        {
            (Tensor outputs, last) = Read(tokens, state, Pass.Evaluation);
            return head.Forward(outputs.Select(1, -1), Pass.Evaluation);
        });
        return (logits, last!);
    }

    private Tensor Dropped(Tensor x, Pass pass) => pass.IsTraining ? x.Dropout(Options.Dropout, pass.Generator) : x;

    /// <summary>Keeps the state of the layers: a token costs as much after a thousand others as at the start.</summary>
    private sealed class Decoding(RecurrentLanguageModel model, int rows) : IDecodingState
    {
        private RecurrentState? state;
        private float[] logits = [];

        public int Rows => rows;

        public int Length { get; private set; }

        public ReadOnlySpan<float> Append(ReadOnlySpan<int> tokens)
        {
            Tensor input = Tensor.From(tokens, rows, tokens.Length / rows);
            Tensor output = Tensor.Evaluate(() =>
            {
                (Tensor next, RecurrentState last) = model.Next(input, state);
                state = last.Detach();
                return next;
            });
            logits = output.ToArray<float>();
            Length += input.Shape[1];
            output.Release();
            input.Release();
            return logits;
        }

        public void Keep(ReadOnlySpan<int> kept)
        {
            using IDisposable off = Tensor.NoGrad();
            state = state?.Rows(kept.ToArray());
            rows = kept.Length;
        }
    }
}

/// <summary>
/// Options of <see cref="RecurrentLanguageModel"/>:
/// <c>RecurrentLanguageModelOptions(Vocabulary = 65, Cell = RecurrentCellKind.Lstm, Width = 220)</c>.
/// </summary>
public sealed class RecurrentLanguageModelOptions
{
    /// <summary>The model, for messages.</summary>
    internal const string Name = "recurrentLanguageModel";

    /// <summary>The number of tokens.</summary>
    public required int Vocabulary { get; init; }

    /// <summary>The units.</summary>
    public RecurrentCellKind Cell { get; init; } = RecurrentCellKind.Gru;

    /// <summary>Recurrent layers, 1 or more.</summary>
    public int Layers { get; init; } = 2;

    /// <summary>Units of each layer, and channels of the tokens' vectors, 1 or more.</summary>
    public int Width { get; init; } = 128;

    /// <summary>The probability of dropout, at least 0 and below 1.</summary>
    public double Dropout { get; init; }

    /// <summary>Element type of the parameters: float32 or float64.</summary>
    public DType DType { get; init; } = DType.Float32;

    /// <summary>Checks the numbers that the sizes of parameters are computed from.</summary>
    /// <exception cref="OptionException">A number is out of range.</exception>
    internal void Check()
    {
        if (Vocabulary < 1) throw Errors.Option(Name, "vocabulary", "1 or more", Vocabulary);
        if (Layers < 1) throw Errors.Option(Name, "layers", "1 or more", Layers);
        if (Width < 1) throw Errors.Option(Name, "width", "1 or more", Width);
        if (Dropout is not (>= 0.0 and < 1.0)) throw Errors.Option(Name, "dropout", "at least 0 and below 1", Dropout);
    }
}
