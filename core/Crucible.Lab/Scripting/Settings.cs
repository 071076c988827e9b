using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;
using Crucible.Lab.Reports;
using Microsoft.FSharp.Core;

namespace Crucible.Lab.Scripting;

/// <summary>Turns the properties of an object into JSON: numbers, flags and sequences as such, all else as text.</summary>
internal static class Settings
{
    internal static IEnumerable<(string Name, JsonNode? Value)> Of(object settings) =>
        from property in settings.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
        where property.GetIndexParameters().Length == 0
        let value = property.GetValue(settings)
        from setting in value is not null && ScriptOptions.IsGroup(property) ? Of(value)
            : [(property.Name, ToJson(NamedFile.Described(property, value)))]
        select setting;

    private static JsonNode? ToJson(object? value) => value switch
    {
        null => null,
        string text => JsonValue.Create(text),
        bool flag => JsonValue.Create(flag),
        // 0.1f is 0.1
        float number => Numbers.Json(double.Parse(number.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)),
        double number => Numbers.Json(number),
        ulong number => JsonValue.Create(number),
        _ when Numbers.IsNumber(value) => JsonValue.Create(Convert.ToInt64(value, CultureInfo.InvariantCulture)),
        IEnumerable values => new JsonArray([.. values.Cast<object?>().Select(ToJson)]),
        _ when value.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(FSharpOption<>) =>
            ToJson(type.GetProperty(nameof(FSharpOption<int>.Value))!.GetValue(value)),
        _ => JsonValue.Create(Numbers.Show(value)),
    };
}
