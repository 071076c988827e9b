using Crucible.Tensors;

namespace Crucible.Lab.Tables;

/// <summary>The different texts of a column, learned from training rows, and the numbers that stand for them.</summary>
public sealed class Categories
{
    /// <summary>Takes the categories as they are, as those that were saved with a model.</summary>
    /// <param name="names">Their names, each once; the first has index 0.</param>
    /// <exception cref="DataException">There is none, or one stands twice.</exception>
    public Categories(IEnumerable<string> names)
    {
        Names = [.. names];
        if (Names.Count == 0) throw TableErrors.NoCategory();
        foreach (IGrouping<string, string> same in Names.GroupBy(name => name, StringComparer.Ordinal))
            if (same.Count() > 1) throw TableErrors.CategoryTwice(same.Key);
        places = Names.Index().ToDictionary(entry => entry.Item, entry => entry.Index, StringComparer.Ordinal);
    }

    private readonly Dictionary<string, int> places;

    /// <summary>The categories, in the order of their characters' numbers.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>How many there are.</summary>
    public int Count => Names.Count;

    /// <summary>Learns the categories of training rows.</summary>
    /// <param name="training">A text a row.</param>
    /// <exception cref="DataException">There is no row.</exception>
    public static Categories Fit(IEnumerable<string> training) =>
        new(training.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));

    /// <summary>The classes of texts, as <see cref="Layers.Loss.CrossEntropy"/> takes them for targets.</summary>
    /// <param name="texts">A text a row.</param>
    /// <returns>int32 [rows], from 0 to <see cref="Count"/> - 1.</returns>
    /// <exception cref="DataException">A text is no category: nothing can be learned about a class that training did not have.</exception>
    public Tensor Indices(IEnumerable<string> texts) =>
        Tensor.From([.. texts.Select(text => IndexOf(text) ?? throw TableErrors.UnknownCategory(text, Names))]);

    /// <summary>A column for each category, 1 where the row is of it.</summary>
    /// <param name="texts">A text a row.</param>
    /// <returns>float32 [rows, <see cref="Count"/>]; a row of zeros for a text that is no category.</returns>
    public Tensor OneHot(IEnumerable<string> texts)
    {
        int?[] indices = [.. texts.Select(IndexOf)];
        float[] marks = new float[indices.Length * Count];
        for (int row = 0; row < indices.Length; row++)
            if (indices[row] is { } index) marks[(row * Count) + index] = 1;
        return Tensor.From(marks, indices.Length, Count);
    }

    internal int? IndexOf(string text) => places.TryGetValue(text, out int place) ? place : null;
}
