namespace Crucible.Benchmarks.Sides;

/// <summary>What one side does for a workload.</summary>
/// <param name="Once">One call: what is timed.</param>
/// <param name="Answers">
/// Numbers that the other side must find too, from the same inputs. It is called once, on work that was not done yet.
/// </param>
internal sealed record Work(Action Once, Func<IEnumerable<Answer>> Answers);

/// <summary>Numbers that belong together, as the elements of a gradient do.</summary>
internal sealed record Answer(string Name, float[] Values)
{
    /// <summary>Writes answers for the other process.</summary>
    internal static void Write(string file, IEnumerable<Answer> answers)
    {
        using BinaryWriter writer = new(File.Create(file));
        foreach (Answer answer in answers)
        {
            writer.Write(answer.Name);
            writer.Write(answer.Values.Length);
            foreach (float value in answer.Values) writer.Write(value);
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    internal static Answer[] Read(string file)
    {
        using BinaryReader reader = new(File.OpenRead(file));
        List<Answer> answers = [];
        while (reader.BaseStream.Position < reader.BaseStream.Length)
        {
            string name = reader.ReadString();
            float[] values = new float[reader.ReadInt32()];
            for (int i = 0; i < values.Length; i++) values[i] = reader.ReadSingle();
            answers.Add(new(name, values));
        }

        return [.. answers];
    }

    /// <summary>The largest difference to the other side's numbers, by the largest of ours; infinite where they do not compare.</summary>
    internal double Difference(Answer other)
    {
        if (Name != other.Name || Values.Length != other.Values.Length) return double.PositiveInfinity;
        double most = 0, largest = 1e-30;
        for (int i = 0; i < Values.Length; i++)
        {
            double difference = Math.Abs((double)Values[i] - other.Values[i]);
            if (!double.IsFinite(difference)) return double.PositiveInfinity;
            most = Math.Max(most, difference);
            largest = Math.Max(largest, Math.Abs((double)Values[i]));
        }

        return most / largest;
    }
}
