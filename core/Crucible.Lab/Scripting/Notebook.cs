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
        Add<Tensor>(tensor => Show(ValueView.Of(tensor)));
        Add<Frame<int, string>>(frame => Show(ValueView.Of(frame)));
        Add<Deedle.Internal.IFsiFormattable>(value => Show(new PreformattedBlock(value.Format())));
        Add<PictureGrid>(grid => grid.Markup().Markup);
        Add<GenericChart>(chart => Show(chart, ++charts));
        return true;

        void Add<T>(Func<T, string> show)
        {
            Action<object, TextWriter> write = (value, writer) => writer.Write(show((T)value));
            register.Invoke(null, [typeof(T), write, "text/html"]);
        }
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

    private static string Show(Block block)
    {
        StringBuilder page = new();
        if (block is PreformattedBlock text) return page.Markup($"<pre>{text.Text}</pre>").ToString(); // without our style's classes
        new BlockWriter(page).Write(block);
        return page.ToString();
    }
}
