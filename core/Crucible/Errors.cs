using System.Numerics;
using static System.FormattableString;
using Sizes = System.Collections.Generic.IReadOnlyList<int>;

namespace Crucible;

/// <summary>
/// Builds every exception of the core, so that all messages read alike: operation, invariant, operands, and a remedy
/// when there is one.
/// </summary>
internal static partial class Errors
{
    /// <summary>An option is outside its range, as in <c>adam: learningRate must be above 0, but is -1</c>.</summary>
    internal static OptionException Option(string operation, string name, string mustBe, object? value) =>
        new(Invariant($"{operation}: {name} must be {mustBe}, but is {value}"));

    /// <summary>An element type as messages show it: <c>float32</c>.</summary>
    private static string Name(Enum dtype) => dtype.ToString().ToLowerInvariant();

    private static long Product(Sizes sizes) => sizes.Aggregate(1L, (product, size) => product * size);

    internal static ShapeException Shape(string message) => new(message);

    internal static DTypeException DType(string message) => new(message);

    internal static GradientException Gradient(string message) => new(message);

    /// <summary>A shape is larger than what an array can hold.</summary>
    internal static ShapeException TooManyElements(Sizes sizes, int most) =>
        new(Invariant($"shape: a tensor must have at most {most} elements, what a .NET array can hold (sizes of 0 count as 1),")
            + Invariant($" but {sizes} has {sizes.Aggregate(BigInteger.One, (product, size) => product * Math.Max(1, size))}"));

    /// <summary>An iteration of linear algebra found no end.</summary>
    internal static CrucibleException NotConverged(string operation, Sizes shape, Exception inner) =>
        new(Invariant($"{operation}: the iteration must converge, but did not for {shape}; scale its elements towards 1"), inner);

    /// <summary>Memory is not to be had.</summary>
    internal static CrucibleException NoMemory(string use, double bytes, Exception? inner = null) =>
        new(Invariant($"{use} needs {bytes / 1e9:F1} GB of memory, more than there is; use smaller sizes"), inner);

    /// <summary>Two shapes cannot be broadcast; the axis counts from the last.</summary>
    internal static ShapeException Broadcast(string operation, Sizes a, Sizes b, int axis) =>
        new(Invariant($"{operation}: sizes must be equal or 1 along every axis, counted from the last,")
            + Invariant($" but a is {a} and b is {b} (axis {axis}: {a[axis]} and {b[axis]})"));

    /// <summary>An operation was given two element types.</summary>
    internal static DTypeException DTypes(string operation, Enum a, Enum b, string nameOfA = "a", string nameOfB = "b") =>
        new(Invariant($"{operation}: element types must be equal, but {nameOfA} is {Name(a)} and {nameOfB} is {Name(b)};")
            + " convert one with To");

    /// <summary>An operation needs floating point.</summary>
    internal static DTypeException NotFloat(string operation, Enum dtype) =>
        new(Invariant($"{operation}: elements must be float32 or float64, but are {Name(dtype)}; convert with To"));

    /// <summary>Elements are of a type that is only stored.</summary>
    internal static DTypeException OnlyStored(string operation, Enum dtype) => new(Invariant(
        $"{operation}: elements must be of a type that is computed with, but are {Name(dtype)}; convert with To(DType.Float32)"));

    /// <summary>There is no element to choose from.</summary>
    internal static ShapeException EmptyReduction(string operation, Sizes shape) =>
        new(Invariant($"{operation}: there must be at least one element to reduce, but the shape is {shape}"));

    /// <summary>An operation needs numbers.</summary>
    internal static DTypeException NotNumber(string operation) =>
        new(Invariant($"{operation}: elements must be numbers, but are bool; convert with To"));

    /// <summary>Indices must be int32.</summary>
    internal static DTypeException NotIndex(string operation, Enum dtype) =>
        new(Invariant($"{operation}: the indices must be int32, but are {Name(dtype)}; convert with To"));

    /// <summary>Masks and conditions must be bool.</summary>
    internal static DTypeException NotBool(string operation, Enum dtype, string remedy = "compare first, as in x.NotEqualTo(0)") =>
        new(Invariant($"{operation}: elements must be bool, but are {Name(dtype)}; {remedy}"));

    /// <summary>An element of an index tensor points outside the axis.</summary>
    internal static ShapeException Index(string operation, int position, int value, int axis, Sizes shape) =>
        new(shape[axis] == 0
            ? Invariant($"{operation}: axis {axis} of {shape} is empty, but element {position} of the indices is {value}")
            : Invariant($"{operation}: indices must be between 0 and {shape[axis] - 1},")
                + Invariant($" but element {position} is {value} (axis {axis} of {shape} has {shape[axis]})"));

    /// <summary>A matrix contains NaN or infinity, which decompositions cannot handle.</summary>
    internal static OptionException InfiniteMatrix(string operation, Sizes shape) =>
        new(Invariant($"{operation}: the elements must be finite, but the matrix {shape} contains NaN or infinity"));

    /// <summary>A matrix has no inverse within the precision of double.</summary>
    internal static OptionException Singular(string operation, Sizes shape, int column) =>
        new(Invariant($"{operation}: the matrix must be invertible, but {shape} is singular to working precision")
            + Invariant($" (column {column} depends on the columns before it); add a small multiple of the identity, or use SVD"));

    /// <summary>A matrix is not symmetric.</summary>
    internal static OptionException NotSymmetric(int row, int column, double value, double mirrored) =>
        new(Invariant($"symmetricEigen: the matrix must be symmetric, but [{row}, {column}] is {value}")
            + Invariant($" and [{column}, {row}] is {mirrored}; use Eigenvalues for any square matrix"));

    /// <summary>A tensor's values were dropped with the graph they belonged to.</summary>
    internal static GradientException Released() =>
        new("tensor: its values must be in memory, but were released with the graph of a finished training step,"
            + " or by Release or Evaluate; to keep them, call Detach() first");

    /// <summary>The inner sizes of a product differ; says so when transposing b would help.</summary>
    internal static ShapeException MatMul(Sizes a, Sizes b, bool transposeA, bool transposeB)
    {
        int axisA = a.Count == 1 ? 0 : transposeA ? a.Count - 2 : a.Count - 1;
        int axisB = b.Count == 1 ? 0 : transposeB ? b.Count - 1 : b.Count - 2;
        int other = b.Count == 1 ? 0 : transposeB ? b.Count - 2 : b.Count - 1;
        string reading = transposeA && transposeB ? ", both read transposed"
            : transposeA ? ", a read transposed"
            : transposeB ? ", b read transposed"
            : string.Empty;
        string remedy = a[axisA] == b[other] ? transposeB ? ". b not transposed would fit." : ". b transposed would fit." : string.Empty;
        return new(Invariant($"matmul: inner sizes must agree, but a is {a} and b is {b}{reading} (a axis {axisA} = {a[axisA]},")
            + Invariant($" b axis {axisB} = {b[axisB]}){remedy}"));
    }

    /// <summary>A parameter must be a leaf of the graph.</summary>
    internal static OptionException ComputedParameter(string layer, string name) =>
        new(Invariant($"{layer}: parameter \"{name}\" must be a leaf tensor, but was computed from other parameters;")
            + " detach it, or compute it in the forward pass");

    /// <summary>A trainable parameter took no part in the loss.</summary>
    internal static GradientException NoGradient(string optimizer, string parameter) =>
        new(Invariant($"{optimizer}: every trainable parameter must have a gradient, but {parameter} has none;")
            + " call loss.Backward() first, or, if the loss does not depend on it, freeze it with RequiresGradient = false");

    internal static OptionException NoParameters(string optimizer) =>
        new(Invariant($"{optimizer}: there must be parameters to train, but there are none; pass model.Parameters"));

    internal static OptionException ParameterTwice(string optimizer, string parameter) =>
        new(Invariant($"{optimizer}: parameters must be distinct, but {parameter} is repeated; put it into one group only"));

    internal static OptionException NotTrainable(string optimizer, string name, Enum dtype, string? source) => new(source is null
        ? Invariant($"{optimizer}: parameters must be float32 or float64, but {name} is {Name(dtype)}")
        : Invariant($"{optimizer}: parameters must be leaves, but {name} was computed by {source}; pass the tensors it was computed from"));

    internal static CheckpointException StateNames(string optimizer, string kind, string[] missing, string[] surplus) =>
        new(Invariant($"{optimizer}: the saved state must have exactly the {kind} expected here, but is missing {List(missing)}")
            + Invariant($" and has unexpected {List(surplus)}; load it into the kind of optimizer that saved it"));

    internal static CheckpointException StateTensor(string optimizer, string name, string expected, string saved) =>
        new(Invariant($"{optimizer}: the saved {name} must be {expected}, but is {saved}"));

    internal static CheckpointException StateNumber(string optimizer, string name, string mustBe, double value) =>
        new(Invariant($"{optimizer}: the saved {name} must be {mustBe}, but is {value}"));

    private static string List(string[] names) => names.Length == 0 ? "nothing" : string.Join(", ", names);

    /// <summary>A checkpoint file is unusable: what is wrong, and how it shows.</summary>
    internal static CheckpointException Checkpoint(string path, string problem, string detail, Exception? inner = null) =>
        new(Invariant($"checkpoint: {path} {problem}: {detail}"), inner);

    /// <summary>A statistic or fit met a value that is not finite.</summary>
    internal static DataException NotFinite(string operation, string name, int row, double value) =>
        new(Invariant($"{operation}: values must be finite, but '{name}' in row {row} is {value}"));

    /// <summary>A statistic or fit met a value too large to compute with.</summary>
    internal static DataException TooLarge(string operation, string name, double value) =>
        new(Invariant($"{operation}: values must be small enough to compute with, but '{name}' reaches {value}; divide it by a constant"));

    /// <summary>There are too few values.</summary>
    internal static DataException TooFew(string operation, string what, long needed, long actual) =>
        new(Invariant($"{operation}: {what} must be at least {needed}, got {actual}"));

    /// <summary>Two sizes of the data disagree.</summary>
    internal static DataException DataSizes(string operation, string invariant, string operands) =>
        new(Invariant($"{operation}: {invariant}, but {operands}"));

    /// <summary>A logarithm or power needs values above 0.</summary>
    internal static DataException NotPositive(string operation, string name, int row, double value) =>
        new(Invariant($"{operation}: '{name}' must be above 0, but is {value} in row {row}"));

    /// <summary>A data file on disk is not the one its source describes.</summary>
    internal static DataException WrongHash(string name, string path, string expected, string actual) =>
        new(Invariant($"{name}: {path} must have SHA-256 {expected}, but has {actual}; delete it to download it again"));

    /// <summary>A data file is not on disk, and could not be downloaded.</summary>
    internal static DataException NotFetched(string name, IReadOnlyList<string> failures, IReadOnlyList<Uri> addresses, string path) =>
        new(Invariant($"{name}: the file must be downloaded once,")
            + Invariant($" but {(failures.Count == 0 ? "no address is known" : string.Join(", and ", failures))}")
            + (addresses.Count == 0 ? $"; put it at {path}" : Invariant($"; download {addresses[0]} yourself and save it as {path}")));

    /// <summary>A loss to train on is one number.</summary>
    internal static ShapeException LossShape(Sizes shape) =>
        new(Invariant($"training: the loss must be a scalar, but is {shape}; reduce it with .Mean(), or .Sum()"));

    /// <summary>A loss is not finite; <paramref name="culprit"/> is the first tensor of the forward pass that is not.</summary>
    internal static NonFiniteException NonFiniteLoss(int step, double loss, string? culprit) =>
        new(Invariant($"training: the loss must be finite, but is {loss} at step {step};")
            + Invariant($" the first tensor that is not finite is {culprit ?? "the loss itself"}. The parameters are as before the step."));

    /// <summary>A gradient is not finite although the loss is.</summary>
    internal static NonFiniteException NonFiniteGradient(int step, string? culprit) =>
        new(Invariant($"training: gradients must be finite, but at step {step} ")
            + (culprit is null ? "their norm overflows" : $"the gradient of {culprit} is not")
            + ". The parameters are as before the step.");

    /// <summary>A loss compares element with element, so nothing is broadcast.</summary>
    internal static ShapeException LossShapes(string operation, Sizes prediction, Sizes target)
    {
        string remedy = Product(prediction) == Product(target) ? Invariant($"; reshape the target to {prediction}") : string.Empty;
        return new(Invariant($"{operation}: prediction and target must have the same shape, but are {prediction} and {target}{remedy}"));
    }

    /// <summary>Logits were taken for probabilities.</summary>
    internal static OptionException NotProbabilities(double value) =>
        new(Invariant($"binaryCrossEntropy: predictions must be probabilities from 0 to 1, but one is {value};")
            + " for the output of a linear layer use BinaryCrossEntropyWithLogits");

    /// <summary>A function to be differentiated did not return a floating-point tensor.</summary>
    internal static DTypeException NotFloatResult(string operation, Enum dtype) =>
        new(Invariant($"{operation}: f(x) must be float32 or float64, but is {Name(dtype)}, which has no derivative"));

    /// <summary>The operands of attention do not fit each other.</summary>
    internal static ShapeException Attention(string invariant, Sizes query, Sizes keys, Sizes values) =>
        new(Invariant($"attention: {invariant}, but are {query}, {keys} and {values}"));

    /// <summary>A mask of attention is neither bool nor of the scores' type.</summary>
    internal static DTypeException AttentionMask(Enum scores, Enum mask) =>
        new(Invariant($"attention: a mask must be bool (true where attention is allowed) or {Name(scores)} (added to the scores),")
            + Invariant($" but is {Name(mask)}"));

    /// <summary>A mask of attention does not broadcast to the weights.</summary>
    internal static ShapeException AttentionMask(Sizes weights, Sizes mask) =>
        new(Invariant($"attention: a mask must broadcast to the weights [examples, heads, queries, keys] {weights}, but is {mask}"));

    /// <summary>The input of a layer of positions has the wrong number of channels.</summary>
    internal static ShapeException PositionChannels(string layer, int channels, Sizes input) =>
        new(Invariant($"{layer}: the input must be [… positions, {channels}], but is {input}"));

    /// <summary>There are more positions than the context has.</summary>
    internal static ShapeException Context(int context, int positions) =>
        new(Invariant($"positions: the input must have at most {context} positions, the context length, but has {positions};")
            + " shorten it, or build the model with a longer context");

    /// <summary>Attention takes sequences of vectors.</summary>
    internal static ShapeException AttentionInput(int width, Sizes input) =>
        new(Invariant($"attention: the input must be [examples, positions, {width}], but is {input}"));

    /// <summary>A memory to attend to does not fit.</summary>
    internal static ShapeException AttentionMemory(int examples, int width, Sizes memory) =>
        new(Invariant($"attention: the memory must be [{examples}, positions, {width}],")
            + Invariant($" for an input of {examples} examples, but is {memory}"));

    /// <summary>Layers of pictures take examples of channels of planes.</summary>
    internal static ShapeException Pictures(string operation, Sizes input) =>
        new(Invariant($"{operation}: the input must be [examples, channels, height, width], but is {input}"));

    /// <summary>Recurrent layers take sequences of vectors.</summary>
    internal static ShapeException RecurrentInput(string layer, int inputs, Sizes input) =>
        new(Invariant($"{layer}: the input must be [examples, steps, {inputs}], but is {input}"));

    /// <summary>One step of a recurrent layer takes a vector of each example.</summary>
    internal static ShapeException StepInput(string layer, int inputs, Sizes input) =>
        new(Invariant($"{layer}: the input of a step must be [examples, {inputs}], but is {input}"));

    /// <summary>A cache was filled by another batch.</summary>
    internal static ShapeException CacheBatch(int cached, int examples) =>
        new(Invariant($"attention: the input must have {cached} examples, as the cache has, but has {examples}; start a new cache"));

    /// <summary>A cache has no room for more positions.</summary>
    internal static ShapeException CacheFull(int capacity, int positions) =>
        new(Invariant($"attention: positions must fit into the cache of {capacity}, but there would be {positions};")
            + " start a new cache with the last ones");

    /// <summary>A language model takes rows of tokens.</summary>
    internal static ShapeException Tokens(Sizes input) =>
        new(Invariant($"tokens: the input must be [examples, positions] with at least 1 position, but is {input}"));

    /// <summary>A text is shorter than the model's context.</summary>
    internal static DataException TextTooShort(string what, int count, int length) =>
        new(Invariant($"windows: a {what} must have more tokens than a window, but it has {count} and a window has {length};")
            + " choose a shorter context or a longer text");

    /// <summary>A model's architecture is not GPT-2's.</summary>
    internal static OptionException NotGpt2() =>
        new("gpt file: the model must have GPT-2's architecture for its layout (learned positions, layer normalization before each part,"
            + " GELU, no grouped queries), but has not; use the layout Crucible");

    /// <summary>All rows are equal, so there are no principal components.</summary>
    internal static DataException EqualRows(string operation) =>
        new(Invariant($"{operation}: rows must differ, but all are equal"));
}
