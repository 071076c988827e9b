using System.Reflection;
using System.Text;
using Crucible.Lab.Reports;
using Crucible.Tensors;
using Deedle;
using Plotly.NET;
using static System.FormattableString;

namespace Crucible.Lab.Scripting;

/// <summary>How a notebook of .NET Interactive shows tensors, frames, series, pictures and charts.</summary>
/// <remarks>
/// .NET Interactive is found among what the process has loaded, so that nothing here depends on it. The first chart of
/// a notebook brings plotly.js along, whole: a notebook needs no network, and one that was saved shows its charts.
/// </remarks>
public static class Notebook
{
    private const string Formatting = "Microsoft.DotNet.Interactive.Formatting";
    private const int MostRows = 20;
    private const int MostColumns = 12;

    /// <summary>Registers the formats; <c>scripts/notebook.fsx</c> says it.</summary>
    /// <returns>Whether this process is a notebook's; if not, nothing happens.</returns>
    /// <exception cref="CrucibleException">.NET Interactive is of a version that registers formats in another way.</exception>
    public static bool Register()
    {
        Assembly? assembly = Array.Find(AppDomain.CurrentDomain.GetAssemblies(), one => one.GetName().Name == Formatting);
        if (assembly is null) return false;
        Type[] arguments = [typeof(Type), typeof(Action<object, TextWriter>), typeof(string)];
        MethodInfo register = assembly.GetType($"{Formatting}.Formatter")?.GetMethod("Register", arguments)
            ?? throw new CrucibleException(Invariant(
                $"{Formatting} {assembly.GetName().Version} has no Formatter.Register(Type, Action<object, TextWriter>, string), so no tensor can be shown."));
        int charts = 0;
        Add<Tensor>(Show);
        Add<Frame<int, string>>(Show);
        Add<Deedle.Internal.IFsiFormattable>(value => Text(value.Format()));
        Add<PictureGrid>(grid => grid.Markup().Markup);
        Add<GenericChart>(chart => Show(chart, ++charts));
        return true;

        void Add<T>(Func<T, string> show)
        {
            Action<object, TextWriter> write = (value, writer) => writer.Write(show((T)value));
            register.Invoke(null, [typeof(T), write, "text/html"]);
        }
    }

    /// <summary>A small matrix as a table; every other tensor as it prints.</summary>
    private static string Show(Tensor tensor)
    {
        if (tensor.Rank != 2 || tensor.Shape[0] > MostRows || tensor.Shape[1] > MostColumns) return Text(tensor.ToString());
        IEnumerable<string> columns = Enumerable.Range(0, tensor.Shape[1]).Select(column => Invariant($"{column}"));
        TableData table = TableData.From(columns, tensor.ToArray().Chunk(Math.Max(1, tensor.Shape[1])));
        return Table(table, Invariant($"{tensor.Shape} {tensor.DType.ToName()}"));
    }

    /// <summary>The first rows of a frame, with their keys.</summary>
    private static string Show(Frame<int, string> frame)
    {
        string[] columns = [.. frame.ColumnKeys];
        IEnumerable<object?[]> rows = frame.RowKeys.Take(MostRows).Select(key =>
        {
            Series<string, object> row = frame.GetRow<object>(key);
            return (object?[])[key, .. columns.Select(column => row.TryGet(column) is { HasValue: true } cell ? cell.Value : null)];
        });
        return Table(TableData.From(columns.Prepend(""), rows), Invariant($"{frame.RowCount} rows, {columns.Length} columns"));
    }

    private static string Show(GenericChart chart, int number)
    {
        string name = Invariant($"crucible-chart-{Guid.NewGuid():N}");
        string script = number > 1 ? "" : PlotlyScript.OfPackage().Text;
        script = script.Replace("</script", "<\\/script", StringComparison.OrdinalIgnoreCase);

        // Without a module loader in sight: plotly.js would give itself to it, and not to the page.
        return $$"""
            <div id="{{name}}"></div>
            <script>
            (function (define, module, exports) {
            {{script}}
            }).call(window);
            (function draw() {
              if (!window.Plotly) return setTimeout(draw, 300); // the notebook's first chart brings it
              {{PageFrame.Resource("figure.js")}}
              const place = document.getElementById("{{name}}");
              place.style.background = Figures.dark.matches ? "#14181f" : "#ffffff";
              Figures.draw(place, {{ChartAdapter.Read(chart).ToJson()}});
            })();
            </script>
            """;
    }

    private static string Table(TableData table, string caption)
    {
        StringBuilder page = new();
        page.Table(table, caption);
        return page.ToString();
    }

    private static string Text(string text) => new StringBuilder().Markup($"<pre>{text}</pre>").ToString();
}
