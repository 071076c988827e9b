using Crucible.Statistics;
using Xunit;

namespace Crucible.Tests.Statistics;

public class NumeralTests
{
    [Theory]
    [InlineData(11.25951, "11.26")]
    [InlineData(0.9645284, "0.9645")]
    [InlineData(999.96, "1000")]
    [InlineData(1183.7, "1184")]
    [InlineData(9999.4, "9999")]
    [InlineData(22650.3, "22,650")]
    [InlineData(-1115394, "-1,115,394")]
    [InlineData(0.0001, "0.0001")]
    [InlineData(9.70919e-8, "9.709e-8")]
    [InlineData(1e-5, "1e-5")]
    [InlineData(2.5e20, "2.5e20")]
    [InlineData(-0.0, "0")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.NegativeInfinity, "-∞")]
    public void Numeral_FourDigits_ReadsAsPeopleWrite(double value, string expected) => Assert.Equal(expected, Numeral.Of(value));

    [Theory]
    [InlineData(1180, "1180")]
    [InlineData(999.6, "1000")]
    [InlineData(12.345, "12.3")]
    public void Numeral_ThreeDigits_WritesNoPowerOfTen(double value, string expected) => Assert.Equal(expected, Numeral.Of(value, 3));

    [Fact]
    public void Interval_OfThousands_WritesNoPowerOfTen() =>
        Assert.Equal("1180 (1100 to 22,650)", new Interval(1180, 1100, 22650).ToString());

    [Fact]
    public void Numeral_NoDigits_IsRefused() =>
        Assert.Contains("from 1 to 4", Assert.Throws<OptionException>(() => Numeral.Of(1, 0)).Message, StringComparison.Ordinal);
}
