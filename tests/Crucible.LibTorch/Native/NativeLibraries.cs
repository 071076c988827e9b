using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Crucible.LibTorch.Native;

/// <summary>
/// Lets TorchSharp's native library load where the C++ library is older than the one that it was built with. It names the version
/// GLIBCXX_3.4.32 for one symbol, <c>std::ios_base_library_init()</c>, that nothing in it uses. The loader refuses a library that
/// needs an unknown version, unless the need is marked as weak: so it is marked, in the copy beside this program.
/// </summary>
internal static class NativeLibraries
{
    private const string Version = "GLIBCXX_3.4.32";
    private const uint VersionNeeds = 0x6ffffffe; // SHT_GNU_verneed
    private const ushort Weak = 2; // VER_FLG_WEAK

    /// <summary>Marks the version where the library does not load as it is; on Linux only.</summary>
    internal static void MakeLoadable()
    {
        string file = Path.Combine(AppContext.BaseDirectory, "libLibTorchSharp.so");
        if (!OperatingSystem.IsLinux() || !File.Exists(file) || NativeLibrary.TryLoad(file, out _)) return;
        byte[] library = File.ReadAllBytes(file);
        if (!TryMark(library)) return; // it fails for another reason, which TorchSharp will tell
        // Beside it and then in its place, since another process may be about to load it.
        string marked = $"{file}.{Environment.ProcessId}";
        File.WriteAllBytes(marked, library);
        File.Move(marked, file, overwrite: true);
    }

    // An ELF file of 64 bits. Its header says at 0x28 where the section headers begin and at 0x3a how long one is and how many
    // there are; a section header has its type at 4, its place at 24 and the number of its section of names at 40.
    private static bool TryMark(byte[] library)
    {
        int sections = (int)Number64(library, 0x28), size = Number16(library, 0x3a), count = Number16(library, 0x3c);
        int needs = Enumerable.Range(0, count).Select(i => sections + (i * size))
            .FirstOrDefault(section => Number32(library, section + 4) == VersionNeeds);
        if (needs == 0) return false;
        int names = (int)Number64(library, sections + ((int)Number32(library, needs + 40) * size) + 24);
        return TryMark(library, (int)Number64(library, needs + 24), names);
    }

    // A list of libraries, each with a list of versions: of a library, at 8 where its versions begin and at 12 where the next one
    // is, from here; of a version, at 4 its flags, at 8 its name and at 12 where the next one is. A distance of 0 ends a list.
    private static bool TryMark(byte[] library, int needs, int names)
    {
        for (int needed = needs, step = 1; step != 0; needed += step)
        {
            for (int version = needed + (int)Number32(library, needed + 8), next = 1; next != 0; version += next)
            {
                if (Text(library, names + (int)Number32(library, version + 8)) == Version)
                {
                    Span<byte> flags = library.AsSpan(version + 4);
                    BinaryPrimitives.WriteUInt16LittleEndian(flags, (ushort)(BinaryPrimitives.ReadUInt16LittleEndian(flags) | Weak));
                    return true;
                }

                next = (int)Number32(library, version + 12);
            }

            step = (int)Number32(library, needed + 12);
        }

        return false;
    }

    private static ushort Number16(byte[] library, int at) => BinaryPrimitives.ReadUInt16LittleEndian(library.AsSpan(at));

    private static uint Number32(byte[] library, int at) => BinaryPrimitives.ReadUInt32LittleEndian(library.AsSpan(at));

    private static long Number64(byte[] library, int at) => BinaryPrimitives.ReadInt64LittleEndian(library.AsSpan(at));

    private static string Text(byte[] library, int at) => Encoding.ASCII.GetString(library, at, Array.IndexOf(library, (byte)0, at) - at);
}
