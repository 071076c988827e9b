using System.Runtime.InteropServices;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Crucible.LibTorch.Native;

/// <summary>
/// <c>torch.optim.Adam(…, fused=True)</c> and AdamW, as Python's steps call them: one call of LibTorch for all parameters that
/// decay alike.
/// </summary>
internal sealed unsafe partial class FusedAdam
{
    private const double Beta1 = 0.9;
    private const double Epsilon = 1e-8;

    private readonly Group[] groups;
    private readonly Tensor count = zeros(1).squeeze();
    private readonly double rate, beta2;
    private readonly bool isDecoupled;

    /// <summary>Makes the state of all parameters.</summary>
    /// <param name="groups">Parameters and how they decay.</param>
    /// <param name="rate">The learning rate.</param>
    /// <param name="beta2">Of the second moments.</param>
    /// <param name="isDecoupled">Whether decay is AdamW's.</param>
    /// <exception cref="NotSupportedException">The system is not Linux.</exception>
    internal FusedAdam(IEnumerable<(Parameter[] Parameters, double Decay)> groups, double rate, double beta2, bool isDecoupled)
    {
        Exports.MustBeThere();
        this.groups = [.. groups.Select(group => new Group(group.Parameters, group.Decay))];
        (this.rate, this.beta2, this.isDecoupled) = (rate, beta2, isDecoupled);
    }

    /// <summary>Changes the parameters by their gradients.</summary>
    internal void Step()
    {
        using IDisposable off = no_grad();
        count.add_(1);
        foreach (Group group in groups) Step(group);
    }

    private void Step(Group group)
    {
        int length = group.Parameters.Length;
        Tensor[] gradients = [.. group.Parameters.Select(parameter => parameter.grad!)];
        nint counted = Handle(count);
        nint[] handles =
        [
            .. group.Parameters.Select(Handle), .. gradients.Select(Handle), .. group.First.Select(Handle), .. group.Second.Select(Handle),
            .. Enumerable.Repeat(counted, length),
        ];
        long* none = stackalloc long[2]; // an empty std::optional
        (none[0], none[1]) = (0, 0);
        fixed (nint* all = handles)
        {
            List parameters = new(all, length), found = new(all + length, length), first = new(all + (2 * length), length),
                second = new(all + (3 * length), length), counts = new(all + (4 * length), length), largest = new(null, 0);
            if (isDecoupled)
                AdamW(parameters, found, first, second, largest, counts, rate, Beta1, beta2, group.Decay, Epsilon, 0, 0, none, none);
            else
                Adam(parameters, found, first, second, largest, counts, rate, Beta1, beta2, group.Decay, Epsilon, 0, 0, none, none);
        }

        foreach (Tensor gradient in gradients) gradient.Dispose();
    }

    // TorchSharp's handle points to an at::Tensor, which is one pointer.
    private static nint Handle(Tensor tensor) => *(nint*)tensor.Handle;

    [LibraryImport(
        "torch_cpu",
        EntryPoint = "_ZN2at4_ops13_fused_adamw_4callEN3c108ArrayRefINS_6TensorEEES5_S5_S5_S5_S5_dddddbbRKSt8optionalIS4_ES9_")]
    private static partial void AdamW(
        List parameters, List gradients, List first, List second, List largest, List counts, double rate, double beta1, double beta2,
        double decay, double epsilon, byte isAmsGrad, byte maximizes, void* scale, void* infinite);

    [LibraryImport(
        "torch_cpu",
        EntryPoint = "_ZN2at4_ops12_fused_adam_4callEN3c108ArrayRefINS_6TensorEEES5_S5_S5_S5_S5_dddddbbRKSt8optionalIS4_ES9_")]
    private static partial void Adam(
        List parameters, List gradients, List first, List second, List largest, List counts, double rate, double beta1, double beta2,
        double decay, double epsilon, byte isAmsGrad, byte maximizes, void* scale, void* infinite);

    // c10::ArrayRef<at::Tensor>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct List(nint* start, int length)
    {
        private readonly nint* start = start;
        private readonly nint length = length;
    }

    private sealed class Group(Parameter[] parameters, double decay)
    {
        internal Parameter[] Parameters { get; } = parameters;

        internal double Decay { get; } = decay;

        internal Tensor[] First { get; } = [.. parameters.Select(parameter => zeros_like(parameter))];

        internal Tensor[] Second { get; } = [.. parameters.Select(parameter => zeros_like(parameter))];
    }
}
