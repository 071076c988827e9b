using System.Globalization;
using Crucible.Benchmarks.Sides;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Crucible.LibTorch.Workloads;

/// <summary>A text from one token, with the keys and values of earlier tokens kept; a full context goes on from its later half.</summary>
internal static class GptGenerateWork
{
    /// <summary>Of such words as <c>small 256</c>, the tokens to make, and <c>bfloat16</c>.</summary>
    internal static Work Prepare(string[] words)
    {
        (GptSize size, int length) = (GptSize.Of(words[0]), int.Parse(words[1], CultureInfo.InvariantCulture));
        // Weights are converted once, which is faster than autocast.
        ScalarType type = words.Contains(Values.BFloat16) ? ScalarType.BFloat16 : ScalarType.Float32;
        GptModel model = new(size, type: type);
        return new(
            () => Text(model, size, length, isGreedy: false),
            () => [new("tokens", Text(new GptModel(size, GptSize.TalkativeDeviation, type), size, length / 4, isGreedy: true))]);
    }

    private static float[] Text(GptModel model, GptSize size, int length, bool isGreedy)
    {
        using IDisposable off = inference_mode();
        using DisposeScope scope = NewDisposeScope();
        Tensor text = zeros(1, length + 1, dtype: ScalarType.Int64);
        Tensor[] caches = model.NewCaches();
        // the tokens made; the first that the model sees; the first that is not in the caches
        for (int made = 1, start = 0, next = 0; made <= length; made++)
        {
            using DisposeScope ofToken = NewDisposeScope();
            Tensor logits = model.NextLogits(text.narrow(1, next, made - next), caches, next - start).view(1, GptSize.Vocabulary);
            text.narrow(1, made, 1).copy_(isGreedy ? logits.argmax(1, true) : multinomial(F.softmax(logits, -1), 1));
            next = made;
            if (made + 1 - start > size.Context) next = start = made + 1 - (size.Context / 2);
        }

        return [.. text.data<long>().ToArray().Skip(1).Select(token => (float)token)];
    }
}
