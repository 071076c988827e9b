using Xunit;

namespace Crucible.Lab.Tests.House.Claims;

/// <summary>Every number of README.md is what was measured, and docs/claims.md says by what.</summary>
public class ClaimsTests
{
    private static readonly string Readme = File.ReadAllText(ReadmeClaims.File);

    public static TheoryData<string> Texts => [.. ReadmeClaims.All.Select(claim => claim.Text)];

    [Fact]
    public void Readme_HasNoNumberWithoutAClaim()
    {
        (int Begin, int End)[] claimed =
            [.. ReadmeClaims.All.Select(claim => Readme.IndexOf(claim.Text, StringComparison.Ordinal))
                .Zip(ReadmeClaims.All, (begin, claim) => (begin, begin + claim.Text.Length))];
        Assert.Empty(
            from number in ReadmeNumber.In(Readme)
            where !claimed.Any(claim => claim.Begin <= number.Place && number.Place < claim.End)
            let line = Readme[..number.Place].Count(c => c == '\n')
            select $"README.md:{line + 1}: {number.Text}");
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void Claim_IsInTheReadmeOnce_AndIsWhatWasMeasured(string text)
    {
        Claim claim = ReadmeClaims.All.Single(one => one.Text == text);
        Assert.Equal(2, Readme.Split(text).Length);
        Assert.Equal(claim.Sources.Length, ReadmeNumber.In(text).Count());
        Records records = Records.Read();
        Assert.All(claim.Numbers, one => Assert.True(Holds(one.Number, one.Source), $"{one.Number.Text}: {one.Source}"));

        bool Holds(ReadmeNumber number, Source source) => source switch
        {
            Source.Metric metric => records.Value(metric) is { } value && number.Agrees(value),
            Source.Recorded recorded => recorded.Of(number) is not null
                && File.ReadAllText(Path.Combine(Rooms.Root, recorded.File)).Contains(recorded.Sentence, StringComparison.Ordinal),
            Source.Held held => held.Tests.GetMethod(held.Test) is not null,
            _ => claim.Sources.OfType<Source.Metric>()
                .Any(metric => ReadmeNumber.In(metric.Shown.Replace('`', ' ')).Any(one => one.Text == number.Text)),
        };
    }

    [Fact]
    public void Page_IsWhatTheRecordsSay() => Assert.Equal(ClaimsPage.Text(Records.Read()), File.ReadAllText(ClaimsPage.File));

    [Theory]
    [InlineData("3 to 6 seconds, 5e-9", "3", "6", "5e-9")]
    [InlineData("float32 and `x[1]` of 10.0.200, [1](2.md)", "1")]
    [InlineData("a 98.8 %, 99.4.\n```\n7\n```\n## Speed\n1.5\n## Limits\n2", "98.8", "99.4", "2")]
    public void Numbers_AreThoseOfTheProse(string text, params string[] numbers) =>
        Assert.Equal(numbers, ReadmeNumber.In(text).Select(number => number.Text));

    [Theory]
    [InlineData("8.8", 8.849, true)]
    [InlineData("8.8", 8.7, false)]
    [InlineData("5e-9", 4.8e-9, true)]
    [InlineData("5e-9", 5.6e-9, false)]
    [InlineData("57", 56.5, true)]
    public void Number_Rounded_IsTheValue(string number, double value, bool agrees) =>
        Assert.Equal(agrees, new ReadmeNumber(number, 0).Agrees(value));
}
