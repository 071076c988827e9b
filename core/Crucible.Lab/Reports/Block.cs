using Crucible.Lab.Reports.Pictures;

namespace Crucible.Lab.Reports;

/// <summary>A piece of a report, as data.</summary>
internal abstract record Block;

internal sealed record HeadingBlock(string Title) : Block;

internal sealed record TextBlock(string Text) : Block;

internal sealed record PreformattedBlock(string Text) : Block;

internal sealed record TableBlock(TableData Table, string? Caption) : Block;

internal sealed record ChartsBlock(Figure[] Figures, string? Caption) : Block;

/// <summary>Pictures of a study, and what is shown of each trial on pointing at it.</summary>
internal sealed record PicturesBlock(Picture[] Pictures, string[] Trials) : Block;
