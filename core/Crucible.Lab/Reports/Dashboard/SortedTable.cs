using System.Globalization;
using System.Text;
using Crucible.Statistics;
using static System.FormattableString;

namespace Crucible.Lab.Reports;

/// <summary>A column of a table whose reader chooses the order.</summary>
/// <param name="Name">The heading, by which the order is asked for.</param>
/// <param name="Read">A number, a truth value or a text; null where a row has none.</param>
/// <param name="Markup">How it is shown, where that is not the value itself.</param>
internal sealed record Column<T>(string Name, Func<T, object?> Read, Func<T, Html.Raw>? Markup = null);

/// <summary>Rows by a column, the first of many; headings and what follows are buttons for the page's script.</summary>
internal static class SortedTable
{
    internal const int AtOnce = 100;

    /// <summary>Writes it. The request says by which column, backwards with - before it, and how many rows.</summary>
    internal static void Append<T>(
        StringBuilder page, HttpRequest request, string usual, IReadOnlyList<Column<T>> columns, IReadOnlyList<T> rows, string what)
    {
        string order = request.One("sort") is { Length: > 0 } asked ? asked : usual;
        bool isDown = order.StartsWith('-');
        Column<T>? by = columns.FirstOrDefault(column => column.Name == order[(isDown ? 1 : 0)..]);
        int most = int.TryParse(request.One("most"), NumberStyles.None, CultureInfo.InvariantCulture, out int wanted) ? wanted : AtOnce;
        T[] shown = [.. (by is null ? rows : Sorted(rows, by.Read, isDown)).Take(most)];
        page.Append("<div class=\"scroll\" tabindex=\"0\"><table class=\"sorted\">\n<thead><tr>");
        bool[] isNumber = [.. columns.Select(column => shown.Select(column.Read).OfType<object>().All(Numbers.IsNumber))];
        for (int place = 0; place < columns.Count; place++) Heading(page, columns[place], place, isNumber[place], by, isDown);
        page.Append("</tr></thead>\n<tbody>\n");
        foreach (T row in shown)
        {
            page.Append("<tr>");
            for (int place = 0; place < columns.Count; place++)
            {
                Html.Raw cell = columns[place].Markup?.Invoke(row) ?? new Html.Raw(Html.Encode(Numbers.Cell(columns[place].Read(row))));
                page.Append(isNumber[place] ? "<td class=\"number\">" : "<td>").Append(cell.Markup).Append("</td>");
            }

            page.Append("</tr>\n");
        }

        page.Append("</tbody></table></div>\n");
        if (shown.Length < rows.Count)
        {
            page.Markup(
                $"<p><button type=\"button\" id=\"more\" data-most=\"{most + AtOnce}\">show {Math.Min(AtOnce, rows.Count - shown.Length)} more</button> {Numeral.Of(shown.Length)} of {Numeral.Of(rows.Count)} {what} are shown.</p>");
        }
    }

    private static void Heading<T>(StringBuilder page, Column<T> column, int place, bool isNumber, Column<T>? by, bool isDown)
    {
        string kind = isNumber ? " class=\"number\"" : "";
        if (column.Name.Length == 0)
        {
            page.Append(CultureInfo.InvariantCulture, $"<th{kind}></th>");
            return;
        }

        string sorted = column != by ? "" : isDown ? " aria-sort=\"descending\"" : " aria-sort=\"ascending\"";
        string next = column == by && !isDown ? $"-{column.Name}" : column.Name;
        page.Markup(
            $"<th scope=\"col\"{new Html.Raw(kind + sorted)}><button type=\"button\" id=\"sort-{place}\" data-sort=\"{next}\">{column.Name}</button></th>");
    }

    /// <summary>Numbers before texts, rows that have none last in either order; equals stay as they were.</summary>
    private static IEnumerable<T> Sorted<T>(IReadOnlyList<T> rows, Func<T, object?> read, bool isDown)
    {
        (T Row, double Number, string? Text)[] keys = [.. rows.Select(row => read(row) switch
        {
            null => (row, double.NaN, (string?)null),
            bool flag => (row, flag ? 1.0 : 0.0, ""),
            IConvertible value when Numbers.IsNumber(value) => (row, value.ToDouble(CultureInfo.InvariantCulture), ""),
            object text => (row, double.PositiveInfinity, Invariant($"{text}")),
        })];
        IOrderedEnumerable<(T Row, double Number, string? Text)> present =
            keys.OrderBy(key => key.Text is null || double.IsNaN(key.Number));
        return (isDown
            ? present.ThenByDescending(key => key.Number).ThenByDescending(key => key.Text, StringComparer.OrdinalIgnoreCase)
            : present.ThenBy(key => key.Number).ThenBy(key => key.Text, StringComparer.OrdinalIgnoreCase)).Select(key => key.Row);
    }
}
