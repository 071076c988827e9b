using System.Text;
using Spectre.Console;

namespace Crucible.Lab.Scripting;

/// <summary>Stands in for the console while bars are drawn: whole lines go above them.</summary>
/// <param name="console">The terminal that draws the bars.</param>
internal sealed class LinesAbove(IAnsiConsole console) : TextWriter
{
    private readonly StringBuilder line = new();

    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value)
    {
        lock (line)
        {
            if (value == '\n') WriteAbove();
            else if (value != '\r') line.Append(value);
        }
    }

    public override void Flush()
    {
        lock (line)
        {
            if (line.Length > 0) WriteAbove();
        }
    }

    private void WriteAbove()
    {
        console.WriteLine(line.ToString());
        line.Clear();
    }
}
