namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>A number wherever a mask is true, this tensor elsewhere.</summary>
    /// <param name="mask">A bool tensor, broadcast against this one.</param>
    /// <param name="value">The number, taken as this tensor's element type; <c>-infinity</c> before a softmax gives probability 0.</param>
    /// <returns>A tensor in the broadcast shape.</returns>
    /// <exception cref="ShapeException">The shapes cannot be broadcast.</exception>
    /// <exception cref="DTypeException">The mask is not bool.</exception>
    public Tensor MaskedFill(Tensor mask, double value) => Tensors.MaskedFill.Of(this, mask, value, filled: true, "maskedFill");

    /// <summary>The elements where a mask is true, in row-major order.</summary>
    /// <param name="mask">A bool tensor, broadcast to this shape.</param>
    /// <returns>A tensor with one axis, as long as there are true elements.</returns>
    /// <exception cref="ShapeException">The mask cannot be broadcast to this shape.</exception>
    /// <exception cref="DTypeException">The mask is not bool.</exception>
    public Tensor MaskedSelect(Tensor mask)
    {
        if (mask.DType != DType.Bool) throw Errors.NotBool("maskedSelect", mask.DType);
        if (!Shape.Broadcast(Shape, mask.Shape, "maskedSelect").Equals(Shape)) throw Errors.Shape(Errors.Text($"maskedSelect: the mask must broadcast to the tensor's shape, but the tensor is {Shape} and the mask is {mask.Shape}"));
        var kept = mask.Expand(Shape).Data<bool>();
        var positions = new List<int>();
        for (var i = 0; i < kept.Length; i++)
            if (kept[i]) positions.Add(i);
        return Tensors.IndexSelect.Of(Flatten(), From<int>([.. positions], positions.Count), 0);
    }
}

/// <summary>A number where a mask has a given truth value, x elsewhere. d/dx = 1 where x was kept, 0 elsewhere.</summary>
internal sealed class MaskedFill(Tensor x, Tensor mask, bool filled) : Operation(x, mask)
{
    public static Tensor Of(Tensor x, Tensor mask, double value, bool filled, string operation)
    {
        if (mask.DType != DType.Bool) throw Errors.NotBool(operation, mask.DType);
        x = x.Expand(Shape.Broadcast(x.Shape, mask.Shape, operation));
        var result = x.Clone();
        var fill = Tensor.Scalar(value, x.DType);
        switch (x.DType)
        {
            case DType.Float32: Fill<float>(); break;
            case DType.Float64: Fill<double>(); break;
            case DType.Int32: Fill<int>(); break;
            default: Fill<bool>(); break;
        }

        return x.IsRecorded ? new MaskedFill(x, mask, filled).Record(result) : result;

        void Fill<T>()
            where T : unmanaged
        {
            var number = fill.Data<T>()[0];
            var truths = mask.Data<bool>();
            var target = result.Data<T>();
            if (truths.Length == target.Length)
            {
                FillRun(truths, number, target);
                return;
            }

            if (target.Length == 0) return;
            var walk = new BroadcastWalk(x.Shape, mask.Shape, x.Shape);
            for (var start = 0; start < target.Length; start += walk.RunLength)
            {
                FillRun(truths.Slice(walk.OffsetB, walk.RunB), number, target.Slice(start, walk.RunLength));
                walk.Next();
            }
        }

        void FillRun<T>(ReadOnlySpan<bool> truths, T number, Span<T> target)
        {
            if (truths.Length == target.Length)
            {
                for (var i = 0; i < target.Length; i++)
                    if (truths[i] == filled) target[i] = number;
            }
            else if (truths[0] == filled)
            {
                target.Fill(number);
            }
        }
    }

    protected internal override void Backward(Tensor gradient) => Accumulate(0, Of(gradient, Input(1), 0.0, filled, Name));
}
