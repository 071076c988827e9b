using Crucible.Benchmarks.Sides;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Crucible.LibTorch.Workloads;

/// <summary>
/// nanoGPT's kind of model, with PyTorch's fused causal attention: pre-norm blocks, learned positions, no biases, no dropout, tied
/// embeddings. Each part has a scope of its own, so that what the gradients do not need goes at once.
/// </summary>
internal sealed class GptModel
{
    private readonly GptSize size;
    private readonly Block[] blocks;
    private readonly Embedding embedding; // TorchSharp has no function of it
    private readonly Parameter token, position, norm;

    /// <summary>Makes the parameters.</summary>
    /// <param name="size">The sizes.</param>
    /// <param name="deviation">Of the first weights.</param>
    /// <param name="type">Of the parameters.</param>
    internal GptModel(GptSize size, double deviation = 0.02, ScalarType type = ScalarType.Float32)
    {
        this.size = size;
        foreach ((string name, int[] shape, float[] values) in size.Parameters(deviation))
        {
            // linear layers hold [outputs, inputs]
            using Tensor drawn = Values.Of(values, [.. shape.Select(axis => (long)axis)]);
            using Tensor stored = IsLinear(name) ? drawn.t().contiguous() : drawn.clone();
            Parameters[name] = new(stored.to(type, copy: true));
        }

        embedding = nn.Embedding_from_pretrained(Parameters["token.weight"], freeze: false);
        Parameters["token.weight"] = embedding.weight!;
        blocks = [.. Enumerable.Range(0, size.Layers).Select(i => new Block(this, $"block[{i}]."))];
        (token, position, norm) = (Parameters["token.weight"], Parameters["position.weight"], Parameters["norm.gain"]);
    }

    /// <summary>The parameters by Crucible's names.</summary>
    internal Dictionary<string, Parameter> Parameters { get; } = [];

    /// <summary>Whether a parameter is the matrix of a linear layer, which Crucible stores transposed.</summary>
    internal static bool IsLinear(string name) => name.Contains(".attention.", StringComparison.Ordinal)
        || name.Contains(".feedForward.", StringComparison.Ordinal);

    /// <summary>Logits [B, T, V] behind every token of [B, T].</summary>
    internal Tensor Logits(Tensor tokens)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = embedding.call(tokens) + position.narrow(0, 0, tokens.size(1));
        foreach (Block block in blocks) x = block.Forward(x);
        return F.linear(Norm(x, norm), token).MoveToOuterDisposeScope();
    }

    /// <summary>The mean cross-entropy.</summary>
    internal Tensor Loss(Tensor tokens, Tensor targets)
    {
        using DisposeScope scope = NewDisposeScope();
        return F.cross_entropy(Logits(tokens).view(-1, GptSize.Vocabulary), targets.view(-1)).MoveToOuterDisposeScope();
    }

    /// <summary>Room for the keys and values of a context, [2, 1, H, T, D] a block.</summary>
    internal Tensor[] NewCaches() =>
        [.. blocks.Select(_ => empty([2, 1, size.Heads, size.Context, size.Width / size.Heads], dtype: token.dtype))];

    /// <summary>Logits [1, 1, V] behind the last of new tokens [1, T], whose keys and values are kept.</summary>
    /// <param name="tokens">The tokens.</param>
    /// <param name="caches">Keys and values.</param>
    /// <param name="first">The position of the first of the tokens.</param>
    internal Tensor NextLogits(Tensor tokens, Tensor[] caches, int first)
    {
        long rows = tokens.size(1);
        Tensor x = embedding.call(tokens) + position.narrow(0, first, rows);
        for (int i = 0; i < blocks.Length; i++) x = blocks[i].Forward(x, caches[i], first);
        if (rows > 1) x = x.narrow(1, rows - 1, 1);
        return F.linear(Norm(x, norm), token);
    }

    private Tensor Norm(Tensor x, Parameter gain) => F.layer_norm(x, [size.Width], gain);

    private sealed class Block(GptModel model, string name)
    {
        private readonly long heads = model.size.Heads, width = model.size.Width;
        private readonly Parameter attentionNorm = model.Parameters[name + "attentionNorm.gain"];
        private readonly Parameter queryKeyValue = model.Parameters[name + "attention.queryKeyValue.weight"];
        private readonly Parameter output = model.Parameters[name + "attention.output.weight"];
        private readonly Parameter feedForwardNorm = model.Parameters[name + "feedForwardNorm.gain"];
        private readonly Parameter up = model.Parameters[name + "feedForward.up.weight"];
        private readonly Parameter down = model.Parameters[name + "feedForward.down.weight"];

        internal Tensor Forward(Tensor x)
        {
            using DisposeScope scope = NewDisposeScope();
            return FeedForward(x + Attend(model.Norm(x, attentionNorm))).MoveToOuterDisposeScope();
        }

        internal Tensor Forward(Tensor x, Tensor cache, long first) => FeedForward(x + Attend(model.Norm(x, attentionNorm), cache, first));

        private Tensor Attend(Tensor x)
        {
            using DisposeScope scope = NewDisposeScope();
            (long batch, long rows) = (x.size(0), x.size(1));
            Tensor[] parts = [.. F.linear(x, queryKeyValue).split(width, 2).Select(part => // [B, H, T, D]
                part.view(batch, rows, heads, width / heads).transpose(1, 2))];
            Tensor y = F.scaled_dot_product_attention(parts[0], parts[1], parts[2], is_casual: true);
            return F.linear(y.transpose(1, 2).reshape(batch, rows, width), output).MoveToOuterDisposeScope();
        }

        private Tensor Attend(Tensor x, Tensor cache, long first)
        {
            long rows = x.size(1);
            Tensor parts = F.linear(x, queryKeyValue).view(1, rows, 3, heads, width / heads).permute(2, 0, 3, 1, 4); // [3, 1, H, T, D]
            cache.narrow(3, first, rows).copy_(parts.narrow(0, 1, 2));
            Tensor[] seen = cache.narrow(3, 0, first + rows).unbind(0);
            Tensor y = F.scaled_dot_product_attention(parts.select(0, 0), seen[0], seen[1], is_casual: rows > 1);
            return F.linear(y.transpose(1, 2).reshape(1, rows, width), output);
        }

        private Tensor FeedForward(Tensor x) => x + F.linear(F.gelu(F.linear(model.Norm(x, feedForwardNorm), up)), down);
    }
}
