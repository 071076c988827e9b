using Crucible.Benchmarks.Sides;
using Crucible.LibTorch.Native;
using Crucible.LibTorch.Workloads;
using TorchSharp;

// The side of LibTorch in the benchmarks: each workload by the name that it has there.
Dictionary<string, Func<string[], Work>> workloads = new()
{
    ["matmul"] = MatMulWork.Prepare,
    ["mlp-step"] = MlpStepWork.Prepare,
    ["elementwise"] = ElementwiseWork.Prepare,
    ["gpt-step"] = GptStepWork.Prepare,
    ["gpt-generate"] = GptGenerateWork.Prepare,
    ["recurrent"] = RecurrentWork.Prepare,
    ["translator"] = TranslatorWork.Prepare,
    ["convolution"] = ConvolutionWork.Prepare,
    ["vision-step"] = VisionStepWork.Prepare,
};

if (args is not [SideProgram.Argument, .. string[] arguments])
{
    Console.WriteLine("This is LibTorch's part of the benchmarks: dotnet fsi build.fsx bench starts it.");
    return 2;
}

NativeLibraries.MakeLoadable();
MathKernels.Unlock();
Exports.LimitThreads();
SideProgram side = new(words => workloads.TryGetValue(words[0], out Func<string[], Work>? prepare)
    ? prepare(words[1..])
    : throw new NotSupportedException($"LibTorch's side has no '{words[0]}'"));
side.Run($"LibTorch {torch.__version__}, {Exports.Instructions}", arguments);
return 0;
