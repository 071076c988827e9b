using System.Globalization;
using System.Text;
using Crucible.Tensors;

namespace Crucible.Layers;

/// <summary>Printing: a model shows its layers, their output shapes and parameter counts.</summary>
public abstract partial class Layer
{
    /// <summary>
    /// The table of layers for an input of the given shape: path, layer, output shape, number of parameters; the total
    /// below.
    /// </summary>
    /// <param name="input">The input's shape, batch axis included: <c>model.Summary [1; 13]</c>.</param>
    /// <param name="dtype">The input's element type: that of the parameters, or int32 for a model that begins with an embedding.</param>
    /// <returns>The table.</returns>
    /// <exception cref="CrucibleException">The model cannot take such an input.</exception>
    public string Summary(IEnumerable<int> input, DType dtype = DType.Float32)
    {
        using IDisposable off = Tensor.NoGrad();
        List<(Layer Layer, Shape Output)> trace = new();
        Forward(Tensor.Zeros(input, dtype), Pass.Observing((layer, output) => trace.Add((layer, output.Shape))));
        return Table(trace);
    }

    /// <summary>A single layer with its sizes, as <c>Linear(13, 40)</c>; a model as the table of its layers and parameter counts.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => children.Count == 0 ? GetType().Name : Table(null);

    private string Table(List<(Layer Layer, Shape Output)>? trace)
    {
        List<string[]> rows = new() { trace is null ? ["", "layer", "parameters"] : ["", "layer", "output", "parameters"] };
        HashSet<Tensor> counted = new();
        Visit(string.Empty, (path, layer) =>
        {
            int count = layer.parameters.Where(entry => counted.Add(entry.Tensor)).Sum(entry => entry.Tensor.ElementCount);
            if (layer.children.Count > 0 && layer.parameters.Count == 0) return;
            string name = layer.children.Count == 0 ? layer.ToString() : layer.GetType().Name;
            rows.Add(trace is null ? [path, name, Count(count)] : [path, name, TakeOutput(trace, layer), Count(count)]);
        });
        string total = Count(counted.Sum(tensor => tensor.ElementCount));
        rows.Add(trace is null ? ["", "total", total] : ["", "total", "", total]);
        return Aligned(rows);
    }

    /// <summary>The layer's first output that was not taken yet: a layer that stands at two places has two.</summary>
    private static string TakeOutput(List<(Layer Layer, Shape Output)> trace, Layer layer)
    {
        int index = trace.FindIndex(entry => ReferenceEquals(entry.Layer, layer));
        if (index < 0) return "not used";
        string output = trace[index].Output.ToString();
        trace.RemoveAt(index);
        return output;
    }

    /// <summary>Columns two spaces apart; the last one, of numbers, to the right.</summary>
    private static string Aligned(List<string[]> rows)
    {
        int last = rows[0].Length - 1;
        int[] widths = Enumerable.Range(0, last + 1).Select(column => rows.Max(row => row[column].Length)).ToArray();
        StringBuilder text = new();
        foreach (string[] row in rows)
        {
            if (text.Length > 0) text.Append('\n');
            for (int column = 0; column < last; column++)
                if (widths[column] > 0) text.Append(row[column].PadRight(widths[column])).Append("  ");
            text.Append(row[last].PadLeft(widths[last]));
        }

        return text.ToString();
    }

    private static string Count(int count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
