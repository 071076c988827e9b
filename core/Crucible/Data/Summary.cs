using MathNet.Numerics.Statistics;

namespace Crucible.Data;

/// <summary>Statistics of a table's columns.</summary>
public static class Summary
{
    /// <summary>The statistics of every numeric column, as a table of one row a column; text columns are left out.</summary>
    /// <param name="table">At least one row and one numeric column.</param>
    /// <returns>Columns <c>column</c>, <c>count</c>, <c>mean</c>, <c>std</c>, <c>min</c>, <c>25%</c>, <c>50%</c>, <c>75%</c>, <c>max</c> and <c>skew</c>; see <see cref="ColumnSummary"/>.</returns>
    /// <exception cref="DataException">There is no row, no numeric column, or a value is not finite.</exception>
    public static Table Of(Table table)
    {
        string[] names = NumericColumns(table);
        ColumnSummary[] columns = Array.ConvertAll(names, name => ColumnSummary.Of(table.Numbers(name), name));
        TableColumn Statistic(string name, Func<ColumnSummary, double> value) => TableColumn.Numbers(name, columns.Select(value));
        return new(
        [
            TableColumn.Text("column", names),
            Statistic("count", column => column.Count),
            Statistic("mean", column => column.Mean),
            Statistic("std", column => column.StandardDeviation),
            Statistic("min", column => column.Minimum),
            Statistic("25%", column => column.LowerQuartile),
            Statistic("50%", column => column.Median),
            Statistic("75%", column => column.UpperQuartile),
            Statistic("max", column => column.Maximum),
            Statistic("skew", column => column.Skewness),
        ]);
    }

    /// <summary>Pearson's correlation of every pair of columns, cov(x, y) / (std x · std y).</summary>
    /// <param name="table">Numeric columns only, at least two rows.</param>
    /// <returns>A symmetric matrix [columns, columns] with ones on its diagonal; NaN in the row and column of a constant one, whose correlation is undefined.</returns>
    /// <exception cref="DataException">There are fewer than two rows, a column holds text, or a value is not finite.</exception>
    public static double[,] Correlations(Table table)
    {
        if (table.RowCount < 2) throw Errors.TooFew("correlations", "rows", 2, table.RowCount);
        double[][] columns = [.. table.ColumnNames.Select(table.Column)];
        double[,] correlations = new double[columns.Length, columns.Length];
        for (int i = 0; i < columns.Length; i++)
        {
            Require.Finite("correlations", table.ColumnNames[i], columns[i]);
            bool constant = columns[i].AsSpan().IndexOfAnyExcept(columns[i][0]) < 0;
            correlations[i, i] = constant ? double.NaN : 1;
            for (int j = 0; j < i; j++)
                correlations[i, j] = correlations[j, i] = constant || double.IsNaN(correlations[j, j]) ? double.NaN : Correlation.Pearson(columns[i], columns[j]);
        }
        return correlations;
    }

    private static string[] NumericColumns(Table table)
    {
        string[] names = [.. table.ColumnNames.Where(table.IsNumeric)];
        if (names.Length == 0) throw Errors.TooFew("summary", "numeric columns", 1, 0);
        return names;
    }
}
