namespace Crucible.Lab.Studies;

/// <summary>Hosts a trial whose parameters are given, and which nobody watches.</summary>
internal sealed class FixedHost(ParameterSet set, ulong studySeed) : ITrialHost
{
    public CancellationToken Token => CancellationToken.None;

    public ulong StudySeed => studySeed;

    public string OpenFolder() => Directory.CreateTempSubdirectory("crucible-trial").FullName;

    public double Choose(Trial trial, Parameter parameter)
    {
        if (set[parameter.Name] is not { } value) throw Errors.NotInTrial(parameter.Name);
        Distribution known = set.Find(parameter.Name)!;
        return known.Equals(parameter.Distribution) ? value : throw Errors.AnotherRange(parameter.Name, known, parameter.Distribution);
    }

    public void Report(Trial trial, Measurement measurement)
    {
    }

    public bool ShouldPrune(Trial trial) => false;
}
