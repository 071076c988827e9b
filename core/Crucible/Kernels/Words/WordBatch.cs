namespace Crucible.Kernels;

/// <summary>
/// Examples to learn word vectors from: to each an output word, and the input words that predict it. Examples are sorted
/// by the part of the vocabulary that their output is in, inputs by the part that they are in, both else in the order of
/// the text.
/// </summary>
internal sealed class WordBatch
{
    private int[] counts = [];

    /// <summary>Room for so many examples with so many inputs together.</summary>
    internal WordBatch(int examples, int inputs, int parts)
    {
        Outputs = new int[examples];
        FirstInputs = new int[examples + 1];
        Inputs = new int[inputs];
        Examples = new int[inputs];
        ByOutput = new int[examples];
        ByInput = new int[inputs];
        OutputEnds = new int[parts + 1];
        InputEnds = new int[parts + 1];
    }

    /// <summary>The number of examples.</summary>
    internal int Count { get; private set; }

    /// <summary>The number of inputs of all examples.</summary>
    internal int InputCount { get; private set; }

    /// <summary>The output word of each example.</summary>
    internal int[] Outputs { get; }

    /// <summary>Where the inputs of each example begin; behind the last one, where they end.</summary>
    internal int[] FirstInputs { get; }

    /// <summary>The input words, example after example.</summary>
    internal int[] Inputs { get; }

    /// <summary>The example of each input.</summary>
    internal int[] Examples { get; }

    /// <summary>The examples, part after part of their outputs.</summary>
    internal int[] ByOutput { get; }

    /// <summary>The places of the inputs, part after part.</summary>
    internal int[] ByInput { get; }

    /// <summary>Part p of <see cref="ByOutput"/> lies from place p to place p + 1.</summary>
    internal int[] OutputEnds { get; }

    /// <summary>Part p of <see cref="ByInput"/> lies from place p to place p + 1.</summary>
    internal int[] InputEnds { get; }

    internal void Clear() => (Count, InputCount) = (0, 0);

    /// <summary>Adds an example without inputs yet.</summary>
    internal void BeginExample(int output)
    {
        Outputs[Count] = output;
        FirstInputs[Count++] = InputCount;
        FirstInputs[Count] = InputCount;
    }

    /// <summary>Adds an input to the last example.</summary>
    internal void AddInput(int word)
    {
        Inputs[InputCount] = word;
        Examples[InputCount++] = Count - 1;
        FirstInputs[Count] = InputCount;
    }

    /// <summary>Sorts by parts; words are dealt out by <paramref name="partOf"/>.</summary>
    internal void Sort(byte[] partOf)
    {
        Sort(partOf, Outputs.AsSpan(0, Count), ByOutput, OutputEnds);
        Sort(partOf, Inputs.AsSpan(0, InputCount), ByInput, InputEnds);
    }

    private void Sort(byte[] partOf, ReadOnlySpan<int> words, int[] places, int[] ends)
    {
        Array.Clear(ends);
        foreach (int word in words) ends[partOf[word] + 1]++;
        for (int part = 1; part < ends.Length; part++) ends[part] += ends[part - 1];
        if (counts.Length == 0) counts = new int[ends.Length];
        ends.CopyTo(counts, 0);
        for (int i = 0; i < words.Length; i++) places[counts[partOf[words[i]]]++] = i;
    }
}

/// <summary>
/// What noise is drawn from: words with chances in proportion to a power of their counts, part by part of the vocabulary.
/// A draw takes one of the places of a part, and the word there or its alias. Walker 1977; Vose 1991.
/// </summary>
internal sealed class NoiseTable
{
    private readonly uint[] keeps; // of 2^32 draws of a place, those that take its word
    private readonly int[] words;
    private readonly int[] aliases;
    private readonly int[] ends;

    /// <summary>A table of words with weights, dealt out to parts.</summary>
    internal NoiseTable(double[] weights, byte[] partOf, int parts)
    {
        (keeps, words, aliases, ends) = (new uint[weights.Length], new int[weights.Length], new int[weights.Length], new int[parts + 1]);
        int[] next = new int[parts + 1];
        foreach (byte part in partOf) ends[part + 1]++;
        for (int part = 1; part <= parts; part++) ends[part] += ends[part - 1];
        ends.CopyTo(next, 0);
        for (int word = 0; word < weights.Length; word++) words[next[partOf[word]]++] = word;
        for (int part = 0; part < parts; part++) Fill(weights, ends[part], ends[part + 1]);
    }

    /// <summary>The word that 64 random bits, two words of 32, draw in a part.</summary>
    internal int Draw(int part, uint place, uint fraction)
    {
        int start = ends[part];
        int chosen = start + (int)(((ulong)place * (uint)(ends[part + 1] - start)) >> 32);
        return fraction < keeps[chosen] ? words[chosen] : aliases[chosen];
    }

    private void Fill(double[] weights, int start, int end)
    {
        double mean = 0;
        for (int i = start; i < end; i++) mean += weights[words[i]] / (end - start);
        double[] left = new double[end - start];
        Stack<int> small = [], large = [];
        for (int i = start; i < end; i++)
        {
            left[i - start] = weights[words[i]] / mean;
            (left[i - start] < 1 ? small : large).Push(i);
        }

        while (small.Count > 0 && large.Count > 0)
        {
            int poor = small.Pop(), rich = large.Peek();
            keeps[poor] = (uint)Math.Min(left[poor - start] * 4294967296.0, uint.MaxValue);
            aliases[poor] = words[rich];
            left[rich - start] -= 1 - left[poor - start];
            if (left[rich - start] < 1) small.Push(large.Pop());
        }

        foreach (int i in small.Concat(large)) (keeps[i], aliases[i]) = (uint.MaxValue, words[i]);
    }
}
