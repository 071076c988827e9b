using Mono.Cecil;

namespace Crucible.Lab.Tests.House;

/// <summary>All types that a compiled type names.</summary>
internal static class References
{
    internal static IEnumerable<TypeReference> Of(TypeDefinition type) => ((IEnumerable<TypeReference?>)
    [
        type.BaseType,
        .. type.Interfaces.Select(one => one.InterfaceType),
        .. type.Fields.Select(field => field.FieldType),
        .. OfDeclaration(type, type),
        .. type.Methods.SelectMany(OfMethod),
    ]).SelectMany(Parts);

    private static IEnumerable<TypeReference?> OfMethod(MethodDefinition method) =>
    [
        .. OfOperand(method),
        .. OfDeclaration(method, method),
        .. method.HasBody ? OfBody(method.Body) : [],
    ];

    private static IEnumerable<TypeReference?> OfBody(Mono.Cecil.Cil.MethodBody body) =>
    [
        .. body.Variables.Select(variable => variable.VariableType),
        .. body.ExceptionHandlers.Select(handler => handler.CatchType),
        .. body.Instructions.SelectMany(instruction => OfOperand(instruction.Operand)),
    ];

    private static IEnumerable<TypeReference?> OfDeclaration(ICustomAttributeProvider attributes, IGenericParameterProvider generics) =>
    [
        .. attributes.CustomAttributes.Select(attribute => attribute.AttributeType),
        .. generics.GenericParameters.SelectMany(parameter => parameter.Constraints).Select(constraint => constraint.ConstraintType),
    ];

    private static IEnumerable<TypeReference?> OfOperand(object? operand) => operand switch
    {
        TypeReference type => [type],
        FieldReference field => [field.DeclaringType, field.FieldType],
        GenericInstanceMethod method => [.. method.GenericArguments, .. OfOperand(method.ElementMethod)],
        MethodReference method => [method.DeclaringType, .. OfSignature(method)],
        CallSite call => OfSignature(call),
        _ => [],
    };

    private static IEnumerable<TypeReference?> OfSignature(IMethodSignature signature) =>
        [signature.ReturnType, .. signature.Parameters.Select(parameter => parameter.ParameterType)];

    private static IEnumerable<TypeReference> Parts(TypeReference? type) => type switch
    {
        null or GenericParameter => [],
        GenericInstanceType generic => [generic.ElementType, .. generic.GenericArguments.SelectMany(Parts)],
        FunctionPointerType function => OfSignature(function).SelectMany(Parts),
        IModifierType modifier => [.. Parts(modifier.ElementType), .. Parts(modifier.ModifierType)],
        TypeSpecification specification => Parts(specification.ElementType),
        _ => [type],
    };
}
