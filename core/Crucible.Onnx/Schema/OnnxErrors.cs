using static System.FormattableString;

namespace Crucible.Onnx.Schema;

/// <summary>Builds the exceptions of ONNX files, so that all messages read alike.</summary>
internal static class OnnxErrors
{
    /// <summary>A file cannot be written or read: <c>onnx: model.onnx is damaged: …</c>.</summary>
    public static CheckpointException File(string path, string problem, string detail, Exception? inner = null) =>
        new(Invariant($"onnx: {path} {problem}: {detail}"), inner);

    /// <summary>A model cannot be expressed.</summary>
    public static CheckpointException Model(string message) => new("onnx: " + message);

    /// <summary>A node of a graph cannot be computed.</summary>
    public static CheckpointException Node(NodeProto node, string message, Exception? inner = null)
    {
        string name = node.Name.Length > 0 ? node.Name : string.Join(", ", node.Output);
        return new(Invariant($"onnx: the node {name} ({node.OpType}): {message}"), inner);
    }
}
