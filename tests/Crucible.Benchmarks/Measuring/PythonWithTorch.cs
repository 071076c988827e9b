using System.Diagnostics;

namespace Crucible.Benchmarks.Measuring;

/// <summary>The Python that has PyTorch, for programs of tests/peers.</summary>
internal static class PythonWithTorch
{
    // The second is where Debian puts it, whatever other Python comes first in PATH.
    private static readonly string[] Candidates = ["python3", "/usr/bin/python3"];

    /// <summary>
    /// One thread; kernels that OpenBLAS would not choose by itself on processors newer than it; and memory kept, else the C library
    /// may give it back to the system after every step and fetch it again.
    /// </summary>
    internal static IReadOnlyDictionary<string, string> Environment { get; } = new Dictionary<string, string>
    {
        ["OPENBLAS_CORETYPE"] = "SkylakeX",
        ["OPENBLAS_NUM_THREADS"] = "1",
        ["OMP_NUM_THREADS"] = "1",
        ["MALLOC_TRIM_THRESHOLD_"] = "4294967296",
        ["MALLOC_MMAP_THRESHOLD_"] = "4294967296",
    };

    /// <summary>Looks for it: null where there is none.</summary>
    internal static string? Find() => Candidates.FirstOrDefault(HasTorch);

    private static bool HasTorch(string python)
    {
        try
        {
            using Process probe = Process.Start(new ProcessStartInfo(python, ["-c", "import torch"]) { RedirectStandardError = true })!;
            probe.StandardError.ReadToEnd();
            probe.WaitForExit();
            return probe.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false; // no such program
        }
    }
}
