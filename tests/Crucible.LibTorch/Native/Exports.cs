using System.Globalization;
using System.Runtime.InteropServices;
using TorchSharp;

namespace Crucible.LibTorch.Native;

/// <summary>
/// What LibTorch has, a user of Python takes, and TorchSharp does not offer, by its C++ names as GCC writes them: there are others
/// on Windows and macOS.
/// </summary>
internal static unsafe partial class Exports
{
    private const string Library = "torch_cpu";
    private const sbyte Cpu = 0; // c10::DeviceType
    private const sbyte BFloat16 = 15; // c10::ScalarType

    /// <summary>Which instructions LibTorch uses on this processor.</summary>
    internal static string Instructions =>
        OperatingSystem.IsLinux() ? Text(&Capability) : RuntimeInformation.ProcessArchitecture.ToString();

    /// <summary>Has LibTorch use as many threads as OMP_NUM_THREADS says: the variable alone does not limit all of its pools.</summary>
    internal static void LimitThreads()
    {
        if (Environment.GetEnvironmentVariable("OMP_NUM_THREADS") is { } count)
            torch.set_num_threads(int.Parse(count, CultureInfo.InvariantCulture));
    }

    /// <summary>Computes products in bfloat16 until the result is disposed, as <c>torch.autocast("cpu")</c> does.</summary>
    /// <param name="isOn">Whether to do so at all.</param>
    /// <exception cref="NotSupportedException">It is asked for on another system than Linux.</exception>
    internal static IDisposable? Autocast(bool isOn) => isOn ? new AutocastScope() : null;

    /// <summary>Throws where these names are unknown.</summary>
    internal static void MustBeThere()
    {
        if (!OperatingSystem.IsLinux()) throw new NotSupportedException("fused optimizers and autocast are called by their names on Linux");
    }

    [LibraryImport(Library, EntryPoint = "_ZN2at8autocast20set_autocast_enabledEN3c1010DeviceTypeEb")]
    private static partial void SetAutocastEnabled(sbyte device, [MarshalAs(UnmanagedType.U1)] bool enabled);

    [LibraryImport(Library, EntryPoint = "_ZN2at8autocast18set_autocast_dtypeEN3c1010DeviceTypeENS1_10ScalarTypeE")]
    private static partial void SetAutocastType(sbyte device, sbyte type);

    [LibraryImport(Library, EntryPoint = "_ZN2at8autocast17increment_nestingEv")]
    private static partial int IncrementNesting();

    [LibraryImport(Library, EntryPoint = "_ZN2at8autocast17decrement_nestingEv")]
    private static partial int DecrementNesting();

    [LibraryImport(Library, EntryPoint = "_ZN2at8autocast11clear_cacheEv")]
    private static partial void ClearCache();

    [LibraryImport(Library, EntryPoint = "_ZN2at18get_cpu_capabilityB5cxx11Ev")]
    private static partial void* GetCapability(void* result);

    private static void Capability(void* result) => GetCapability(result);

    // A std::string comes back in room that the caller gives: where its characters are, and how many.
    private static string Text(delegate*<void*, void> call)
    {
        byte* room = stackalloc byte[32];
        call(room);
        return Marshal.PtrToStringUTF8(*(nint*)room, (int)*(nint*)(room + sizeof(nint)));
    }

    private sealed class AutocastScope : IDisposable
    {
        internal AutocastScope()
        {
            MustBeThere();
            SetAutocastEnabled(Cpu, true);
            SetAutocastType(Cpu, BFloat16);
            _ = IncrementNesting();
        }

        public void Dispose()
        {
            // the copies of weights in bfloat16, which are kept for one pass
            if (DecrementNesting() == 0) ClearCache();
            SetAutocastEnabled(Cpu, false);
        }
    }
}
