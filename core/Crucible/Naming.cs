using System.Reflection;
using static System.FormattableString;

namespace Crucible;

/// <summary>Names made from the names of types, so that none is written twice.</summary>
internal static class Naming
{
    private const string Suffix = "Operation";

    /// <summary><c>SelfAttention</c> is selfAttention, and so is <c>SelfAttentionOperation</c>: what messages, tables and command lines say.</summary>
    public static string CamelCase(MemberInfo member)
    {
        var name = member.Name;
        if (name.Length > Suffix.Length && name.EndsWith(Suffix, StringComparison.Ordinal)) name = name[..^Suffix.Length];
        return char.ToLowerInvariant(name[0]) + name[1..];
    }

    /// <summary>A name that is none of those there are.</summary>
    /// <param name="what">What it should name: <c>activation</c>.</param>
    /// <param name="name">What was asked for.</param>
    /// <param name="known">The names there are.</param>
    public static OptionException Unknown(string what, string name, IEnumerable<string> known)
    {
        var nearest = NearestName.Of(name, known) is { } meant ? Invariant($"; did you mean '{meant}'?") : string.Empty;
        return new(Invariant($"{what} must be one of {string.Join(", ", known)}, but is '{name}'{nearest}"));
    }

    /// <summary>A number that is no member of its enumeration, where a switch over the members ends.</summary>
    public static OptionException NoMember<TEnum>(string operation, TEnum value)
        where TEnum : struct, Enum => Errors.Option(operation, typeof(TEnum).Name, "one of " + string.Join(", ", Enum.GetNames<TEnum>()), value);
}

/// <summary>The classes of a kind by name: all of this library that inherit <typeparamref name="TBase"/> and can be made. No list is kept by hand.</summary>
/// <param name="kind">What they are, for messages.</param>
internal sealed class NamedTypes<TBase>(string kind)
{
    private readonly Lazy<SortedDictionary<string, Type>> types = new(() => new(
        typeof(TBase).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(TBase)) && !type.IsAbstract).ToDictionary(Naming.CamelCase),
        StringComparer.OrdinalIgnoreCase));

    /// <summary>The names in alphabetical order.</summary>
    public IReadOnlyList<string> Names => [.. types.Value.Keys];

    /// <summary>The class of a name, in upper or lower case.</summary>
    /// <exception cref="OptionException">There is none.</exception>
    public Type Find(string name) => types.Value.TryGetValue(name, out var type) ? type : throw Naming.Unknown(kind, name, types.Value.Keys);
}
