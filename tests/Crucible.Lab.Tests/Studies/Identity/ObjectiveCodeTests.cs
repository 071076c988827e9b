using Crucible.Lab.Studies;
using Xunit;

namespace Crucible.Lab.Tests.Studies;

public sealed class ObjectiveCodeTests
{
    private static readonly Func<double, double> Three = x => Math.Sin(3 * x);

    public static TheoryData<Func<Trial, double>, Func<Trial, double>> Alike => new()
    {
        { trial => Math.Sin(3 * X(trial)), trial => Math.Sin(3 * X(trial)) },
        { Toy.Bowl, Toy.Bowl },
        { Captures(Three), Captures(Three) },
        { Counting(0), Counting(5) }, // a variable of the program is no part of the code
    };

    public static TheoryData<Func<Trial, double>, Func<Trial, double>> Different => new()
    {
        { trial => Math.Sin(3 * X(trial)), trial => Math.Sin(9 * X(trial)) },
        { trial => Math.Sin(X(trial)), trial => Math.Cos(X(trial)) },
        { trial => Near(X(trial)), trial => Far(X(trial)) },
        { Captures(x => x + 1), Captures(x => x + 2) },
        { trial => new Near3().At(X(trial)), trial => new Far3().At(X(trial)) },
        { trial => trial.SuggestFloat("a", 0, 1), trial => trial.SuggestFloat("b", 0, 1) },
        { trial => trial.SuggestInt("a", 0, 1), trial => trial.SuggestInt("a", 0, 300) },
        { trial => X(trial) > 0 ? 1 : 2, trial => X(trial) > 0 ? 2 : 1 },
    };

    [Theory]
    [MemberData(nameof(Alike), DisableDiscoveryEnumeration = true)]
    public void Hash_SameCode_IsTheSame(Func<Trial, double> one, Func<Trial, double> other)
    {
        Assert.NotNull(ObjectiveCode.Hash(one));
        Assert.Equal(ObjectiveCode.Hash(one), ObjectiveCode.Hash(other));
    }

    [Theory]
    [MemberData(nameof(Different), DisableDiscoveryEnumeration = true)]
    public void Hash_OtherCode_IsAnother(Func<Trial, double> one, Func<Trial, double> other) =>
        Assert.NotEqual(ObjectiveCode.Hash(one), ObjectiveCode.Hash(other));

    private static double X(Trial trial) => trial.SuggestFloat("x", 0, 1);

    private static double Near(double x) => Deep(x, 1);

    private static double Far(double x) => Deep(x, 2);

    private static double Deep(double x, double width) => x > 2 ? Deep(x - 1, width) : x / width;

    private static Func<Trial, double> Captures(Func<double, double> inner) => trial => inner(X(trial));

    private static Func<Trial, double> Counting(int calls) => trial => X(trial) + calls++;

    private abstract class Base
    {
        internal double At(double x) => Value(x);

        protected abstract double Value(double x);
    }

    private sealed class Near3 : Base
    {
        protected override double Value(double x) => x;
    }

    private sealed class Far3 : Base
    {
        protected override double Value(double x) => -x;
    }
}
