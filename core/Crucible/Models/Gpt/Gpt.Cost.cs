namespace Crucible.Models;

/// <summary>What a model costs.</summary>
public sealed partial class Gpt
{
    /// <summary>
    /// Floating-point operations of training on one token, forward and backward, in a full context: 6·N + 12·layers·width·context, N being the parameters without
    /// those of positions. Two for each weight and each channel of each pair of positions, three times (Chowdhery et al. 2022, PaLM, appendix B). Masked pairs count.
    /// </summary>
    public double TrainingFlopsPerToken => 3.0 * FlopsPerToken;

    /// <summary>Floating-point operations of the forward pass for one token in a full context: a third of <see cref="TrainingFlopsPerToken"/>.</summary>
    public double FlopsPerToken
    {
        get
        {
            double weights = ParameterCount - (position?.ParameterCount ?? 0);
            // Tokens that have an output map of their own are looked up, which is no product.
            if (head is not null) weights -= token.ParameterCount;
            return (2.0 * weights) + (4.0 * Options.Layers * Options.Width * Options.Context);
        }
    }

    /// <summary>The table of layers and parameter counts, and the cost of a token.</summary>
    /// <returns>The text.</returns>
    public override string ToString() =>
        base.ToString() + Errors.Text($"\nper token in a context of {Options.Context}: {FlopsPerToken / 1e6:N2} million floating-point operations forward, {TrainingFlopsPerToken / 1e6:N2} million in training");
}
