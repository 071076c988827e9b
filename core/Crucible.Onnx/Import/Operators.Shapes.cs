using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Onnx.Import;

/// <summary>What changes shapes, or computes with them: sizes are int32 tensors.</summary>
internal static partial class Operators
{
    private static Tensor[] ShapeOf(NodeCall call)
    {
        Tensor x = call.Input(0);
        int start = Place(call.Integer("start", 0)), end = Place(call.Integer("end", x.Rank));
        return [Tensor.From<int>([.. x.Shape.Skip(start).Take(end - start)])];
        int Place(int place) => Math.Clamp(place < 0 ? place + x.Rank : place, 0, x.Rank);
    }

    private static Tensor[] ConstantOfShape(NodeCall call)
    {
        Tensor value = call.Value("value") ?? Tensor.Zeros(1);
        return [value.Reshape().Expand(call.Input(0).ToArray<int>())];
    }

    private static Tensor[] Expand(NodeCall call)
    {
        Tensor x = call.Input(0);
        return [x.Expand(Shape.Broadcast(x.Shape, Shape.From(call.Input(1).ToArray<int>()), "expand"))];
    }

    private static Tensor[] Range(NodeCall call)
    {
        DType dtype = call.Input(0).DType;
        return [Tensor.Arange(call.Input(0).ToDouble(), call.Input(1).ToDouble(), call.Input(2).ToDouble(), dtype)];
    }

    private static Tensor[] Flatten(NodeCall call)
    {
        Tensor x = call.Input(0);
        int axis = call.Integer("axis", 1);
        axis = axis == x.Rank ? axis : x.Shape.Axis(axis, "flatten");
        return [x.Reshape(x.Shape.Product(0, axis), x.Shape.Product(axis, x.Rank))];
    }

    private static Tensor[] Reshape(NodeCall call)
    {
        Tensor x = call.Input(0);
        int[] sizes = call.Integers(1, "shape") ?? throw call.Wrong("its shape is missing");
        if (call.Integer("allowzero", 0) == 0)
        {
            for (int axis = 0; axis < sizes.Length; axis++)
                if (sizes[axis] == 0 && axis < x.Rank) sizes[axis] = x.Shape[axis];
        }

        return [x.Reshape(sizes)];
    }

    private static Tensor[] Squeeze(NodeCall call)
    {
        Tensor x = call.Input(0);
        if (call.Integers(1, "axes") is not { } axes) return [x.Squeeze()];
        foreach (int axis in axes.Select(axis => x.Shape.Axis(axis, "squeeze")).OrderDescending().ToArray()) x = x.Squeeze(axis);
        return [x];
    }

    private static Tensor[] Unsqueeze(NodeCall call)
    {
        Tensor x = call.Input(0);
        int[] axes = call.Integers(1, "axes") ?? throw call.Wrong("its axes are missing");
        int rank = x.Rank + axes.Length;
        foreach (int axis in axes.Select(axis => axis < 0 ? axis + rank : axis).Order().ToArray()) x = x.Unsqueeze(axis);
        return [x];
    }

    private static Tensor[] Split(NodeCall call)
    {
        Tensor x = call.Input(0);
        int axis = x.Shape.Axis(call.Integer("axis", 0), "split");
        if (call.Integers(1, "split") is { } sizes) return x.Split(sizes, axis);
        int parts = call.Node.Output.Count, part = (x.Shape[axis] + parts - 1) / parts;
        return x.Split(Enumerable.Range(0, parts).Select(i => Math.Clamp(x.Shape[axis] - (i * part), 0, part)), axis);
    }

    private static Tensor[] Gather(NodeCall call)
    {
        (Tensor x, Tensor indices) = (call.Input(0), call.Input(1));
        int axis = x.Shape.Axis(call.Integer("axis", 0), "gather"), size = x.Shape[axis];
        if (indices.ToArray<int>().Any(index => index < 0)) indices = Tensor.Where(indices.Less(0.0), indices + size, indices);
        return [x.IndexSelect(axis, indices)];
    }

    private static Tensor[] Slice(NodeCall call)
    {
        Tensor x = call.Input(0);
        int[] starts = call.Integers(1, "starts") ?? throw call.Wrong("its starts are missing");
        int[] ends = call.Integers(2, "ends") ?? throw call.Wrong("its ends are missing");
        int[] axes = call.Integers(3, "axes") ?? [.. Enumerable.Range(0, starts.Length)];
        int[] steps = call.Optional(4)?.ToArray<int>() ?? [.. Enumerable.Repeat(1, starts.Length)];
        if (ends.Length != starts.Length || axes.Length != starts.Length || steps.Length != starts.Length || steps.Contains(0))
            throw call.Wrong("starts, ends, axes and steps must be equally many, and no step 0");
        for (int i = 0; i < starts.Length; i++) x = Slice(x, x.Shape.Axis(axes[i], "slice"), starts[i], ends[i], steps[i]);
        return [x];
    }

    private static Tensor Slice(Tensor x, int axis, long start, long end, int step)
    {
        int size = x.Shape[axis];
        (start, end) = (start < 0 ? start + size : start, end < 0 ? end + size : end);
        if (step > 0) return x.Slice(axis, (int)Math.Clamp(start, 0, size), (int)Math.Clamp(end, 0, size), step);
        (start, end) = (Math.Clamp(start, -1, size - 1), Math.Clamp(end, -1, size - 1));
        List<int> places = [];
        for (long place = start; place > end; place += step) places.Add((int)place);
        return x.IndexSelect(axis, Tensor.From<int>([.. places]));
    }

    private static Tensor[] Pad(NodeCall call)
    {
        Tensor x = call.Input(0);
        int[] pads = call.Integers(1, "pads") ?? throw call.Wrong("its pads are missing");
        int[] axes = call.Optional(3)?.ToArray<int>() ?? [.. Enumerable.Range(0, x.Rank)];
        if (pads.Length != 2 * axes.Length) throw call.Wrong(Invariant($"it has {pads.Length} pads for {axes.Length} axes"));
        string mode = call.Text("mode", "constant");
        call.Require(mode is "constant" or "reflect" or "edge", "mode");
        double value = call.Optional(2)?.ToDouble() ?? call.Number("value", 0.0);
        for (int i = 0; i < axes.Length; i++)
        {
            (int axis, int before, int after) = (x.Shape.Axis(axes[i], "pad"), pads[i], pads[i + axes.Length]);
            if (before == 0 && after == 0) continue;
            int size = x.Shape[axis];
            if (before < 0 || after < 0) // which takes away
                x = x.Slice(axis, Math.Clamp(-before, 0, size), Math.Clamp(size + Math.Min(0, after), 0, size));
            (before, after) = (Math.Max(0, before), Math.Max(0, after));
            x = mode == "constant" ? x.Pad(axis, before, after, value) : x.IndexSelect(axis, Places(x.Shape[axis]));

            Tensor Places(int count)
            {
                if (count == 0 || (mode == "reflect" && Math.Max(before, after) >= count))
                    throw call.Wrong(Invariant($"axis {axis} of {x.Shape} is too short to give {Math.Max(before, after)} more"));
                return Tensor.From<int>([.. Enumerable.Range(-before, count + before + after).Select(place => mode == "edge"
                    ? Math.Clamp(place, 0, count - 1)
                    : place < 0 ? -place : place < count ? place : (2 * (count - 1)) - place)]);
            }
        }

        return [x];
    }
}
