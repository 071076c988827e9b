using System.Text.Json.Serialization;

namespace Crucible.Text;

/// <summary>How the files of tokenizers and word vectors are read and written, without reflection. What they say they say once.</summary>
[JsonSourceGenerationOptions(
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    RespectRequiredConstructorParameters = true,
    RespectNullableAnnotations = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(int[]))]
[JsonSerializable(typeof(Dictionary<string, int>))]
[JsonSerializable(typeof(WordVectorOptions))]
[JsonSerializable(typeof(WordVectorPosition))]
internal sealed partial class TextJson : JsonSerializerContext;
