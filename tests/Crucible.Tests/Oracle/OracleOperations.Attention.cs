namespace Crucible.Tests.Oracle;

/// <summary>Attention and what stands around it.</summary>
internal static partial class OracleOperations
{
    private static Dictionary<string, Run> Attentions => new()
    {
        ["attention"] = (x, a) => [x[0].ScaledDotProductAttention(x[1], x[2], new()
        {
            IsCausal = a.Has("causal"),
            Scale = a.Has("scale") ? a.Number("scale") : null,
            Mask = x.Length > 3 ? x[3] : null,
        })],
        ["rotatePairs"] = (x, _) => [x[0].RotatePairs(x[1], x[2])],
        ["swiGlu"] = (x, _) => [x[0].SwiGlu()],
    };
}
