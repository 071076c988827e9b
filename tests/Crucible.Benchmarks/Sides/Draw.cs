namespace Crucible.Benchmarks.Sides;

/// <summary>Random numbers that are the same in every process: .NET keeps what a seed gives.</summary>
internal static class Draw
{
    private const int Period = 1 << 20; // more are these again, so that they are made fast

    /// <summary>Normal numbers.</summary>
    internal static float[] Normal(int seed, int count, double deviation = 1)
    {
        Random random = new(seed);
        float[] values = new float[count];
        for (int i = 0; i < Math.Min(count, Period); i++)
        {
            double radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
            values[i] = (float)(deviation * radius * Math.Cos(2 * Math.PI * random.NextDouble()));
        }

        for (int i = Period; i < count; i++) values[i] = values[i - Period];
        return values;
    }

    /// <summary>Numbers from -bound to bound.</summary>
    internal static float[] Uniform(int seed, int count, double bound)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)(bound * ((2 * random.NextDouble()) - 1)))];
    }

    /// <summary>Whole numbers from 0 to count - 1.</summary>
    internal static int[] Integers(int seed, int length, int count)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, length).Select(_ => random.Next(count))];
    }

    /// <summary>A matrix [rows, columns] as [columns, rows].</summary>
    internal static float[] Transposed(float[] values, int rows, int columns)
    {
        float[] result = new float[values.Length];
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < columns; j++)
                result[(j * rows) + i] = values[(i * columns) + j];
        return result;
    }
}
