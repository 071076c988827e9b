namespace Crucible.Benchmarks;

/// <summary>One set of measurements, named on the command line, that prints its own table.</summary>
internal interface IWorkload
{
    /// <summary>The name on the command line.</summary>
    string Name { get; }

    /// <summary>What it measures, in one line.</summary>
    string Summary { get; }

    /// <summary>Measures and prints.</summary>
    void Run(Bench bench);
}
