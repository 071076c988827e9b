using System.Text.RegularExpressions;
using Crucible.Tensors;

namespace Crucible.Models;

/// <summary>GPT-2's names of the parameters of a <see cref="Gpt"/>, which Hugging Face and nanoGPT share.</summary>
internal static partial class GptNames
{
    private const string Prefix = "transformer.";

    private static readonly Dictionary<string, string> Parts = new(StringComparer.Ordinal)
    {
        ["attentionNorm.gain"] = "ln_1.weight",
        ["attentionNorm.bias"] = "ln_1.bias",
        ["attention.queryKeyValue.weight"] = "attn.c_attn.weight",
        ["attention.queryKeyValue.bias"] = "attn.c_attn.bias",
        ["attention.output.weight"] = "attn.c_proj.weight",
        ["attention.output.bias"] = "attn.c_proj.bias",
        ["feedForwardNorm.gain"] = "ln_2.weight",
        ["feedForwardNorm.bias"] = "ln_2.bias",
        ["feedForward.up.weight"] = "mlp.c_fc.weight",
        ["feedForward.up.bias"] = "mlp.c_fc.bias",
        ["feedForward.down.weight"] = "mlp.c_proj.weight",
        ["feedForward.down.bias"] = "mlp.c_proj.bias",
    };

    private static readonly Dictionary<string, string> Ends = new(StringComparer.Ordinal)
    {
        ["token.weight"] = "transformer.wte.weight",
        ["position.weight"] = "transformer.wpe.weight",
        ["norm.gain"] = "transformer.ln_f.weight",
        ["norm.bias"] = "transformer.ln_f.bias",
        ["head.weight"] = Head,
    };

    /// <summary>The output map, which tied models write a second time.</summary>
    internal const string Head = "lm_head.weight";

    /// <summary>GPT-2's name of a parameter.</summary>
    internal static string Of(Tensor parameter)
    {
        string path = parameter.Name!;
        return Ends.TryGetValue(path, out string? end) ? end : Block().Match(path) is { Success: true } block && Parts.TryGetValue(block.Groups[2].Value, out string? part)
            ? $"{Prefix}h.{block.Groups[1].Value}.{part}"
            : throw new ArgumentException(path);
    }

    /// <summary>Whether a parameter is the matrix of a linear map, whose orientation differs between files. The embeddings' and the head's do not.</summary>
    internal static bool IsLinear(Tensor parameter) => parameter.Name!.StartsWith("block[", StringComparison.Ordinal) && parameter.Rank == 2;

    /// <summary>The tensors of a file under GPT-2's full names; the causal masks that old files carry are left out.</summary>
    internal static Dictionary<string, Tensor> Normalize(IReadOnlyDictionary<string, Tensor> tensors) =>
        tensors.Where(entry => !Mask().IsMatch(entry.Key))
            .ToDictionary(entry => entry.Key == Head || entry.Key.StartsWith(Prefix, StringComparison.Ordinal) ? entry.Key : Prefix + entry.Key, entry => entry.Value, StringComparer.Ordinal);

    [GeneratedRegex(@"^block\[(\d+)\]\.(.+)$")]
    private static partial Regex Block();

    [GeneratedRegex(@"\.attn\.(masked_)?bias$")]
    private static partial Regex Mask();
}
