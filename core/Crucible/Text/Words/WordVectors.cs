using System.Text.Json;
using Crucible.Files;
using Crucible.Tensors;
using static System.FormattableString;
using Primitives = System.Numerics.Tensors.TensorPrimitives;

namespace Crucible.Text;

/// <summary>
/// A vector for each word: neighbours by the cosine of the angle between vectors, analogies by sums and differences.
/// </summary>
public sealed class WordVectors
{
    private const string Operation = WordVectorTrainer.Operation;
    private const string WordsKey = "crucible.words";
    private const string TensorName = "vectors";

    private readonly Dictionary<string, int> ids = new(StringComparer.Ordinal);
    private readonly float[] units; // the vectors, of length 1
    private readonly int width;

    /// <summary>Takes vectors.</summary>
    /// <param name="words">V words, each once.</param>
    /// <param name="vectors">float32 [V, C], finite.</param>
    /// <exception cref="ShapeException">There are not as many rows as words.</exception>
    /// <exception cref="DataException">A word stands twice, or a vector is not finite.</exception>
    public WordVectors(IReadOnlyList<string> words, Tensor vectors)
    {
        if (vectors.Rank != 2 || vectors.Shape[0] != words.Count || vectors.DType != DType.Float32)
            throw Errors.Shape(
                Invariant($"{Operation}: the vectors of {words.Count} words must be float32 [{words.Count}, C], but are {vectors.Shape}"));
        (Words, Vectors, width) = (words, vectors, vectors.Shape[1]);
        for (int i = 0; i < words.Count; i++)
            if (!ids.TryAdd(words[i], i)) throw Errors.DataSizes(Operation, "words must differ", Invariant($"'{words[i]}' stands twice"));
        if (!vectors.AllFinite()) throw Errors.DataSizes(Operation, "vectors must be finite", "one is not; lower the learning rate");
        units = vectors.ToArray<float>();
        for (int i = 0; i < words.Count; i++) Normalize(units.AsSpan(i * width, width));
    }

    /// <summary>The words, the most frequent first when they come from a text.</summary>
    public IReadOnlyList<string> Words { get; }

    /// <summary>The vectors, float32 [V, C].</summary>
    public Tensor Vectors { get; }

    /// <summary>Whether a word has a vector.</summary>
    /// <param name="word">The word.</param>
    public bool Contains(string word) => ids.ContainsKey(word);

    /// <summary>The vectors of some words.</summary>
    /// <param name="words">N words.</param>
    /// <returns>float32 [N, C].</returns>
    /// <exception cref="OptionException">A word has no vector.</exception>
    public Tensor Of(IEnumerable<string> words) => Vectors.Rows(words.Select(Index));

    /// <summary>The cosine of the angle between two words' vectors.</summary>
    /// <param name="first">A word.</param>
    /// <param name="second">Another.</param>
    /// <returns>From -1 to 1.</returns>
    /// <exception cref="OptionException">A word has no vector.</exception>
    public double Similarity(string first, string second) => Primitives.Dot(Unit(Index(first)), Unit(Index(second)));

    /// <summary>The words whose vectors lie nearest to a word's.</summary>
    /// <param name="word">The word.</param>
    /// <param name="count">How many, 1 or more; fewer where there are not so many.</param>
    /// <returns>The words with their similarities, the nearest first, without the word itself.</returns>
    /// <exception cref="OptionException">The word has no vector, or the count is below 1.</exception>
    public IReadOnlyList<NearWord> Nearest(string word, int count = 10) => Nearest(Unit(Index(word)), [Index(word)], count);

    /// <summary>
    /// The words d for which "a is to b as c is to d": nearest to b − a + c, all of length 1, without the three words
    /// themselves. Mikolov, Yih and Zweig 2013, §4.
    /// </summary>
    /// <param name="a">As <c>king</c>.</param>
    /// <param name="b">As <c>queen</c>.</param>
    /// <param name="c">As <c>prince</c>.</param>
    /// <param name="count">How many, 1 or more.</param>
    /// <returns>The words with their similarities, the nearest first.</returns>
    /// <exception cref="OptionException">A word has no vector, or the count is below 1.</exception>
    public IReadOnlyList<NearWord> Analogy(string a, string b, string c, int count = 10) =>
        Nearest(Direction(a, b, c), [Index(a), Index(b), Index(c)], count);

    /// <summary>At which place, from 1, a word stands among the nearest of another.</summary>
    /// <param name="word">The word.</param>
    /// <param name="other">The one that is looked for.</param>
    /// <returns>1 when no other word is nearer; on average about half the number of words for an unrelated one.</returns>
    /// <exception cref="OptionException">A word has no vector, or both are one.</exception>
    public int Rank(string word, string other) => Place(Unit(Index(word)), [Index(word)], other);

    /// <summary>At which place, from 1, a word stands among the answers to an analogy: 1 solves it.</summary>
    /// <param name="a">As <c>king</c>.</param>
    /// <param name="b">As <c>queen</c>.</param>
    /// <param name="c">As <c>prince</c>.</param>
    /// <param name="d">As <c>princess</c>.</param>
    /// <returns>The place.</returns>
    /// <exception cref="OptionException">A word has no vector, or d is one of the others.</exception>
    public int AnalogyRank(string a, string b, string c, string d) => Place(Direction(a, b, c), [Index(a), Index(b), Index(c)], d);

    /// <summary>Writes words and vectors to a safetensors file.</summary>
    /// <param name="path">The file; it is replaced as a whole.</param>
    /// <exception cref="CheckpointException">The file cannot be written.</exception>
    public void Save(string path) => SafeTensors.Save(
        path, [KeyValuePair.Create(TensorName, Vectors)],
        new Dictionary<string, string> { [WordsKey] = JsonSerializer.Serialize([.. Words], TextJson.Default.StringArray) });

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The vectors.</returns>
    /// <exception cref="CheckpointException">The file is damaged or has no word vectors.</exception>
    public static WordVectors Load(string path)
    {
        (IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string> metadata) = SafeTensors.Load(path);
        if (!metadata.TryGetValue(WordsKey, out string? text) || !tensors.TryGetValue(TensorName, out Tensor? vectors))
            throw Errors.Checkpoint(path, "has no word vectors", Invariant($"it has no {WordsKey} or no tensor '{TensorName}'"));
        try
        {
            string[] words = JsonSerializer.Deserialize(text, TextJson.Default.StringArray) ?? throw new JsonException("there are none");
            if (words.Contains(null)) throw new JsonException("one is null");
            return new(words, vectors);
        }
        catch (Exception error) when (error is JsonException or ShapeException or DataException)
        {
            throw Errors.Checkpoint(path, "is damaged", Invariant($"its words and vectors do not go together: {error.Message}"), error);
        }
    }

    /// <summary>The number of words and of the numbers of a vector.</summary>
    /// <returns>A line.</returns>
    public override string ToString() => Invariant($"vectors of {width} numbers for {Words.Count} words");

    private float[] Direction(string a, string b, string c)
    {
        float[] sum = [.. Unit(Index(b))];
        Primitives.Subtract(sum, Unit(Index(a)), sum);
        Primitives.Add(sum, Unit(Index(c)), sum);
        Normalize(sum);
        return sum;
    }

    private NearWord[] Nearest(ReadOnlySpan<float> direction, int[] without, int count)
    {
        if (count < 1) throw Errors.Option(Operation, nameof(count), "1 or more", count);
        float[] similarities = Similarities(direction);
        return [.. Enumerable.Range(0, Words.Count).Except(without).OrderByDescending(word => similarities[word]).Take(count)
            .Select(word => new NearWord(Words[word], similarities[word]))];
    }

    private int Place(ReadOnlySpan<float> direction, int[] without, string other)
    {
        int sought = Index(other);
        if (without.Contains(sought)) throw Errors.Option(Operation, nameof(other), "another word", $"'{other}'");
        float[] similarities = Similarities(direction);
        return 1 + Enumerable.Range(0, Words.Count).Except(without).Count(word => similarities[word] > similarities[sought]);
    }

    private float[] Similarities(ReadOnlySpan<float> direction)
    {
        float[] similarities = new float[Words.Count];
        for (int word = 0; word < similarities.Length; word++) similarities[word] = Primitives.Dot(Unit(word), direction);
        return similarities;
    }

    private ReadOnlySpan<float> Unit(int word) => units.AsSpan(word * width, width);

    private int Index(string word) => ids.TryGetValue(word, out int index)
        ? index
        : throw Errors.Option(Operation, "word", Invariant($"one of the {Words.Count} words that have vectors"), $"'{word}'");

    private static void Normalize(Span<float> vector)
    {
        float length = MathF.Sqrt(Primitives.Dot<float>(vector, vector));
        if (length > 0) Primitives.Divide(vector, length, vector);
    }
}

/// <summary>A word near another, or near an analogy's answer.</summary>
/// <param name="Word">The word.</param>
/// <param name="Similarity">The cosine of the angle between the vectors, from -1 to 1.</param>
public sealed record NearWord(string Word, double Similarity)
{
    /// <summary>The word and its similarity.</summary>
    /// <returns><c>queen 0.87</c>.</returns>
    public override string ToString() => Invariant($"{Word} {Similarity:F2}");
}
