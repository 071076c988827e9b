using Crucible.Lab.Workspace;
using Xunit;

namespace Crucible.Lab.Tests.Studies;

/// <summary>Which edits of a script count.</summary>
public sealed class SourceLinesTests
{
    [Theory]
    [InlineData("let x = 1", "let x = 1 // one")]
    [InlineData("let x = 1", "// begins\n\nlet  x =   1   \r\n\r\n")]
    [InlineData("let x = 1", "(* a (* nested *) \"*\"\n comment *)\nlet x = (* here *) 1")]
    [InlineData("let f x =\n    x + 1", "/// Adds one.\nlet f x =\n\n    x + 1 // so")]
    [InlineData("let c = '\"' // a\nlet x = 1", "let c = '\"'\nlet x = 1 // \"")]
    [InlineData("let c = '\\\"'\nlet x = 1", "let c = '\\\"' // b\nlet x = 1 // \"")]
    [InlineData("let t = \"a // b\"", "let t =  \"a // b\" // c")]
    [InlineData("let t = \"\"\"a \"b // c\"\"\"", "let t = \"\"\"a \"b // c\"\"\" // d")]
    [InlineData("let t = @\"c:\\\"", "let t = @\"c:\\\" // d")]
    public void Of_SameForTheCompiler_IsTheSame(string one, string other) => Assert.Equal(Texts(one), Texts(other));

    [Theory]
    [InlineData("sin (3.0 * x)", "sin (9.0 * x)")]
    [InlineData("for i in 1 .. 2 do\n    a ()\n    b ()", "for i in 1 .. 2 do\n    a ()\nb ()")]
    [InlineData("let t = \"a b\"", "let t = \"a  b\"")]
    [InlineData("let t = \"a // b\"", "let t = \"a // c\"")]
    [InlineData("let t = $\"{x} // b\"", "let t = $\"{x} // c\"")]
    [InlineData("let t = \"\"\"a\n\nb\"\"\"", "let t = \"\"\"a\nb\"\"\"")]
    [InlineData("let t = @\"a\"\"b // c\"", "let t = @\"a\"\"b // d\"")]
    [InlineData("let t = \"\\\" // b\"", "let t = \"\\\" // c\"")]
    [InlineData("let f = (*) 2 // two", "let f = (*) 3 // two")]
    [InlineData("let c = '/' // x\nlet d = 1", "let c = '/' // x\nlet d = 2")]
    public void Of_OtherForTheCompiler_IsAnother(string one, string other) => Assert.NotEqual(Texts(one), Texts(other));

    [Fact]
    public void Of_CommentsBefore_KeepsTheNumbersOfLines() =>
        Assert.Equal([new SourceLine(3, "let x = 1"), new SourceLine(6, "    x")], SourceLines.Of("// a\n\nlet x = 1\n(* b\n*)\n    x"));

    private static IEnumerable<string> Texts(string source) => SourceLines.Of(source).Select(line => line.Text);
}
