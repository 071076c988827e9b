using Crucible.Files;
using Crucible.Layers;
using Crucible.Models;
using Xunit;

namespace Crucible.Tests.Models;

public sealed class TranslatorFileTests : IDisposable
{
    private const string Key = "crucible.translator";

    private readonly string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".safetensors");

    public static TheoryData<TranslatorKind> Kinds => [.. Enum.GetValues<TranslatorKind>()];

    public void Dispose() => File.Delete(path);

    private static float[] Logits(Translator model) => model.Logits(
        model.Encode(Translator.Pad([[1, 2, 3]]), Pass.Evaluation), Translator.Pad([[0, 4]]), Pass.Evaluation).ToArray<float>();

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Load_OfSave_IsTheSameModel(TranslatorKind kind)
    {
        Translator saved = Translator.Create(TranslatorTests.Small(kind), new(3));
        TranslatorFile.Save(path, saved);

        Translator loaded = TranslatorFile.Load(path);

        Assert.Equal(kind, loaded.Options.Kind);
        Assert.Equal(saved.Options.Vocabulary, loaded.Options.Vocabulary);
        Assert.Equal(saved.Options.Dropout, loaded.Options.Dropout);
        Assert.Equal(Logits(saved), Logits(loaded));
    }

    [Fact]
    public void Load_OptionsThatAreNotOfItsKind_DoNotMatter()
    {
        Translator.Create(
            new() { Kind = TranslatorKind.Fixed, Vocabulary = new(5, 5, true), Width = 8, Heads = 1, HiddenSize = 9999, Context = 1 << 30 },
            new(1)).Save(path);
        Assert.Equal(9999, TranslatorFile.Load(path).Options.HiddenSize);
    }

    [Fact]
    public void Load_WhatIsNoTranslator_IsOneClearLine()
    {
        string Message() => Assert.Throws<CheckpointException>(() => TranslatorFile.Load(path)).Message;
        void Says(string text) => Assert.Contains(text, Message(), StringComparison.Ordinal);

        new Gpt(new() { Vocabulary = 5, Context = 4, Layers = 1, Heads = 1, Width = 4 }, new(1)).Save(path);
        Assert.EndsWith("is no translator: it has no crucible.translator, the options of the model", Message(), StringComparison.Ordinal);

        Translator model = Translator.Create(TranslatorTests.Small(TranslatorKind.Transformer), new(3));
        model.Save(path);
        Assert.EndsWith("is no language model: it has no crucible.gpt, the options of the model",
            Assert.Throws<CheckpointException>(() => GptFile.Load(path)).Message, StringComparison.Ordinal);

        void Change(string from, string to)
        {
            string text = TranslatorFile.Metadata(model)[Key];
            Assert.Contains(from, text, StringComparison.Ordinal);
            Dictionary<string, string> changed = new() { [Key] = text.Replace(from, to, StringComparison.Ordinal) };
            SafeTensors.Save(path, model.Parameters.Select(parameter => KeyValuePair.Create(parameter.Name!, parameter)), changed);
        }

        Change("\"Layers\":2", "\"Layers\":1");
        Says("does not fit the model: the model has no decoder.block[1].attention.output.bias");
        Change("\"Layers\":2", "\"Layers\":3");
        Says("does not fit the model: it has no encoder.block[2].attentionNorm.gain");
        Change("\"Layers\":2", "\"Layers\":2000000000");
        Says("is damaged: its options demand 2048000000352 or more parameters, and it has ");
        Change("\"Context\":12", "\"Context\":2000000000");
        Says("is damaged: its context of 2000000000 is out of proportion");
        Change("\"Heads\":2", "\"Heads\":3");
        Says("its options are no model's: translator: heads must be a divisor of the width 32, but is 3");
        Change("\"Transformer\"", "\"Telepathy\"");
        Says("is damaged: the options of the model cannot be read");
        Change("\"Transformer\"", "\"\\ud800\""); // half a character
        Says("is damaged: the options of the model cannot be read");
        Change("\"Fingerprint\":\"\"", "\"Fingerprint\":null");
        Says("is damaged: the options of the model cannot be read");
    }
}
