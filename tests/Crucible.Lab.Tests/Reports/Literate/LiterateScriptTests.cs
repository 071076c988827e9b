using Crucible.Lab.Reports;
using Crucible.Lab.Tests.House;
using FsCheck;
using FsCheck.Xunit;
using Xunit;

namespace Crucible.Lab.Tests.Reports.Literate;

public class LiterateScriptTests
{
    private static string[] Words(string source, TokenKind kind) =>
        [.. FSharpTokens.Of(source).Where(token => token.Kind == kind).Select(token => source.Substring(token.Start, token.Length))];

    [Property]
    public void Tokens_OfAnyText_CoverItWithoutGaps(NonNull<string> text)
    {
        string source = text.Get;
        int place = 0;
        foreach (Token token in FSharpTokens.Of(source))
        {
            Assert.Equal(place, token.Start);
            Assert.True(token.Length > 0);
            place += token.Length;
        }

        Assert.Equal(source.Length, place);
    }

    [Theory]
    [InlineData("let x = 3 // a \"comment\"", "Comment", "// a \"comment\"")]
    [InlineData("(* a (* nested *) one *) x", "Comment", "(* a (* nested *) one *)")]
    [InlineData("List.reduce (*) xs", "Comment")]
    [InlineData("\"a (* b\" + @\"c\\\" + \"\"\"d\"e\"\"\"", "Text", "\"a (* b\"", "@\"c\\\"", "\"\"\"d\"e\"\"\"")]
    [InlineData("$\"{x} of \\\" y\" |> f", "Text", "$\"{x} of \\\" y\"")]
    [InlineData("let f (x: 'T) = 'a', '\\n', '\\u0041'", "Text", "'a'", "'\\n'", "'\\u0041'")]
    [InlineData("1UL + 2.5e-3 + 0x1F + [1..3]", "Number", "1UL", "2.5e-3", "0x1F", "1", "3")]
    [InlineData("let! x = async { return! y }", "Keyword", "let!", "return!")]
    [InlineData("``let in`` + lets", "Keyword")]
    [InlineData("#load \"a.fsx\"\nlet s: seq<#IDisposable> = []", "Directive", "#load \"a.fsx\"")]
    [InlineData("Tensor.Ones x", "Type", "Tensor", "Ones")]
    public void Tokens_AreWhatTheCompilerTakesThemFor(string source, string kind, params string[] expected) =>
        Assert.Equal(expected, Words(source, Enum.Parse<TokenKind>(kind)));

    [Fact]
    public void Cells_AreProseAndCodeInOrder()
    {
        const string Source = """
            (**
            # A title

            Prose with *emphasis*.
            *)
            let x = "(** no prose *)"
              (** nor this: it is indented *)

            (* a plain comment *)
            let y = 2
            (*** hide ***)
            let z = 3
            (** More. *)
            x
            """;

        IReadOnlyList<Cell> cells = LiterateScript.CellsOf(Source);

        Assert.Equal(
            [
                new Cell(true, "# A title\n\nProse with *emphasis*.", 1),
                new Cell(false, "let x = \"(** no prose *)\"\n  (** nor this: it is indented *)\n\n(* a plain comment *)\nlet y = 2", 6),
                new Cell(false, "let z = 3", 12, IsHidden: true),
                new Cell(true, "More.", 13),
                new Cell(false, "x", 14),
            ],
            cells);
        Assert.Equal("A title", LiterateScript.TitleOf(cells));
    }

    [Theory]
    [InlineData("let x = 1\nx + 1", "let x = 1\nx + 1\n|> show")]
    [InlineData("[ 1; 2 ]\n|> List.map string", "[ 1; 2 ]\n|> List.map string\n|> show")]
    [InlineData("f(\n    1,\n    2\n)", "f(\n    1,\n    2\n)\n|> show")]
    [InlineData("x // and no more", "x // and no more\n|> show")]
    [InlineData("let x =\n    1", null)]
    [InlineData("type T = { A: int }", null)]
    [InlineData("open System", null)]
    [InlineData("#load \"a.fsx\"", null)]
    [InlineData("x.Value <- 3", null)]
    [InlineData("letter", "letter\n|> show")]
    [InlineData("x\n(* an aside\nof two lines *)", "x\n(* an aside\nof two lines *)\n|> show")]
    public void Showing_TheLastExpression_IsGivenOn(string code, string? expected) =>
        Assert.Equal(expected ?? code, LiterateScript.Showing(code, "show"));

    [Fact]
    public void Cells_OfEveryScript_HoldAllOfIt()
    {
        foreach (string file in Directory.GetFiles(Path.Combine(Rooms.Root, "scripts"), "*.fsx", SearchOption.AllDirectories))
        {
            string source = File.ReadAllText(file);
            Assert.Equal(source.Trim(), string.Join("\n", LiterateScript.CellsOf(source).Select(cell => cell.Text)).Trim());
        }
    }
}
