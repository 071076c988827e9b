using Crucible.Benchmarks.Sides;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Crucible.LibTorch.Workloads;

/// <summary>
/// What an encoder made of sentences: its states [B, S, C], and of the recurrent kinds their summary [B, 2W] and keys [B, S, W].
/// </summary>
internal sealed record Encoded(Tensor States, Tensor? Summary = null, Tensor? Keys = null)
{
    /// <summary>Every row so many times in turn.</summary>
    internal Encoded Repeated(int times)
    {
        return new(Of(States), Summary is null ? null : Of(Summary), Keys is null ? null : Of(Keys));

        Tensor Of(Tensor all) => all.repeat_interleave(times, 0);
    }
}

/// <summary>
/// The three translators as a user of PyTorch writes them: <c>nn.GRU</c> over whole sequences, <c>nn.GRUCell</c> where attention comes
/// between steps, fused attention in the Transformer. All sentences are equally long, so that nothing is masked.
/// </summary>
internal abstract class TranslatorModel
{
    private readonly List<(string Name, Parameter Parameter)> matrices = [];

    protected TranslatorModel(TranslatorSize size)
    {
        Size = size;
        Token = nn.Embedding(TranslatorSize.Vocabulary, size.Width);
        Named("token.weight", Token.weight!);
        Parameters.Add(Token.weight!);
    }

    /// <summary>All parameters, to train.</summary>
    internal List<Parameter> Parameters { get; } = [];

    protected TranslatorSize Size { get; }

    protected Embedding Token { get; }

    /// <summary>The matrices in the order of <see cref="TranslatorSize.Matrices"/>, and whether they are stored transposed.</summary>
    internal IEnumerable<(string Name, Parameter Parameter, bool IsTransposed)> Matrices =>
        Size.Matrices().Select((matrix, place) =>
            (matrix.Name, matrices.First(one => one.Name == matrix.Name).Parameter, place > 0));

    /// <summary>A model with the first values that both sides begin with.</summary>
    internal static TranslatorModel Create(TranslatorSize size)
    {
        TranslatorModel model = size.Name == "transformer" ? new TransformerTranslator(size) : new RecurrentTranslator(size);
        using IDisposable off = no_grad();
        foreach (Parameter parameter in model.Parameters.Where(parameter => parameter.dim() == 1))
            if (!model.IsGain(parameter)) parameter.zero_();
        foreach ((int place, (string name, int rows, int columns)) in size.Matrices().Index())
        {
            using Tensor drawn = Values.Of(size.Values(place, rows, columns), rows, columns);
            model.matrices.First(one => one.Name == name).Parameter.copy_(place > 0 ? drawn.t() : drawn);
        }

        return model;
    }

    /// <summary>Reads sentences [B, S].</summary>
    internal abstract Encoded Encode(Tensor source);

    /// <summary>Logits [B, T, V] behind every token of translations [B, T].</summary>
    internal abstract Tensor Decode(Encoded source, Tensor target);

    /// <summary>The smoothed mean cross-entropy of translations [B, T + 1].</summary>
    internal Tensor Loss(Tensor source, Tensor target)
    {
        using DisposeScope scope = NewDisposeScope();
        long steps = target.size(1) - 1;
        Tensor logits = Decode(Encode(source), target.narrow(1, 0, steps));
        return F.cross_entropy(
            logits.view(-1, TranslatorSize.Vocabulary), target.narrow(1, 1, steps).reshape(-1),
            label_smoothing: TranslatorSize.LabelSmoothing).MoveToOuterDisposeScope();
    }

    protected virtual bool IsGain(Parameter parameter) => false;

    /// <summary>Remembers a matrix by Crucible's name.</summary>
    protected void Named(string name, Parameter parameter) => matrices.Add((name, parameter));

    protected Linear Linear(string name, long inputs, long outputs, bool hasBias = true)
    {
        Linear layer = nn.Linear(inputs, outputs, hasBias);
        Named(name + ".weight", layer.weight!);
        Parameters.AddRange(layer.parameters());
        return layer;
    }

    protected Tensor Output(Tensor x) => F.linear(x, Token.weight!);
}

/// <summary>The recurrent encoder-decoder, with one vector for the sentence or with attention.</summary>
internal sealed class RecurrentTranslator : TranslatorModel
{
    private readonly GRU encoder;
    private readonly GRU? decoder;
    private readonly GRUCell? cell;
    private readonly Linear start, readout;
    private readonly Linear? query, key, score;

    internal RecurrentTranslator(TranslatorSize size)
        : base(size)
    {
        long width = size.Width;
        encoder = nn.GRU(width, width, batchFirst: true, bidirectional: true);
        Parameter[] both = [.. encoder.parameters()];
        Name("encoder.layer[0]", both[0], both[1]);
        Name("encoder.reverse[0]", both[4], both[5]);
        if (size.Name == "attention") cell = nn.GRUCell(3 * width, width);
        else decoder = nn.GRU(3 * width, width, batchFirst: true);
        Parameter[] steps = [.. (cell as nn.Module ?? decoder!).parameters()];
        Name("decoder.layer[0]", steps[0], steps[1]);
        Parameters.AddRange([.. both, .. steps]);
        start = Linear("start", 2 * width, width);
        if (cell is not null)
        {
            query = Linear("attention.query", width, width, hasBias: false);
            key = Linear("attention.key", 2 * width, width, hasBias: false);
            score = Linear("attention.score", width, 1, hasBias: false);
        }

        readout = Linear("readout", 4 * width, width);

        void Name(string layer, Parameter ofInputs, Parameter ofStates)
        {
            Named(layer + ".weight", ofInputs);
            Named(layer + ".recurrentWeight", ofStates);
        }
    }

    internal override Encoded Encode(Tensor source)
    {
        (Tensor states, Tensor last) = encoder.call(Token.call(source));
        return new(states, cat([last[0], last[1]], 1), key?.call(states));
    }

    internal override Tensor Decode(Encoded source, Tensor target)
    {
        Tensor vectors = Token.call(target), state = start.call(source.Summary!).tanh();
        (Tensor states, Tensor contexts) = decoder is null ? Attended(source, vectors, state) : Fixed(source, vectors, state);
        return Output(readout.call(cat([states, vectors, contexts], 2)).tanh());
    }

    private (Tensor States, Tensor Contexts) Fixed(Encoded source, Tensor vectors, Tensor state)
    {
        Tensor contexts = source.Summary!.unsqueeze(1).expand(-1, vectors.size(1), -1);
        return (decoder!.call(cat([vectors, contexts], 2), state.unsqueeze(0)).Item1, contexts);
    }

    private (Tensor States, Tensor Contexts) Attended(Encoded source, Tensor vectors, Tensor state)
    {
        List<Tensor> states = [], contexts = [];
        for (long t = 0; t < vectors.size(1); t++)
        {
            Tensor scores = score!.call((query!.call(state).unsqueeze(1) + source.Keys!).tanh()).squeeze(2); // [B, S]
            Tensor context = bmm(scores.softmax(1).unsqueeze(1), source.States).squeeze(1);
            state = cell!.call(cat([vectors.select(1, t), context], 1), state);
            states.Add(state);
            contexts.Add(context);
        }

        return (stack(states, 1), stack(contexts, 1));
    }
}

/// <summary>The Transformer with the norms before each part.</summary>
internal sealed class TransformerTranslator : TranslatorModel
{
    private readonly HashSet<Parameter> gains = [];
    private readonly Tensor position;
    private readonly Block[] encoder, decoder;
    private readonly LayerNorm encoderNorm, decoderNorm;

    internal TransformerTranslator(TranslatorSize size)
        : base(size)
    {
        (encoder, encoderNorm) = (Blocks("encoder"), Norm());
        (decoder, decoderNorm) = (Blocks("decoder"), Norm());
        int width = size.Width, context = 128;
        float[] values = new float[context * width];
        for (int place = 0; place < context; place++)
        {
            for (int pair = 0; pair < width / 2; pair++)
            {
                (double sine, double cosine) = Math.SinCos(place / Math.Pow(10_000, 2.0 * pair / width));
                (values[(place * width) + (2 * pair)], values[(place * width) + (2 * pair) + 1]) = ((float)sine, (float)cosine);
            }
        }

        position = Values.Of(values, context, width);
    }

    internal override Encoded Encode(Tensor source)
    {
        Tensor x = Positioned(source);
        foreach (Block block in encoder) x = block.Forward(x, null);
        return new(encoderNorm.call(x));
    }

    internal override Tensor Decode(Encoded source, Tensor target)
    {
        Tensor x = Positioned(target);
        foreach (Block block in decoder) x = block.Forward(x, source.States);
        return Output(decoderNorm.call(x));
    }

    protected override bool IsGain(Parameter parameter) => gains.Contains(parameter);

    private Tensor Positioned(Tensor ids) => (Token.call(ids) * Math.Sqrt(Size.Width)) + position.narrow(0, 0, ids.size(1));

    private Block[] Blocks(string stack) =>
        [.. Enumerable.Range(0, TranslatorSize.Layers).Select(i => new Block(this, $"{stack}.block[{i}].", stack == "decoder"))];

    private LayerNorm Norm()
    {
        LayerNorm norm = nn.LayerNorm(Size.Width);
        gains.Add(norm.weight!);
        Parameters.AddRange(norm.parameters());
        return norm;
    }

    private sealed class Block(TransformerTranslator model, string name, bool isDecoder)
    {
        private readonly LayerNorm attentionNorm = model.Norm(), feedForwardNorm = model.Norm();
        private readonly Linear queryKeyValue = model.Linear(name + "attention.queryKeyValue", model.Size.Width, 3 * model.Size.Width);
        private readonly Linear output = model.Linear(name + "attention.output", model.Size.Width, model.Size.Width);
        private readonly LayerNorm? memoryNorm = isDecoder ? model.Norm() : null;
        private readonly Linear? query = isDecoder ? Memory(model, name + "memoryAttention.query", 1) : null;
        private readonly Linear? keyValue = isDecoder ? Memory(model, name + "memoryAttention.keyValue", 2) : null;
        private readonly Linear? memoryOutput = isDecoder ? Memory(model, name + "memoryAttention.output", 1) : null;
        private readonly Linear up = model.Linear(name + "feedForward.up", model.Size.Width, 4 * model.Size.Width);
        private readonly Linear down = model.Linear(name + "feedForward.down", 4 * model.Size.Width, model.Size.Width);

        internal Tensor Forward(Tensor x, Tensor? memory)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor[] parts = [.. queryKeyValue.call(attentionNorm.call(x)).chunk(3, 2)];
            x += output.call(Attend(parts[0], parts[1], parts[2]));
            if (memory is not null)
            {
                Tensor[] kept = [.. keyValue!.call(memory).chunk(2, 2)];
                x += memoryOutput!.call(Attend(query!.call(memoryNorm!.call(x)), kept[0], kept[1], isAcross: true));
            }

            return (x + down.call(up.call(feedForwardNorm.call(x)).relu())).MoveToOuterDisposeScope();
        }

        private static Linear Memory(TransformerTranslator model, string name, int times) =>
            model.Linear(name, model.Size.Width, times * model.Size.Width);

        private Tensor Attend(Tensor queries, Tensor keys, Tensor values, bool isAcross = false)
        {
            Tensor found = F.scaled_dot_product_attention(
                Heads(queries), Heads(keys), Heads(values), is_casual: isDecoder && !isAcross);
            return found.transpose(1, 2).reshape(queries.shape);
        }

        // [B, T, W] as [B, H, T, W / H]
        private static Tensor Heads(Tensor x) =>
            x.view(x.size(0), x.size(1), TranslatorSize.Heads, x.size(2) / TranslatorSize.Heads).transpose(1, 2);
    }
}
