using Crucible.Files;
using Crucible.Layers;
using Crucible.Onnx.Export;
using Crucible.Onnx.Import;
using Crucible.Onnx.Schema;
using Crucible.Tensors;
using Google.Protobuf;
using static System.FormattableString;

namespace Crucible.Onnx;

/// <summary>
/// Models in ONNX's format, which OnnxRuntime, browsers and phones run: <c>OnnxFile.Save(model, "model.onnx", x)</c> in F#.
/// </summary>
public static class OnnxFile
{
    /// <summary>The version of ONNX's operators with which files are written.</summary>
    public const int OperatorSet = 20;

    private const string Producer = "Crucible";
    private const int FormatVersion = 9; // the one that came with that operator set

    /// <summary>
    /// Writes a model as it predicts, in evaluation. Inputs keep the element types that the model takes (tokens are int32), and
    /// those axes of any size along which the model takes the example without its last row: the batch, and a text's length. Weights
    /// keep their paths in the model as names. The input is called <c>input</c> and the output <c>output</c>.
    /// </summary>
    /// <param name="model">
    /// Layers and models of the library, layers that are an <see cref="IOnnxLayer"/>, and an <see cref="OnnxModel"/>, whose file is
    /// written as it was read, with the weights as they are now. A <see cref="Models.Translator"/> has the
    /// inputs <c>source</c> [B, S] and <c>target</c> [B, T], both padded behind with -1, and the output <c>logits</c> [B, T, V].
    /// </param>
    /// <param name="path">The file; it is replaced as a whole.</param>
    /// <param name="example">An input of the model, which says its element type and axes; of a translator, a source.</param>
    /// <param name="options">Whether what the model keeps of earlier positions goes in and out.</param>
    /// <exception cref="CheckpointException">
    /// A layer has no form in ONNX (the message names it by its path), the model is larger than the 2 GB of the format, or the file
    /// cannot be written.
    /// </exception>
    /// <exception cref="CrucibleException">The model does not take the example.</exception>
    public static void Save(Layer model, string path, Tensor example, OnnxOptions? options = null)
    {
        long bytes = model.State.Sum(tensor => (long)tensor.ElementCount * (tensor.DType == DType.Float64 ? 8 : 4));
        if (bytes > int.MaxValue) // the size of a message is counted in 32 bits
            throw OnnxErrors.File(path, "cannot be written", Invariant($"the format ends at 2 GB, the weights have {bytes} bytes"));
        ModelProto proto = model is OnnxModel loaded ? loaded.Current() : new()
        {
            IrVersion = FormatVersion,
            ProducerName = Producer,
            ProducerVersion = typeof(OnnxFile).Assembly.GetName().Version!.ToString(3),
            Graph = ModelWriter.Write(model, example, (options ?? new()).HasState),
            OpsetImport = { new OperatorSetIdProto { Version = OperatorSet } },
        };
        try
        {
            AtomicFile.Write(path, proto.WriteTo);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw OnnxErrors.File(path, "cannot be written", error.Message, error);
        }
    }

    /// <summary>
    /// Reads a file as a layer that computes the same and can be trained further: files of <see cref="Save"/>, and those of other
    /// programs as far as their operators are known here.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <returns>The layer.</returns>
    /// <exception cref="CheckpointException">
    /// The file cannot be read, is damaged, or uses operators that are not known here; the message lists all of them.
    /// </exception>
    public static OnnxModel Load(string path)
    {
        try
        {
            ModelProto proto = ModelProto.Parser.ParseFrom(RegularFile.ReadAllBytes(path));
            return new(proto, GraphReader.Read(path, proto, Producer));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            // A message that cannot be parsed is an IOException too.
            string problem = error is InvalidProtocolBufferException ? "is damaged" : "cannot be read";
            throw OnnxErrors.File(path, problem, error.Message, error);
        }
    }
}

/// <summary>Options of <see cref="OnnxFile.Save"/>: <c>OnnxOptions(HasState = true)</c>.</summary>
public sealed class OnnxOptions
{
    /// <summary>
    /// Whether what a language model keeps of the positions before goes in and out, so that a text is continued by its new tokens
    /// alone. Of a <see cref="Models.Gpt"/> keys and values: inputs <c>past_key_values.0.key</c>, <c>past_key_values.0.value</c>, …
    /// [B, heads, positions, size of a head], with no positions at first, and outputs <c>present.0.key</c>, …, which the next call
    /// takes. Of a <see cref="Models.RecurrentLanguageModel"/> states: inputs <c>hidden.0</c>, … [B, width], zeros at first, and
    /// outputs <c>next_hidden.0</c>, …; with LSTMs also <c>cell.0</c> and <c>next_cell.0</c>, ….
    /// </summary>
    public bool HasState { get; init; }
}
