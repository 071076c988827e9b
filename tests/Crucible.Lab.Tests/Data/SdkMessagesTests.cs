using System.Resources;
using Crucible.Lab.Data;
using Crucible.Text;
using Mono.Cecil;
using Xunit;

namespace Crucible.Lab.Tests.Data;

/// <summary>An SDK made here for what must be exact; the machine's own for what holds of every one.</summary>
public sealed class SdkMessagesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string Sdk => folder.File("9.0.100");

    public void Dispose() => folder.Dispose();

    /// <summary>Writes an assembly with a resource of these texts, and perhaps a number.</summary>
    private string Assembly(string path, string resource, params (string Key, object Value)[] entries)
    {
        MemoryStream content = new();
        using (ResourceWriter writer = new(content))
            foreach ((string key, object value) in entries) writer.AddResource(key, value);
        string file = Path.Combine(Sdk, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        string name = Path.GetFileNameWithoutExtension(path);
        using AssemblyDefinition assembly = AssemblyDefinition.CreateAssembly(new(name, new(1, 0)), name, ModuleKind.Dll);
        assembly.MainModule.Resources.Add(new EmbeddedResource(resource, ManifestResourceAttributes.Public, content.ToArray()));
        assembly.Write(file);
        return file;
    }

    private void MadeUp()
    {
        Assembly("tool/App.dll", "App.Texts.resources", ("a", "Open {0}"), ("b", "Same"), ("c", "Line\none"), ("n", 5), ("d", "only here"));
        Assembly("tool/fr/App.resources.dll", "App.Texts.fr.resources", ("a", "Ouvrir {0}"), ("b", "Same"), ("c", "Ligne\nun"), ("n", 5));
        Assembly("other/App.exe", "App.Texts.resources", ("a", "Open {0}"), ("e", "  Two  words "), ("f", "{0} of {1}"), ("g", "42"));
        Assembly(
            "other/fr/App.resources.dll", "App.Texts.fr.resources",
            ("a", "Ouvrir {0}"), ("e", "Deux\u00A0mots"), ("f", "{0} sur {2}"), ("g", "quarante-deux"), ("h", "seul"));
        Assembly("tool/de/App.resources.dll", "App.Texts.de.resources", ("a", "{0} öffnen"));
        Assembly("tool/fr/Orphan.resources.dll", "Orphan.fr.resources", ("a", "x"));
    }

    [Fact]
    public void Load_MadeUpSdk_PairsByKeyAndKeepsEqualPairsOnce()
    {
        MadeUp();
        SdkMessages french = SdkMessages.Load("fr", Sdk);

        Assert.Equal(
            [
                new("  Two  words ", "Deux\u00A0mots"), new("42", "quarante-deux"), new("Line\none", "Ligne\nun"),
                new("Open {0}", "Ouvrir {0}"), new("{0} of {1}", "{0} sur {2}"),
            ],
            french.Pairs.OrderBy(pair => pair.Source, StringComparer.Ordinal));
        Assert.Equal(
            [new("Open {0}", "Ouvrir {0}"), new("Two words", "Deux mots")],
            french.Sentences.OrderBy(pair => pair.Source, StringComparer.Ordinal));
        Assert.Equal(("9.0.100", "fr", 3, 1), (french.Version, french.Language, french.Satellites, french.Skipped)); // the orphan
        Assert.Equal(
            ".NET SDK 9.0.100: 5 pairs in English and French from 3 resource files, 2 of them sentences; resources skipped: 1",
            french.ToString());
        Assert.Equal(["de", "fr"], SdkMessages.Languages(Sdk));
    }

    [Fact]
    public void Load_UnknownLanguageOrFolder_SaysWhatThereIs()
    {
        MadeUp();

        Assert.Equal(
            $"SDK messages: the language must be one that {Sdk} has (de, fr), but is 'xx'",
            Assert.Throws<DataException>(() => SdkMessages.Load("xx", Sdk)).Message);
        Directory.CreateDirectory(folder.File("empty"));
        Assert.Equal(
            $"SDK messages: {folder.File("empty")} must be the folder of a .NET SDK, but has no translated messages",
            Assert.Throws<DataException>(() => SdkMessages.Load("fr", folder.File("empty"))).Message);
        Assert.StartsWith(
            $"SDK messages: {folder.File("none")} must be the folder of a .NET SDK, but cannot be read: ",
            Assert.Throws<DataException>(() => SdkMessages.Languages(folder.File("none"))).Message);
    }

    [Fact]
    public void Load_OddResources_AreSkippedAndCounted()
    {
        MadeUp();
        File.WriteAllText(Path.Combine(Sdk, "other", "fr", "App.resources.dll"), "no assembly");
        string odd = Assembly("odd/Odd.dll", "Odd.resources", ("a", "Yes"));
        Assembly("odd/fr/Odd.resources.dll", "Odd.fr.resources", ("a", "Oui"));
        using (AssemblyDefinition assembly = AssemblyDefinition.ReadAssembly(odd, new ReaderParameters { InMemory = true }))
        {
            assembly.MainModule.Resources.Add(new EmbeddedResource("Bad.resources", ManifestResourceAttributes.Public, new byte[40]));
            assembly.MainModule.Resources.Add(new EmbeddedResource("picture.png", ManifestResourceAttributes.Public, new byte[40]));
            assembly.Write(odd);
        }
        SdkMessages french = SdkMessages.Load("fr", Sdk);

        Assert.Contains(new SentencePair("Yes", "Oui"), french.Sentences);
        Assert.Equal(3, french.Skipped); // the orphan, what is no assembly, the resource of zeros
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public void Read_AnyByteDamaged_IsReadOrSkipped()
    {
        string file = Assembly("App.dll", "App.resources", ("key", "Text of the file"), ("other", "More"));
        byte[] whole = File.ReadAllBytes(file);
        for (int i = 0; i < whole.Length; i += 3)
        {
            byte[] damaged = [.. whole];
            damaged[i] ^= (byte)(i % 2 == 0 ? 0xFF : 1 << (i % 8));
            File.WriteAllBytes(file, damaged);
            Assert.InRange(AssemblyTexts.Read(file, "").Texts.Count, 0, 2);
        }
        for (int length = 0; length < whole.Length; length += 7)
        {
            File.WriteAllBytes(file, whole[..length]);
            Assert.InRange(AssemblyTexts.Read(file, "").Texts.Count, 0, 2);
        }
        File.WriteAllBytes(file, whole);
        Assert.Equal(2, AssemblyTexts.Read(file, "").Texts.Count);
    }

    [Theory]
    [InlineData("a\tb  c ", "x\u00A0y", "a b c", "x y")]
    [InlineData("{0} of {1:N2}", "{1:N2} von {0}", "{0} of {1:N2}", "{1:N2} von {0}")]
    [InlineData("{0}", "{0} x", null, null)]
    [InlineData("a {0}", "b", null, null)]
    [InlineData("a\nb", "c", null, null)]
    [InlineData("a", "b\r\nc", null, null)]
    [InlineData("a ", "a", null, null)]
    [InlineData("12", "13", null, null)]
    [InlineData("\na\n", "b", "a", "b")]
    public void Sentence_OneLineWithLettersAndItsPlaceholders_IsKept(string source, string target, string? clean, string? cleanTarget)
    {
        SentencePair? expected = clean is null ? null : new(clean, cleanTarget!);

        Assert.Equal(expected, SdkMessages.Sentence(new(source, target)));
    }

    [Fact]
    public void Newest_OfFolders_HasTheHighestVersion()
    {
        Assert.Equal("/sdk/10.0.401", SdkFolder.Newest(["/sdk/9.0.300", "/sdk/10.0.401", "/sdk/10.0.401-preview.7", "/sdk/notes"]));
        Assert.Equal("/sdk/11.0.100-preview.1", SdkFolder.Newest(["/sdk/11.0.100-preview.1", "/sdk/10.0.401"]));
        Assert.Null(SdkFolder.Newest([]));
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public void Load_RunningSdk_GivesThousandsOfSentences()
    {
        SdkMessages french = SdkMessages.Load("fr");

        Assert.Equal(["cs", "de", "es", "fr", "it", "ja", "ko", "pl", "pt-BR", "ru", "tr", "zh-Hans", "zh-Hant"], SdkMessages.Languages());
        Assert.True(Version.TryParse(french.Version.Split('-')[0], out _), french.Version);
        Assert.InRange(french.Satellites, 50, 1000);
        Assert.InRange(french.Skipped, 0, french.Satellites / 10);
        Assert.InRange(french.Pairs.Length, 10_000, 50_000);
        Assert.InRange(french.Sentences.Length, french.Pairs.Length * 9 / 10, french.Pairs.Length);
        Assert.InRange(french.Sentences.Count(pair => pair.SourceWords <= 16), french.Sentences.Length / 2, french.Sentences.Length);
        Assert.Equal(french.Sentences.Length, french.Sentences.Distinct().Count());
        Assert.Contains(french.Sentences, pair => pair.Target.Contains("Impossible de", StringComparison.Ordinal));

        SentenceClusters clusters = SentenceClusters.Find(french.Sentences);
        Assert.InRange(clusters.Sizes.Max(), 2, french.Sentences.Length / 50); // no chain of neighbours through them all
        PairSplit split = clusters.Split(0.05, 0.1, new(0));
        Assert.Equal(0, split.TestNearTraining());
        Assert.InRange(split.Test.Length, french.Sentences.Length * 9 / 100, french.Sentences.Length * 11 / 100);
        string[] copied = new NearestSentences(split.Training).Translate(split.Test.Select(pair => pair.Source));
        Assert.InRange(Bleu.Corpus(copied, [.. split.Test.Select(pair => pair.Target)]).Score, 10, 45);
    }
}
