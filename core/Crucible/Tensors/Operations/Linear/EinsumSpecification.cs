namespace Crucible.Tensors;

/// <summary>
/// A parsed einsum text: a label for every axis of every operand and of the output. Letters are labels of their own; an axis under "..." is labelled
/// with its negative distance from the end of the ellipsis, so that ellipses of different lengths are aligned at their last axes.
/// </summary>
internal sealed class EinsumSpecification
{
    private const string Ellipsis = "...";

    private readonly string text;
    private readonly Dictionary<int, (int Size, int Operand)> sizes = [];

    public EinsumSpecification(string text, Tensor[] operands)
    {
        this.text = text;
        var sides = text.Replace(" ", string.Empty, StringComparison.Ordinal).Split("->");
        var terms = sides[0].Split(',');
        if (sides.Length > 2) throw Errors.Shape(Errors.Text($"einsum: there must be at most one \"->\", but the specification is \"{text}\""));
        if (terms.Length != operands.Length) throw Errors.Shape(Errors.Text($"einsum: \"{text}\" must name one term for each operand, but has {terms.Length} and there are {operands.Length}"));
        Operands = [.. terms.Select((term, index) => LabelsOf(term, index, operands[index].Shape))];
        for (var i = 0; i < operands.Length; i++) NoteSizes(i, operands);
        Output = sides.Length == 2 ? ExplicitOutput(sides[1]) : ImplicitOutput();
    }

    /// <summary>The labels of each operand's axes; a label that comes twice in one operand means its diagonal.</summary>
    public int[][] Operands { get; }

    /// <summary>The labels of the output's axes, all different.</summary>
    public int[] Output { get; }

    /// <summary>The size that a label stands for.</summary>
    public int SizeOf(int label) => sizes[label].Size;

    private int[] LabelsOf(string term, int operand, Shape shape)
    {
        var letters = term.Replace(Ellipsis, string.Empty, StringComparison.Ordinal);
        RequireLetters(term, letters, Errors.Text($"operand {operand}"));
        var hidden = shape.Rank - letters.Length;
        if (term.Length == letters.Length ? hidden != 0 : hidden < 0)
            throw Errors.Shape(Errors.Text($"einsum: a term must have one letter for each axis, but in \"{text}\" operand {operand} has the term \"{term}\" and the shape {shape}"));
        return Expand(term, hidden);
    }

    private void RequireLetters(string term, string letters, string owner)
    {
        foreach (var letter in letters)
            if (!char.IsAsciiLetter(letter)) throw Errors.Shape(Errors.Text($"einsum: terms must be made of letters and \"...\", but in \"{text}\" {owner} has '{letter}'"));
        if (term.Length - letters.Length > Ellipsis.Length) throw Errors.Shape(Errors.Text($"einsum: a term must have at most one \"...\", but in \"{text}\" {owner} has more"));
    }

    /// <summary>Labels for the letters of a term and, in the place of its ellipsis, for the axes hidden there.</summary>
    private static int[] Expand(string term, int hidden)
    {
        var at = term.IndexOf(Ellipsis, StringComparison.Ordinal);
        if (at < 0) return [.. term.Select(letter => (int)letter)];
        return [.. term[..at].Select(letter => (int)letter), .. Enumerable.Range(-hidden, hidden), .. term[(at + Ellipsis.Length)..].Select(letter => (int)letter)];
    }

    private void NoteSizes(int operand, Tensor[] operands)
    {
        var shape = operands[operand].Shape;
        for (var axis = 0; axis < shape.Rank; axis++)
        {
            var (label, size) = (Operands[operand][axis], shape[axis]);
            if (!sizes.TryGetValue(label, out var known) || (label < 0 && known.Size == 1))
                sizes[label] = (size, operand);
            else if (size != known.Size && label > 0)
                throw Errors.Shape(Errors.Text($"einsum: a letter must stand for one size, but in \"{text}\" {(char)label} is {known.Size} in operand {known.Operand} {operands[known.Operand].Shape} and {size} in operand {operand} {shape}"));
            else if (size != known.Size && size != 1)
                throw Errors.Shape(Errors.Text($"einsum: sizes under \"...\" must be equal or 1, counted from the last, but in \"{text}\" they are {known.Size} in operand {known.Operand} {operands[known.Operand].Shape} and {size} in operand {operand} {shape}"));
        }
    }

    private int[] ExplicitOutput(string term)
    {
        var letters = term.Replace(Ellipsis, string.Empty, StringComparison.Ordinal);
        RequireLetters(term, letters, "the output");
        foreach (var letter in letters)
        {
            if (!sizes.ContainsKey(letter)) throw Errors.Shape(Errors.Text($"einsum: every letter of the output must occur in an operand, but in \"{text}\" {letter} does not"));
            if (letters.IndexOf(letter, StringComparison.Ordinal) != letters.LastIndexOf(letter)) throw Errors.Shape(Errors.Text($"einsum: a letter must come once in the output, but in \"{text}\" {letter} comes more often"));
        }

        return Expand(term, sizes.Keys.Count(label => label < 0));
    }

    /// <summary>Without "->": the axes under "...", then the letters that occur once, in alphabetical order.</summary>
    private int[] ImplicitOutput() =>
        [.. sizes.Keys.Where(label => label < 0).Order(), .. Operands.SelectMany(labels => labels).Where(label => label > 0).GroupBy(label => label).Where(group => group.Count() == 1).Select(group => group.Key).Order()];
}
