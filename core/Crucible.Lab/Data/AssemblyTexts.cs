using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Resources;

namespace Crucible.Lab.Data;

/// <summary>
/// The texts in the resources of an assembly, which is read as a file: nothing of it is loaded or run, and no object is
/// deserialized.
/// </summary>
internal sealed class AssemblyTexts
{
    private readonly Dictionary<string, string> texts = new(StringComparer.Ordinal);

    private AssemblyTexts()
    {
    }

    /// <summary>The texts by the name of their resource (without its language), a bar, and their key.</summary>
    internal IReadOnlyDictionary<string, string> Texts => texts;

    /// <summary>The resources, or else the file, that could not be read.</summary>
    internal int Skipped { get; private set; }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The assembly.</param>
    /// <param name="culture">What stands before <c>.resources</c> in the names of its resources: <c>.fr</c>, or nothing.</param>
    internal static AssemblyTexts Read(string path, string culture)
    {
        AssemblyTexts result = new();
        try
        {
            using PEReader file = new(File.OpenRead(path));
            result.Read(file, culture + ".resources");
        }
        catch (Exception error) when (IsDamage(error))
        {
            result.Skipped++;
        }
        return result;
    }

    private void Read(PEReader file, string ending)
    {
        if (!file.HasMetadata || file.PEHeaders.CorHeader is not { } header || header.ResourcesDirectory.Size == 0) return;
        PEMemoryBlock section = file.GetSectionData(header.ResourcesDirectory.RelativeVirtualAddress);
        MetadataReader metadata = file.GetMetadataReader();
        foreach (ManifestResourceHandle handle in metadata.ManifestResources)
        {
            try
            {
                ManifestResource resource = metadata.GetManifestResource(handle);
                string name = metadata.GetString(resource.Name);
                bool isHere = resource.Implementation.IsNil; // else it is in another file
                if (!isHere || !name.EndsWith(ending, StringComparison.Ordinal)) continue;
                BlobReader reader = section.GetReader((int)resource.Offset, section.Length - (int)resource.Offset);
                Read(reader.ReadBytes(reader.ReadInt32()), name[..^ending.Length]);
            }
            catch (Exception error) when (IsDamage(error))
            {
                Skipped++;
            }
        }
    }

    private void Read(byte[] resource, string name)
    {
        using ResourceReader reader = new(new MemoryStream(resource));
        System.Collections.IDictionaryEnumerator entries = reader.GetEnumerator();
        while (entries.MoveNext())
        {
            string key = (string)entries.Key;
            reader.GetResourceData(key, out string type, out byte[] data);
            if (type != "ResourceTypeCode.String") continue;
            using BinaryReader text = new(new MemoryStream(data));
            texts[$"{name}|{key}"] = text.ReadString();
        }
    }

    // What the two readers throw where bytes are not what they should be.
    private static bool IsDamage(Exception error) =>
        error is BadImageFormatException or IOException or UnauthorizedAccessException or InvalidOperationException
            or ArgumentException or NotSupportedException or FormatException or OverflowException or IndexOutOfRangeException;
}
