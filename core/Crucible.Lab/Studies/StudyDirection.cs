namespace Crucible.Lab.Studies;

/// <summary>Which values of an objective are better.</summary>
public enum StudyDirection
{
    /// <summary>Smaller ones, as of a loss.</summary>
    Minimize,

    /// <summary>Larger ones, as of an accuracy.</summary>
    Maximize,
}
