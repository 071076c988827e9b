using System.Globalization;

namespace Crucible.Lab.Tests.Reports;

/// <summary>How different two colours are to readers with ordinary sight, with deuteranopia and with protanopia.</summary>
internal static class Sight
{
    /// <summary>What can be told apart at a glance, also on thin lines.</summary>
    internal const double Clear = 15;

    // What a colour becomes, in linear RGB: Machado, Oliveira and Fernandes, "A physiologically-based model for simulation
    // of color vision deficiency", IEEE Transactions on Visualization and Computer Graphics 15 (2009), severity 1.
    private static readonly double[][][] Eyes =
    [
        [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    ];

    /// <summary>The least CIEDE2000 difference over the three kinds of sight.</summary>
    /// <param name="a">A colour as <c>#rrggbb</c> or <c>rgb(r, g, b)</c>.</param>
    /// <param name="b">Another one.</param>
    internal static double Difference(string a, string b) =>
        Eyes.Min(eye => Ciede2000(Lab(Seen(Linear(a), eye)), Lab(Seen(Linear(b), eye))));

    /// <summary>The contrast of WCAG 2.2, from 1 to 21.</summary>
    internal static double Contrast(string a, string b)
    {
        double[] both = [Luminance(a), Luminance(b)];
        return (both.Max() + 0.05) / (both.Min() + 0.05);

        static double Luminance(string color) => Linear(color).Zip([0.2126, 0.7152, 0.0722], (part, weight) => part * weight).Sum();
    }

    /// <summary>
    /// The difference of two colours in CIELAB: Sharma, Wu and Dalal, "The CIEDE2000 color-difference formula", Color Research
    /// and Application 30 (2005).
    /// </summary>
    internal static double Ciede2000((double L, double A, double B) x, (double L, double A, double B) y)
    {
        double g = 0.5 * (1 - Weight((Length(x.A, x.B) + Length(y.A, y.B)) / 2));
        (double a1, double a2) = (x.A * (1 + g), y.A * (1 + g));
        (double c1, double c2) = (Length(a1, x.B), Length(a2, y.B));
        (double h1, double h2) = (Hue(x.B, a1), Hue(y.B, a2));
        double turn = c1 * c2 == 0 ? 0 : Math.Abs(h2 - h1) <= 180 ? h2 - h1 : h2 > h1 ? h2 - h1 - 360 : h2 - h1 + 360;
        (double light, double chroma, double hue) = (y.L - x.L, c2 - c1, 2 * Math.Sqrt(c1 * c2) * Math.Sin(Radians(turn / 2)));
        (double l, double c, double h) = ((x.L + y.L) / 2, (c1 + c2) / 2, h1 + (turn / 2));
        double t = 1 - (0.17 * Cos(h - 30)) + (0.24 * Cos(2 * h)) + (0.32 * Cos((3 * h) + 6)) - (0.2 * Cos((4 * h) - 63));
        double off = (l - 50) * (l - 50);
        double sl = 1 + (0.015 * off / Math.Sqrt(20 + off)), sc = 1 + (0.045 * c), sh = 1 + (0.015 * c * t);
        double apart = ((h % 360) + 360) % 360;
        double rotation = -2 * Weight(c) * Math.Sin(Radians(60 * Math.Exp(-Math.Pow((apart - 275) / 25, 2))));
        (light, chroma, hue) = (light / sl, chroma / sc, hue / sh);
        return Math.Sqrt((light * light) + (chroma * chroma) + (hue * hue) + (rotation * chroma * hue));

        static double Weight(double chroma) => Math.Sqrt(Math.Pow(chroma, 7) / (Math.Pow(chroma, 7) + Math.Pow(25, 7)));
        static double Length(double a, double b) => Math.Sqrt((a * a) + (b * b));
        static double Hue(double b, double a) => ((Math.Atan2(b, a) * 180 / Math.PI) + 360) % 360; // 0 of grey
        static double Radians(double degrees) => degrees * Math.PI / 180;
        static double Cos(double degrees) => Math.Cos(Radians(degrees));
    }

    private static double[] Seen(double[] color, double[][] eye) =>
        [.. eye.Select(row => Math.Clamp(row.Zip(color, (weight, part) => weight * part).Sum(), 0, 1))];

    private static double[] Linear(string color)
    {
        double[] parts = color.StartsWith('#')
            ? [.. color[1..].Chunk(2).Select(two => (double)int.Parse(two, NumberStyles.HexNumber, CultureInfo.InvariantCulture))]
            : [.. color.Split('(', ',', ')')[1..4].Select(part => double.Parse(part, CultureInfo.InvariantCulture))];
        return [.. parts.Select(part => part / 255).Select(part => part <= 0.04045 ? part / 12.92 : Math.Pow((part + 0.055) / 1.055, 2.4))];
    }

    /// <summary>CIELAB of linear sRGB, white at D65.</summary>
    private static (double L, double A, double B) Lab(double[] c)
    {
        double x = F(((0.4124564 * c[0]) + (0.3575761 * c[1]) + (0.1804375 * c[2])) / 0.95047);
        double y = F((0.2126729 * c[0]) + (0.7151522 * c[1]) + (0.0721750 * c[2]));
        double z = F(((0.0193339 * c[0]) + (0.1191920 * c[1]) + (0.9503041 * c[2])) / 1.08883);
        return ((116 * y) - 16, 500 * (x - y), 200 * (y - z));

        static double F(double t) => t > 216.0 / 24389 ? Math.Cbrt(t) : ((24389.0 / 27 * t) + 16) / 116;
    }
}
