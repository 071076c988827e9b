using System.Text.RegularExpressions;
using Crucible.Lab.Reports;
using Xunit;

namespace Crucible.Lab.Tests.Reports;

/// <summary>The colours of the page, as its script has them.</summary>
public partial class PaletteTests
{
    private const double Visible = 3; // of a graphical object against its background: WCAG 2.2, 1.4.11

    [Fact]
    public void Ciede2000_PublishedPairs_EqualsTheirDifferences()
    {
        // The first, seventh and last pair of table 1 of Sharma, Wu and Dalal.
        Assert.Equal(2.0425, Sight.Ciede2000((50, 2.6772, -79.7751), (50, 0, -82.7485)), 4);
        Assert.Equal(2.3669, Sight.Ciede2000((50, 0, 0), (50, -1, 2)), 4);
        Assert.Equal(0.9082, Sight.Ciede2000((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514)), 4);
    }

    [Theory]
    [InlineData(0, "#12161c")] // dark
    [InlineData(1, "#ffffff")]
    public void Palette_AnyTwoColours_AreToldApartByColourBlindReaders(int scheme, string paper)
    {
        string script = PageFrame.Resource("figure.js");
        string both = script[script.IndexOf("const palette", StringComparison.Ordinal)..];
        string[] colors = [.. Color().Matches(Palettes().Matches(both)[scheme].Value).Select(match => match.Value), Figure.Quiet];

        Assert.Equal(8, colors.Length);
        for (int i = 0; i < colors.Length; i++)
        {
            Assert.True(Sight.Contrast(colors[i], paper) >= Visible, $"{colors[i]} on {paper}: {Sight.Contrast(colors[i], paper):F2}");
            for (int j = 0; j < i; j++)
            {
                double difference = Sight.Difference(colors[i], colors[j]);
                Assert.True(difference >= Sight.Clear, $"{colors[i]} and {colors[j]}: {difference:F1}");
            }
        }
    }

    [GeneratedRegex("\\[[^\\]]*\\]")]
    private static partial Regex Palettes();

    [GeneratedRegex("#[0-9a-f]{6}")]
    private static partial Regex Color();
}
