using Crucible.Benchmarks.Measuring;
using Crucible.Benchmarks.Sides;
using Crucible.Tensors;

namespace Crucible.Benchmarks.Workloads;

/// <summary>One training step of a GPT: forward, backward, clipping, AdamW.</summary>
internal sealed class GptStepWorkload : ComparedWorkload
{
    /// <summary>The word for gradient checkpointing, which only our side has.</summary>
    internal const string Checkpointed = "checkpointed";
    internal const string Fused = "fused"; // of LibTorch alone

    private const string Mixed = "mixed";
    private const double Tolerance = 2e-5;
    private const double BFloat16Tolerance = 0.05; // it has 8 bits, and gradients are sums of many roundings

    /// <inheritdoc/>
    public override string Name => "gpt-step";

    /// <inheritdoc/>
    public override string Summary => "a training step of a GPT with AdamW, small, large";

    /// <inheritdoc/>
    internal override IEnumerable<RowTable> Tables(bool quick)
    {
        yield return new("training step of a GPT: forward, backward, clipping, AdamW", [.. GptSize.All(quick).SelectMany(Compared)]);
    }

    /// <inheritdoc/>
    internal override Work Prepare(string[] words)
    {
        Precision precision = words.Contains(Mixed) ? Precision.Mixed : Precision.Full;
        GptTraining training = new(GptSize.Of(words[0]), precision, words.Contains(Checkpointed));
        return new(training.Step, training.Answers);
    }

    private IEnumerable<Row> Compared(GptSize size)
    {
        yield return new(size.Name, $"{Name} {size.Name}", new Way(Tolerance), new Way(Tolerance, "fused AdamW", Fused))
        {
            Operations = size.Operations,
            Seconds = 0.2,
        };
        Way theirs = new(BFloat16Tolerance, "bfloat16, fused AdamW", "bfloat16 fused");
        yield return new($"{size.Name}, mixed precision", $"{Name} {size.Name} {Mixed}", theirs)
        {
            Operations = size.Operations,
            Seconds = 0.2,
            IsMixed = true,
        };
    }
}
