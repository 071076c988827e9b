namespace Crucible.Text;

/// <summary>How a text is continued: <c>GenerationOptions(Temperature = 0.8, TopK = 200)</c>. The defaults draw from the model's own distribution.</summary>
/// <remarks>
/// The restrictions apply in this order: repetition penalty, temperature, top-k, top-p, min-p. Each works on what the ones before it left, with
/// probabilities that sum to 1, and leaves at least the likeliest token.
/// </remarks>
public sealed class GenerationOptions
{
    /// <summary>The tokens to make at most, 0 or more.</summary>
    public int MaxTokens { get; init; } = 200;

    /// <summary>Logits are divided by it: below 1 the likely becomes likelier. 0 is greedy: always the likeliest token, of equals the one with the lowest id.</summary>
    public double Temperature { get; init; } = 1.0;

    /// <summary>Only this many of the likeliest tokens may come; 0 for all.</summary>
    public int TopK { get; init; }

    /// <summary>Only the fewest tokens that together have this probability may come (Holtzman et al. 2020, nucleus sampling); above 0, and 1 for all.</summary>
    public double TopP { get; init; } = 1.0;

    /// <summary>Only tokens at least this part as likely as the likeliest may come (Nguyen et al. 2024); 0 for all, at most 1.</summary>
    public double MinP { get; init; }

    /// <summary>Logits of tokens among the last <see cref="RepetitionWindow"/> are divided by it when positive and multiplied when negative (Keskar et al. 2019, §4.1); 1 for none.</summary>
    public double RepetitionPenalty { get; init; } = 1.0;

    /// <summary>How many of the last tokens, the prompt's too, the penalty looks at.</summary>
    public int RepetitionWindow { get; init; } = 64;

    /// <summary>Texts that end the generation where they would begin; none of them is part of the result.</summary>
    public IReadOnlyList<string> StopStrings { get; init; } = [];

    /// <summary>Tokens that end the generation and are not part of the result, as a special token for the end of a text.</summary>
    public IReadOnlyList<int> StopTokens { get; init; } = [];

    /// <summary>Decides the draws: the same seed, the same text.</summary>
    public ulong Seed { get; init; }

    /// <summary>Whether keys and values of earlier tokens are kept; without, every token costs a pass over the whole context. The text is the same.</summary>
    public bool UsesCache { get; init; } = true;

    /// <summary>Ends the generation early; what was made until then is the result.</summary>
    public CancellationToken Cancellation { get; init; }
}
