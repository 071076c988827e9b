using Crucible.Text;
using Xunit;

namespace Crucible.Tests.Text;

public class CharacterTokenizerTests
{
    [Fact]
    public void Train_NumbersTheCharactersByCodePoint()
    {
        CharacterTokenizer tokenizer = CharacterTokenizer.Train(["😀ba", "\uFFFDb\n"]);
        Assert.Equal(["\n", "a", "b", "\uFFFD", "😀"], tokenizer.Characters);
        Assert.Equal([2, 1, 4, 0], tokenizer.Encode("ba😀\n"));
        Assert.Equal(5, tokenizer.VocabularySize);
    }

    [Fact]
    public void Encode_CharacterOutsideTheVocabulary_IsRejectedWithItsPosition()
    {
        CharacterTokenizer tokenizer = CharacterTokenizer.Train(["abc\U0001F600"]);
        Assert.Equal(
            "characters: text must consist of the 4 characters of the training text, but position 2 is 'é' (U+00E9)", Message("abé"));
        Assert.Equal(
            "characters: text must consist of the 4 characters of the training text, but position 2 is '😁' (U+1F601)", Message("😀😁"));
        Assert.Equal(
            "characters: text must consist of the 4 characters of the training text, but position 1 is '\\n' (U+000A)", Message("a\n"));

        string Message(string text) => Assert.Throws<DataException>(() => tokenizer.Encode(text)).Message;
    }
}
