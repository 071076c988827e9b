using System.Reflection;
using System.Reflection.Emit;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using static System.FormattableString;

namespace Crucible.Lab.Studies;

/// <summary>
/// The compiled code of an objective: its instructions and those of all that it calls, as far as they are the user's own.
/// Tokens, module versions and numbers that the compiler puts into names are left out, so that code which is compiled once
/// more is the same. What an objective captures is not looked at: variables of the program may differ from call to call.
/// </summary>
internal sealed partial class ObjectiveCode
{
    private static readonly Dictionary<short, OpCode> Codes = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => field.GetValue(null)).OfType<OpCode>().ToDictionary(code => code.Value);

    private const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static
        | BindingFlags.DeclaredOnly;

    // Beside the framework's: their code changes with versions, not with edits.
    private static readonly string[] Libraries = ["FSharp.Core", "Crucible", "Crucible.Lab"];

    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly HashSet<MethodBase> known = [];
    private readonly Queue<MethodBase> open = [];

    /// <summary>The hash of an objective's code; null where the runtime does not give it.</summary>
    internal static string? Hash(Delegate objective)
    {
        ObjectiveCode code = new();
        try
        {
            foreach (Delegate one in objective.GetInvocationList())
            {
                code.Meet(one.Method);
                code.MeetCaptured(one.Target);
            }

            while (code.open.TryDequeue(out MethodBase? method)) code.Add(method);
            return Convert.ToHexStringLower(code.hash.GetHashAndReset());
        }
        catch (Exception error) when (error is InvalidOperationException or NotSupportedException or BadImageFormatException)
        {
            return null;
        }
        finally
        {
            code.hash.Dispose();
        }
    }

    /// <summary>Functions that an objective captured are reached through a field: no instruction names them.</summary>
    private void MeetCaptured(object? target)
    {
        HashSet<object> seen = new(ReferenceEqualityComparer.Instance);
        Follow(target);

        void Follow(object? value)
        {
            if (value is Delegate function)
            {
                Meet(function.Method);
                value = function.Target;
            }

            if (value?.GetType() is not { } type || !IsOwn(type) || type.Name.IndexOfAny(['@', '<']) < 0 || !seen.Add(value)) return;
            MeetAll(type);
            foreach (FieldInfo field in type.GetFields(All).Where(field => !field.IsStatic)) Follow(field.GetValue(value));
        }
    }

    private static bool IsOwn(Type? type) =>
        type?.Assembly.GetName().Name is { } name
            && !Libraries.Contains(name)
            && !name.StartsWith("System.", StringComparison.Ordinal)
            && !name.StartsWith("Microsoft.", StringComparison.Ordinal);

    /// <summary>
    /// Whoever gets an object calls what its type overrides, which no instruction of the objective names. C#'s holders of
    /// lambdas are left out, but for its iterators: of them, others' lambdas are no concern.
    /// </summary>
    private void MeetAll(Type type)
    {
        if (!IsOwn(type) || (type.Name.StartsWith('<') && !type.Name.Contains(">d__", StringComparison.Ordinal))) return;
        foreach (MethodInfo method in type.GetMethods(All)) Meet(method);
    }

    private void Meet(MethodBase method)
    {
        if (IsOwn(method.DeclaringType) && known.Add(method)) open.Enqueue(method);
    }

    private void Add(MethodBase method)
    {
        Say(Named(method));
        if (method.GetMethodBody()?.GetILAsByteArray() is not { } body) return;
        int place = 0;
        while (place < body.Length)
        {
            short value = body[place++];
            if (value == 0xFE) value = (short)(0xFE00 | body[place++]);
            OpCode code = Codes[value];
            Say(code.Name!);
            place += Operand(method, code.OperandType, body.AsSpan(place));
        }
    }

    /// <summary>Takes in what an instruction works on.</summary>
    /// <returns>How many bytes it takes.</returns>
    private int Operand(MethodBase method, OperandType type, ReadOnlySpan<byte> rest)
    {
        switch (type)
        {
            case OperandType.InlineNone:
                return 0;
            case OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineType or OperandType.InlineTok:
                Reached(Resolved(method, BitConverter.ToInt32(rest)));
                return 4;
            case OperandType.InlineString:
                Say(method.Module.ResolveString(BitConverter.ToInt32(rest)));
                return 4;
            case OperandType.InlineSig:
                return 4;
            default:
                int size = type switch
                {
                    OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                    OperandType.InlineVar => 2,
                    OperandType.InlineI8 or OperandType.InlineR => 8,
                    OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(rest)),
                    _ => 4,
                };
                hash.AppendData(rest[..size]);
                return size;
        }
    }

    private static MemberInfo? Resolved(MethodBase method, int token)
    {
        Type[]? ofType = method.DeclaringType is { IsGenericType: true } type ? type.GetGenericArguments() : null;
        Type[]? ofMethod = method.IsGenericMethod ? method.GetGenericArguments() : null;
        try
        {
            return method.Module.ResolveMember(token, ofType, ofMethod);
        }
        catch (Exception error) when (error is ArgumentException or IOException or TypeLoadException or MissingMemberException)
        {
            return null; // of a library that is not there, which the objective then does not reach either
        }
    }

    private void Reached(MemberInfo? member)
    {
        Say(member is null ? "?" : Named(member));
        switch (member)
        {
            case ConstructorInfo { DeclaringType: { } type } constructor:
                Meet(constructor);
                MeetAll(type);
                break;
            case MethodBase method:
                Meet(method);
                break;
            case FieldInfo { IsStatic: true, DeclaringType.TypeInitializer: { } initializer }:
                Meet(initializer);
                break;
        }
    }

    private void Say(string text) => hash.AppendData(Encoding.UTF8.GetBytes(text + "\n"));

    /// <summary>A member's name with what a new compilation does not change.</summary>
    private static string Named(MemberInfo member) => Numbers().Replace(Invariant($"{member.DeclaringType}.{member}"), "");

    // F#: objective@12-1, <StartupCode$FSI_0003>, FSI_0003; C#: <>c__DisplayClass3_0, <Main>b__3_1, <Run>g__Local|3_1
    [GeneratedRegex(@"@\d+(-\d+)?|(?<=FSI_)\d+|(?<=[a-z]__\w*|\|)\d+(_\d+)*")]
    private static partial Regex Numbers();
}
